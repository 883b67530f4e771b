"""PDF: PDFium looks at every file, pdfplumber reads those that matter, with its words' places."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from corpus.errors import Broken, Encrypted, TooLarge
from corpus.settings import Settings
from extract.page import Page, Table, Word, clean
from extract.quality import grade
from extract.readers.lean import open_pdf

X_TOLERANCE_RATIO = 0.15
"""Share of the font size that parts two words; pdfplumber's fixed 3 points glue small print."""
DOUBLED = 0.35
"""Share of characters that stand where the same one stands: above it, type is drawn twice."""


def screen(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield every page's text as PDFium gives it; cheap (milliseconds a page).

    Raises `Encrypted`, `Broken` or `TooLarge`.
    """
    with _opened(path, settings) as document:
        for index in range(len(document)):
            yield _screen_page(document, index)


@contextmanager
def _opened(path: Path, settings: Settings) -> Iterator[Any]:
    try:
        document = _load(path)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise Encrypted("the PDF needs a password") from error
        raise Broken(f"PDFium cannot open it: {error}") from error
    try:
        if len(document) > settings.max_pages:
            raise TooLarge(
                f"{len(document):,} pages; the limit is {settings.max_pages:,} (CORPUS_MAX_PAGES)"
            )
        if not len(document):
            raise Broken("the PDF has no page")
        yield document
    finally:
        document.close()


def _load(path: Path) -> Any:
    """Open a PDF; the error of one that cannot be opened is its own.

    PDFium keeps the last error of the process, and some failures set none: the file before would
    say why this one failed. Bytes that are no PDF leave a known error behind.
    """
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError:
        with suppress(pdfium.PdfiumError):
            pdfium.PdfDocument(b"no PDF")
        return pdfium.PdfDocument(path)


def _screen_page(document: Any, index: int) -> Page:
    """Return one page; a page that PDFium cannot load is unreadable by name, not empty."""
    label = _label(document, index)
    try:
        page = document[index]
    except pdfium.PdfiumError:
        return Page(index + 1, "", "ocr-queued", label)
    try:
        textpage = page.get_textpage()
        text = tidy(textpage.get_text_range())
        textpage.close()
        width, height = page.get_size()
        outcome = _outcome(text, drawn=pdfium.raw.FPDFPage_CountObjects(page) > 0)
        return Page(index + 1, text, outcome, label, width, height)
    finally:
        page.close()


def _outcome(text: str, *, drawn: bool) -> str:
    """Say whether a page has text, waits for OCR, or has nothing on it."""
    if text.strip() and grade(text) != "failed":
        return "text"
    return "ocr-queued" if drawn or text.strip() else "blank"


def _label(document: Any, index: int) -> str | None:
    """Return the printed page label, where the PDF has one that is not just the number."""
    label = clean(document.get_page_label(index)).strip()
    return label or None


def tidy(text: str) -> str:
    """Return PDFium's text with its marks for a hyphen and line's end written as these."""
    return clean(text.replace("\ufffe", "-\n").replace("\x02", "-\n"))


def read(path: Path, settings: Settings, *, only: Sequence[int] | None = None) -> Iterator[Page]:
    """Yield every page's text as pdfplumber reads it, with word boxes and tables.

    `only` names the pages wanted (1-based). Raises `Encrypted` or `Broken`. Memory stays flat:
    each page is closed before the next.
    """
    try:
        with open_pdf(path, only) as document:
            for page in document.pages[: settings.max_pages]:
                yield _read_page(page)
                page.close()
    except PdfminerException as error:
        if isinstance(error.args[0] if error.args else None, PDFPasswordIncorrect):
            raise Encrypted("the PDF needs a password") from error
        raise Broken(f"pdfplumber cannot read it: {error}") from error


def _read_page(page: Any) -> Page:
    text, words = _text(page.dedupe_chars() if _doubled(page) else page)
    return Page(
        page.page_number,
        text,
        "text" if text.strip() else "blank",
        width_pt=float(page.width),
        height_pt=float(page.height),
        words=words,
        tables=_tables(page) if page.rects or page.lines else [],
    )


def _text(page: Any) -> tuple[str, list[Word]]:
    """Return a page's text in the order of its content stream, and where its words stand.

    The stream's order keeps columns apart where the default order, line by line across the page,
    runs them together.
    """
    textmap = page.get_textmap(x_tolerance_ratio=X_TOLERANCE_RATIO, use_text_flow=True)
    letters: list[str] = []
    words: list[Word] = []
    box: list[float] = []
    start = length = 0
    for shown, char in [*textmap.tuples, (" ", None)]:
        letter = _letter(shown, char)
        if char is None or letter.isspace():
            if box:
                x0, top, x1, bottom = (round(edge, 1) for edge in box)
                words.append((start, length, x0, top, x1, bottom))
                box = []
        elif letter and not box:
            start = length
            box = [char["x0"], char["top"], char["x1"], char["bottom"]]
        elif letter:
            box = [
                min(box[0], char["x0"]),
                min(box[1], char["top"]),
                max(box[2], char["x1"]),
                max(box[3], char["bottom"]),
            ]
        letters.append(letter)
        length += len(letter)
    return "".join(letters[:-1]), words


def _letter(shown: str, char: dict[str, Any] | None) -> str:
    """Return a letter as it is kept; a glyph without a letter, "(cid:127)", is one odd sign."""
    if char is not None and char["text"].startswith("(cid:"):
        return "\ufffd" if shown == "(" else ""
    return tidy(shown)


def _doubled(page: Any) -> bool:
    """Whether most characters are drawn twice, letter by letter or line by line, as fake bold."""
    places = {(c["text"], round(c["x0"] / 2), round(c["top"] / 2)) for c in page.chars}
    return len(page.chars) > 50 and len(places) < (1 - DOUBLED) * len(page.chars)


def _tables(page: Any) -> list[Table]:
    found = []
    for table in page.find_tables():
        rows = [[clean(cell or "").strip() for cell in row] for row in table.extract()]
        if len(rows) > 1 and any(any(row) for row in rows):
            found.append((tuple(round(edge, 1) for edge in table.bbox), rows))
    return found

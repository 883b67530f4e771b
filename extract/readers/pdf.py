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
from extract.page import Page, clean
from extract.quality import grade
from extract.readers.lean import open_pdf
from extract.sheets import Drawn, Grid, sheets
from extract.words import by_direction

MANY_EDGES = 2000
"""Lines on a page from which on it is a map or chart; the time to find tables grows squared."""
RULE = 3.0
"""Points of width up to which a filled rectangle is a rule."""


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
        quality = grade(text)
        outcome = _outcome(text, quality, page)
        return Page(index + 1, text, outcome, label, width, height, quality=quality)
    finally:
        page.close()


def _outcome(text: str, quality: str | None, page: Any) -> str:
    """Say whether a page has text, waits for OCR, or has nothing on it."""
    written = bool(text.strip())
    if written and quality != "failed":
        return "text"
    drawn = written or pdfium.raw.FPDFPage_CountObjects(page) > 0
    return "ocr-queued" if drawn else "blank"


def _label(document: Any, index: int) -> str | None:
    """Return the printed page label, where the PDF has one that is not just the number."""
    label = clean(document.get_page_label(index)).strip()
    return label or None


def tidy(text: str) -> str:
    """Return PDFium's text with its marks for a hyphen and line's end written as these."""
    return clean(text.replace("\ufffe", "-\n").replace("\x02", "-\n"))


def read(path: Path, settings: Settings, *, only: Sequence[int] | None = None) -> Iterator[Page]:
    """Yield every page's text as it is read by people, with word boxes and tables.

    `only` names the pages wanted (1-based). Running headers and footers are kept apart. A page that
    cannot be read is left out. Raises `Encrypted` or `Broken`. Memory stays flat: each page is
    closed before the next, and only the words of a few are held.
    """
    try:
        with open_pdf(path, only) as document:
            yield from sheets(_drawn(document, settings.max_pages))
    except PdfminerException as error:
        if isinstance(error.args[0] if error.args else None, PDFPasswordIncorrect):
            raise Encrypted("the PDF needs a password") from error
        raise Broken(f"pdfplumber cannot read it: {error}") from error


def _drawn(document: Any, most: int) -> Iterator[Drawn]:
    """Yield what is drawn on each page that can be read; if none can, raise the first's error."""
    failed: PdfminerException | None = None
    read = 0
    for page in document.pages[:most]:
        try:
            found = _draw(page)
        except PdfminerException as error:
            failed = failed or error
            continue
        finally:
            page.close()
        read += 1
        yield found
    if failed and not read:
        raise failed


def _draw(page: Any) -> Drawn:
    width, height = float(page.width), float(page.height)
    left, top = page.bbox[:2]
    found = by_direction(page.chars, left, top, width, height)
    tables = _tables(page) if page.rects or page.lines else []
    return Drawn(page.page_number, width, height, found, tables)


def _tables(page: Any) -> list[Grid]:
    """Return the ruled tables of a page: their boxes and those of their cells, row by row."""
    if sum(map(len, (page.rects, page.lines, page.curves))) > MANY_EDGES:
        return []
    page.objects["rect"] = _rules(page)
    return [
        Grid(tuple(map(float, table.bbox)), [list(row.cells) for row in table.rows])
        for table in page.find_tables()
    ]


def _rules(page: Any) -> list[dict[str, Any]]:
    """Return the rectangles that may rule a table.

    Where most are thin, they are the rules, and larger ones without a frame are shading: it ends
    with the lines of text in a cell, not with the cell.
    """
    shaded = [r for r in page.rects if not r["stroke"] and min(r["width"], r["height"]) > RULE]
    if 2 * len(shaded) > len(page.rects) + len(page.lines):
        return list(page.rects)
    aside = set(map(id, shaded))
    return [rect for rect in page.rects if id(rect) not in aside]

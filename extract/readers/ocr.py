"""Scans: a page is drawn, Tesseract reads it, and what it says is judged before it is kept."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from PIL import Image, ImageFilter, ImageSequence

from corpus.boxes import offset
from corpus.errors import Broken, OutOfTime, ReadingError, TooLarge
from corpus.settings import Settings
from extract.page import Page, Recognised, Word, clean
from extract.quality import grade, known_share
from extract.readers import tesseract
from extract.readers.tesseract import Seen

IMAGES = ("PNG", "JPEG", "TIFF", "GIF")
POINTS_PER_INCH = 72
A4_LONG_PT = 842
LONG_PX = 3500
"""Pixels of the longer side of A4 at 300 dpi: a coarser scan is enlarged no further."""
MOST_PX = 7000
"""Of the longer side, where the scan itself has so many: plans and newspapers."""
BELIEVED_DPI = (50, 1200)
"""What an image may say of its own resolution and be believed."""
EMPTY_GREY = 24
"""Grey levels (of 255) between the darkest and the lightest part of an empty sheet."""
SURE = 85.0
"""Mean confidence (0 to 100) from which a page is not read a second way: print has 90 and more."""
HANDWRITING = 45.0
"""Mean confidence below which a page is handwriting or a picture: measured 25 to 37 on letters
written by hand, 80 and more on typescript."""
STAIN = 40.0
"""Mean confidence of a line below which it is a stain or a signature, unless a word is known."""
_PAGE_NUMBER = re.compile(
    r"\W*(?:page\s+)?(\d{1,4}|[ivxlc]{1,6})(?:\s*(?:of|/)\s*\d{1,4})?\W*", re.IGNORECASE
)
_HEAD = re.compile(
    r"(?!.*\b(?:ITEM|APPENDIX|ANNEXE?|TABLE|FIGURE|SECTION|PART|OPTION|NO|PHASE)\b)"
    r"(?:(\d{2,3}) [A-Z][A-Z '’&]{6,40}|[A-Z][A-Z '’&]{6,40}(?: \d{4})? (\d{2,3}))"
)

Shift = tuple[float, float]


@dataclass(frozen=True)
class Picture:
    """A page drawn in grey: PDF points per pixel, and where its corner lies, in points."""

    image: Any
    scale: float
    shift: Shift = (0.0, 0.0)


def image_pages(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield a page that waits for OCR for each picture in an image file; no pixel is decoded.

    Raises `Broken` or `TooLarge`.
    """
    with _opened(path, settings) as image:
        for number, frame in enumerate(ImageSequence.Iterator(image), 1):
            if number > settings.max_pages:
                raise TooLarge(f"more than {settings.max_pages:,} pictures (CORPUS_MAX_PAGES)")
            _check_size(frame.size, settings)
            width, height = (round(side * _points(frame), 1) for side in frame.size)
            yield Page(number, "", "ocr-queued", width_pt=width, height_pt=height)


@contextmanager
def _opened(path: Path, settings: Settings) -> Iterator[Any]:
    Image.MAX_IMAGE_PIXELS = None  # our own limit, with an error of its own, holds instead
    try:
        with Image.open(path, formats=IMAGES) as image:
            _check_size(image.size, settings)
            yield image
    except ReadingError:
        raise
    except Exception as error:  # Pillow's readers raise whatever a broken file makes them trip over
        raise Broken(f"the image is damaged: {error}") from error


def _check_size(size: tuple[int, int], settings: Settings) -> None:
    width, height = size
    if width * height > settings.max_image_pixels:
        raise TooLarge(
            f"{width:,} × {height:,} pixels; the limit is {settings.max_image_pixels:,} "
            "(CORPUS_MAX_IMAGE_PIXELS)"
        )


def _points(image: Any) -> float:
    """Return PDF points per pixel: as the image says, else as if it were a sheet of A4."""
    said, (low, high) = float(image.info.get("dpi", (0, 0))[0]), BELIEVED_DPI
    return POINTS_PER_INCH / said if low <= said <= high else A4_LONG_PT / max(image.size)


def recognise(
    path: Path, image: bool, number: int, program: str, languages: str, settings: Settings
) -> Recognised:
    """Read one page of a PDF, or of an image file where `image`; takes seconds.

    `program` and `languages` are Tesseract's. Raises `OutOfTime` after `settings.ocr_seconds`,
    `Crashed`, `Broken` or `TooLarge`.
    """
    until = time.monotonic() + settings.ocr_seconds
    picture = _image_picture(path, number, settings) if image else _pdf_picture(path, number)
    if _empty(picture.image):
        return Recognised(Page(number, "", "blank"), reason="nothing is drawn on the page")
    seen = _best(picture.image, program, languages, until)
    return judged(number, seen, picture)


def _pdf_picture(path: Path, number: int) -> Picture:
    """Draw a page of a PDF."""
    try:
        with pdfium.PdfDocument(path) as document:
            page = document[number - 1]
            factor = _factor(page)
            drawn = page.render(scale=factor, grayscale=True).to_pil().convert("L")
            place = offset(page.get_mediabox(), page.get_cropbox(), page.get_rotation())
            return Picture(drawn, 1 / factor, place)
    except pdfium.PdfiumError as error:
        raise Broken(f"PDFium cannot draw page {number:,}: {error}") from error


def _factor(page: Any) -> float:
    """Return pixels per point: 300 dpi, but on large sheets no finer than the scan itself."""
    long_pt = max(*page.get_size(), 1.0)
    pictures = page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    own = max((max(picture.get_px_size()) for picture in pictures), default=MOST_PX)
    wanted = long_pt * tesseract.DPI / POINTS_PER_INCH
    return float(min(wanted, max(own, LONG_PX), MOST_PX) / long_pt)


def _image_picture(path: Path, number: int, settings: Settings) -> Picture:
    """Return one picture of an image file, in the size that Tesseract likes."""
    with _opened(path, settings) as image:
        image.seek(number - 1)
        _check_size(image.size, settings)
        points, grey = _points(image), _on_paper(image).convert("L")
    factor = min(max(*grey.size, LONG_PX), MOST_PX) / max(grey.size)
    width, height = (max(round(side * factor), 1) for side in grey.size)
    return Picture(grey.resize((width, height), Image.Resampling.BICUBIC), points / factor)


def _on_paper(image: Any) -> Any:
    """Return a picture without transparency: what shows through is white paper."""
    if not image.has_transparency_data:
        return image
    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, image.convert("RGBA"))


def _empty(image: Any) -> bool:
    """Whether nothing is drawn: no part of the sheet differs from the rest but by its grain."""
    small = image.reduce(max(max(image.size) // 900, 1)).filter(ImageFilter.MedianFilter(3))
    darkest, lightest = small.getextrema()
    return bool(lightest - darkest < EMPTY_GREY)


def _best(image: Any, program: str, languages: str, until: float) -> list[Seen]:
    """Read a page, and where that is not sure, a second way; return the better reading."""
    first = tesseract.words(image, tesseract.SAUVOLA, program, languages, until)
    if sureness(first) >= SURE:
        return first
    try:
        second = tesseract.words(image, tesseract.OTSU, program, languages, until)
    except OutOfTime:
        return first
    return max(first, second, key=_worth)


def sureness(seen: list[Seen]) -> float:
    """Return the mean confidence of words, each as heavy as it is long (0 to 100)."""
    letters = sum(len(word.text) for word in seen)
    return sum(word.confidence * len(word.text) for word in seen) / letters if letters else 0.0


def _worth(seen: list[Seen]) -> float:
    """Return how much of a reading can be relied on: sure words that a dictionary knows."""
    sure = [word.text for word in seen if word.confidence > HANDWRITING]
    return len(sure) * (known_share(sure) or 0.0)


def judged(number: int, seen: list[Seen], picture: Picture) -> Recognised:
    """Return the page that its words make, or why it is none."""
    kept = [line for line in tesseract.lines(seen) if not _stain(line)]
    label, kept = _page_number(kept)
    sure = round(sureness([word for line in kept for word in line]), 1)
    if not kept:
        return Recognised(Page(number, "", "unreadable", label), reason="OCR finds no word on it")
    text, words = _text(kept, picture)
    if sure < HANDWRITING or grade(text, sure) == "failed":
        why = f"OCR is not sure of it ({sure:.0f} of 100): handwriting, a picture or a poor scan"
        return Recognised(Page(number, "", "unreadable", label), sure, why)
    return Recognised(Page(number, text, "text", label, words=words), sure)


def _stain(line: list[Seen]) -> bool:
    return sureness(line) < STAIN and not known_share([word.text for word in line])


def _page_number(rows: list[list[Seen]]) -> tuple[str | None, list[list[Seen]]]:
    """Take page number and running head off a page; the number becomes the label.

    At the foot stands a number alone; at the head, of each column, it may have a title in capitals
    beside it.
    """
    if len(rows) < 2:
        return None, rows
    foot = max(rows, key=lambda row: max(word.top for word in row))
    found: dict[int, str] = {}
    for row in rows:
        head = _is_head(row, rows)
        number = _number(row, head=head) if head or row is foot else None
        if number:
            found[id(row)] = number
    return next(iter(found.values()), None), [row for row in rows if id(row) not in found]


def _number(row: list[Seen], *, head: bool) -> str | None:
    """Return the page number that a line consists of, or that stands in a running head."""
    told = " ".join(word.text for word in row)
    found = _PAGE_NUMBER.fullmatch(told) or (head and _HEAD.fullmatch(told)) or None
    return next(filter(None, found.groups()), None) if found else None


def _is_head(row: list[Seen], rows: list[list[Seen]]) -> bool:
    """Whether no other line stands above this one."""
    left, right = min(word.left for word in row), max(word.right for word in row)
    top = min(word.top for word in row)
    return not any(
        word.bottom <= top and word.left < right and left < word.right
        for other in rows
        if other is not row
        for word in other
    )


def _text(rows: list[list[Seen]], picture: Picture) -> tuple[str, list[Word]]:
    """Return the text, line by line with a free line between paragraphs, and its words' places."""
    parts: list[str] = []
    words: list[Word] = []
    length, before = 0, None
    for row in rows:
        gap = "" if before is None else "\n" if before == row[0].paragraph else "\n\n"
        before = row[0].paragraph
        for word in row:
            shown = clean(word.text)
            if not shown:
                continue
            parts += [gap, shown]
            start = length + len(gap)
            length, gap = start + len(shown), " "
            words.append((start, length, *_place(word, picture)))
    return "".join(parts), words


def _place(word: Seen, picture: Picture) -> tuple[float, float, float, float]:
    """Return a word's box in the points that pdfplumber measures in."""
    (x, y), scale = picture.shift, picture.scale
    left, top, right, bottom = word.left, word.top, word.right, word.bottom
    return (
        round(left * scale + x, 1),
        round(top * scale + y, 1),
        round(right * scale + x, 1),
        round(bottom * scale + y, 1),
    )

"""Draw one page of a PDF with boxes on it: runs in a worker process, and nowhere else."""

import math
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from PIL import Image, ImageDraw

from corpus.boxes import offset
from corpus.errors import Broken

WIDTH_PX = 900
MOST_PIXELS = 4_000_000
"""Of one picture; a page may claim to be kilometres long."""
MARGIN_PX = 2
COUNTED_FILL, COUNTED_LINE = (255, 196, 0, 80), (176, 96, 0, 255)
OTHER_LINE = (90, 90, 90, 255)

Box = tuple[float, float, float, float]


def render(path: Path, number: int, counted: tuple[Box, ...], uncounted: tuple[Box, ...]) -> bytes:
    """Return page `number` as PNG, with its counted mentions filled and the others outlined.

    Boxes are x0, top, x1, bottom in PDF points as pdfplumber gives them. Raises `Broken`.
    """
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        raise Broken(f"PDFium cannot open it: {error}") from error
    try:
        if not 1 <= number <= len(document):
            raise Broken(f"the file has {len(document):,} pages, no page {number:,}")
        return _draw(document[number - 1], counted, uncounted)
    except pdfium.PdfiumError as error:
        raise Broken(f"PDFium cannot draw page {number:,}: {error}") from error
    finally:
        document.close()


def _draw(page: Any, counted: tuple[Box, ...], uncounted: tuple[Box, ...]) -> bytes:
    factor = scale(*page.get_size())
    picture = page.render(scale=factor).to_pil().convert("RGB")
    shift = offset(page.get_mediabox(), page.get_cropbox(), page.get_rotation())
    pen = ImageDraw.Draw(picture, "RGBA")
    for box in _placed(uncounted, shift, factor, picture):
        pen.rectangle(box, outline=OTHER_LINE, width=1)
    for box in _placed(counted, shift, factor, picture):
        pen.rectangle(box, fill=COUNTED_FILL, outline=COUNTED_LINE, width=2)
    stream = BytesIO()
    picture.quantize(256, dither=Image.Dither.NONE).save(stream, "PNG")
    return stream.getvalue()


def scale(width_pt: float, height_pt: float) -> float:
    """Return the scale that makes a page `WIDTH_PX` wide, but of no more than `MOST_PIXELS`."""
    width_pt, height_pt = max(width_pt, 1.0), max(height_pt, 1.0)
    return min(WIDTH_PX / width_pt, math.sqrt(MOST_PIXELS / (width_pt * height_pt)))


def _placed(
    boxes: tuple[Box, ...], shift: tuple[float, float], factor: float, picture: Image.Image
) -> Iterable[Box]:
    """Yield boxes in pixels, a little larger than the words, within the picture."""
    for x0, top, x1, bottom in boxes:
        left, right = sorted(((x0 - shift[0]) * factor, (x1 - shift[0]) * factor))
        upper, lower = sorted(((top - shift[1]) * factor, (bottom - shift[1]) * factor))
        placed = (
            max(left - MARGIN_PX, 0),
            max(upper - MARGIN_PX, 0),
            min(right + MARGIN_PX, picture.width - 1),
            min(lower + MARGIN_PX, picture.height - 1),
        )
        if placed[0] < placed[2] and placed[1] < placed[3]:
            yield placed

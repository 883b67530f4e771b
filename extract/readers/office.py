"""Word files (DOCX): paragraphs and tables in order, pages where Word has marked their ends."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from docx.table import Table as DocxTable
from lxml import etree

from corpus.errors import Broken, TooLarge
from corpus.settings import Settings
from extract.page import Page, in_parts


def read_docx(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield the pages of a DOCX; without page marks, parts of about two pages.

    Raises `Broken` or `TooLarge`.
    """
    _check_size(path, settings)
    try:
        document = docx.Document(str(path))
        text = "".join(_blocks(document))
    except (
        KeyError,
        ValueError,
        zipfile.BadZipFile,
        etree.XMLSyntaxError,
        AttributeError,
        OSError,
    ) as error:
        raise Broken(f"damaged DOCX: {error}") from error
    yield from in_parts(text)


def _check_size(path: Path, settings: Settings) -> None:
    """Refuse a bomb before it is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Broken(f"damaged DOCX: {error}") from error
    limit = min(settings.max_unpacked_bytes, path.stat().st_size * settings.max_unpacked_ratio)
    if unpacked > limit:
        raise TooLarge(f"unpacks to {unpacked:,} bytes; the limit is {limit:,}")


def _blocks(document: Any) -> Iterator[str]:
    """Yield paragraphs and tables, a form feed where a page ends."""
    for block in document.iter_inner_content():
        if isinstance(block, DocxTable):
            yield from (" | ".join(_cells(row)) + "\n" for row in block.rows)
            yield "\n"
            continue
        if block.rendered_page_breaks or _breaks_page(block):
            yield "\x0c"
        yield block.text.replace("\x0c", "\n") + "\n\n"


def _cells(row: Any) -> Iterator[str]:
    """Yield the cells of a row, merged ones once."""
    last = None
    for cell in row.cells:
        if cell._tc is not last:
            yield cell.text.strip().replace("\n", " ")
        last = cell._tc


def _breaks_page(paragraph: Any) -> bool:
    return bool(paragraph._p.xpath('./w:r/w:br[@w:type="page"]'))

"""What the worker processes run: a stored file in, its pages and hits out."""

import gc
import json
import zlib
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

from corpus import formats
from corpus.codebook import Codebook
from corpus.errors import Unsupported
from corpus.language.lexicon import Lexicon
from corpus.settings import Settings
from extract.page import Page, Reading, Screened
from extract.quality import grade
from extract.readers import pdf
from extract.readers.compound import read_compound
from extract.readers.html import read_html
from extract.readers.mail import read_eml
from extract.readers.markup import read_xml
from extract.readers.notice import read_notice
from extract.readers.ocr import image_pages
from extract.readers.opendocument import read_odf
from extract.readers.outline import outline
from extract.readers.rich import read_rtf
from extract.readers.sheets import read_csv, read_xlsx
from extract.readers.slides import read_pptx
from extract.readers.text import read_nothing, read_text
from extract.readers.word import read_docx

Reader = Callable[[Path, Settings], Iterator[Page]]

READERS: dict[str, Reader] = {
    formats.DOCX.mime: read_docx,
    formats.XLSX.mime: read_xlsx,
    formats.PPTX.mime: read_pptx,
    formats.ODF.mime: read_odf,
    formats.ODT.mime: read_odf,
    formats.ODS.mime: read_odf,
    formats.ODP.mime: read_odf,
    formats.OLE.mime: read_compound,
    formats.DOC.mime: read_compound,
    formats.XLS.mime: read_compound,
    formats.PPT.mime: read_compound,
    formats.MSG.mime: read_compound,
    formats.RTF.mime: read_rtf,
    formats.CSV.mime: read_csv,
    formats.EML.mime: read_eml,
    formats.HTML.mime: read_html,
    formats.XML.mime: read_xml,
    formats.TEXT.mime: read_text,
    formats.OCDS.mime: read_notice,
    formats.EMPTY.mime: read_nothing,
}
"""Readers that are cheap enough to read every file in full."""
UNREAD = {
    formats.JSON.mime: "JSON that holds no OCDS release",
    formats.ZIP.mime: "an archive inside an archive, or one of an unknown kind",
    formats.GZIP.mime: "a compressed file inside an archive",
    formats.BINARY.mime: "a binary file of an unknown kind",
}
GC_ALLOCATIONS = 200_000
"""pdfminer makes some 10,000 objects a page, none of them garbage before the page is closed."""
PDFIUM = f"pdfium {version('pypdfium2')}"
PILLOW = f"pillow {version('pillow')}"


_lexicon: Lexicon | None = None


def start(codebook: Codebook) -> None:
    """Prepare a worker process: compile the codebook once."""
    global _lexicon
    _lexicon = Lexicon(codebook)
    gc.set_threshold(GC_ALLOCATIONS)


def screen(path: Path, mime: str, settings: Settings) -> Screened:
    """Look at a file: PDFium for PDF, the format's own reader else.

    Raises `Unsupported`, or whatever the reader raises.
    """
    if mime == formats.PDF.mime:
        found = Screened(list(pdf.screen(path, settings)), reader=PDFIUM, outline=outline(path))
    elif mime == formats.IMAGE.mime:
        found = Screened(list(image_pages(path, settings)), reader=PILLOW)
    elif mime in READERS:
        found = Screened(list(READERS[mime](path, settings)), method="read")
    else:
        raise Unsupported(UNREAD.get(mime, "a file of an unknown kind"))
    found.grades = [page.quality or grade(page.text) for page in found.pages]
    if _lexicon is not None:
        for page in found.pages:
            found.hits.update(_lexicon.hits(page.text))
    return found


def read(path: Path, settings: Settings) -> list[Reading]:
    """Read a PDF closely; pages on which that finds no usable text are left out.

    Grading and packing are done here, too: the command's own process, which writes for all
    workers, has no time to spare.
    """
    graded = ((page, grade(page.text)) for page in pdf.read(path, settings))
    return [
        _reading(page, quality)
        for page, quality in graded
        if page.text.strip() and quality != "failed"
    ]


def _reading(page: Page, quality: str | None) -> Reading:
    return Reading(
        page.number,
        page.text,
        quality,
        page.furniture,
        zlib.compress(json.dumps(page.words).encode()),
        [(json.dumps(bbox), json.dumps(rows, ensure_ascii=False)) for bbox, rows in page.tables],
    )

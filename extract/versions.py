"""The version of every reader: raise its number when the same file would give other text.

`files.screened_with` and `files.read_with` keep what a file was read with; a run reads again what
was read with another version, and nothing else. Versions of libraries stand in `pages.reader`, for
people: a new PDFium alone reads no file again.
"""

from importlib.metadata import version

from corpus import formats
from extract.readers.tesseract import installed

SCREENERS: dict[str, str] = {
    formats.PDF.mime: "pdf-screen-1",
    formats.IMAGE.mime: "image-1",
    formats.DOCX.mime: "docx-1",
    formats.XLSX.mime: "xlsx-1",
    formats.PPTX.mime: "pptx-1",
    formats.ODF.mime: "odf-1",
    formats.ODT.mime: "odf-1",
    formats.ODS.mime: "odf-1",
    formats.ODP.mime: "odf-1",
    formats.OLE.mime: "ole-1",
    formats.DOC.mime: "doc-1",
    formats.XLS.mime: "xls-1",
    formats.PPT.mime: "ppt-1",
    formats.MSG.mime: "msg-1",
    formats.RTF.mime: "rtf-1",
    formats.CSV.mime: "csv-1",
    formats.EML.mime: "eml-1",
    formats.HTML.mime: "html-1",
    formats.XML.mime: "xml-1",
    formats.TEXT.mime: "text-1",
    formats.OCDS.mime: "notice-1",
    formats.EMPTY.mime: "empty-1",
}
"""What looks at each kind of file: the one reading of formats other than PDF and images."""
NO_READER = "none"
"""Of kinds that nothing reads: once something does, their files are read."""
LAYOUT = 3
"""Raised when the same characters of a PDF are put together to another text."""
READING = f"pdf-read-{LAYOUT}"
"""The close reading of PDFs."""
PDFPLUMBER = f"pdfplumber {version('pdfplumber')} + layout {LAYOUT}"
"""What it depends on, for people."""
OCR = "ocr-1"
"""The reading of scans, beside Tesseract's own version, which each page keeps."""


def facts() -> dict[str, str]:
    """Return what decides how this machine reads: the same on every worker of a cluster."""
    program = installed()
    return {
        "council-corpus": version("council-corpus"),
        "the readers": ", ".join(sorted({*SCREENERS.values(), READING, OCR})),
        "PDFium": version("pypdfium2"),
        "pdfplumber": version("pdfplumber"),
        "Tesseract": program.reader("+".join(sorted(program.languages))) if program else "none",
    }


def screener(mime: str) -> str:
    """Return the version of what looks at a kind of file."""
    return SCREENERS.get(mime, NO_READER)


def screener_sql(column: str) -> str:
    """Return SQL that gives the same for a column of media types."""
    cases = " ".join(f"when '{mime}' then '{name}'" for mime, name in SCREENERS.items())
    return f"case {column} {cases} else '{NO_READER}' end"

"""What kind of file it is, judged by its content; a name is only asked where content is silent."""

import re
from dataclasses import dataclass

HEAD_BYTES = 4096
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True)
class Format:
    """A kind of file: short name, media type, and the suffix its originals are kept under."""

    name: str
    mime: str
    suffix: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
PDF = Format("pdf", "application/pdf", ".pdf")
DOCX = Format("docx", _OFFICE + "wordprocessingml.document", ".docx")
XLSX = Format("xlsx", _OFFICE + "spreadsheetml.sheet", ".xlsx")
PPTX = Format("pptx", _OFFICE + "presentationml.presentation", ".pptx")
ODF = Format("odf", "application/vnd.oasis.opendocument", ".odf")
ZIP = Format("zip", "application/zip", ".zip")
OLE = Format("ole", "application/x-ole-storage", ".ole")
RTF = Format("rtf", "application/rtf", ".rtf")
GZIP = Format("gzip", "application/gzip", ".gz")
HTML = Format("html", "text/html", ".html")
JSON = Format("json", "application/json", ".json")
OCDS = Format("ocds", "application/json; profile=ocds-release", ".json")
CSV = Format("csv", "text/csv", ".csv")
EML = Format("eml", "message/rfc822", ".eml")
XML = Format("xml", "application/xml", ".xml")
IMAGE = Format("image", "image/*", ".img")
TEXT = Format("text", "text/plain", ".txt")
EMPTY = Format("empty", "application/x-empty", ".empty")
BINARY = Format("binary", "application/octet-stream", ".bin")

FORMATS = {
    kind.name: kind
    for kind in (
        PDF,
        DOCX,
        XLSX,
        PPTX,
        ODF,
        ZIP,
        OLE,
        RTF,
        GZIP,
        HTML,
        JSON,
        OCDS,
        CSV,
        EML,
        XML,
        IMAGE,
        TEXT,
        EMPTY,
        BINARY,
    )
}
BY_MIME = {kind.mime: kind for kind in FORMATS.values()}

_MAGIC: tuple[tuple[bytes, Format], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"{\\rtf", RTF),
    (b"\x1f\x8b", GZIP),
    (b"\x89PNG", IMAGE),
    (b"\xff\xd8\xff", IMAGE),
    (b"GIF8", IMAGE),
    (b"II*\x00", IMAGE),
    (b"MM\x00*", IMAGE),
)
_TEXTUAL_NAMES = {".csv": CSV, ".eml": EML}


def sniff(content: bytes, name: str = "") -> Format:
    """Return the format of a file's whole content; `name` decides only between texts."""
    if not content:
        return EMPTY
    head = content[:HEAD_BYTES]
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):  # the second is an empty archive's
        return _zipped(content)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    return _textual(head, name.lower())


def _zipped(content: bytes) -> Format:
    """Tell office files from archives by the member names, which ZIP keeps in the clear."""
    if b"mimetypeapplication/vnd.oasis.opendocument" in content[:200]:
        return ODF
    end = content.rfind(b"PK\x05\x06")  # after it, where the archive's own list of names begins
    names = content[int.from_bytes(content[end + 16 : end + 20], "little") if end > 0 else 0 :]
    if b"[Content_Types].xml" in names:
        for part, kind in ((b"word/", DOCX), (b"xl/", XLSX), (b"ppt/", PPTX)):
            if part in names:
                return kind
    return ZIP


def _textual(head: bytes, name: str) -> Format:
    """Tell texts from each other; what holds control characters is binary."""
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not wide and _BINARY.search(head):
        return BINARY
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1024].lower()
    if start.startswith((b"{", b"[")):
        return JSON
    if re.search(rb"<!doctype html|<html|<body|<head[\s>]", start):
        return HTML
    if start.startswith(b"<?xml"):
        return XML
    for suffix, kind in _TEXTUAL_NAMES.items():
        if name.endswith(suffix):
            return kind
    return TEXT

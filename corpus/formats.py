"""What kind of file it is, judged by its content; a name is only asked where content is silent."""

import re
from contextlib import suppress
from dataclasses import dataclass

from corpus.compound import root_names

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
_OPEN = "application/vnd.oasis.opendocument"
ODF = Format("odf", _OPEN, ".odf")
ODT = Format("odt", _OPEN + ".text", ".odt")
ODS = Format("ods", _OPEN + ".spreadsheet", ".ods")
ODP = Format("odp", _OPEN + ".presentation", ".odp")
ZIP = Format("zip", "application/zip", ".zip")
OLE = Format("ole", "application/x-ole-storage", ".ole")
DOC = Format("doc", "application/msword", ".doc")
XLS = Format("xls", "application/vnd.ms-excel", ".xls")
PPT = Format("ppt", "application/vnd.ms-powerpoint", ".ppt")
MSG = Format("msg", "application/vnd.ms-outlook", ".msg")
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
        ODT,
        ODS,
        ODP,
        ZIP,
        OLE,
        DOC,
        XLS,
        PPT,
        MSG,
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
_STREAMS = (
    ("encryptedpackage", OLE),
    ("__properties_version1.0", MSG),
    ("powerpoint document", PPT),
    ("worddocument", DOC),
    ("workbook", XLS),
    ("book", XLS),
)
"""A stream at the root of a compound file, and what it makes of the file; the first one found."""
_TEXTUAL_NAMES = {".csv": CSV, ".tsv": CSV, ".eml": EML, ".htm": HTML, ".html": HTML}
_MAIL = re.compile(
    rb"(?:(?:received|return-path|delivered-to|from|to|subject|date|message-id|mime-version|"
    rb"dkim-signature|content-type|reply-to|thread-topic|x-[a-z0-9-]+):"
    rb"[^\n]*\n(?:[ \t][^\n]*\n)*)+",
    re.I,
)
"""The first fields of a mail's head, whole."""
_MAIL_SURE = re.compile(rb"^(?:mime-version|message-id|received|date):", re.I | re.M)
_HTML = re.compile(rb"<!doctype html|<html[\s>]|<body[\s>]|<head[\s>]")


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
            return _compound(content) if kind is OLE else kind
    return _textual(head, name.lower())


def _zipped(content: bytes) -> Format:
    """Tell office files from archives by the member names, which ZIP keeps in the clear."""
    for kind in (ODT, ODS, ODP, ODF):
        if b"mimetype" + kind.mime.encode() in content[:200]:
            return kind
    end = content.rfind(b"PK\x05\x06")  # after it, where the archive's own list of names begins
    names = content[int.from_bytes(content[end + 16 : end + 20], "little") if end > 0 else 0 :]
    if b"[Content_Types].xml" in names:
        for part, kind in ((b"word/", DOCX), (b"xl/", XLSX), (b"ppt/", PPTX)):
            if part in names:
                return kind
    if b"META-INF/manifest.xml" in names and b"content.xml" in names:
        return ODF  # zipped anew, its kind is no longer in the clear
    return ZIP


def _compound(content: bytes) -> Format:
    """Tell what a compound file is by the names at its root; damaged, by any name in it."""
    names = root_names(content)
    for stream, kind in _STREAMS:
        if stream in names:
            return kind
    if not names:
        folded = content.lower()
        for stream, kind in _STREAMS:
            if stream.encode("utf-16-le") in folded:
                return kind
    return OLE


def wide(head: bytes) -> str | None:
    """Return the encoding of a text in two bytes a letter, with or without its mark."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    half = len(head) // 2
    even, odd = head[::2].count(0), head[1::2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    if half < 4 or max(even, odd) < 0.6 * half or min(even, odd) > 0.05 * half:
        return None
    with suppress(UnicodeDecodeError):
        text = head[: half * 2].decode(encoding)
        return None if _BINARY.search(text.encode()) else encoding
    return None


def _textual(head: bytes, name: str) -> Format:
    """Tell texts from each other; what holds control characters is binary."""
    encoding = wide(head)
    if encoding:
        head = head.decode(encoding, "ignore").encode("utf-8", "ignore")
    elif _BINARY.search(head):
        return BINARY
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"{", b"[")):
        return JSON
    if (mail := _MAIL.match(start)) and b"from:" in mail[0] and _MAIL_SURE.search(mail[0]):
        return EML
    if _HTML.search(start):
        return HTML
    if start.startswith(b"<?xml"):
        return XML
    for suffix, kind in _TEXTUAL_NAMES.items():
        if name.endswith(suffix):
            return kind
    return TEXT

"""What kind of file it is: judged by content, by name only between texts."""

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import formats
from corpus.formats import sniff
from tests.conftest import Make

DOCX = Make().docx("Minutes")
CASES = {
    "pdf": (b"%PDF-1.7\n...", "x.txt", formats.PDF),
    "pdf after junk": (b"\r\n\x00junk%PDF-1.4", "x", formats.PDF),
    "docx": (DOCX, "x.zip", formats.DOCX),
    "xlsx": (
        Make().zip({"[Content_Types].xml": b"", "xl/workbook.xml": b""}),
        "x.docx",
        formats.XLSX,
    ),
    "pptx": (Make().zip({"[Content_Types].xml": b"", "ppt/a.xml": b""}), "", formats.PPTX),
    "odt": (
        Make().zip({"mimetype": b"application/vnd.oasis.opendocument.text"}, method=0),
        "x.odt",
        formats.ODF,
    ),
    "zip": (Make().zip({"a.txt": b"text"}), "x.docx", formats.ZIP),
    "zip of docx": (Make().zip({"a.docx": DOCX}), "x.zip", formats.ZIP),
    "zip of docx, stored": (
        Make().zip({"a.docx": DOCX}, method=zipfile.ZIP_STORED),
        "x.zip",
        formats.ZIP,
    ),
    "doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "x.doc", formats.OLE),
    "rtf": (b"{\\rtf1 hello}", "x.doc", formats.RTF),
    "gzip": (Make().gzip(b"{}"), "x.json", formats.GZIP),
    "png": (b"\x89PNG\r\n\x1a\n", "x.pdf", formats.IMAGE),
    "html": (b"  <!DOCTYPE HTML><html>", "x.pdf", formats.HTML),
    "html without doctype": (b"<p>x</p><body>", "x", formats.HTML),
    "xml": (b"<?xml version='1.0'?><a/>", "x", formats.XML),
    "json": (b'\xef\xbb\xbf\n {"a": 1}', "x.csv", formats.JSON),
    "csv": (b"a,b\n1,2", "X.CSV", formats.CSV),
    "eml": (b"From: a@example.org\n\nhello", "x.eml", formats.EML),
    "text": (b"a,b\n1,2", "x.txt", formats.TEXT),
    "text of another age": (b"caf\xe9 cr\xe8me", "", formats.TEXT),
    "utf-16": ("plain".encode("utf-16"), "x.txt", formats.TEXT),
    "binary": (b"\x00\x01\x02", "x.txt", formats.BINARY),
    "empty": (b"", "x.pdf", formats.EMPTY),
}


@pytest.mark.parametrize(("content", "name", "kind"), CASES.values(), ids=CASES.keys())
def test_content_decides(content: bytes, name: str, kind: formats.Format) -> None:
    assert sniff(content, name) is kind


@given(st.binary(max_size=300), st.text(max_size=8))
def test_any_bytes_have_a_known_format(content: bytes, name: str) -> None:
    kind = sniff(content, name)
    assert formats.FORMATS[kind.name] is kind
    assert formats.BY_MIME[kind.mime] is kind


@given(st.binary(max_size=60), st.integers(0, 80))
def test_a_damaged_archive_is_still_an_archive(junk: bytes, cut: int) -> None:
    whole = Make().zip({"a.txt": b"text"})
    assert sniff(whole[: max(cut, 4)] + junk) in (formats.ZIP, formats.PDF)

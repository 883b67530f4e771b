"""What kind of file it is: judged by content, by name only between texts."""

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import formats
from corpus.compound import root_names
from corpus.formats import sniff
from tests.conftest import Make

DOCX = Make().docx("Minutes")


def ODF(kind: str) -> bytes:  # noqa: N802 - stands in the list like the constants
    mime = f"application/vnd.oasis.opendocument.{kind}"
    return Make().zip({"mimetype": mime.encode()}, method=zipfile.ZIP_STORED)


def OLE(*streams: str) -> bytes:  # noqa: N802 - likewise
    return Make().compound({name: b"x" for name in streams})


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
    "odt": (ODF("text"), "x.zip", formats.ODT),
    "ods": (ODF("spreadsheet"), "x.odt", formats.ODS),
    "odp template": (ODF("presentation-template"), "", formats.ODP),
    "odf of another kind": (ODF("formula"), "x.odt", formats.ODF),
    "odf zipped anew": (
        Make().zip({"content.xml": b"", "mimetype": b"", "META-INF/manifest.xml": b""}),
        "x.zip",
        formats.ODF,
    ),
    "zip": (Make().zip({"a.txt": b"text"}), "x.docx", formats.ZIP),
    "zip of docx": (Make().zip({"a.docx": DOCX}), "x.zip", formats.ZIP),
    "zip of docx, stored": (
        Make().zip({"a.docx": DOCX}, method=zipfile.ZIP_STORED),
        "x.zip",
        formats.ZIP,
    ),
    "doc": (OLE("WordDocument", "1Table"), "x.xls", formats.DOC),
    "doc with a sheet in it": (OLE("ObjectPool/_1/Workbook", "WordDocument"), "", formats.DOC),
    "xls": (OLE("Workbook"), "x.doc", formats.XLS),
    "xls with a text in it": (OLE("MBD1/WordDocument", "Workbook"), "", formats.XLS),
    "xls of 1995": (OLE("Book"), "", formats.XLS),
    "ppt": (OLE("Current User", "PowerPoint Document"), "x.doc", formats.PPT),
    "msg": (OLE("__properties_version1.0", "__substg1.0_0037001F"), "x.eml", formats.MSG),
    "msg with a text attached": (
        OLE("__attach/WordDocument", "__properties_version1.0"),
        "",
        formats.MSG,
    ),
    "office file with a password": (OLE("EncryptedPackage", "Workbook"), "x.xlsx", formats.OLE),
    "ole of another kind": (OLE("VisioDocument"), "x.doc", formats.OLE),
    "ole cut short": (OLE("WordDocument")[:512], "x.doc", formats.OLE),
    "ole whose header is damaged": (
        OLE("WordDocument")[:48] + b"\xff" * 4 + OLE("WordDocument")[52:],
        "x.xls",
        formats.DOC,
    ),
    "rtf": (b"{\\rtf1 hello}", "x.doc", formats.RTF),
    "gzip": (Make().gzip(b"{}"), "x.json", formats.GZIP),
    "png": (b"\x89PNG\r\n\x1a\n", "x.pdf", formats.IMAGE),
    "html": (b"  <!DOCTYPE HTML><html>", "x.pdf", formats.HTML),
    "html without doctype": (b"<p>x</p><body>", "x", formats.HTML),
    "xml": (b"<?xml version='1.0'?><a/>", "x", formats.XML),
    "json": (b'\xef\xbb\xbf\n {"a": 1}', "x.csv", formats.JSON),
    "csv": (b"a,b\n1,2", "X.CSV", formats.CSV),
    "eml": (b"From: a@example.org\n\nhello", "x.eml", formats.EML),
    "eml by its head": (
        b"Received: from x\r\n by y\r\nFrom: a@example.org\r\nSubject: s\r\n\r\n<html>",
        "x.txt",
        formats.EML,
    ),
    "a mail as printed": (b"From: A\nSent: 1 May\nTo: B\n\nhello", "x.txt", formats.TEXT),
    "html by its name": (b"<p>Minutes</p>", "x.htm", formats.HTML),
    "html in two bytes a letter": ("<html><p>x</p>".encode("utf-16"), "x", formats.HTML),
    "tsv": (b"a\tb", "x.tsv", formats.CSV),
    "text": (b"a,b\n1,2", "x.txt", formats.TEXT),
    "text of another age": (b"caf\xe9 cr\xe8me", "", formats.TEXT),
    "utf-16": ("plain".encode("utf-16"), "x.txt", formats.TEXT),
    "utf-16 without a mark": ("plain text".encode("utf-16-le"), "x.txt", formats.TEXT),
    "utf-16, the other way": ("plain text".encode("utf-16-be"), "", formats.TEXT),
    "binary that looks so": (b"\x01\x00\x02\x00" * 50, "x.txt", formats.BINARY),
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


@given(st.binary(max_size=1500), st.integers(0, 1500))
def test_a_damaged_compound_file_ends_in_a_kind(junk: bytes, at: int) -> None:
    whole = OLE("WordDocument", "1Table")
    torn = whole[:8] + (whole[8:at] + junk + whole[at + len(junk) :])[: len(whole)]
    assert sniff(torn) in (formats.OLE, formats.DOC, formats.PDF)


def test_a_directory_that_leads_back_to_itself_has_an_end() -> None:
    whole = bytearray(OLE("WordDocument"))
    directory = 512 * (int.from_bytes(whole[48:52], "little") + 1)
    for entry in (0, 128):  # left, right and child all lead to the first entry under the root
        whole[directory + entry + 68 : directory + entry + 80] = b"\1\0\0\0" * 3
    assert root_names(bytes(whole)) == {"worddocument"}
    table = 512 * (int.from_bytes(whole[76:80], "little") + 1)
    whole[table : table + 512] = whole[48:52] * 128  # every sector is followed by the directory's
    assert root_names(bytes(whole)) == {"worddocument"}

"""Word, Excel and PowerPoint of before 2007, and what stands between them and their readers."""

import os
import struct
import time
from pathlib import Path
from typing import Any

import pytest

from corpus import formats
from corpus.errors import Broken, Encrypted, OutOfTime, ReadingError, Unsupported
from corpus.settings import Settings
from extract.read import READERS
from extract.readers import compound
from extract.readers.compound import read_compound
from extract.readers.tools import output
from tests.conftest import Make
from tests.extract.test_sheets import xls


def read(tmp_path: Path, content: bytes, **limits: int) -> str:
    path = tmp_path / "file"
    path.write_bytes(content)
    return "\n".join(page.text for page in read_compound(path, Settings(**limits)))


@pytest.fixture
def real_doc(testdata: Path) -> bytes:
    """A real Word file with tables."""
    (path,) = (testdata / "corpus" / "papers").rglob("*FOI_report_11917.doc")
    return path.read_bytes()


@pytest.fixture
def no_programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A system on which nothing is installed."""
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))


def test_a_word_file_is_read_with_its_tables(
    antiword: str, tmp_path: Path, real_doc: bytes
) -> None:
    text = read(tmp_path, real_doc)
    assert "Request Number 11917\n" in text
    assert len(text.split()) > 700
    assert "hbarton" not in text  # the account that the file's properties name


def test_word_files_need_a_program_and_say_which(
    tmp_path: Path, real_doc: bytes, no_programs: None
) -> None:
    with pytest.raises(Unsupported, match="apt install antiword catdoc"):
        read(tmp_path, real_doc)


def test_what_antiword_cannot_read_catdoc_does(antiword: str, testdata: Path) -> None:
    (path,) = (testdata / "corpus" / "hostile").rglob("*testWORD_tabular_symbol.doc")
    assert output("antiword", "-x", "db", path=path, settings=Settings()) is None
    assert any(page.text.strip() for page in read_compound(path, Settings()))


def test_what_a_file_is_taken_for_does_not_matter(antiword: str, tmp_path: Path) -> None:
    assert "a | b" in read(tmp_path, xls([["a", "b"]]))
    kinds = (formats.OLE, formats.DOC, formats.XLS, formats.PPT, formats.MSG)
    assert {READERS[kind.mime] for kind in kinds} == {read_compound}


def record(kind: int, content: bytes, version: int = 0) -> bytes:
    return struct.pack("<HHI", version, kind, len(content)) + content


def test_old_slides_are_read(antiword: str, make: Make, tmp_path: Path) -> None:
    text = record(0x0FA8, b"Predictive analytics") + record(0x0FA0, "Café".encode("utf-16-le"))
    slides = record(0x03E8, record(0x0FF0, text, 0xF), 0xF)
    found = read(tmp_path, make.compound({"PowerPoint Document": slides, "Current User": b"x"}))
    assert "Predictive analytics" in found and "Café" in found


def test_old_slides_need_a_program_and_say_which(
    make: Make, tmp_path: Path, no_programs: None
) -> None:
    with pytest.raises(Unsupported, match="apt install catdoc"):
        read(tmp_path, make.compound({"PowerPoint Document": b"x"}))


@pytest.mark.parametrize(
    "streams",
    [
        {"EncryptedPackage": b"x", "EncryptionInfo": b"x"},
        {"WordDocument": b"\xec\xa5\xc1\x00" + bytes(6) + b"\x00\x01"},
        {"PowerPoint Document": b"x", "EncryptedSummary": b"x"},
    ],
)
def test_files_with_a_password_are_encrypted(
    make: Make, tmp_path: Path, streams: dict[str, bytes]
) -> None:
    with pytest.raises(Encrypted, match="password"):
        read(tmp_path, make.compound(streams))


def test_compound_files_of_other_programs_are_unsupported(make: Make, tmp_path: Path) -> None:
    with pytest.raises(Unsupported, match="not of Word, Excel, PowerPoint or Outlook"):
        read(tmp_path, make.compound({"VisioDocument": b"x"}))


@pytest.mark.parametrize("name", ["WordDocument", "Workbook", "PowerPoint Document"])
def test_damaged_compound_files_end_by_name(
    antiword: str, make: Make, tmp_path: Path, name: str
) -> None:
    whole = make.compound({name: b"\xff" * 9000})
    for content in (whole, whole[:1000], whole[:512], whole[:80]):
        try:
            read(tmp_path, content)
        except ReadingError as error:
            assert error.name in ("Broken", "Unsupported", "Encrypted")


def test_a_directory_without_end_ends_by_name(antiword: str, make: Make, tmp_path: Path) -> None:
    whole = bytearray(make.compound({"WordDocument": b"x"}))
    table = 512 * (struct.unpack_from("<I", whole, 76)[0] + 1)
    whole[table : table + 512] = whole[48:52] * 128
    with pytest.raises((Broken, OutOfTime)):
        read(tmp_path, bytes(whole), seconds_per_file=3)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put a program of a few shell lines into the system's path."""

    def put(name: str, script: str) -> None:
        place = tmp_path / "bin" / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(f"#!/bin/sh\n{script}\n")
        place.chmod(0o755)
        monkeypatch.setenv("PATH", f"{place.parent}:{os.environ['PATH']}")

    return put


def test_a_program_that_hangs_is_stopped(program: Any, tmp_path: Path) -> None:
    program("reads", f"echo $$ > {tmp_path}/pid; exec sleep 60")
    start = time.monotonic()
    with pytest.raises(OutOfTime, match="reads took longer than 1 s"):
        output("reads", path=tmp_path, settings=Settings(seconds_per_file=2))
    assert time.monotonic() - start < 20
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_a_program_that_prints_without_end_is_stopped(program: Any, tmp_path: Path) -> None:
    program("reads", "exec yes")
    assert output("reads", path=tmp_path, settings=Settings(max_text_chars=1000)) is None


def test_a_program_that_fails_gives_no_text(program: Any, tmp_path: Path) -> None:
    program("reads", "echo half; exit 1")
    assert output("reads", path=tmp_path, settings=Settings()) is None
    assert output("is-not-there", path=tmp_path, settings=Settings()) is None


def test_malformed_docbook_is_no_text() -> None:
    assert compound._book(b"<book><para>") == ""
    assert compound._book(b"I'm afraid the text stream of this file is too small") == ""

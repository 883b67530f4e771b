"""Sheets of every age: rows as text, dates and numbers as people write them, bombs refused."""

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt

from corpus.errors import Broken, TooLarge, Unsupported
from corpus.settings import Settings
from extract.page import Page
from extract.parts import PART_CHARS
from extract.readers.sheets import read_csv, read_xls, read_xlsx, shown
from tests.conftest import Make

ROWS: list[list[Any]] = [
    ["Tool", "Spent (£)", "From", "Live"],
    ["ACME", 1200, date(2024, 5, 1), True],
    [None, None, None, None],
    ["Risk\nscores", 0.5, None, None],
]
TEXT = ["Tool | Spent (£) | From | Live", "ACME | 1200 | 2024-05-01 | TRUE", "Risk scores | 0.5"]


def read(tmp_path: Path, reader: Any, content: bytes, **limits: int) -> list[Page]:
    path = tmp_path / "file"
    path.write_bytes(content)
    return list(reader(path, Settings(**limits)))


def xlsx(*sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(*sheets: list[list[Any]]) -> bytes:
    book = xlwt.Workbook()
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for number, rows in enumerate(sheets, 1):
        sheet = book.add_sheet(f"Sheet {number}")
        for y, row in enumerate(rows):
            for x, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write(y, x, value, day)
                elif value is not None:
                    sheet.write(y, x, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("reader", "make_it"), [(read_xlsx, xlsx), (read_xls, xls)])
def test_sheets_are_pages_under_their_names(tmp_path: Path, reader: Any, make_it: Any) -> None:
    pages = read(tmp_path, reader, make_it(ROWS, [], [["The end"]]))
    assert [(p.number, p.label, p.outcome) for p in pages] == [
        (1, "Sheet 1", "text"),
        (2, "Sheet 2", "blank"),
        (3, "Sheet 3", "text"),
    ]
    assert pages[0].text.splitlines() == TEXT
    assert pages[2].text == "The end"


@pytest.mark.parametrize(("reader", "make_it"), [(read_xlsx, xlsx), (read_xls, xls)])
def test_a_long_sheet_is_cut_into_parts(tmp_path: Path, reader: Any, make_it: Any) -> None:
    rows = [[f"Supplier {n}", "x" * 90] for n in range(300)]
    pages = read(tmp_path, reader, make_it(rows, [["next"]]))
    assert len(pages) > 3 and [p.number for p in pages] == list(range(1, len(pages) + 1))
    assert max(len(p.text) for p in pages) <= PART_CHARS
    assert sum(p.text.count("Supplier") for p in pages) == 300
    assert [p.label for p in pages] == ["Sheet 1"] * (len(pages) - 1) + ["Sheet 2"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (3.0, "3"),
        (2.5, "2.5"),
        (1e300, "1e+300"),
        (False, "FALSE"),
        (datetime(2024, 5, 1), "2024-05-01"),
        (datetime(2024, 5, 1, 9, 30), "2024-05-01 09:30:00"),
        (time(9, 30), "09:30:00"),
        ("a\n b", "a b"),
    ],
)
def test_values_are_shown_as_people_write_them(value: Any, text: str) -> None:
    assert shown(value) == text


def rewritten(content: bytes, member: str, change: Any) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(part) if name == member else part)
    return out.getvalue()


def test_a_sheet_of_millions_of_empty_cells_is_too_large(tmp_path: Path) -> None:
    row = b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>'
    rows = b"".join(row % (n, n) for n in range(1, 4000))
    content = rewritten(
        xlsx([["x"]]),
        "xl/worksheets/sheet1.xml",
        lambda part: (
            part[: part.index(b"<sheetData>") + 11] + rows + part[part.index(b"</sheetData>") :]
        ),
    )
    with pytest.raises(TooLarge, match="CORPUS_MAX_TEXT_CHARS"):
        read(tmp_path, read_xlsx, content, max_text_chars=1_000_000)


def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path: Path) -> None:
    content = rewritten(
        xlsx([["x", "y"]]),
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b'ref="A1:B1"', b'ref="A1:XFD1048576"'),
    )
    assert [p.text for p in read(tmp_path, read_xlsx, content)] == ["x | y"]


def test_entities_in_a_workbook_are_refused(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    content = rewritten(xlsx([["x"]]), "xl/workbook.xml", lambda part: bomb + part)
    with pytest.raises(Broken, match="declares entities"):
        read(tmp_path, read_xlsx, content)


def test_a_binary_workbook_says_what_would_help(make: Make, tmp_path: Path) -> None:
    content = make.zip({"[Content_Types].xml": b"", "xl/workbook.bin": b""})
    with pytest.raises(Unsupported, match="XLSB"):
        read(tmp_path, read_xlsx, content)


@pytest.mark.parametrize(
    ("reader", "content"), [(read_xlsx, xlsx(ROWS)), (read_xls, xls(ROWS))], ids=["xlsx", "xls"]
)
def test_damaged_sheets_are_broken(tmp_path: Path, reader: Any, content: bytes) -> None:
    for wrong in (content[: len(content) // 3], b"PK\x03\x04", Make().zip({"a": b"b"})):
        with pytest.raises(Broken, match="damaged XLS"):
            read(tmp_path, reader, wrong)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_csv_is_read_whatever_parts_its_cells(
    tmp_path: Path, delimiter: str, encoding: str
) -> None:
    rows = [["Tool", "Spent"], ["ACME", "£5"], ["Beta", "£6"]]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    (page,) = read(tmp_path, read_csv, text.encode(encoding))
    assert page.text.splitlines() == ["Tool | Spent", "ACME | £5", "Beta | £6"]


def test_quoted_line_ends_and_commas_stay_in_their_cell(tmp_path: Path) -> None:
    content = b'name,note\nACME,"one, two\nthree ""four"""\n,\n'
    (page,) = read(tmp_path, read_csv, content)
    assert page.text.splitlines() == ["name | note", 'ACME | one, two three "four"']


def test_a_csv_that_is_none_is_read_as_text(tmp_path: Path) -> None:
    text = 'A note, with one " quote\n' + "word " * 40_000
    pages = read(tmp_path, read_csv, text.encode())
    assert sum(page.text.count("word") for page in pages) == 40_000
    with pytest.raises(TooLarge, match="CORPUS_MAX_TEXT_CHARS"):
        read(tmp_path, read_csv, text.encode(), max_text_chars=1000)

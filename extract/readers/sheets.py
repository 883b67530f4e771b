"""Sheets (XLSX, XLS, CSV): a sheet is a page, or several parts where it is long; values, not
formulas."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import xlrd

from corpus.errors import Encrypted, Unsupported
from corpus.settings import Settings
from extract.page import Page
from extract.parts import bounded, check_chars, in_parts
from extract.readers.package import damaged, opened
from extract.readers.text import decode, read_text

_SAMPLE = 4096
_DELIMITERS = ",;\t|"


def read_xlsx(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield the sheets of an XLSX: one row a line, cells parted by bars.

    Raises `Broken`, `Encrypted`, `TooLarge`, or `Unsupported` for the binary kind.
    """
    with opened(path, settings, "XLSX") as package, path.open("rb") as file:
        if "xl/workbook.bin" in package.names:
            raise Unsupported("a binary Excel workbook (XLSB): saved as XLSX it is read")
        for name in package.names:
            if name.endswith(("workbook.xml", "sharedStrings.xml")):
                package.xml(name)  # refused by name where it declares entities
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            yield from bounded(_sheets(map(_lines_of, book.worksheets), settings), settings)
        finally:
            book.close()


Sheet = tuple[str, Iterable[Iterable[Any]]]
"""A sheet's name and its rows of values."""


def _lines_of(sheet: Any) -> Sheet:
    sheet.reset_dimensions()  # what it says of its size may be a lie
    return sheet.title, sheet.iter_rows(values_only=True)


def _sheets(sheets: Iterable[Sheet], settings: Settings) -> Iterator[Page]:
    """Yield sheets as pages, each cut into parts where it is long."""
    number = 1
    for title, rows in sheets:
        text = "\n".join(_lines(rows, settings))
        for page in in_parts(text, title or None, number):
            number += 1
            yield page


def _lines(rows: Iterable[Iterable[Any]], settings: Settings) -> Iterator[str]:
    """Yield the rows that say something; empty cells count as text, so that they have an end."""
    seen = 0
    for row in rows:
        cells = [shown(value) for value in row]
        seen += sum(map(len, cells)) + len(cells) + 1
        check_chars(seen, settings)
        line = " | ".join(cells).rstrip(" |")
        if line:
            yield line


def shown(value: Any) -> str:
    """Return a cell's value as a person would write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, (datetime, date, time)):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return " ".join(str(value).split())


def read_xls(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield the sheets of an XLS (Excel 5 to 2003).

    Raises `Broken`, `Encrypted` or `TooLarge`.
    """
    with damaged("XLS"):
        try:
            book = xlrd.open_workbook(
                str(path), logfile=io.StringIO(), on_demand=True, ragged_rows=True
            )
        except xlrd.XLRDError as error:
            if "encrypted" in str(error):
                raise Encrypted("the XLS needs a password") from error
            raise
        sheets = ((name, _old_rows(book, name)) for name in book.sheet_names())
        yield from bounded(_sheets(sheets, settings), settings)


def _old_rows(book: Any, name: str) -> Iterator[list[Any]]:
    sheet = book.sheet_by_name(name)
    for number in range(sheet.nrows):
        yield [_old_value(cell, book.datemode) for cell in sheet.row(number)]
    book.unload_sheet(name)


def _old_value(cell: Any, datemode: int) -> Any:
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, datemode)
        except (xlrd.xldate.XLDateError, OverflowError, ValueError):
            return cell.value
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value)
    return cell.value


def read_csv(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield a CSV's rows, whatever its encoding and delimiter; what is no table, as plain text.

    Raises `Broken` or `TooLarge`.
    """
    text = decode(path.read_bytes())
    check_chars(len(text), settings)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), _dialect(text))
        pages = list(_sheets([("", rows)], settings))
    except csv.Error:
        yield from read_text(path, settings)
        return
    yield from bounded(pages, settings)


def _dialect(text: str) -> type[csv.Dialect]:
    """Return how a CSV parts its cells, by its first lines; commas where they do not tell."""
    try:
        found = csv.Sniffer().sniff(text[:_SAMPLE], _DELIMITERS)
    except csv.Error:
        return csv.excel
    found.doublequote, found.quotechar = True, '"'
    return found

"""Which page belongs where, in memory: what a search of a million pages is narrowed and counted by.

An array by the page's row number in `pages` says its file, and arrays by file say the rest, so that
counting the matches by council costs a pass over numbers, and no page is opened.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from publish.database import rows

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
BY_FILE = ("document", "council", "type", "nation", "year", "kind")
"""Filters that a page has from its file; `quality` is the page's own."""
BY_ROW = ("code", "stance", "topic")
"""Filters that a page may pass in several ways."""


@dataclass(frozen=True)
class Column:
    """Values by place: `codes` are indexes into `values`, -1 where there is none."""

    values: tuple[str, ...]
    codes: Ints
    labels: dict[str, str]

    def code(self, value: str) -> int:
        """Return the code of a value, -2 where nothing has it."""
        return self.values.index(value) if value in self.values else -2

    def label(self, value: str) -> str:
        """Return what a value is called."""
        return self.labels.get(value) or value


@dataclass(frozen=True)
class Shelf:
    """The pages of a corpus by row number, and what may be asked of them."""

    file_of: Ints
    number_of: Ints
    quality: Column
    files: dict[str, Column]
    dates: Ints
    """By file, as 20240305; 0 where it has none."""
    seen: Ints
    """By file: when its document was first seen, as 20240305."""
    mentions: Ints
    """Row number of a page for each counted mention."""
    of_mention: dict[str, Column]
    holding: Ints
    """Row number of a page for each passage that has a topic."""
    topics: Column
    made: object = field(default_factory=object, repr=False)
    """Of this shelf alone: the name of what was answered with it, which is out of date with it."""

    def on_shelf(self, found: Ints) -> Mask:
        """Whether pages are known here: one that was read since is not, yet."""
        inside: Mask = found < len(self.file_of)
        inside[inside] = self.file_of[found[inside]] >= 0
        return inside

    def codes(self, name: str, found: Ints) -> Ints:
        """Return the codes of pages in a column that has one value a page."""
        column = self.column(name)
        picked: Ints = column.codes[found if name == "quality" else self.file_of[found]]
        return picked

    def column(self, name: str) -> Column:
        """Return a column by the name of its filter."""
        if name in self.files:
            return self.files[name]
        return {"quality": self.quality, "topic": self.topics, **self.of_mention}[name]

    def values(self, name: str) -> list[tuple[str, str]]:
        """Return what a filter may be set to, with labels."""
        column = self.column(name)
        return [(value, column.label(value)) for value in column.values]


def shelf(connection: sqlite3.Connection) -> Shelf:
    """Read the shelf: a few seconds for a million pages, through indexes alone."""
    files = rows(connection, "shelf_files")
    place = {row["sha256"]: n for n, row in enumerate(files)}
    numbers = _triples(
        (rowid, place.get(sha256, -1), number)
        for rowid, sha256, number in connection.execute(
            "select rowid, sha256, number from pages order by sha256, number"
        )
    )
    size = int(numbers[:, 0].max(initial=0)) + 1
    file_of, number_of = np.full(size, -1, np.int64), np.zeros(size, np.int64)
    file_of[numbers[:, 0]], number_of[numbers[:, 0]] = numbers[:, 1], numbers[:, 2]
    mentions = rows(connection, "shelf_mentions")
    held = rows(connection, "shelf_topics")
    names = _labels(connection)
    return Shelf(
        file_of=file_of,
        number_of=number_of,
        quality=_quality(connection, size),
        files={name: _column((row[name] for row in files), names.get(name)) for name in BY_FILE},
        dates=_array(_day(row["date"]) for row in files),
        seen=_array(_day(row["seen"]) for row in files),
        mentions=_array(row["id"] for row in mentions),
        of_mention={
            name: _column((row[name] for row in mentions), names.get(name))
            for name in ("code", "stance")
        },
        holding=_array(row["id"] for row in held),
        topics=_column((row["topic"] for row in held), names["topic"]),
    )


def _triples(found: Iterable[tuple[int, int, int | None]]) -> Ints:
    flat = (value or 0 for value in chain.from_iterable(found))
    return np.fromiter(flat, np.int64).reshape(-1, 3)


def _array(values: Iterable[int]) -> Ints:
    return np.fromiter(values, np.int64)


def _quality(connection: sqlite3.Connection, size: int) -> Column:
    """Read the pages' grades, in the order of the index that holds them."""
    found = connection.execute(
        "select rowid, quality from pages order by sha256, outcome, quality"
    ).fetchall()
    values = tuple(sorted({grade for _, grade in found if grade}))
    code = {value: n for n, value in enumerate(values)}
    codes = np.full(size, -1, np.int64)
    codes[_array(rowid for rowid, _ in found)] = _array(code.get(grade, -1) for _, grade in found)
    return Column(values, codes, {})


def _column(given: Iterable[Any], labels: dict[str, str] | None = None) -> Column:
    """Number the values in their order."""
    told = [None if value is None or value == "" else str(value) for value in given]
    values = tuple(sorted({value for value in told if value is not None}))
    code = {value: n for n, value in enumerate(values)}
    return Column(values, _array(-1 if v is None else code[v] for v in told), labels or {})


def _labels(connection: sqlite3.Connection) -> dict[str, dict[str, str]]:
    return {
        "council": dict(connection.execute("select council, name from councils").fetchall()),
        "code": dict(connection.execute("select code, label from codes").fetchall()),
        "topic": dict(connection.execute("select topic, label from topics").fetchall()),
    }


def _day(value: str | None) -> int:
    """Return a date as a number that sorts, a bare year or month before its days; else 0."""
    digits = (value or "")[:10].replace("-", "")
    known = len(digits) in (4, 6, 8) and digits.isascii() and digits.isdigit()
    return int(digits.ljust(8, "0")) if known else 0

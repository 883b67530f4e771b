"""The pages for reading: what was asked of a concordance or a comparison, bounded for a site."""

import csv
import io
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from corpus.cells import defused
from corpus.errors import CorpusError
from corpus.language.collocates import SORTS as COLLOCATE_SORTS
from corpus.language.collocates import WINDOW, Collocates, collocates
from corpus.language.keyness import BY, Keyness, groups, keyness
from corpus.language.kwic import Line, Node, Order, kwic, matching_pages
from corpus.language.selection import Selection
from corpus.language.wordcounts import UNITS, documents
from corpus.scope import Scope, scope

MOST_LINES = 1000
"""Of one answer as CSV or JSON; the page itself shows `LINES`."""
LINES = 100
WIDTH = 48
SORTS = {
    "none": "as stored",
    "left": "words before",
    "right": "words after",
    "date": "date",
    "sample": "sample by chance",
}
MOST_CHARS = 8_000_000
"""Characters counted for one page: some five seconds of work; the command has no such limit."""
KEYWORDS = 60
WINDOWS = ("2", "5", "10")
"""Words on either side that a reader may choose."""
FILTERS = ("council", "nation", "kind", "year")
DIRECTIONS = {"over": "uses more", "under": "uses less"}


@dataclass(frozen=True)
class Asked:
    """A question as the address names it: values by name, empty ones left out."""

    path: str
    values: dict[str, str]

    def get(self, name: str, otherwise: str = "") -> str:
        """Return a value."""
        return self.values.get(name, otherwise)

    def link(self, suffix: str = "", **changes: str) -> str:
        """Return the address of the same question, as a page or (`.csv`, `.json`) as data."""
        values = {k: v for k, v in (self.values | changes).items() if v}
        return f"{self.path}{suffix}?{urlencode(values)}"


def asked(path: str, arguments: Any, names: Iterable[str]) -> Asked:
    """Understand the arguments of an address; each is cut to what a person would type."""
    given = {name: (arguments.get(name) or "").strip()[:300] for name in names}
    return Asked(path, {name: value for name, value in given.items() if value})


@dataclass(frozen=True)
class Around:
    """What stands around a question: what it may be narrowed to, and what was searched."""

    choices: dict[str, list[tuple[str, str]]]
    scope: Scope


def around(connection: sqlite3.Connection) -> Around:
    """Look through all documents for the choices: keep the answer."""
    return Around(_choices(connection), scope(connection))


@dataclass(frozen=True)
class Concordance:
    """What the page of a concordance shows; `problem` where the question makes no sense."""

    asked: Asked
    choices: dict[str, list[tuple[str, str]]]
    scope: Scope
    lines: tuple[Line, ...] = ()
    pages: int = 0
    problem: str = ""


def concordance(
    connection: sqlite3.Connection,
    wanted: Asked,
    known: Around,
    limit: int = LINES,
    oldest_first: Order | None = None,
) -> Concordance:
    """Find the lines of a concordance: run it under a time limit."""
    choices, among = known.choices, known.scope
    if not (wanted.get("q") or wanted.get("code")):
        return Concordance(wanted, choices, among)
    sort = wanted.get("sort") if wanted.get("sort") in SORTS else "none"
    try:
        node, selection = _node(wanted), _selection(wanted)
        found = kwic(
            connection,
            node,
            selection=selection,
            sort=str(sort),
            width=WIDTH,
            limit=limit,
            oldest_first=oldest_first,
        )
        pages = matching_pages(connection, node)
    except CorpusError as error:
        return Concordance(wanted, choices, among, problem=str(error))
    return Concordance(wanted, choices, among, tuple(found), pages)


def _node(wanted: Asked) -> Node:
    return Node(wanted.get("q") or None, code=wanted.get("code") or None)


def _selection(wanted: Asked) -> Selection:
    council, nation, kind, year = (wanted.get(name) or None for name in FILTERS)
    return Selection(council=council, nation=nation, kind=kind, year=year)


@dataclass(frozen=True)
class Company:
    """What the page of collocates shows; `problem` where the question makes no sense."""

    asked: Asked
    choices: dict[str, list[tuple[str, str]]]
    scope: Scope
    found: Collocates | None = None
    problem: str = ""

    @property
    def largest(self) -> float:
        """The largest log ratio shown, for the bars."""
        return (
            max((each.log_ratio for each in self.found.collocates), default=1.0)
            if self.found
            else 1.0
        )


def company(
    connection: sqlite3.Connection, wanted: Asked, known: Around, limit: int | None = KEYWORDS
) -> Company:
    """Find the collocates of a word or code: run it under a time limit."""
    told = Company(wanted, known.choices, known.scope)
    if not (wanted.get("q") or wanted.get("code")):
        return told
    sort = wanted.get("sort") if wanted.get("sort") in COLLOCATE_SORTS else COLLOCATE_SORTS[0]
    window = int(wanted.get("window")) if wanted.get("window") in WINDOWS else WINDOW
    try:
        found = collocates(
            connection,
            _node(wanted),
            window=window,
            selection=_selection(wanted),
            sort=sort,
            limit=limit,
            most_chars=MOST_CHARS,
        )
    except CorpusError as error:
        return replace(told, problem=str(error))
    return replace(told, found=found)


def _choices(connection: sqlite3.Connection) -> dict[str, list[tuple[str, str]]]:
    """Return what a concordance may be narrowed to: values and labels."""
    found = documents(connection, Selection())
    names = dict(connection.execute("select council, name from councils").fetchall())
    codes = connection.execute("select code, label from codes order by 2").fetchall()
    return {
        name: [(value, names.get(value, value)) for value in sorted(groups(found, name))]
        for name in FILTERS
    } | {"code": [(row[0], row[1] or row[0]) for row in codes]}


@dataclass(frozen=True)
class Comparison:
    """What the page of keywords shows; `sizes` are the documents of each group."""

    asked: Asked
    sizes: list[tuple[str, int]]
    labels: dict[str, str]
    found: Keyness | None = None
    problem: str = ""

    @property
    def largest(self) -> float:
        """The largest log ratio shown, for the bars."""
        keywords = self.found.keywords if self.found else ()
        return max((abs(each.log_ratio) for each in keywords), default=1.0)


def comparison(
    connection: sqlite3.Connection, wanted: Asked, limit: int | None = KEYWORDS
) -> Comparison:
    """Compare two groups: run it under a time limit."""
    by = wanted.get("by") if wanted.get("by") in BY else "kind"
    sizes = groups(documents(connection, Selection()), by).most_common()
    names = dict(connection.execute("select council, name from councils").fetchall())
    labels = {value: names.get(value, value) for value, _ in sizes} if by == "council" else {}
    if not wanted.get("group"):
        return Comparison(wanted, sizes, labels)
    unit = wanted.get("unit") if wanted.get("unit") in UNITS else UNITS[0]
    direction = wanted.get("direction") if wanted.get("direction") in DIRECTIONS else "over"
    try:
        found = keyness(
            connection,
            by,
            wanted.get("group"),
            wanted.get("against") or None,
            unit=unit,
            direction=direction,
            limit=limit,
            most_chars=MOST_CHARS,
        )
    except CorpusError as error:
        return Comparison(wanted, sizes, labels, problem=str(error))
    return Comparison(wanted, sizes, labels, found)


def suggested(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Return the kept suggestions, best first; none where the table is not there."""
    if not connection.execute("select 1 from sqlite_master where name = 'suggestions'").fetchone():
        return []
    found = connection.execute("select * from suggestions order by score desc, phrase")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]


def as_csv(rows: list[dict[str, Any]]) -> str:
    """Return rows as CSV whose cells no spreadsheet runs."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    names = list(rows[0]) if rows else []
    writer.writerow(names)
    writer.writerows([defused(row.get(name)) for name in names] for row in rows)
    return stream.getvalue()

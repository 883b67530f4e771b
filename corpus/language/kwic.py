"""Concordances: every occurrence of a word, term or code, with the words on either side.

Words are found as `corpus.retrieval.search` finds them: phrases in quotation marks, OR, -without,
begin*, in any inflection. Lines come as SQLite finds them, one page at a time; by date, the pages
are put in order first and read as far as lines are wanted; sorted by words, every line is read and
no more are kept in memory than are shown.
"""

import heapq
import re
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import blake2b
from itertools import islice
from typing import Any

from corpus.errors import CorpusError
from corpus.language.selection import PRESENT, Selection, known
from corpus.language.words import JOINERS
from corpus.retrieval.query import parse

WIDTH = 60
"""Characters on either side."""
WIDEST = 1000
SORTS = ("none", "left", "right", "date", "sample")
"""`none`: as stored, the fastest; `sample`: an order by chance that is the same each time."""
_TORN = re.compile(rf"[{JOINERS}]+[ \t]*[\r\n]+\s*|[{JOINERS}]|[\u202a-\u202e\u2066-\u2069]")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

_COLUMNS = """p.page, p.number, p.label, d.document, d.title, d.council, c.name as council_name,
    d.kind, d.published_on as date, coalesce(d.origin_url, d.url) as url"""
_MATCHING = "select rowid from pages_fts where pages_fts match :match"
_OLDEST_FIRST = "order by d.published_on is null, d.published_on, p.page"
_DATED_WORDS = f"""select p.rowid from pages_fts cross join pages p on p.rowid = pages_fts.rowid
    {PRESENT} where pages_fts match :match {{conditions}} {_OLDEST_FIRST}"""
_DATED_MENTIONS = f"""select p.rowid from pages p {PRESENT}
    where p.page in (select page from mentions where {{column}} = :name and counted = 1)
    {{conditions}} {_OLDEST_FIRST}"""
_PAGES_AT_ONCE = 20
"""Pages read together where they come in order: a screen of lines has no more."""
_BY_WORDS = f"""select {_COLUMNS}, highlight(pages_fts, 0, :open, :shut) as text
    from pages_fts cross join pages p on p.rowid = pages_fts.rowid {PRESENT}
    where pages_fts match :match {{conditions}}"""
_BY_MENTION = f"""select {_COLUMNS}, p.text, m.start, m."end", m.mention
    from mentions m join pages p on p.page = m.page {PRESENT}
    where m.{{column}} = :name and m.counted = 1 {{conditions}} order by p.page, m.start"""


Order = Callable[[Iterable[int]], Iterable[int]]
"""Puts row numbers of `pages` in an order; pages that a selection leaves out may be left out."""


class BadQuery(CorpusError):
    """A query in which there is nothing to look for, or that asks for two things at once."""


@dataclass(frozen=True)
class Node:
    """What is looked for: words (`near`: within so many words of each other), a term or a code."""

    query: str | None = None
    term: str | None = None
    code: str | None = None
    near: int | None = None

    def __post_init__(self) -> None:
        if sum(bool(given) for given in (self.query, self.term, self.code)) != 1:
            raise BadQuery("Give words, or a term, or a code: one of the three.")

    @property
    def told(self) -> str:
        """The node in words."""
        return self.query or self.term or self.code or ""

    @property
    def match(self) -> str:
        """The FTS5 expression of the words; raises `BadQuery` where there is none."""
        parsed = parse(self.query or "")
        if not parsed.match:
            raise BadQuery(parsed.hint or "There is nothing to look for.")
        if self.near is None:
            return parsed.match
        if not parsed.simple:
            raise BadQuery("Words near each other can have neither OR, brackets nor -without.")
        return f"NEAR({' '.join(group[0] for group in parsed.wanted)}, {int(self.near)})"


@dataclass(frozen=True)
class Line:
    """One occurrence: `left`, `node` and `right` as printed, `start` and `end` on its page.

    `mention` is set for terms and codes; `document`, `page` and `number` are what to cite.
    """

    left: str
    node: str
    right: str
    document: str
    page: str
    number: int
    label: str | None
    title: str | None
    council: str | None
    council_name: str | None
    kind: str | None
    date: str | None
    url: str | None
    start: int
    end: int
    mention: str | None = None

    def as_row(self) -> dict[str, Any]:
        """Return the line by the names of its fields."""
        return asdict(self)


def kwic(
    connection: sqlite3.Connection,
    node: Node,
    *,
    selection: Selection | None = None,
    sort: str = "none",
    width: int = WIDTH,
    limit: int | None = 100,
    oldest_first: Order | None = None,
) -> list[Line]:
    """Return the lines of a concordance, at most `limit`, in the order asked for.

    `oldest_first` is for whoever knows each page's date already: SQLite looks them all up. Raises
    `BadQuery` and `NoSuchName`. One that is sorted by words or by chance reads every
    occurrence before it answers.
    """
    if sort == "date":
        dated = _by_date(connection, node, selection or Selection(), width, oldest_first)
        return list(islice(dated, limit))
    found = lines(connection, node, selection=selection, width=width)
    if sort == "none":
        return list(islice(found, limit))
    key = _KEYS[sort]
    return heapq.nsmallest(limit, found, key) if limit else sorted(found, key=key)


def lines(
    connection: sqlite3.Connection,
    node: Node,
    *,
    selection: Selection | None = None,
    width: int = WIDTH,
    pages: Iterable[int] | None = None,
) -> Iterator[Line]:
    """Yield the lines of a concordance as they are found; `pages`: on these rows of pages only."""
    width = min(max(width, 1), WIDEST)
    for place in occurrences(connection, node, selection or Selection(), pages):
        text, start, end = place.pop("text"), place["start"], place["end"]
        left = _tidy(text[max(start - 4 * width, 0) : start])
        right = _tidy(text[end : end + 4 * width])
        yield Line(_tail(left, width), _tidy(text[start:end]).strip(), _head(right, width), **place)


def _by_date(
    connection: sqlite3.Connection,
    node: Node,
    selection: Selection,
    width: int,
    oldest_first: Order | None,
) -> Iterator[Line]:
    """Yield lines from the oldest paper on: pages are put in order before any is read."""
    rows = iter(
        oldest_first(_rows(connection, _MATCHING, {"match": node.match}))
        if node.query and oldest_first
        else _dated(connection, node, selection)
    )
    while part := list(islice(rows, _PAGES_AT_ONCE)):
        found = lines(connection, node, selection=selection, width=width, pages=part)
        yield from sorted(found, key=_oldest_first)


def _rows(connection: sqlite3.Connection, sql: str, values: dict[str, str]) -> Iterator[int]:
    return (row[0] for row in connection.execute(sql, values))


def _dated(connection: sqlite3.Connection, node: Node, selection: Selection) -> Iterator[int]:
    conditions = selection.conditions()
    if node.query:
        sql, value = _DATED_WORDS.format(conditions=conditions), {"match": node.match}
    else:
        column, value = _named_node(connection, node)
        sql = _DATED_MENTIONS.format(column=column, conditions=conditions)
    return _rows(connection, sql, selection.given | value)


def occurrences(
    connection: sqlite3.Connection,
    node: Node,
    selection: Selection,
    pages: Iterable[int] | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield where a node stands: what to cite, the page's `text`, `start` and `end` in it."""
    conditions = selection.conditions()
    among = "" if pages is None else f"({','.join(map(str, pages))})"
    if node.query:
        conditions += f" and pages_fts.rowid in {among}" if among else ""
        yield from _of_words(connection, node.match, selection.given, conditions)
        return
    column, value = _named_node(connection, node)
    conditions += f" and p.rowid in {among}" if among else ""
    sql = _BY_MENTION.format(column=column, conditions=conditions)
    for row in _named(connection, sql, selection.given | value):
        if 0 <= row["start"] < row["end"] <= len(row["text"]):
            yield row


def _named_node(connection: sqlite3.Connection, node: Node) -> tuple[str, dict[str, str]]:
    """Return the column of a code or term, and its name as an SQL value."""
    table, column = ("codes", "code") if node.code else ("terms", "term")
    return column, {"name": known(connection, table, node.told)}


def _of_words(
    connection: sqlite3.Connection, match: str, given: dict[str, str], conditions: str
) -> Iterator[dict[str, Any]]:
    """Yield the places the index marks; the marks are drawn by lot, so that no text has them."""
    lot = secrets.token_hex(8)
    opened, shut = f"\x02{lot}(", f"\x02{lot})"
    values = given | {"match": match, "open": opened, "shut": shut}
    sql = _BY_WORDS.format(conditions=conditions)
    for row in _named(connection, sql, values):
        parts = re.split(f"{re.escape(opened)}|{re.escape(shut)}", row.pop("text"))
        text, at = "".join(parts), 0
        for index, part in enumerate(parts):
            if index % 2:
                yield row | {"text": text, "start": at, "end": at + len(part)}
            at += len(part)


def _named(
    connection: sqlite3.Connection, sql: str, values: dict[str, str]
) -> Iterator[dict[str, Any]]:
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description]
    yield from (dict(zip(names, tuple(row), strict=True)) for row in cursor)


def _tidy(text: str) -> str:
    """Return words on one line, without signs that tear words or play with a terminal."""
    return _BLANK.sub(" ", _TORN.sub("", text))


def _tail(text: str, width: int) -> str:
    """Return the last whole words, at most `width` characters."""
    cut = text[-width:]
    whole = cut if len(text) <= width or text[-width - 1] == " " else cut.partition(" ")[2] or cut
    return whole.lstrip()


def _head(text: str, width: int) -> str:
    """Return the first whole words, at most `width` characters."""
    cut = text[:width]
    return cut if len(text) <= width or text[width] == " " else cut.rpartition(" ")[0] or cut


def _place(line: Line) -> tuple[Any, ...]:
    return line.page, line.start, line.end


def _oldest_first(line: Line) -> tuple[Any, ...]:
    return line.date is None, line.date or "", _place(line)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


_KEYS: dict[str, Callable[[Line], Any]] = {
    "left": lambda line: (_words(line.left)[::-1], _place(line)),
    "right": lambda line: (_words(line.right), _place(line)),
    "sample": lambda line: blake2b(repr(_place(line)).encode(), digest_size=8).digest(),
}


def cited(found: Iterable[Line]) -> dict[str, int]:
    """Number the documents of a concordance from 1, in the order in which they appear."""
    numbers: dict[str, int] = {}
    for line in found:
        numbers.setdefault(line.document, len(numbers) + 1)
    return numbers


def matching_pages(connection: sqlite3.Connection, node: Node) -> int:
    """Count the pages of the whole corpus on which a node stands, whatever the selection."""
    if node.query:
        sql, value = "select count(*) from pages_fts where pages_fts match ?", node.match
    else:
        column = "code" if node.code else "term"
        sql = f"select count(distinct page) from mentions where {column} = ? and counted = 1"
        value = node.told
    return int(connection.execute(sql, (value,)).fetchone()[0])

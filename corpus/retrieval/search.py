"""Words in, pages out: full-text search that no query can break.

What people type is put into FTS5's language by `corpus.retrieval.query`. Ranking is done inside the
index; the pages themselves are opened for the rows shown only.
"""

import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from corpus.retrieval.query import Parsed, parse
from corpus.scope import Scope, scope

SNIPPET_WORDS = 36
"""Words around the words found: about three printed lines."""
SNIPPET_CHARS = 600
"""A snippet's length at most: a page may hold a "word" of a million letters."""
TOKENIZER = "porter unicode61"
"""As the index of the pages was made."""
TIES = 100
"""Ranks fetched beyond the page shown, so that equal ranks are ordered by page id."""

Segments = tuple[tuple[str, bool], ...]
"""A text in stretches, each with whether it matches."""
_START, _END = "\x02", "\x03"
_MARKED = re.compile(f"{_START}([^{_END}]*){_END}")
_SPACE = re.compile(r"\s+")
_of_thread = threading.local()

_PAGES = """select p.rowid from documents d cross join files f on f.document = d.document
        cross join pages p on p.sha256 = f.sha256 where {conditions}"""
_MENTIONING = """select p.rowid from mentions m cross join pages p on p.page = m.page
        where m.counted = 1 and {conditions}"""
_HOLDING = """select p.rowid from passage_topics x join passages s on s.passage = x.passage
        join pages p on p.page = s.page where x.topic = :topic and not exists (
        select 1 from passage_topics o where o.passage = x.passage and o.model = x.model
        and (o.weight > x.weight or (o.weight = x.weight and o.topic < x.topic)))"""
"""The pages of the passages in which a topic is the strongest."""
_OF_COUNCILS = "d.council in (select council from councils where {0} = :{0})"
_CONDITIONS = {
    "council": "d.council = :council",
    "type": _OF_COUNCILS.format("type"),
    "nation": _OF_COUNCILS.format("nation"),
    "year": "substr(d.published_on, 1, 4) = :year",
    "kind": "d.kind = :kind",
    "quality": "p.quality = :quality",
    "document": "d.document = :document",
}
_OF_MENTION = {"code": "m.code = :code", "stance": "m.stance = :stance"}
_DETAILS = """
    select p.rowid as id, p.page, p.number, p.label, d.document, d.title, d.council,
           c.name as council_name, d.kind, d.published_on as date,
           coalesce(d.origin_url, d.url) as url, p.text
    from pages p join files f on f.sha256 = p.sha256
    left join documents d on d.document = f.document
    left join councils c on c.council = d.council
    where p.rowid in ({marks})"""


@dataclass(frozen=True)
class Filters:
    """What narrows a search besides words; None does not.

    `code` and `stance` together are those of one mention; `topic` is the strongest of a passage.
    """

    council: str | None = None
    year: str | None = None
    kind: str | None = None
    code: str | None = None
    type: str | None = None
    nation: str | None = None
    stance: str | None = None
    topic: str | None = None
    quality: str | None = None
    document: str | None = None

    def given(self) -> dict[str, str]:
        """Return the filters that are set."""
        return {name: str(value) for name, value in asdict(self).items() if value}


@dataclass(frozen=True)
class Hit:
    """One page that matches; `document` is the canonical one of its file."""

    document: str
    page: str
    title: str | None
    council: str | None
    kind: str | None
    date: str | None
    url: str | None
    score: float
    number: int
    label: str | None
    council_name: str | None
    segments: Segments
    matched: tuple[str, ...] | None = None
    """Found by meaning: the words of the query that stand on the page; else None."""
    row: int = 0
    """The page's row number, which holds only until the corpus is rebuilt."""

    @property
    def snippet(self) -> str:
        """The words around the match, without marks."""
        return "".join(text for text, _ in self.segments)

    def as_row(self) -> dict[str, Any]:
        """Return the hit as `corpus search --json` prints it."""
        names = ("document", "page", "title", "council", "kind", "date", "snippet", "url", "score")
        row = {name: getattr(self, name) for name in names}
        return row if self.matched is None else row | {"matched": list(self.matched)}


@dataclass(frozen=True)
class Results:
    """A page of hits, the number of all, and what was searched."""

    query: str
    hits: tuple[Hit, ...]
    total: int
    scope: Scope
    hint: str | None = None
    by: str = "words"
    """`words`: all of them stand on every hit; `meaning`: the nearest pages, none left out."""


def search(
    connection: sqlite3.Connection,
    query: str,
    *,
    limit: int = 20,
    offset: int = 0,
    among: Scope | None = None,
    **narrowing: str | int | None,
) -> Results:
    """Find pages, best first; the score is -BM25, so that larger is better.

    `narrowing` is what `Filters` has. `among` is the denominator where the caller has it already;
    it is counted otherwise.
    """
    filters = Filters(**{name: str(value) if value else None for name, value in narrowing.items()})
    parsed, among = parse(query), among or scope(connection)
    if not parsed.match:
        return Results(query, (), 0, among, parsed.hint)
    window = offset + limit + TIES
    ranked = _ranked(connection, parsed, filters, window)
    total = len(ranked) if len(ranked) < window else count(connection, parsed, filters)
    shown = ranked[offset : offset + limit]
    hits = tuple(hits_of(connection, parsed.match, shown))
    return Results(query, hits, total, among, parsed.hint)


def count(connection: sqlite3.Connection, parsed: Parsed, filters: Filters) -> int:
    """Count all matching pages."""
    condition, values = narrowed(parsed, filters)
    sql = f"select count(*) from pages_fts where pages_fts match :match {condition}"
    return int(connection.execute(sql, values).fetchone()[0])


def narrowed(parsed: Parsed, filters: Filters, rowid: str = "rowid") -> tuple[str, dict[str, str]]:
    """Return SQL that narrows the rows of the index, and its values with the words."""
    condition, values = page_condition(filters, rowid)
    return condition, values | {"match": parsed.match}


def page_condition(filters: Filters, rowid: str) -> tuple[str, dict[str, str]]:
    """Return SQL that narrows rows of pages, and its values; empty without filters.

    The plus keeps SQLite from asking the index once for every row of the filter.
    """
    given = filters.given()
    parts = []
    for sql, known in ((_PAGES, _CONDITIONS), (_MENTIONING, _OF_MENTION)):
        conditions = " and ".join(known[name] for name in given if name in known)
        parts += [sql.format(conditions=conditions)] if conditions else []
    parts += [_HOLDING] if "topic" in given else []
    return "".join(f" and +{rowid} in ({part})" for part in parts), given


def _ranked(
    connection: sqlite3.Connection, parsed: Parsed, filters: Filters, window: int
) -> list[tuple[int, float]]:
    """Return (rowid, rank) best first; equal ranks by page id, which outlives a rebuild."""
    condition, values = narrowed(parsed, filters)
    sql = (
        "select rowid, bm25(pages_fts) from pages_fts "
        f"where pages_fts match :match {condition} order by 2, 1 limit {int(window)}"
    )
    found = [(int(row[0]), float(row[1])) for row in connection.execute(sql, values)]
    if len({rank for _, rank in found}) == len(found):
        return found
    pages = _page_ids(connection, found)
    return sorted(found, key=lambda each: (each[1], pages.get(each[0], "")))


def _page_ids(connection: sqlite3.Connection, found: list[tuple[int, float]]) -> dict[int, str]:
    """Return the page ids of the rows that share their rank with another."""
    runs = (list(run) for _, run in groupby(found, key=lambda each: each[1]))
    tied = [rowid for run in runs if len(run) > 1 for rowid, _ in run]
    sql = f"select rowid, page from pages where rowid in ({','.join(map(str, tied))})"
    return {row[0]: row[1] for row in connection.execute(sql)}


def hits_of(
    connection: sqlite3.Connection, match: str, ranked: list[tuple[int, float]]
) -> Iterator[Hit]:
    """Yield the hits of rows and ranks (lower is better), with the words that match marked."""
    if not ranked:
        return
    marks = ",".join(str(rowid) for rowid, _ in ranked)
    cursor = connection.execute(_DETAILS.format(marks=marks))
    names = [column[0] for column in cursor.description]
    details = {row[0]: dict(zip(names, tuple(row), strict=True)) for row in cursor}
    texts = [(rowid, found.pop("text") or "") for rowid, found in details.items()]
    snippets = _snippets(texts, match) if match else {}
    for rowid, rank in ranked:
        if found := details.get(rowid):
            told = {name: value for name, value in found.items() if name != "id"}
            yield Hit(**told, score=-rank, segments=snippets.get(rowid, ()), row=rowid)


def _snippets(texts: list[tuple[int, str]], match: str) -> dict[int, Segments]:
    """Return the words around the match of each text.

    A small index of the pages shown costs a millisecond, whatever was asked; asking the large one
    again, page by page, would look up a prefix's thousand words for each of them.
    """
    small = _small()
    small.execute("begin")
    try:
        small.executemany("insert into shown (rowid, text) values (?, ?)", texts)
        found = small.execute(
            "select rowid, snippet(shown, 0, ?, ?, '…', ?) from shown where shown match ?",
            (_START, _END, SNIPPET_WORDS, match),
        )
        return {rowid: tuple(_cut(_segments(marked))) for rowid, marked in found}
    finally:
        small.rollback()  # quicker than deleting, and nothing of one reader is left for another


def _small() -> sqlite3.Connection:
    """Return this thread's index for snippets, which is empty."""
    if not hasattr(_of_thread, "small"):
        _of_thread.small = sqlite3.connect(":memory:", isolation_level=None)
        _of_thread.small.execute(
            f"create virtual table shown using fts5(text, tokenize='{TOKENIZER}')"
        )
    small: sqlite3.Connection = _of_thread.small
    return small


def _segments(marked: str) -> Iterator[tuple[str, bool]]:
    """Cut a marked snippet into segments; white space becomes single spaces."""
    for index, text in enumerate(_MARKED.split(_SPACE.sub(" ", marked))):
        text = text.replace(_START, "").replace(_END, "")
        if text:
            yield text, index % 2 == 1


def _cut(segments: Iterable[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """Shorten a snippet that is longer than people read; what stands near a match is kept."""
    left, before = SNIPPET_CHARS, True
    for text, is_match in segments:
        if left <= 0:
            return
        before = before and not is_match
        longest = left if is_match else min(left, SNIPPET_CHARS // 2)
        left -= min(len(text), longest)
        if len(text) > longest:
            text = f"…{text[-longest:]}" if before else f"{text[:longest]}…"
        yield text, is_match

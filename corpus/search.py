"""Words in, pages out: full-text search that no query can break.

What people type is never FTS5 syntax here: it is cut into words and phrases, each of which is
quoted, so that `NEAR(`, `title:` or a lone quotation mark are words like any other. Ranking is done
inside the index; the pages themselves are opened for the rows shown only.
"""

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from corpus.scope import Scope, scope

MAX_WORDS = 32
"""Words and phrases of a query: far more than people type, far less than FTS5's depth limit."""
MAX_CHARS = 1000
"""Characters of a query."""
SNIPPET_WORDS = 36
"""Words around the words found: about three printed lines."""
SNIPPET_CHARS = 600
"""A snippet's length at most: a page may hold a "word" of a million letters."""
TOKENIZER = "porter unicode61"
"""As the index of the pages was made."""
TIES = 100
"""Ranks fetched beyond the page shown, so that equal ranks are ordered by page id."""

_TOKEN = re.compile(
    r'(?P<minus>(?<!\S)-(?=\S))?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))(?P<star>\*?)'
)
_OPERATORS = {"AND": (False, False), "OR": (True, False), "NOT": (False, True)}
"""Whether the next word is an alternative, or unwanted."""
_QUOTES = str.maketrans("“”„«»", '"""""')
Segments = tuple[tuple[str, bool], ...]
"""A text in stretches, each with whether it matches."""
_START, _END = "\x02", "\x03"
_MARKED = re.compile(f"{_START}([^{_END}]*){_END}")
_SPACE = re.compile(r"\s+")

_FILTERED = {
    "document": """select p.rowid from documents d cross join files f on f.document = d.document
        cross join pages p on p.sha256 = f.sha256 where {conditions}""",
    "code": """select p.rowid from mentions m cross join pages p on p.page = m.page
        where m.code = :code and m.counted = 1""",
}
_CONDITIONS = {
    "council": "d.council = :council",
    "year": "substr(d.published_on, 1, 4) = :year",
    "kind": "d.kind = :kind",
}
_DETAILS = """
    select p.rowid as id, p.page, p.number, p.label, d.document, d.title, d.council,
           c.name as council_name, d.kind, d.published_on as date,
           coalesce(d.origin_url, d.url) as url, p.text
    from pages p join files f on f.sha256 = p.sha256
    left join documents d on d.document = f.document
    left join councils c on c.council = d.council
    where p.rowid in ({marks})"""


@dataclass(frozen=True)
class Parsed:
    """A query as it is understood: every group of `wanted` must occur, nothing of `unwanted`.

    A group is a set of alternatives; its members are FTS5 strings, quoted and safe.
    """

    wanted: tuple[tuple[str, ...], ...] = ()
    unwanted: tuple[str, ...] = ()
    hint: str | None = None

    @property
    def match(self) -> str:
        """The FTS5 expression; empty where there is nothing to look for."""
        wanted = " AND ".join(f"({' OR '.join(group)})" for group in self.wanted)
        if wanted and self.unwanted:
            return f"({wanted}) NOT ({' OR '.join(self.unwanted)})"
        return wanted


@dataclass(frozen=True)
class Filters:
    """What narrows a search besides words; None does not."""

    council: str | None = None
    year: str | None = None
    kind: str | None = None
    code: str | None = None

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


def parse(query: str) -> Parsed:
    """Understand what people type: words, "phrases", OR, -without, prefix*; never raises."""
    wanted: list[list[str]] = []
    unwanted: list[str] = []
    alternative = negative = False
    tokens = list(_tokens(_tidy(query)))
    for token, is_phrase, minus in tokens[:MAX_WORDS]:
        if not is_phrase and token in _OPERATORS:
            alternative, negative = _OPERATORS[token]
            continue
        quoted = _quoted(token)
        if quoted and (minus or negative):
            unwanted.append(quoted)
        elif quoted and alternative and wanted:
            wanted[-1].append(quoted)
        elif quoted:
            wanted.append([quoted])
        alternative = negative = False
    hint = _hint(bool(wanted), bool(unwanted), len(tokens) > MAX_WORDS or len(query) > MAX_CHARS)
    return Parsed(tuple(map(tuple, wanted)), tuple(unwanted), hint)


def _tidy(query: str) -> str:
    """Return a query without control characters, lone surrogates and unbalanced quotes."""
    query = query[:MAX_CHARS].translate(_QUOTES).encode("utf-8", "replace").decode("utf-8")
    query = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in query)
    if query.count('"') % 2:
        query = " ".join(query.rsplit('"', 1))
    return query


def _tokens(query: str) -> Iterator[tuple[str, bool, bool]]:
    """Yield word or phrase, whether it is a phrase, and whether a minus stands before it."""
    for match in _TOKEN.finditer(query):
        phrase = match["phrase"]
        text = (match["word"] if phrase is None else phrase) + match["star"]
        yield text, phrase is not None, bool(match["minus"])


def _quoted(token: str) -> str | None:
    """Return a token as an FTS5 string, or None where it holds no letter or digit."""
    plain = token.strip("*")
    if not any(unicodedata.category(c)[0] in "LN" for c in plain):
        return None
    return f'"{plain}"' + ("*" if token.endswith("*") else "")


def _hint(wanted: bool, unwanted: bool, cut: bool) -> str | None:
    if cut:
        return f"The query is long: only its first {MAX_WORDS} words were used."
    if wanted:
        return None
    if unwanted:
        return "A minus takes pages away: add a word to look for."
    return (
        'Type one or more words. "Quoted words" are found side by side, OR finds either, '
        "-word leaves pages out, predict* finds every ending."
    )


def search(
    connection: sqlite3.Connection,
    query: str,
    *,
    council: str | None = None,
    year: str | int | None = None,
    kind: str | None = None,
    code: str | None = None,
    limit: int = 20,
    offset: int = 0,
    among: Scope | None = None,
) -> Results:
    """Find pages, best first; the score is -BM25, so that larger is better.

    `among` is the denominator where the caller has it already; it is counted otherwise.
    """
    filters = Filters(council, str(year) if year else None, kind, code)
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
    conditions = " and ".join(_CONDITIONS[name] for name in given if name in _CONDITIONS)
    parts = [_FILTERED["document"].format(conditions=conditions)] if conditions else []
    parts += [_FILTERED["code"]] if "code" in given else []
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
    marks = ",".join(str(rowid) for rowid, _ in ranked)
    cursor = connection.execute(_DETAILS.format(marks=marks))
    names = [column[0] for column in cursor.description]
    details = {row[0]: dict(zip(names, tuple(row), strict=True)) for row in cursor}
    texts = [(rowid, found.pop("text") or "") for rowid, found in details.items()]
    snippets = _snippets(texts, match) if match else {}
    for rowid, rank in ranked:
        if found := details.get(rowid):
            found.pop("id")
            yield Hit(**found, score=-rank, segments=snippets.get(rowid, ()))


def _snippets(texts: list[tuple[int, str]], match: str) -> dict[int, Segments]:
    """Return the words around the match of each text.

    A small index of the pages shown costs a millisecond, whatever was asked; asking the large one
    again, page by page, would look up a prefix's thousand words for each of them.
    """
    with closing(sqlite3.connect(":memory:")) as small:
        small.execute(f"create virtual table shown using fts5(text, tokenize='{TOKENIZER}')")
        small.executemany("insert into shown (rowid, text) values (?, ?)", texts)
        found = small.execute(
            "select rowid, snippet(shown, 0, ?, ?, '…', ?) from shown where shown match ?",
            (_START, _END, SNIPPET_WORDS, match),
        )
        return {rowid: tuple(_cut(_segments(marked))) for rowid, marked in found}


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

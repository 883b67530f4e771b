"""A search as people ask it: by words where they say so, by meaning where they do not."""

import re
import sqlite3
from dataclasses import replace
from typing import Any, Literal

from corpus.retrieval.candidates import question
from corpus.retrieval.lsi import Index
from corpus.retrieval.meaning import Ranked, index_of, rank
from corpus.retrieval.query import parse
from corpus.retrieval.search import Filters, Hit, Results, hits_of, search
from corpus.scope import Scope, scope

By = Literal["words", "meaning"]
_EXACT = re.compile(r'["“”„«»]|(?<!\S)(?:AND|OR|NOT|NEAR)(?!\w)|(?<!\S)-(?=\S)|\*')
NO_INDEX = (
    "Searching by meaning needs `corpus build` first; these are the pages with all the words."
)
ONLY_COMMON = "The query has only common words, or none: these are the pages with all of them."
NONE_EXACT = "No page has all of this as written. The pages nearest in meaning follow."


def wants_words(query: str) -> bool:
    """Whether a query says that its words are meant: quotes, an operator, or a single word."""
    return bool(_EXACT.search(query)) or len(query.split()) < 2


def chosen(connection: sqlite3.Connection, query: str, by: str | None) -> By:
    """Return how to search: as asked, else by meaning where there is an index and no operator."""
    if by in ("words", "meaning"):
        return "words" if by == "words" else "meaning"
    return "words" if wants_words(query) or index_of(connection) is None else "meaning"


def find(
    connection: sqlite3.Connection,
    query: str,
    *,
    by: str | None = None,
    filters: Filters | None = None,
    limit: int = 20,
    offset: int = 0,
    among: Scope | None = None,
) -> Results:
    """Find pages by `words` or by `meaning`; None chooses (`chosen`).

    By words, with a hint, where meaning cannot be had. Where the choice was free and no page has
    all the words, the nearest in meaning, with a hint.
    """
    filters, among = filters or Filters(), among or scope(connection)
    index = index_of(connection) if by != "words" else None
    able = index is not None and bool(question(index, query).stems)
    way = chosen(connection, query, by)
    if way == "meaning" and index and able:
        return _by_meaning(connection, index, query, filters, limit, offset, among)
    given: dict[str, Any] = filters.given()
    found = search(connection, query, **given, limit=limit, offset=offset, among=among)
    free = by is None and not found.hint and not parse(query).unwanted
    if free and index and able and not found.total:
        near = _by_meaning(connection, index, query, filters, limit, offset, among)
        return replace(near, hint=NONE_EXACT) if near.total else found
    why = (ONLY_COMMON if index else NO_INDEX) if way == "meaning" and query.strip() else None
    return replace(found, hint=found.hint or why)


def _by_meaning(
    connection: sqlite3.Connection,
    index: Index,
    query: str,
    filters: Filters,
    limit: int,
    offset: int,
    among: Scope,
) -> Results:
    ranked = rank(connection, index, query, filters)
    hits = tuple(meant(connection, ranked[offset : offset + limit]))
    return Results(query, hits, len(ranked), among, by="meaning")


def meant(connection: sqlite3.Connection, ranked: list[Ranked]) -> list[Hit]:
    """Return hits with their words marked; where none stands there, a stretch like the query."""
    asked = sorted({word for each in ranked for word in each.matched})
    match = " OR ".join(f'"{word}"' for word in asked)
    lines = [(each.rowid, -each.score) for each in ranked]
    hits = {hit.page: hit for hit in hits_of(connection, match, lines)}
    return [
        replace(
            hits[each.page],
            matched=each.matched,
            segments=hits[each.page].segments or _likest(connection, each),
        )
        for each in ranked
        if each.page in hits
    ]


def _likest(connection: sqlite3.Connection, ranked: Ranked) -> tuple[tuple[str, bool], ...]:
    """Return the stretch of a page with most of the lent words, without marks."""
    match = " OR ".join(f'"{stem}"*' for stem in ranked.related)
    for hit in hits_of(connection, match or '"the"', [(ranked.rowid, 0.0)]):
        return ((hit.snippet, False),)
    return ()

"""A search as people ask it: by words where they say so, by meaning where they do not."""

import re
import sqlite3
from dataclasses import replace
from typing import Literal

from corpus.meaning import Ranked, index_of, question, rank
from corpus.scope import Scope, scope
from corpus.search import Filters, Hit, Results, hits_of, search

By = Literal["words", "meaning"]
_EXACT = re.compile(r'["“”„«»]|(?<!\S)(?:AND|OR|NOT|NEAR)(?!\w)|(?<!\S)-(?=\S)|\*')
NO_INDEX = "Searching by meaning needs `corpus build` first; these are the pages with all the words."
ONLY_COMMON = "The query has only common words, or none: these are the pages with all of them."


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
    by: By,
    filters: Filters | None = None,
    limit: int = 20,
    offset: int = 0,
    among: Scope | None = None,
) -> Results:
    """Find pages by words or by meaning; by words, with a hint, where meaning cannot be had."""
    filters = filters or Filters()
    hint = None
    if by == "meaning" and query.strip():
        index = index_of(connection)
        if index and question(index, query).stems:
            ranked = rank(connection, index, query, filters)
            hits = tuple(_hits(connection, ranked[offset : offset + limit]))
            return Results(
                query, hits, len(ranked), among or scope(connection), by="meaning"
            )
        hint = ONLY_COMMON if index else NO_INDEX
    given = filters.given()
    found = search(connection, query, **given, limit=limit, offset=offset, among=among)  # type: ignore[arg-type]
    return replace(found, hint=found.hint or hint)


def _hits(connection: sqlite3.Connection, ranked: list[Ranked]) -> list[Hit]:
    """Return hits with their words marked; where none stands there, a stretch like the query."""
    asked = sorted({word for each in ranked for word in each.matched})
    match = " OR ".join(f'"{word}"' for word in asked)
    lines = [(each.rowid, -each.score) for each in ranked]
    hits = {hit.page: hit for hit in hits_of(connection, match, lines)}
    bare = [each for each in ranked if not each.matched]
    lent = {each.page: _unmarked(connection, each) for each in bare}
    return [
        replace(hits[each.page], matched=each.matched, **lent.get(each.page, {}))
        for each in ranked
        if each.page in hits
    ]


def _unmarked(connection: sqlite3.Connection, ranked: Ranked) -> dict[str, tuple[tuple[str, bool], ...]]:
    """Return the stretch of a page with most of the lent words, without marks."""
    match = " OR ".join(f'"{stem}"*' for stem in ranked.related) or '"the"'
    for hit in hits_of(connection, match, [(ranked.rowid, 0.0)]):
        return {"segments": ((hit.snippet, False),)}
    return {}

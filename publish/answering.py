"""A search from question to answer: what the page, the data, the feed and programs share."""

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from corpus.retrieval.candidates import Among, all_common, question, read_places
from corpus.retrieval.finding import NO_INDEX, NONE_EXACT, ONLY_COMMON, chosen
from corpus.retrieval.meaning import index_of
from publish.database import ask, ask_once
from publish.facets import facets
from publish.matching import (
    Documents,
    Matches,
    allowed,
    by_meaning,
    by_words,
    documents,
    groups,
    holding,
    narrowed,
)
from publish.reach import Census, Reach, census, reach
from publish.searching import Answered, Asked
from publish.shelf import Shelf, shelf

SEARCH_MS = 20_000
"""A word on every page of a million takes seconds to rank, longer where others ask the like;
almost all others take milliseconds."""
SHELF_MS = 120_000
"""Reading what all pages belong to: once, and again behind the reader's back."""
NOTHING = Matches(np.zeros(0, np.int64), np.zeros(0, np.float64))


@dataclass(frozen=True)
class Found:
    """All pages found, not yet in order; `exact` are those with all the words, unfiltered.

    By meaning, none are looked for where all words are so common that one would wait for them.
    """

    asked: Asked
    shelf: Shelf
    matches: Matches
    exact: Matches
    by: str
    reach: Reach
    hint: str | None = None
    able: bool = False

    @property
    def match(self) -> str:
        """The expression whose words are marked."""
        return self.asked.parsed.match if self.by == "words" else ""

    def documents(self, sort: str | None = None) -> Documents:
        """Group what was found by document, in the order asked for."""
        return documents(self.shelf, self.matches, sort or self.asked.sort)


async def shelf_of(datasette: Any) -> Shelf:
    """Return the site's shelf."""
    return await ask_once(datasette, "shelf", shelf, SHELF_MS)


async def census_of(datasette: Any) -> Census:
    """Return the site's census."""
    return await ask_once(datasette, "census", census, SHELF_MS)


async def find(
    datasette: Any, wanted: Asked, *, counting: bool = False, ranked: bool = True
) -> Found:
    """Find every page that is asked for; raises `TookTooLong`.

    With `counting`, filters are counted while the nearest pages are still sought: that is kept.
    Not `ranked`, pages with all the words come in no order: a third of the time.
    """
    known, counted = await shelf_of(datasette), await census_of(datasette)
    parsed, query = wanted.parsed, wanted.query
    way, able, worded, common = await ask(
        datasette,
        lambda connection: _way(connection, query, wanted.by),
    )
    reached = reach(counted, wanted.filters)
    if way == "meaning" and able and worded:

        async def holding_all() -> Matches:
            held = NOTHING if common else await _exact(datasette, parsed.match, holding)
            if counting:
                await _facets(datasette, known, wanted, held)
            return held

        held, near = await asyncio.gather(holding_all(), _near(datasette, known, wanted))
        return Found(wanted, known, near, held, "meaning", reached, able=able)
    exact = await _exact(datasette, parsed.match, by_words if ranked else holding)
    kept = narrowed(known, exact, wanted.filters)
    base = Found(wanted, known, kept, exact, "words", reached, able=able)
    free = wanted.by is None and not parsed.hint and not parsed.unwanted
    if free and able and worded and not len(kept.rows):
        near = await _near(datasette, known, wanted)
        if len(near.rows):
            return replace(base, matches=near, by="meaning", hint=NONE_EXACT)
    why = (ONLY_COMMON if able else NO_INDEX) if way == "meaning" and query else None
    return replace(base, hint=parsed.hint or why)


def _way(connection: Any, query: str, by: str | None) -> tuple[str, bool, bool, bool]:
    """Return how to search, whether meaning can be had, and whether the query has words for it.

    Last, whether all of these are too common to count the pages that have them while one waits.
    """
    way, index = chosen(connection, query, by), index_of(connection)
    if index is None:
        return way, False, False, False
    asked = question(index, query)
    worded = bool(asked.stems)
    return way, True, worded, worded and all_common(index, asked)


async def _exact(
    datasette: Any, match: str, search: Callable[[sqlite3.Connection, str], Matches]
) -> Matches:
    if not match:
        return NOTHING
    key = (search.__name__, match)
    return await ask_once(datasette, key, lambda c: search(c, match), SEARCH_MS)


async def _near(datasette: Any, known: Shelf, wanted: Asked) -> Matches:
    index = await ask(datasette, index_of)
    if index is None:
        return NOTHING
    query, filters = wanted.query, wanted.filters
    among = Among(
        await ask_once(
            datasette,
            ("places", index.fit.folder, index.rows),
            lambda connection: read_places(connection, index),
            SHELF_MS,
        ),
        lambda rows: allowed(known, rows, filters),
    )
    found = await ask_once(
        datasette,
        ("meaning", known.made, query, filters),
        lambda connection: by_meaning(connection, query, filters, index, among),
        SEARCH_MS,
    )
    return found.only(known.on_shelf(found.rows))


async def answer(datasette: Any, wanted: Asked) -> Answered:
    """Return all that the search page shows."""
    found = await find(datasette, wanted, counting=True)
    told = found.documents()
    shown, counts = await asyncio.gather(
        ask(
            datasette,
            lambda connection: tuple(groups(connection, told, wanted.page, found.match)),
            SEARCH_MS,
        ),
        _facets(datasette, found.shelf, wanted, found.exact),
    )
    given = wanted.filters.given()
    return Answered(
        asked=wanted,
        by=found.by,
        groups=shown,
        pages=len(found.matches.rows),
        documents=told.total,
        reach=found.reach,
        facets=counts,
        labels={name: found.shelf.column(name).label(value) for name, value in given.items()},
        hint=found.hint,
        able=found.able,
        counted="matching" if len(found.exact.rows) else "all",
    )


async def _facets(datasette: Any, known: Shelf, wanted: Asked, exact: Matches) -> dict[str, Any]:
    """Count what the search narrows to; without words, over every page."""
    rows = exact.rows[known.on_shelf(exact.rows)]
    match = wanted.parsed.match if len(rows) else ""
    if not match:
        rows = np.flatnonzero(known.file_of >= 0)
    filters = wanted.filters
    key = ("facets", known.made, match, filters)
    return await ask_once(datasette, key, lambda _: facets(known, rows, filters), SEARCH_MS)

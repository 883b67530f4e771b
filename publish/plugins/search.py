"""Search, `/-/search`: pages that hold the words, with the number of documents searched."""

import sqlite3
from typing import Any

from datasette import Response

from corpus.scope import scope
from corpus.search import Results, search
from publish.database import TookTooLong, ask, ask_once
from publish.facets import Facet, facets
from publish.hooks import Route, hook
from publish.searching import PER_PAGE, Answered, Asked, asked
from publish.views import show

SEARCH_MS = 10_000
"""A word on every page of a million takes seconds to rank; almost all others milliseconds."""
FACETS_MS = 1500
"""Counting by council opens every matching page: a luxury, left out where it takes longer."""


@hook
def register_routes() -> list[Route]:
    """Answer at `/-/search`."""
    return [(r"^/-/search$", search_page)]


async def search_page(datasette: Any, request: Any) -> Response:
    """Show what was found."""
    wanted = asked(request.args)
    among = await ask_once(datasette, "scope", scope, SEARCH_MS)

    def find(connection: sqlite3.Connection) -> Results:
        return search(
            connection,
            wanted.query,
            **wanted.filters.given(),
            limit=PER_PAGE,
            offset=wanted.offset,
            among=among,
        )

    results = await ask(datasette, find, SEARCH_MS)
    answered = Answered(wanted, results, await _facets(datasette, wanted))
    return await show(datasette, request, "search.html", {"found": answered})


async def _facets(datasette: Any, wanted: Asked) -> dict[str, tuple[Facet, ...]] | None:
    """Count the filters' values; None where that takes too long."""

    def find(connection: sqlite3.Connection) -> dict[str, tuple[Facet, ...]]:
        return facets(connection, wanted.query, wanted.filters)

    try:
        return await ask_once(datasette, ("facets", wanted.query, wanted.filters), find, FACETS_MS)
    except TookTooLong:
        return None

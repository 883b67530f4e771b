"""Search, `/-/search`: pages by words or by meaning, with the number of documents searched."""

import sqlite3
from typing import Any

from datasette import Response

from corpus.finding import find as find_pages
from corpus.meaning import index_of
from corpus.scope import scope
from corpus.search import Results
from publish.database import TookTooLong, ask, ask_once
from publish.facets import Facet, facets
from publish.hooks import Route, hook
from publish.reading import as_csv
from publish.searching import PER_PAGE, Answered, Asked, asked
from publish.views import show

SEARCH_MS = 10_000
"""A word on every page of a million takes seconds to rank; almost all others milliseconds."""
MOST_ROWS = 5000
"""Hits given as data at once; the total says how many there are."""
FACETS_MS = 1500
"""Counting by council opens every matching page: a luxury, left out where it takes longer."""


@hook
def register_routes() -> list[Route]:
    """Answer at `/-/search`, with `.csv` and `.json`."""
    return [(r"^/-/search(?P<suffix>\.csv|\.json)?$", search_page)]


async def search_page(datasette: Any, request: Any) -> Response:
    """Show what was found, or give it as data: up to MOST_ROWS hits from the first."""
    wanted, suffix = asked(request.args), request.url_vars.get("suffix")
    limit, offset = (MOST_ROWS, 0) if suffix else (PER_PAGE, wanted.offset)
    among = await ask_once(datasette, "scope", scope, SEARCH_MS)

    def find(connection: sqlite3.Connection) -> tuple[Results, bool]:
        found = find_pages(
            connection,
            wanted.query,
            by=wanted.by,
            filters=wanted.filters,
            limit=limit,
            offset=offset,
            among=among,
        )
        return found, index_of(connection) is not None

    results, able = await ask(datasette, find, SEARCH_MS)
    if suffix:
        return _data(results, suffix)
    answered = Answered(wanted, results, await _facets(datasette, wanted), able)
    return await show(datasette, request, "search.html", {"found": answered})


def _data(results: Results, suffix: str) -> Response:
    """Answer with hits as data; what was searched stands beside them."""
    rows = [hit.as_row() for hit in results.hits]
    if suffix == ".csv":
        flat = [row | {"matched": " ".join(row.get("matched", ()))} for row in rows]
        return Response(as_csv(flat), content_type="text/csv; charset=utf-8")
    searched = {"searched": results.scope.searchable, "unreadable": results.scope.unreadable}
    told = {"query": results.query, "by": results.by, "total": results.total, "hint": results.hint}
    return Response.json(told | {"documents": searched, "hits": rows})


async def _facets(datasette: Any, wanted: Asked) -> dict[str, tuple[Facet, ...]] | None:
    """Count the filters' values; None where that takes too long."""

    def find(connection: sqlite3.Connection) -> dict[str, tuple[Facet, ...]]:
        return facets(connection, wanted.query, wanted.filters)

    try:
        return await ask_once(datasette, ("facets", wanted.query, wanted.filters), find, FACETS_MS)
    except TookTooLong:
        return None

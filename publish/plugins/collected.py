"""`/sources`, `/changes`, `/downloads`, `/method` and `/about`: what the corpus is made of."""

from typing import Any

from datasette import Response

from corpus.citation import FORMS
from publish.collected import changes, method, sources, tables
from publish.database import ask, ask_once
from publish.hooks import Route, hook
from publish.views import number_of, show, text_of
from publish.wording import STATES

COUNTING_MS = 60_000
"""The method counts the whole corpus, once for every change."""
SOURCES_MS = 10_000


@hook
def register_routes() -> list[Route]:
    """Answer at the five addresses."""
    return [
        (r"^/sources$", sources_page),
        (r"^/changes$", changes_page),
        (r"^/downloads$", downloads_page),
        (r"^/method$", method_page),
        (r"^/about$", about_page),
    ]


async def sources_page(datasette: Any, request: Any) -> Response:
    """Show a card for each source."""
    told = await ask_once(datasette, "sources", sources, SOURCES_MS)
    return await show(datasette, request, "sources.html", {"told": told, "states": STATES})


async def changes_page(datasette: Any, request: Any) -> Response:
    """Show what was replaced, gone or returned."""
    kind, offset = text_of(request, "kind"), number_of(request, "from")
    told = await ask_once(
        datasette,
        ("changes", kind, offset),
        lambda connection: changes(connection, kind, offset),
        SOURCES_MS,
    )
    return await show(datasette, request, "changes.html", {"told": told})


async def downloads_page(datasette: Any, request: Any) -> Response:
    """Show what can be downloaded."""
    told = await ask(datasette, tables)
    return await show(datasette, request, "downloads.html", {"told": told, "forms": FORMS})


async def method_page(datasette: Any, request: Any) -> Response:
    """Show how the corpus came to be, in the run's own figures."""
    told = await ask_once(datasette, "method", method, COUNTING_MS)
    return await show(datasette, request, "method.html", {"told": told})


async def about_page(datasette: Any, request: Any) -> Response:
    """Show what the site is, whom it is for, and how accessible it is."""
    return await show(datasette, request, "about.html", {})

"""Councils, `/councils` and `/council/CODE`: what was looked at, and what was found."""

from typing import Any

from datasette import Response

from publish.councils import Wanted, every_council, listed_councils, one_council
from publish.database import ask_once
from publish.hooks import Route, hook
from publish.views import missing, named, number_of, show, text_of
from publish.wording import STATES

COUNTING_MS = 20_000
"""Counting the documents of all councils, once for every change."""
COUNCIL_MS = 5000


@hook
def register_routes() -> list[Route]:
    """Answer at `/councils` and `/council/CODE`."""
    return [
        (r"^/councils$", councils_page),
        (r"^/council/(?P<council>[^/]+)$", council_page),
    ]


async def councils_page(datasette: Any, request: Any) -> Response:
    """Show the list of councils."""
    known = await ask_once(datasette, "councils", every_council, COUNTING_MS)
    wanted = Wanted(
        text_of(request, "nation"),
        text_of(request, "type"),
        text_of(request, "name"),
        number_of(request, "from"),
    )
    told = {"told": listed_councils(known, wanted), "states": STATES}
    return await show(datasette, request, "councils.html", told, of=(known,))


async def council_page(datasette: Any, request: Any) -> Response:
    """Show a council, or say that there is none."""
    name, offset = named(request, "council"), number_of(request, "from")
    council = await ask_once(
        datasette,
        ("council", name, offset),
        lambda connection: one_council(connection, name, offset),
        COUNCIL_MS,
    )
    if council:
        told = {"told": council, "states": STATES}
        return await show(datasette, request, "council.html", told)
    why = f"No council has the code {name}. Codes are mySociety's, such as KEN for Kent."
    return await missing(datasette, request, "No such council", why)

"""Coverage, `/coverage`: what was looked at, month by month, and what was not."""

from typing import Any

from datasette import Response

from publish.coverage import coverage, ledger
from publish.database import ask_once
from publish.hooks import Route, hook
from publish.views import show
from publish.wording import STATES

COVERAGE_MS = 5000


@hook
def register_routes() -> list[Route]:
    """Answer at `/coverage`."""
    return [(r"^/coverage$", coverage_page)]


async def coverage_page(datasette: Any, request: Any) -> Response:
    """Show the ledger of one source and year, and the sums of all."""
    known = await ask_once(datasette, "ledger", ledger, COVERAGE_MS)
    source, year = known.chosen(request.args.get("source"), request.args.get("year"))
    told = await ask_once(
        datasette,
        ("coverage", source, year),
        lambda connection: coverage(connection, source, year),
        COVERAGE_MS,
    )
    context = {"told": told, "ledger": known, "states": STATES}
    return await show(datasette, request, "coverage.html", context, of=(told, known))

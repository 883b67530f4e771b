"""Search, `/-/search`: pages by words or by meaning, with the number of documents searched."""

from typing import Any

from datasette import Response

from publish.answering import answer, find
from publish.arrivals import arrivals
from publish.hooks import Route, hook
from publish.matching import SORTS
from publish.results import download
from publish.searching import asked
from publish.views import show


@hook
def register_routes() -> list[Route]:
    """Answer at `/-/search`, with `.csv`, `.json` and `.atom`."""
    return [(r"^/-/search(?P<suffix>\.csv|\.json|\.atom)?$", search_page)]


async def search_page(datasette: Any, request: Any) -> Response:
    """Show what was found, or give all of it as data, or the newest of it as a feed."""
    wanted, suffix = asked(request.args), request.url_vars.get("suffix")
    if suffix == ".atom":
        return await arrivals(datasette, request, wanted)
    if suffix:
        return download(datasette, request, await find(datasette, wanted), suffix)
    found = await answer(datasette, wanted)
    return await show(datasette, request, "search.html", {"found": found, "sorts": SORTS})

"""Procurement notices, `/notices` and `/notice/ID`."""

from typing import Any

from datasette import Response

from corpus.citation import FORMS
from publish.citing import site_address
from publish.database import ask, ask_once
from publish.hooks import Route, hook
from publish.notices import Wanted, all_notices, one_notice
from publish.views import missing, named, number_of, show, text_of

NOTICES_MS = 5000
"""Looking through all notices for a supplier."""


@hook
def register_routes() -> list[Route]:
    """Answer at `/notices` and `/notice/ID`."""
    return [(r"^/notices$", notices_page), (r"^/notice/(?P<notice>[^/]+)$", notice_page)]


async def notices_page(datasette: Any, request: Any) -> Response:
    """Show the list of notices."""
    names = ("council", "stage", "year", "supplier", "mentioning")
    given = {name: text_of(request, name) for name in names}
    wanted = Wanted(**given, offset=number_of(request, "from"))
    told = await ask_once(
        datasette,
        ("notices", wanted),
        lambda connection: all_notices(connection, wanted),
        NOTICES_MS,
    )
    return await show(datasette, request, "notices.html", {"told": told})


async def notice_page(datasette: Any, request: Any) -> Response:
    """Show a notice, or say that there is none."""
    name, site = named(request, "notice"), site_address(datasette)
    notice = await ask(datasette, lambda connection: one_notice(connection, name, site))
    if notice:
        return await show(datasette, request, "notice.html", {"told": notice, "forms": FORMS})
    why = f"No procurement notice has the id {name}. Papers are at /document/ and their id."
    return await missing(datasette, request, "No such notice", why)

"""A page, `/page/ID`: its text with the mentions marked, beside its picture."""

from typing import Any

from datasette import Response

from corpus.citation import FORMS
from publish.citing import site_address
from publish.database import ask
from publish.hooks import Route, hook
from publish.pages import one_page
from publish.views import missing, named, show


@hook
def register_routes() -> list[Route]:
    """Answer at `/page/ID`."""
    return [(r"^/page/(?P<page>[^/.]+)$", page_page)]


async def page_page(datasette: Any, request: Any) -> Response:
    """Show a page, or say that there is none."""
    name, site = named(request, "page"), site_address(datasette)
    page = await ask(datasette, lambda connection: one_page(connection, name, site))
    if page:
        return await show(datasette, request, "page.html", {"told": page, "forms": FORMS})
    why = (
        f"No page has the id {name}. A page's id is made of the first 16 digits of its file's hash "
        "and its number, such as 4edafea4da0a9e83-0003."
    )
    return await missing(datasette, request, "No such page", why)

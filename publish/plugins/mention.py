"""A mention, `/mention/ID`: the words on their page, what they count as, and how to cite them."""

import sqlite3
from typing import Any

from datasette import Response

from corpus.citation import FORMS
from corpus.ids import page_id
from publish.citing import site_address
from publish.database import ask
from publish.evidence import Evidence, one_mention
from publish.hooks import Route, hook
from publish.pages import Page, one_page
from publish.views import missing, named, show


@hook
def register_routes() -> list[Route]:
    """Answer at `/mention/ID`."""
    return [(r"^/mention/(?P<mention>[^/.]+)$", mention_page)]


async def mention_page(datasette: Any, request: Any) -> Response:
    """Show a mention; where its words are not found any more, lead to the page they were on."""
    name, site = named(request, "mention"), site_address(datasette)

    def find(connection: sqlite3.Connection) -> tuple[Evidence | None, Page | None]:
        found = one_mention(connection, name, site)
        return found, None if found else one_page(connection, name.rpartition("-")[0], site)

    evidence, page = await ask(datasette, find)
    if evidence:
        told = {"told": evidence, "forms": FORMS}
        return await show(datasette, request, "mention.html", told)
    if page:
        told = {"told": page, "forms": FORMS, "lost": name}
        return await show(datasette, request, "page.html", told, 404)
    why = (
        f"No mention has the id {name}. A mention's id is its page's, and eight digits of its own, "
        f"such as {page_id('4edafea4da0a9e83', 3)}-a1b2c3d4."
    )
    return await missing(datasette, request, "No such mention", why)

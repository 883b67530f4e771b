"""A document, `/document/ID`: where it is from, what it says, what failed."""

import sqlite3
from typing import Any

from datasette import Response

from corpus.citation import FORMS
from publish.citing import site_address
from publish.database import ask
from publish.documents import Document, forgotten, one_document
from publish.hooks import Route, hook
from publish.views import missing, named, number_of, show

DOCUMENT_MS = 5000
"""A file of 3,000 pages, each with its number of mentions."""


@hook
def register_routes() -> list[Route]:
    """Answer at `/document/ID`."""
    return [(r"^/document/(?P<document>[^/]+)$", document_page)]


async def document_page(datasette: Any, request: Any) -> Response:
    """Show a document, or say that there is none."""
    name = named(request, "document")
    offset, site = number_of(request, "from"), site_address(datasette)

    def find(connection: sqlite3.Connection) -> tuple[Document | None, bool]:
        return one_document(connection, name, offset=offset, site=site), forgotten(connection, name)

    document, erased = await ask(datasette, find, DOCUMENT_MS)
    if document:
        return await show(datasette, request, "document.html", {"told": document, "forms": FORMS})
    if erased:
        why = "It was erased on request. Its text and everything found in it are gone."
        return await missing(datasette, request, "Document erased", why, 410)
    why = f"No document has the id {name}. It may have been mistyped, or belong to another corpus."
    return await missing(datasette, request, "No such document", why)

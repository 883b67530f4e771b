"""For search engines: `/robots.txt`, `/sitemap.xml` and its parts."""

import sqlite3
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from datasette import Response

from publish import sitemap
from publish.database import ask_once
from publish.hooks import Route, hook
from publish.routes import plain
from publish.views import missing

SITEMAP_MS = 10_000
XML = "application/xml; charset=utf-8"


@hook
def register_routes() -> list[Route]:
    """Answer at `/robots.txt`, `/sitemap.xml` and `/sitemap-NAME.xml`."""
    return [
        (r"^/robots\.txt$", robots_page),
        (r"^/sitemap\.xml$", index_page),
        (r"^/sitemap-(?P<part>pages|documents-[1-9]\d{0,4})\.xml$", part_page),
    ]


def _absolute(datasette: Any, request: Any) -> Callable[[str], str]:
    """Return what makes an address whole; the site's own is asked for once, not for each."""
    site = str(datasette.absolute_url(request, "/")).rstrip("/")
    return lambda path: site + path


async def robots_page(datasette: Any, request: Any) -> Response:
    """Say what robots need not ask for."""
    return Response.text(sitemap.robots(_absolute(datasette, request)("/sitemap.xml")))


async def index_page(datasette: Any, request: Any) -> Response:
    """Name the sitemaps."""
    absolute = _absolute(datasette, request)
    count = await ask_once(datasette, "sitemaps", sitemap.parts, SITEMAP_MS)
    names = ["pages", *(f"documents-{part}" for part in range(1, count + 1))]
    body = sitemap.index(absolute(f"/sitemap-{name}.xml") for name in names)
    return Response(body, content_type=XML)


async def part_page(datasette: Any, request: Any) -> Response:
    """Name some of the addresses."""
    absolute, (name, _, number) = (
        _absolute(datasette, request),
        request.url_vars["part"].partition("-"),
    )
    if name == "pages":
        found = await ask_once(datasette, "sitemap pages", sitemap.topics, SITEMAP_MS)
        paths = [*plain(datasette), *(f"/topic/{quote(topic, safe='')}" for topic in found)]
        return Response(sitemap.urlset((absolute(path), None) for path in paths), content_type=XML)

    def read(connection: sqlite3.Connection) -> list[sitemap.Entry]:
        return sitemap.documents(connection, int(number))

    entries = await ask_once(datasette, ("sitemap", number), read, SITEMAP_MS)
    if not entries:
        return await missing(datasette, request, "No such sitemap", "There are fewer documents.")
    return Response(
        sitemap.urlset(
            (absolute(f"/document/{quote(document, safe='')}"), day) for document, day in entries
        ),
        content_type=XML,
    )

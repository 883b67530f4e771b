"""What search engines are told: robots.txt and the sitemaps (sitemaps.org, protocol 0.9)."""

import sqlite3
from collections.abc import Iterable

from lxml.etree import Element, SubElement, tostring

from publish.database import DATABASE
from publish.feeds import allowed

SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
PER_SITEMAP = 5000
"""Addresses in one file, written in a tenth of a second; the protocol allows 50,000 and 50 MB."""
CLOSED = (
    *("/-/search", "/kwic", "/keyness", "/api/", "/picture/", "/page/*.png"),
    *(f"/{DATABASE}?", f"/{DATABASE}/*?", f"/{DATABASE}.", "/-/"),
)
"""What costs a count or a drawing each: robots find the papers without."""
Entry = tuple[str, str | None]
"""An address, and the day it was last seen changed."""


def robots(sitemap: str) -> str:
    """Return robots.txt (RFC 9309); `sitemap` is the address of the index."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), "", f"Sitemap: {sitemap}"]
    return "\n".join(lines) + "\n"


def parts(connection: sqlite3.Connection) -> int:
    """Return how many sitemaps the documents need."""
    count = connection.execute("select count(*) from documents").fetchone()[0]
    return -(-int(count) // PER_SITEMAP)


def documents(connection: sqlite3.Connection, part: int) -> list[Entry]:
    """Return the ids of one part of the documents, from 1, and when they were last seen."""
    found = connection.execute(
        "select document, substr(last_seen_at, 1, 10) from documents where gone_at is null "
        "order by document limit ? offset ?",
        (PER_SITEMAP, (part - 1) * PER_SITEMAP),
    )
    return [(row[0], row[1]) for row in found]


def topics(connection: sqlite3.Connection) -> list[str]:
    """Return the ids of the chosen model's topics."""
    sql = "select t.topic from topics t join topic_models m using (model) where m.chosen = 1"
    return [row[0] for row in connection.execute(f"{sql} order by t.number")]


def index(addresses: Iterable[str]) -> bytes:
    """Return the index of sitemaps."""
    return _written("sitemapindex", "sitemap", ((address, None) for address in addresses))


def urlset(entries: Iterable[Entry]) -> bytes:
    """Return one sitemap."""
    return _written("urlset", "url", entries)


def _written(root_name: str, name: str, entries: Iterable[Entry]) -> bytes:
    root = Element(f"{{{SPACE}}}{root_name}", nsmap={None: SPACE})
    for address, day in entries:
        made = SubElement(root, f"{{{SPACE}}}{name}")
        SubElement(made, f"{{{SPACE}}}loc").text = allowed(address)
        if day:
            SubElement(made, f"{{{SPACE}}}lastmod").text = allowed(day)
    return bytes(tostring(root, xml_declaration=True, encoding="utf-8"))

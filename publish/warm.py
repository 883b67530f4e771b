"""Counts what is slow to count before a reader asks for it, and again when the corpus changed."""

import asyncio
from typing import Any

from publish.database import version_of

PAGES = (
    *("/", "/coverage", "/topics", "/-/search?q=%22data+matching%22&by=words", "/api/v1/coverage"),
    *("/-/search?q=data+matching&by=meaning", "/councils", "/codes", "/suppliers", "/systems"),
    *("/sources", "/method", "/kwic", "/keyness", "/corpus"),
    *("/picture/years.svg", "/picture/years.dark.svg", "/sitemap.xml"),
)
"""What holds the answers that others are made from, and the first chart: it loads what draws."""
EVERY_SECONDS = 30


async def keep_warm(datasette: Any, every_seconds: float = EVERY_SECONDS) -> None:
    """Ask the site for its slow pages, for as long as it is served.

    A page that fails is left to the reader who asks for it: he is told, and it is printed then.
    """
    seen: tuple[int, ...] | None = None
    while True:
        version = version_of(datasette)
        if version != seen:
            for path in PAGES:
                await datasette.client.get(path)
            seen = version
        await asyncio.sleep(every_seconds)

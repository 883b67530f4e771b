"""Citations on the site: the address under which it is cited, and files of citations."""

from typing import Any

from corpus.addresses import web_link


def site_address(datasette: Any) -> str:
    """Return the address at which the site is published, empty where its metadata names none.

    The site itself only knows the loopback address it listens on, which nobody can cite.
    """
    return web_link((datasette.metadata() or {}).get("site_url")) or ""

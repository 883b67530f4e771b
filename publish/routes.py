"""The addresses of the site, read from what its plugins have registered."""

import re
from typing import Any
from weakref import WeakKeyDictionary

from datasette.plugins import pm

_PLAIN = re.compile(r"\^(/[a-z0-9/_-]*)\$")
_known: WeakKeyDictionary[Any, list[re.Pattern[str]]] = WeakKeyDictionary()
DATA = ("/api/", "/-/")
"""Addresses that are no pages to read, or not for every robot."""


def patterns(datasette: Any) -> list[str]:
    """Return the regular expressions of all routes of plugins."""
    return [
        str(getattr(pattern, "pattern", pattern))
        for routes in pm.hook.register_routes(datasette=datasette)
        for pattern, _ in routes
    ]


def plain(datasette: Any) -> list[str]:
    """Return the addresses of pages that are one of a kind, such as `/coverage`."""
    found = (_PLAIN.fullmatch(pattern) for pattern in patterns(datasette))
    names = {match[1] for match in found if match}
    return sorted(name for name in names if not name.startswith(DATA))


def answers(datasette: Any, address: str) -> bool:
    """Whether some plugin answers at an address."""
    known = _known.get(datasette)
    if known is None:
        known = _known[datasette] = [re.compile(pattern) for pattern in patterns(datasette)]
    return any(pattern.match(address) for pattern in known)

"""The site's own files under addresses that change with their content, so that they are kept."""

import hashlib
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

FOLDER = Path(__file__).parent / "static"
FOREVER = b"public, max-age=31536000, immutable"
SHORTLY = b"public, max-age=300"
"""For who asks without the version: a bookmark, or another site."""


@cache
def version(name: str) -> str | None:
    """Return what stands for a file's content, or None where there is no such file."""
    path = FOLDER / name
    if path.parent != FOLDER or not path.is_file():
        return None
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of a file with its version."""
    return f"/assets/{name}?v={version(name)}"


def caching(path: str, query: bytes) -> bytes | None:
    """Return how long a browser may keep what is at an address; None where it is no asset."""
    if not path.startswith("/assets/"):
        return None
    asked = parse_qs(query.decode("latin-1")).get("v", [""])
    known = version(path.removeprefix("/assets/"))
    return FOREVER if known and asked == [known] else SHORTLY

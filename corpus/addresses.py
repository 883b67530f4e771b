"""Addresses that a stranger wrote: which of them are safe to follow."""

from urllib.parse import urlsplit


def web_link(value: str | None) -> str | None:
    """Return an address only where it is safe to follow: http or https, with a host."""
    try:
        parts = urlsplit((value or "").strip())
    except ValueError:
        return None
    safe = parts.scheme.lower() in ("http", "https") and parts.hostname
    return (value or "").strip() if safe else None

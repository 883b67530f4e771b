"""Atom feeds (RFC 4287) as files: written whole or not at all, every text escaped by lxml."""

import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from lxml import etree
from lxml.builder import ElementMaker

ATOM = "http://www.w3.org/2005/Atom"
MOST = 200
"""Entries of a feed: readers ask often, and have kept the older ones."""
EPOCH = "1970-01-01T00:00:00Z"
"""When a feed without entries was last updated: so that the same content is the same file."""
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_make = ElementMaker(namespace=ATOM, nsmap={None: ATOM})


@dataclass(frozen=True)
class Entry:
    """One entry; `key` names it for good, `at` is an instant (UTC, ISO 8601), `text` is plain."""

    key: str
    title: str
    at: str
    text: str
    link: str = ""


def feed(key: str, title: str, entries: Iterable[Entry]) -> bytes:
    """Return a feed; the newest entries come first."""
    shown = sorted(entries, key=lambda one: (one.at, one.key), reverse=True)[:MOST]
    updated = shown[0].at if shown else EPOCH
    root = _make.feed(
        _make.title(_clean(title)),
        _make.id(_urn(key)),
        _make.updated(updated),
        _make.author(_make.name("Council Corpus")),
        *(_entry(one) for one in shown),
    )
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _entry(one: Entry) -> "etree._Element":
    made = _make.entry(
        _make.title(_clean(one.title)),
        _make.id(_urn(one.key)),
        _make.updated(one.at),
        _make.content(_clean(one.text), type="text"),
    )
    if one.link:
        made.append(_make.link(href=_clean(one.link)))
    return made


def _urn(key: str) -> str:
    """Return an id that is the same for the same key, wherever the corpus lies."""
    digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"urn:council-corpus:{digest}"


def _clean(text: str) -> str:
    """Return a text without what XML cannot hold: papers have such signs."""
    return _NOT_XML.sub("\ufffd", text)


def write_feed(path: Path, title: str, entries: Iterable[Entry]) -> None:
    """Write a feed, unless the file says the same already."""
    write_whole(path, feed(path.name, title, entries))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, and not where it holds the same."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise

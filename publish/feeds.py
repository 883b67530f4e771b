"""Atom feeds (RFC 4287): what a search finds, newest arrivals first, for a reader of feeds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml.etree import Element, SubElement, tostring

ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True)
class Entry:
    """One document that a search finds."""

    id: str
    title: str
    address: str
    updated: str
    summary: str
    author: str


def feed(title: str, subtitle: str, address: str, page: str, entries: Iterable[Entry]) -> bytes:
    """Return a feed; `address` is its own, `page` that of the same search for people."""
    listed = list(entries)
    root = Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    _text(root, "id", address)
    _text(root, "title", title)
    _text(root, "subtitle", subtitle)
    _text(root, "updated", max((entry.updated for entry in listed), default=instant(None)))
    _link(root, "self", address, "application/atom+xml")
    _link(root, "alternate", page, "text/html")
    for entry in listed:
        _entry(root, entry)
    return bytes(tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _entry(root: Element, entry: Entry) -> None:
    made = SubElement(root, f"{{{ATOM}}}entry")
    _text(made, "id", entry.id)
    _text(made, "title", entry.title)
    _text(made, "updated", entry.updated)
    _text(SubElement(made, f"{{{ATOM}}}author"), "name", entry.author)
    _text(made, "summary", entry.summary)
    _link(made, "alternate", entry.address, "text/html")


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, f"{{{ATOM}}}{name}").text = allowed(text)


def _link(parent: Element, relation: str, address: str, kind: str) -> None:
    SubElement(parent, f"{{{ATOM}}}link", rel=relation, href=allowed(address), type=kind)


def allowed(text: str) -> str:
    """Return a text without the characters that XML 1.0 cannot hold."""
    return "".join(
        c
        for c in text
        if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )


def instant(value: str | None) -> str:
    """Return an instant of the corpus as Atom wants it; the epoch where there is none."""
    try:
        read = datetime.fromisoformat(value or "")
    except ValueError:
        return "1970-01-01T00:00:00Z"
    read = read if read.tzinfo else read.replace(tzinfo=UTC)
    return read.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

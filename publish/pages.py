"""What a page of a file shows: its text with the mentions marked, its picture, its citation."""

import json
import math
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from corpus import formats
from corpus.citation import Cited, plain
from corpus.citing import cited
from publish.database import Row, first, rows
from publish.marks import Segment, flowing, segments

Box = tuple[float, float, float, float]
BOXES_DRAWN = 2000
"""Boxes on one picture; a page has hundreds of words."""


@dataclass(frozen=True)
class Page:
    """A page with its mentions, numbered in the order of the text."""

    page: Row
    segments: list[Segment]
    mentions: list[Row]
    report: Row | None
    repeats: Row | None
    captures: list[Row]
    alike: list[Row]
    cited: Cited

    @property
    def citation(self) -> str:
        """How the page is cited, in a sentence."""
        return plain(self.cited)

    @property
    def replaced(self) -> bool:
        """Whether its document has a newer version."""
        return bool(self.page["latest"]) and self.page["latest"] != self.page["sha256"]

    @property
    def has_image(self) -> bool:
        """Whether the page can be drawn: a published corpus has no originals."""
        return bool(self.page["mime"] == formats.PDF.mime and self.page["path"])


@dataclass(frozen=True)
class Drawing:
    """What the picture of a page is made from."""

    path: str
    number: int
    counted: tuple[Box, ...]
    uncounted: tuple[Box, ...]


def one_page(connection: sqlite3.Connection, name: str, site: str = "") -> Page | None:
    """Return a page, or None; `site` is the address under which it is cited."""
    page, known = first(connection, "page", page=name), cited(connection, "page", name, site=site)
    if not page or not known:
        return None
    found = rows(connection, "page_mentions", page=name)
    mentions = [mention | {"n": n} for n, mention in enumerate(found, 1)]
    return Page(
        page,
        segments(flowing(page["text"] or ""), mentions),
        mentions,
        first(connection, "page_report", page=name),
        first(connection, "page_repeats", page=name),
        rows(connection, "document_captures", document=page["document"]),
        rows(connection, "page_alike", page=name, number=page["number"]),
        known,
    )


def drawing(connection: sqlite3.Connection, name: str, mention: str = "") -> Drawing | Row | None:
    """Return what to draw; the bare row where there is nothing to, None where no page.

    Filled are the boxes of all counted mentions, or of the one that is named.
    """
    page = first(connection, "page_file", page=name)
    if not page or page["mime"] != formats.PDF.mime or not page["path"]:
        return page
    mentions = rows(connection, "page_mentions", page=name)
    return Drawing(
        page["path"],
        page["number"],
        _all_boxes(m for m in mentions if _filled(m, mention)),
        _all_boxes(m for m in mentions if not _filled(m, mention)),
    )


def _filled(found: Row, mention: str) -> bool:
    return bool(found["mention"] == mention if mention else found["counted"])


def _all_boxes(mentions: Iterable[Row]) -> tuple[Box, ...]:
    found = [box for mention in mentions for box in boxes(mention["boxes"])]
    return tuple(dict.fromkeys(found))[:BOXES_DRAWN]


def boxes(text: str | None) -> list[Box]:
    """Return the boxes of a mention; what is not four finite numbers is left out."""
    try:
        given = json.loads(text or "[]")
    except ValueError:
        return []
    return [box for each in given if (box := _box(each))] if isinstance(given, list) else []


def _box(each: object) -> Box | None:
    if not isinstance(each, list) or len(each) != 4:
        return None
    if not all(isinstance(edge, int | float) and math.isfinite(edge) for edge in each):
        return None
    x0, top, x1, bottom = (float(edge) for edge in each)
    return (x0, top, x1, bottom)

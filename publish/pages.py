"""What a page of a file shows: its text with the mentions marked, its picture, its citation."""

import json
import math
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from corpus import formats
from publish.database import Row, first, rows
from publish.marks import Segment, segments
from publish.wording import day, web_link

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

    @property
    def has_image(self) -> bool:
        """Whether the page can be drawn."""
        return bool(self.page["mime"] == formats.PDF.mime)

    @property
    def citation(self) -> str:
        """How the page is cited."""
        return citation(self.page, self.report)


@dataclass(frozen=True)
class Drawing:
    """What the picture of a page is made from."""

    path: str
    number: int
    counted: tuple[Box, ...]
    uncounted: tuple[Box, ...]


def one_page(connection: sqlite3.Connection, name: str) -> Page | None:
    """Return a page, or None."""
    page = first(connection, "page", page=name)
    if not page:
        return None
    found = rows(connection, "page_mentions", page=name)
    mentions = [mention | {"n": n} for n, mention in enumerate(found, 1)]
    return Page(
        page,
        segments(page["text"] or "", mentions),
        mentions,
        first(connection, "page_report", page=name),
        first(connection, "page_repeats", page=name),
    )


def drawing(connection: sqlite3.Connection, name: str) -> Drawing | Row | None:
    """Return what to draw; the bare row where the file is no PDF, None where there is no page."""
    page = first(connection, "page_file", page=name)
    if not page or page["mime"] != formats.PDF.mime:
        return page
    mentions = rows(connection, "page_mentions", page=name)
    return Drawing(
        page["path"],
        page["number"],
        _all_boxes(m for m in mentions if m["counted"]),
        _all_boxes(m for m in mentions if not m["counted"]),
    )


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


def citation(page: Row, report: Row | None = None) -> str:
    """Return a citation: title, publisher, date, page, where it was found, and the file's hash.

    `report` is the paper inside a pack that the page belongs to.
    """
    printed = f" (printed {page['label']})" if page["label"] else ""
    parts = [
        page["council_name"] or page["source_title"],
        f"{_inside(report)}‘{page['title'] or 'Untitled'}’",
        day(page["published_on"]) if page["published_on"] else "no date",
        f"page {page['number']} of {page['pages']}{printed}",
        web_link(page["origin_url"]) or web_link(page["url"]),
        f"fetched {day(page['fetched_at'])}" if page["fetched_at"] else None,
        f"Council Corpus page {page['page']}",
        f"SHA-256 {page['sha256']}",
    ]
    return ", ".join(part for part in parts if part) + "."


def _inside(report: Row | None) -> str:
    """Name the paper inside a pack, as it stands before the pack's own title."""
    if not report or not report["title"]:
        return ""
    item = f" (item {report['item_number']})" if report["item_number"] else ""
    return f"‘{report['title']}’{item} in "

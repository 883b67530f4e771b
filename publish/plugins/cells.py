"""Links from Datasette's tables to the site's own pages."""

from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from publish.database import DATABASE
from publish.hooks import hook

LONGEST = 160
"""Characters of a linked text."""
BY_COLUMN = {
    **{"page": "page", "document": "document", "topic": "topic", "system": "system"},
    **dict.fromkeys(("first_system", "second_system", "continued_by"), "system"),
}
"""Columns that hold the id of one of our pages."""


@hook
def render_cell(
    row: Any, value: Any, column: str, table: str | None, database: str
) -> Markup | None:
    """Return a linked cell, or None where Datasette's own way of showing it will do."""
    if database != DATABASE or not value:
        return None
    key, shown = (value["value"], value["label"]) if isinstance(value, dict) else (value, value)
    if not isinstance(key, str):
        return None
    if column in BY_COLUMN:
        return _link(f"/{BY_COLUMN[column]}/{_id(key)}", shown)
    if column in ("passage", "mention"):
        return _evidence(key, shown)
    return _own(table, column, _plain(row), str(shown))


def _own(table: str | None, column: str, row: dict[str, Any], shown: str) -> Markup | None:
    """Link the words that stand for a row: a document's title, a mention's quote."""
    if table == "documents" and column == "title":
        return _link(f"/document/{_id(row['document'])}", shown)
    if table == "mentions" and column == "quote":
        return _link(f"/page/{_id(row['page'])}#mention-{_id(row['mention'])}", shown)
    if table == "passages" and column == "text":
        return _link(f"/page/{_id(row['page'])}#mention-{_id(row['passage'])}", shown)
    if table == "topics" and column == "label":
        return _link(f"/topic/{_id(row['topic'])}", shown)
    return None


def _evidence(key: str, shown: Any) -> Markup | None:
    """Link a mention, or a passage by its first mention, to its evidence."""
    return _link(f"/mention/{_id(key)}", shown) if "-" in key else None


def _plain(row: Any) -> dict[str, Any]:
    """Return a row's raw values: linked columns come with their labels."""
    values = {name: row[name] for name in row.keys()}  # noqa: SIM118 - sqlite3.Row iterates values
    return {k: v["value"] if isinstance(v, dict) else v for k, v in values.items()}


def _id(value: Any) -> str:
    return quote(str(value or ""), safe="")


def _link(address: str, shown: Any) -> Markup:
    text = str(shown)
    short = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return Markup('<a href="{}">{}</a>').format(address, short)

"""Datasette's metadata, made from the one description of the schema and the corpus's sources."""

import sqlite3
from typing import Any

from corpus.describe import TABLES, VIEWS, Table
from corpus.unread import HELP
from publish.database import DATABASE, rows, sql

TITLE = "Council Corpus"
DESCRIPTION = (
    "Council papers and procurement notices about predictive analytics: what was collected, page "
    "by page, with every mention found, counted or not, and what was never looked at. A council "
    "that is missing from a result is not a zero: see the coverage."
)
UNITS = {
    "sources": {"throttle_seconds": "second"},
    "files": {"bytes": "byte"},
    "crawls": {"bytes": "byte"},
}
"""Columns whose unit Datasette can write beside the figure."""
HIDDEN = ("page_words",)
"""Compressed word boxes that nobody can read in a table; everything else is shown."""
FTS_TABLES = tuple(f"pages_fts{end}" for end in ("", "_config", "_data", "_docsize", "_idx"))
"""The tables the full-text index consists of."""
QUERIES = {
    "better_copies": {
        "title": "Where OCR or a better copy would help",
        "description": "By council: documents whose pages wait for OCR, cannot be read, or have "
        "text that can hardly be trusted. What is said of these councils rests on the rest.",
        "sql": HELP,
    },
    "text_reuse": {
        "title": "Text that papers of two councils share",
        "description": "Passages of 40 words and more, the longest and rarest first. Rarity is 1 "
        "where no third council has the words; what more than eight share is left out.",
        "sql": sql("text_reuse"),
    },
}
"""Questions with an address of their own."""
VIEW_COLUMNS = {
    "document_passages": "documents passages",
    "document_mentions": "documents mentions codes",
}
"""The tables that a view's columns are described in."""


def metadata(connection: sqlite3.Connection) -> dict[str, Any]:
    """Return the metadata of the site."""
    hidden = {name: {"hidden": True} for name in FTS_TABLES}
    tables = {name: _table(name, table) for name, table in TABLES.items()}
    views = {name: _view(name, text) for name, text in VIEWS.items()}
    about = {"title": TITLE, "description": DESCRIPTION, **licence(connection)}
    shown = about | {"tables": tables | views | hidden, "queries": QUERIES}
    return about | {"databases": {DATABASE: shown}}


def licence(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the licence and source of the whole: each source keeps its own."""
    sources = rows(connection, "licences")
    licences = list(dict.fromkeys(row["licence"] for row in sources if row["licence"]))
    titles = [row["title"] or row["source"] for row in sources]
    return {
        "license": "; ".join(licences) or "Each source's own; none is stated",
        "source": "; ".join(titles) or "No source yet",
        "source_url": f"/{DATABASE}/sources",
    }


def _table(name: str, table: Table) -> dict[str, Any]:
    """Return a table's metadata; what a table does not have is left out."""
    found: dict[str, Any] = {
        "title": table.title,
        "description": f"{table.description} ({table.nature.capitalize()} data.)",
        "columns": table.columns,
        "label_column": table.label,
        "facets": list(table.facets),
        "sort": table.sort,
        "units": UNITS.get(name),
        "hidden": name in HIDDEN,
    }
    return {key: value for key, value in found.items() if value}


def _view(name: str, text: str) -> dict[str, Any]:
    described = {
        column: words
        for table in VIEW_COLUMNS.get(name, "").split()
        for column, words in TABLES[table].columns.items()
    }
    return {"title": name.replace("_", " ").capitalize(), "description": text, "columns": described}

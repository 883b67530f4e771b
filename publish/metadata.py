"""Datasette's metadata, made from the one description of the schema and the corpus's sources."""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from typing import Any
from urllib.parse import quote

from corpus.describe import TABLES, VIEWS, Table
from corpus.published import is_published
from corpus.unread import HELP
from publish.canned import canned
from publish.database import DATABASE, rows
from publish.public.allowlist import allowed

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
MOST_FACETED = 150_000
"""Rows of a table whose facets are counted unasked: each is a pass over all of them."""
FTS_TABLES = tuple(f"pages_fts{end}" for end in ("", "_config", "_data", "_docsize", "_idx"))
"""The tables the full-text index consists of."""
QUERIES = {
    "better_copies": {
        "title": "Where OCR or a better copy would help",
        "description": "By council: documents whose pages wait for OCR, cannot be read, or have "
        "text that can hardly be trusted. What is said of these councils rests on the rest.",
        "sql": HELP,
    },
    **canned(),
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
    described = TABLES | (allowed().added if is_published(connection) else {})
    held = {name: _columns(connection, name) for name in described}
    tables = {
        name: _table(name, told, held[name], faceted=_is_small(connection, name))
        for name, told in described.items()
        if held[name]
    }
    views = {name: _view(name, text) for name, text in VIEWS.items()}
    about = {"title": TITLE, "description": DESCRIPTION, **licence(connection)}
    shown = about | {"tables": tables | views | hidden, "queries": _queries(connection)}
    return about | {"databases": {DATABASE: shown}}


def published_at(hosts: Sequence[str]) -> dict[str, str]:
    """Return the address under which pages are cited, by the first host; none where any will do."""
    named = [host for host in hosts if "*" not in host]
    return {"site_url": f"https://{named[0]}"} if named else {}


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


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """Return the columns a table has in the file: of a published corpus, not all."""
    return [row[1] for row in connection.execute(f'pragma main.table_info("{table}")')]


def _queries(connection: sqlite3.Connection) -> dict[str, Any]:
    """Return the questions that the file can answer: a published corpus lacks columns."""
    if not is_published(connection):
        return QUERIES
    uri = f"file:{_path(connection)}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as plain:
        return {name: query for name, query in QUERIES.items() if _answers(plain, query["sql"])}


def _path(connection: sqlite3.Connection) -> str:
    named = connection.execute("select file from pragma_database_list where name = 'main'")
    return quote(str(named.fetchone()[0]))


def _answers(connection: sqlite3.Connection, sql: str) -> bool:
    try:
        connection.execute(f"explain {sql}", defaultdict(str))  # whatever it asks for
    except sqlite3.OperationalError:
        return False
    return True


def _is_small(connection: sqlite3.Connection, table: str) -> bool:
    """Whether a table is small enough for its facets to be counted for whoever opens it."""
    most = connection.execute(f'select max(rowid) from main."{table}"').fetchone()[0]
    return (most or 0) <= MOST_FACETED


def _table(name: str, table: Table, held: list[str], *, faceted: bool = True) -> dict[str, Any]:
    """Return a table's metadata; what a table does not have is left out."""
    found: dict[str, Any] = {
        "title": table.title,
        "description": f"{table.description} ({table.nature.capitalize()} data.)",
        "columns": {column: told for column, told in table.columns.items() if column in held},
        "label_column": table.label if table.label in held else None,
        "facets": [facet for facet in table.facets if facet in held and faceted],
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

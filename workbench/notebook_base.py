"""What the library for notebooks stands on: the file, queries, filters, and denominators."""

import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import pandas as pd

from corpus.language.selection import Selection
from corpus.store import reading

DOCUMENTS = """from documents d left join files f on f.sha256 = d.sha256
    left join councils c on c.council = d.council"""
SEARCHED = "f.outcome in ('read', 'screened')"
"""A document whose text was searched; the others say nothing, and are no zeros."""
PLACE = """d.document, d.source, d.council, c.name as council_name, c.nation, c.type, d.kind,
    d.title, d.published_on, substr(d.published_on, 1, 4) as year"""
SCOPE = f"""select count(*) as documents, coalesce(sum({SEARCHED}), 0) as searched,
    coalesce(sum(f.outcome is not null and not {SEARCHED}), 0) as unreadable,
    coalesce(sum(f.outcome is null), 0) as not_extracted {DOCUMENTS} where 1"""


class Base:
    """A corpus opened read-only; a build may go on writing it."""

    def __init__(self, path: str | Path | None = None) -> None:
        """Open `path`; by default `$CORPUS_DB`, else `corpus.db` here or in the folder above."""
        self.path = Path(path) if path else _default()
        with reading(self.path):  # says what is wrong with the file, if anything
            pass

    def table(self, sql: str, *values: object, **named: object) -> pd.DataFrame:
        """Return the answer of any query as a table; `values` stand for `?`, `named` for `:name`.

        What can be asked for is told in docs/schema.md.
        """
        with reading(self.path) as store:
            connection: sqlite3.Connection = store.db.conn
            return pd.read_sql_query(sql, connection, params=named or list(values))

    def scope(self, **filters: Any) -> dict[str, int]:
        """Return the denominator of everything else: how many documents were and were not searched.

        Keys: `documents` = `searched` (text screened or read) + `unreadable` (no text could be had)
        + `not_extracted` (no `corpus build` yet). Filters as everywhere: `council`, `nation`,
        `type`, `kind`, `year`, `source`.
        """
        selection = Selection(**filters)
        found = self.table(f"{SCOPE}{selection.conditions(pages=False)}", **selection.given)
        return {name: int(value) for name, value in found.iloc[0].items()}

    def tidy(self, sql: str, filters: dict[str, Any], order: str, **more: Any) -> pd.DataFrame:
        """Return a query ending in conditions on `d` and `c`, filtered; its scope in `.attrs`."""
        selection = Selection(**filters)
        conditions = selection.conditions(pages=False)
        frame = self.table(f"{sql}{conditions} order by {order}", **selection.given, **more)
        frame.attrs["scope"] = self.scope(**filters)
        return frame


def _default() -> Path:
    named = os.environ.get("CORPUS_DB")
    here = Path("corpus.db")
    return Path(named) if named else here if here.exists() else Path("..") / here


def lists(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Turn JSON of the database into Python lists; what is none is an empty list."""
    return frame.assign(**{column: [_json(text) for text in frame[column]] for column in columns})


def _json(text: str | None) -> Any:
    try:
        return json.loads(text or "[]")
    except ValueError:
        return []

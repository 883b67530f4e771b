"""Whether the site and what feeds it are well: for whoever watches machines."""

import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any

from publish.database import Row, rows

OVERDUE = timedelta(days=3)
"""A corpus that is updated at all is updated nightly; two nights may fail."""


def health(connection: sqlite3.Connection, at: datetime | None = None) -> dict[str, Any]:
    """Return the last update, the checks that fail, and whether all is well (`ok`).

    A corpus that was never updated by `corpus update`, or published without these tables, is well.
    """
    at = at or datetime.now(UTC)
    told: dict[str, Any] = {"database": "open", "last_update": None, "failing": []}
    if _is_kept(connection):
        updates = rows(connection, "last_update")
        told["last_update"] = _update(updates[0], at) if updates else None
        told["failing"] = rows(connection, "failing_checks")
    overdue = bool(told["last_update"] and told["last_update"]["overdue"])
    return {"ok": not overdue and not told["failing"]} | told


def checks(connection: sqlite3.Connection) -> list[Row]:
    """Return what is asserted of the sources, the failing ones first; empty where nothing is."""
    return rows(connection, "source_checks") if _is_kept(connection) else []


def _is_kept(connection: sqlite3.Connection) -> bool:
    tables = {row[0] for row in connection.execute("select name from sqlite_master")}
    return {"updates", "monitors"} <= tables


def _update(row: Row, at: datetime) -> Row:
    """Return an update with whether the next one is overdue; one that runs counts as it began."""
    last = row["finished_at"] or row["started_at"]
    age = at - datetime.fromisoformat(last)
    return row | {"overdue": not timedelta(hours=-1) <= age <= OVERDUE}


def unwell(error: Exception) -> dict[str, Any]:
    """Return what is told where the database does not answer."""
    return {"ok": False, "database": str(error), "last_update": None, "failing": []}

"""A published corpus: told by its own `application_id`, and read as any other.

Columns that were not published are absent from the file. The project's own questions name them all
the same: on a connection that is prepared here, temporary views stand in for the incomplete tables,
in which such a column is null. A stranger's SQL gets a connection without them, and an error.
"""

import sqlite3

from corpus.describe import TABLES

PUBLISHED_ID = 0x434F5055
"""SQLite's `application_id` of a published corpus ("COPU")."""
ADDED = {
    "page_extents": ("page", "extent", "withheld"),
    "withheld": ("subject", "place", "kind", "how", "reason", "times"),
    "publication": ("name", "value"),
}
"""Tables that only a published corpus has; in any other they are empty stand-ins."""


def is_published(connection: sqlite3.Connection) -> bool:
    """Whether a connection's database is a published corpus."""
    return bool(connection.execute("pragma main.application_id").fetchone()[0] == PUBLISHED_ID)


def stand_in(connection: sqlite3.Connection) -> None:
    """Make the stand-ins for what a published corpus lacks; a corpus of one's own lacks few."""
    held = {
        row[0]: [column[1] for column in connection.execute(f'pragma main.table_info("{row[0]}")')]
        for row in connection.execute("select name from main.sqlite_master where type = 'table'")
    }
    wanted = {name: tuple(table.columns) for name, table in TABLES.items()}
    if not is_published(connection):
        wanted = ADDED
    for table, columns in (wanted | ADDED).items():
        known = held.get(table, [])
        if missing := [column for column in columns if column not in known]:
            connection.execute(_view(table, known, missing))


def _view(table: str, known: list[str], missing: list[str]) -> str:
    """Return the SQL of a view with the columns there are, their rowid, and the others null."""
    nulls = ", ".join(f'null as "{column}"' for column in missing)
    if not known:
        return f'create temp view "{table}" as select {nulls} where 0'
    named = ", ".join(f'"{column}"' for column in known)
    return (
        f'create temp view "{table}" as select rowid as rowid, {named}, {nulls} from main."{table}"'
    )

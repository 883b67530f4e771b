"""A bound on single values: SQLite's time limit does not stop one call that makes a huge one."""

import sqlite3

from publish.hooks import hook

LONGEST_BYTES = 32_000_000
"""Far above the longest row of a corpus; `zeroblob(900000000)` is refused at once."""


@hook
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Set the limit on each connection of the site."""
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_BYTES)

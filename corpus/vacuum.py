"""Giving space back to the disk, and the index in one piece."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from corpus.doctor import index_problem
from corpus.errors import CorpusError
from corpus.screened import side_path
from corpus.store import Store


class NoRoom(CorpusError):
    """The disk has no room for the second copy that SQLite writes."""

    permanent = False


def vacuum(store: Store) -> tuple[int, int]:
    """Rewrite the database without its holes; return its bytes before and after.

    Until it is done SQLite needs as much room again. May be killed at any moment: then nothing has
    changed. Raises `NoRoom`.
    """
    side = side_path(store.path)
    before = _bytes(store.path, side)
    free = shutil.disk_usage(store.path.parent).free
    if free < 2 * before:  # the copy, and the log through which it comes back
        raise NoRoom(
            f"The disk of {store.path} has {free / 1e6:,.0f} MB left; {2 * before / 1e6:,.0f} MB "
            "are needed for a while. Make room first."
        )
    store.db.execute("insert into pages_fts (pages_fts) values ('optimize')")
    store.db.conn.commit()
    store.db.execute("vacuum")
    problem = index_problem(store)
    if problem:  # SQLite may number rows anew, and the index points to numbers
        problem.mend()
    store.db.execute("pragma optimize")
    store.db.conn.commit()
    store.db.execute("pragma wal_checkpoint(truncate)").fetchall()
    if side.is_file():
        with closing(sqlite3.connect(side)) as connection:
            connection.execute("vacuum")
    return before, _bytes(store.path, side)


def _bytes(*paths: Path) -> int:
    return sum(path.stat().st_size for path in paths if path.is_file())

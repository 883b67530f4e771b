"""Two published corpora compared row by row: a release, and what was rebuilt from it.

What a table must have in common are its keys and its values, apart from times and run numbers. A
row that differs is excused where a reason is known, and named where none is.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.describe import TABLES
from publish.public.allowlist import allowed
from publish.public.run_tables import keys, quoted

PARTLY_DERIVED = ("files", "coverage")
"""Collected tables with columns that reading and finding fill in."""
EXAMPLES = 5

Row = dict[str, Any]
Excuse = Callable[[str, Row], str]
"""Says of a table's row why it may differ; empty where it may not."""


@dataclass
class Compared:
    """How a table of a release and the rebuilt one agree, in rows."""

    table: str
    released: int
    same: int = 0
    excused: Counter[str] = field(default_factory=Counter)
    """Rows that differ, by the reason why they may."""
    changed: int = 0
    lost: int = 0
    added: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def differs(self) -> int:
        """Rows that differ for no known reason."""
        return self.changed + self.lost + self.added


def compare(released: Path, rebuilt: Path, excuse: Excuse) -> Iterator[Compared]:
    """Yield how each derived table of two published corpora agrees."""
    with closing(sqlite3.connect(f"{rebuilt.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        address = f"{released.resolve().as_uri()}?mode=ro&immutable=1"
        connection.execute("attach ? as released", (address,))
        for table in allowed().tables:
            if TABLES[table].nature == "derived" or table in PARTLY_DERIVED:
                yield _compared(connection, table, excuse)


def _compared(connection: sqlite3.Connection, table: str, excuse: Excuse) -> Compared:
    count = connection.execute(f'select count(*) from released."{table}"').fetchone()[0]
    done = Compared(table, count)
    kept = {_key(connection, table, row): row for row in _only(connection, table, "released")}
    own = {_key(connection, table, row): row for row in _only(connection, table, "main")}
    done.same = count - len(kept)
    for key in sorted(kept.keys() | own.keys()):
        why = excuse(table, kept.get(key) or own[key])
        if why:
            done.excused[why] += 1
            continue
        what = "changed" if key in kept and key in own else "lost" if key in kept else "added"
        setattr(done, what, getattr(done, what) + 1)
        if len(done.examples) < EXAMPLES:
            done.examples.append(f"{what}: {' '.join(key)}")
    return done


def _only(connection: sqlite3.Connection, table: str, side: str) -> Iterator[Row]:
    """Yield the rows of one side that the other has not, without what two equal runs differ in."""
    columns = [c for c in allowed().columns(table) if c not in TABLES[table].volatile]
    other = "main" if side == "released" else "released"
    named = quoted(columns)
    cursor = connection.execute(
        f'select {named} from {side}."{table}" except select {named} from {other}."{table}"'
    )
    for values in cursor:
        yield dict(zip(columns, values, strict=True))


def _key(connection: sqlite3.Connection, table: str, row: Row) -> tuple[str, ...]:
    """Return what names a row: its key, else all of it."""
    names = [name for name in keys(connection, table) if name in row] or list(row)
    return tuple(str(row[name]) for name in names)

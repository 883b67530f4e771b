"""How the site reads: short queries on Datasette's read-only connections, under a time limit."""

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from datasette.database import Database
from datasette.utils import sqlite_timelimit

DATABASE = "corpus"
"""The database's name in addresses, whatever the file is called."""
QUERIES = Path(__file__).parent / "queries"
TIME_LIMIT_MS = 2000
"""What Datasette's own pages are allowed, too."""
SLOW_SECONDS = 0.05
FRESH_SECONDS = 60
"""How old a figure may be that took longer than that to count, while a build is writing."""
MOST_KEPT = 500
"""Answers kept for reuse; the oldest go first."""

Answer = TypeVar("Answer")
Row = dict[str, Any]


class ReadOnly(Database):  # type: ignore[misc]
    """A database file that Datasette only reads, wherever it lies."""

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """Open the file: Datasette itself puts `#`, `?` and `%` of its path bare into the URI."""
        address = f"{Path(self.path).resolve().as_uri()}?mode=ro"
        connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        self._all_file_connections.append(connection)
        return connection


class TookTooLong(Exception):
    """A question to the corpus exceeded its time limit."""


@cache
def sql(name: str) -> str:
    """Return a query of the folder `queries/`."""
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")


def rows(connection: sqlite3.Connection, name: str, **parameters: Any) -> list[Row]:
    """Return the rows of a named query as dicts."""
    cursor = connection.execute(sql(name), parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, tuple(row), strict=True)) for row in cursor]


def first(connection: sqlite3.Connection, name: str, **parameters: Any) -> Row | None:
    """Return the first row of a named query, or None."""
    found = rows(connection, name, **parameters)
    return found[0] if found else None


async def ask(
    datasette: Any, question: Callable[[sqlite3.Connection], Answer], limit_ms: int = TIME_LIMIT_MS
) -> Answer:
    """Ask the corpus on one of Datasette's threads; raises `TookTooLong` past the limit."""

    def limited(connection: sqlite3.Connection) -> Answer:
        try:
            with sqlite_timelimit(connection, limit_ms):
                return question(connection)
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise TookTooLong(f"no answer within {limit_ms / 1000:g} seconds") from error
            raise

    answer: Answer = await datasette.get_database(DATABASE).execute_fn(limited)
    return answer


@dataclass
class _Kept:
    """An answer, what it cost, and the state of the corpus that it speaks of."""

    answer: Any
    version: tuple[int, ...]
    at: float
    seconds: float


_kept: WeakKeyDictionary[Any, dict[Any, _Kept]] = WeakKeyDictionary()


async def ask_once(
    datasette: Any,
    key: Any,
    question: Callable[[sqlite3.Connection], Answer],
    limit_ms: int = TIME_LIMIT_MS,
) -> Answer:
    """Ask, or return the earlier answer where the corpus has not changed since.

    While a build writes, an answer that was slow to count may be a minute old.
    """
    kept = _kept.setdefault(datasette, {})
    version = _version(Path(datasette.get_database(DATABASE).path))
    known = kept.get(key)
    if known and (known.version == version or _fresh(known)):
        answer: Answer = known.answer
        return answer
    started = time.monotonic()
    answer = await ask(datasette, question, limit_ms)
    kept.pop(key, None)
    kept[key] = _Kept(answer, version, started, time.monotonic() - started)
    while len(kept) > MOST_KEPT:
        kept.pop(next(iter(kept)))
    return answer


def _fresh(known: _Kept) -> bool:
    return known.seconds > SLOW_SECONDS and time.monotonic() - known.at < FRESH_SECONDS


def _version(path: Path) -> tuple[int, ...]:
    """Return what changes when the database or its log is written."""
    version: list[int] = []
    for file in (path, path.with_name(path.name + "-wal")):
        try:
            status = file.stat()
            version += (status.st_mtime_ns, status.st_size)
        except FileNotFoundError:
            version += (0, 0)
    return tuple(version)

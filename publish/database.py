"""How the site reads: short queries on Datasette's read-only connections, under a time limit."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from datasette.database import Database, QueryInterrupted
from datasette.utils import escape_sqlite, sqlite_timelimit

from corpus.published import stand_in
from corpus.store import open_to_read

DATABASE = "corpus"
"""The database's name in addresses, whatever the file is called."""
QUERIES = Path(__file__).parent / "queries"
TIME_LIMIT_MS = 2000
"""What Datasette's own pages are allowed, too."""
SLOW_SECONDS = 0.05
FRESH_SECONDS = 60
"""How old a figure may be that took longer than that to count, while a build is writing."""
STALE_SECONDS = 600
"""How old such a figure may be while it is being counted anew."""
MOST_KEPT, MOST_BYTES = 500, 96_000_000
"""Answers kept for reuse."""

Answer = TypeVar("Answer")
Row = dict[str, Any]


class ReadOnly(Database):  # type: ignore[misc] # Datasette has no types
    """A database file that Datasette only reads, wherever it lies."""

    completes = False
    """Whether stand-ins are made for what a published corpus lacks: for the project's questions."""

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """Open the file: Datasette itself puts `#`, `?` and `%` of its path bare into the URI."""
        connection = open_to_read(Path(self.path), check_same_thread=False)
        self._all_file_connections.append(connection)
        if self.completes:
            stand_in(connection)
        return connection

    async def table_counts(self, limit: int = 10) -> dict[str, int | None]:
        """Count the rows of the tables that are shown, each within so many milliseconds.

        Those of the search index hold its bytes: to count them takes half a second for a million
        pages, which SQLite cannot be stopped at.
        """
        found: dict[str, int | None] = dict.fromkeys(await self.table_names())
        for table in found.keys() - set(await self.hidden_table_names()):
            with suppress(QueryInterrupted):
                sql = f"select count(*) from {escape_sqlite(table)}"
                found[table] = (await self.execute(sql, custom_time_limit=limit)).first()[0]
        return found


_complete: WeakKeyDictionary[Any, ReadOnly] = WeakKeyDictionary()


def complete(datasette: Any) -> Database:
    """Return the database as the site's own pages ask it: what was not published is null there.

    A stranger's SQL never comes here: it gets the file as it is, where such a column is absent.
    """
    if datasette not in _complete:
        database = datasette.get_database(DATABASE)
        completed = ReadOnly(datasette, path=str(database.path), is_mutable=database.is_mutable)
        completed.name, completed.completes = f"{DATABASE} with stand-ins", True
        _complete[datasette] = completed
    return _complete[datasette]


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


def rows_if_here(connection: sqlite3.Connection, name: str, **parameters: Any) -> list[Row] | None:
    """Return the rows of a named query, or None where a published copy lacks what it asks for."""
    try:
        return rows(connection, name, **parameters)
    except sqlite3.OperationalError as error:
        if "no such table" in str(error) or "no such column" in str(error):
            return None
        raise


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

    answer: Answer = await complete(datasette).execute_fn(limited)
    return answer


@dataclass
class _Kept:
    """An answer, what it cost, and the state of the corpus that it speaks of."""

    answer: Any
    version: tuple[int, ...]
    at: float
    seconds: float

    @property
    def nbytes(self) -> int:
        """What it takes to keep, as far as an answer says so: arrays of pages do."""
        return int(getattr(self.answer, "nbytes", 0))

    @property
    def age(self) -> float:
        """Seconds since it was counted."""
        return monotonic() - self.at

    @property
    def slow(self) -> bool:
        """Whether a reader would have to wait for another."""
        return self.seconds > SLOW_SECONDS


@dataclass
class _Memory:
    """What a site knows, and what it is finding out: a question is asked once at a time.

    What was not asked for longest goes first, all searches need the shelf; where memory is short,
    only what is large: a page of figures is small and takes long to count.
    """

    kept: dict[Any, _Kept] = field(default_factory=dict)
    asked: dict[Any, "asyncio.Task[Any]"] = field(default_factory=dict)

    def known(self, key: Any) -> _Kept | None:
        """Return what is kept, which is kept longer then."""
        found = self.kept.pop(key, None)
        if found:
            self.kept[key] = found
        return found

    def keep(self, key: Any, answer: _Kept) -> None:
        """Keep an answer; others make room."""
        self.kept.pop(key, None)
        self.kept[key] = answer
        while len(self.kept) > MOST_KEPT:
            self.kept.pop(next(iter(self.kept)))
        large = {name: each.nbytes for name, each in self.kept.items() if each.nbytes}
        while len(large) > 1 and sum(large.values()) > MOST_BYTES:
            first = next(iter(large))
            del large[first], self.kept[first]


_memories: WeakKeyDictionary[Any, _Memory] = WeakKeyDictionary()


async def ask_once(
    datasette: Any,
    key: Any,
    question: Callable[[sqlite3.Connection], Answer],
    limit_ms: int = TIME_LIMIT_MS,
) -> Answer:
    """Ask, or return the earlier answer where the corpus has not changed since.

    While a build writes, an answer that was slow to count may be minutes old: it is counted anew
    behind the reader's back, once a minute at most, and waited for only after `STALE_SECONDS`.
    """
    memory = _memories.setdefault(datasette, _Memory())
    version = version_of(datasette)
    known = memory.known(key)
    if known and (known.version == version or (known.slow and known.age < FRESH_SECONDS)):
        answer: Answer = known.answer
        return answer
    task = memory.asked.get(key)
    if task is None:
        task = asyncio.ensure_future(_asked(datasette, memory, key, version, question, limit_ms))
        memory.asked[key] = task
        task.add_done_callback(lambda done: _answered(memory, key, done))
    if known and known.slow and known.age < STALE_SECONDS:
        return known.answer  # type: ignore[no-any-return] # of any question
    return await asyncio.shield(task)  # who goes away leaves the others waiting for it


async def _asked(
    datasette: Any,
    memory: _Memory,
    key: Any,
    version: tuple[int, ...],
    question: Callable[[sqlite3.Connection], Answer],
    limit_ms: int,
) -> Answer:
    started = monotonic()
    answer = await ask(datasette, question, limit_ms)
    memory.keep(key, _Kept(answer, version, started, monotonic() - started))
    return answer


def _answered(memory: _Memory, key: Any, done: "asyncio.Task[Any]") -> None:
    """Make room for the next one who asks; an error was told to those who waited."""
    memory.asked.pop(key, None)
    if not done.cancelled():
        done.exception()


def version_of(datasette: Any) -> tuple[int, ...]:
    """Return what changes when the database or its log is written."""
    path = Path(datasette.get_database(DATABASE).path)
    version: list[int] = []
    for file in (path, path.with_name(path.name + "-wal")):
        try:
            status = file.stat()
            version += (status.st_mtime_ns, status.st_size)
        except FileNotFoundError:
            version += (0, 0)
    return tuple(version)

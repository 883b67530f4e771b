"""One SQLite file, many processes: opening, locking, batching.

Readers open the file read-only and never wait. Every writing command holds one lock beside the
file for as long as it runs; its transactions are short (`Settings.transaction_ms`), so that the
site and notebooks see a build as it grows.
"""

import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import filelock

from corpus import events
from corpus.errors import CorpusError, ForeignDatabase, Locked, MissingPath
from corpus.later_migrations import APPLICATION_ID, migrations
from corpus.published import PUBLISHED_ID, is_published, stand_in
from corpus.remote_files import file_store
from corpus.settings import Settings
from corpus.sqlite import Database

Row = dict[str, Any]
BUSY_SECONDS = 10


def now() -> str:
    """Return the present instant, UTC, ISO 8601, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Store:
    """A corpus: its database and its originals."""

    def __init__(self, path: Path, db: Database, settings: Settings) -> None:
        self.path = path
        self.db = db
        self.settings = settings
        self.files = file_store(path.parent / "files")

    def rows(self, sql: str, parameters: Iterable[Any] | dict[str, Any] = ()) -> list[Row]:
        """Return the rows of a query as dicts."""
        given = parameters if isinstance(parameters, dict) else tuple(parameters)
        return list(self.db.query(sql, given))

    def value(self, sql: str, parameters: Iterable[Any] = ()) -> Any:
        """Return the first value of the first row, or None."""
        row = self.db.execute(sql, tuple(parameters)).fetchone()
        return row[0] if row else None

    def settle(self) -> None:
        """Wait until what was committed is on the disk.

        SQLite syncs its log at checkpoints alone (`synchronous = normal`): until then a loss of
        power takes what was committed last. Whoever notes elsewhere that it was done waits first.
        """
        log = self.path.with_name(f"{self.path.name}-wal")
        with suppress(FileNotFoundError), log.open("r+b") as stream:
            os.fsync(stream.fileno())

    def fail(self, stage: str, subject: str, error: str, message: str, permanent: bool) -> None:
        """Record a failure; the same failure again raises its number of attempts."""
        events.event("failure", stage=stage, subject=subject, error=error, message=message[:500])
        self.db.execute(
            "insert into failures (stage, subject, error, message, permanent, attempts, at) "
            "values (?, ?, ?, ?, ?, 1, ?) on conflict (stage, subject) do update set "
            "error = excluded.error, message = excluded.message, at = excluded.at, "
            "permanent = excluded.permanent, attempts = attempts + 1",
            (stage, subject, error, message[:500], int(permanent), now()),
        )

    def mend(self, stage: str, subject: str) -> None:
        """Forget a failure that a later attempt mended."""
        self.db.execute("delete from failures where stage = ? and subject = ?", (stage, subject))


class Batch:
    """Groups whole documents into transactions of at most `transaction_ms`.

    `committed` is told how many documents have just become durable: progress is reported then and
    not before.
    """

    def __init__(self, store: Store, committed: Callable[[int], None] | None = None) -> None:
        self._store = store
        self._committed = committed or (lambda count: None)
        self._pending = 0
        self._since = 0.0

    def __enter__(self) -> "Batch":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None or not issubclass(kind, sqlite3.Error):
            self.flush()
        else:
            self._store.db.conn.rollback()

    @contextmanager
    def document(self) -> Iterator[None]:
        """Write one document: all of it becomes durable, or nothing."""
        if not self._store.db.conn.in_transaction:
            self._store.db.execute("begin immediate")
            self._since = time.monotonic()
        with self._store.db.atomic():
            yield
        self._pending += 1
        if (time.monotonic() - self._since) * 1000 >= self._store.settings.transaction_ms:
            self.flush()

    def flush(self) -> None:
        """Commit what is pending; the originals that it names are on the disk first."""
        self._store.files.settle()
        if self._store.db.conn.in_transaction:
            self._store.db.conn.commit()
        done, self._pending = self._pending, 0
        if done:
            self._committed(done)


def is_sqlite(path: Path) -> bool:
    """Whether a file begins as every SQLite database does."""
    with path.open("rb") as stream:
        return stream.read(16) == b"SQLite format 3\0"


def open_to_read(path: Path, **options: Any) -> sqlite3.Connection:
    """Open a corpus's file for reading only; options as of `sqlite3.connect`.

    On a disk that is read-only or full, SQLite cannot make the index of its log. Where there is no
    log either, the file is opened as one that nobody changes.
    """
    address = path.resolve().as_uri()
    connection: sqlite3.Connection = sqlite3.connect(f"{address}?mode=ro", uri=True, **options)
    try:
        connection.execute("select 1 from sqlite_master").fetchone()
    except sqlite3.OperationalError:
        log = path.with_name(f"{path.name}-wal")
        if not log.is_file() or not log.stat().st_size:
            connection.close()
            connection = sqlite3.connect(f"{address}?immutable=1", uri=True, **options)
    except sqlite3.DatabaseError:
        pass  # whoever asks next is told what is wrong with it
    return connection


@contextmanager
def reading(path: Path, settings: Settings | None = None) -> Iterator[Store]:
    """Open a corpus read-only: never locks, never blocks a writer.

    One that an older version wrote is migrated first; raises `Locked` where that has to wait for
    another command.
    """
    if not path.is_file() or not path.stat().st_size:
        raise MissingPath(
            f"There is no corpus at {path}. Build one with `corpus import PATH` or "
            "`corpus demo`, or name another with --corpus."
        )
    if _is_older(path):
        with writing(path, "migration"):
            pass
    connection = open_to_read(path, timeout=BUSY_SECONDS)
    try:
        if is_published(connection):
            stand_in(connection)
        yield Store(path, Database(connection), settings or Settings.from_environment())
    finally:
        connection.close()


def _is_older(path: Path) -> bool:
    """Whether a corpus lacks what a newer version added; a published one is read as it is."""
    with closing(open_to_read(path, timeout=BUSY_SECONDS)) as connection:
        return bool(_check(path, connection)) and not is_published(connection)


@contextmanager
def empty(path: Path) -> Iterator[Store]:
    """Yield a corpus without anything, in memory: to ask what would be done in a new one."""
    connection = sqlite3.connect(":memory:")
    try:
        db = Database(connection)
        migrations.apply(db)
        yield Store(path, db, Settings.from_environment())
    finally:
        connection.close()


@contextmanager
def writing(
    path: Path, command: str, *, wait: float = 0, settings: Settings | None = None
) -> Iterator[Store]:
    """Open a corpus for writing, alone; makes or migrates it first.

    Raises `Locked`, naming the holder, where another command is writing and does not finish
    within `wait` seconds.
    """
    if not path.parent.is_dir():
        raise MissingPath(
            f"The folder {path.parent} does not exist. Make it first, or name "
            "another corpus with --corpus."
        )
    if path.is_dir():
        raise MissingPath(f"{path} is a folder. Name a file in it with --corpus.")
    with _lock(path, command, wait):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
        try:
            _check(path, connection)
            if is_published(connection):
                raise ForeignDatabase(
                    f"{path} is a published corpus, which is only read. Name the corpus it was "
                    "made of with --corpus, and publish that again."
                )
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = normal")
            db = Database(connection)
            migrations.apply(db)
            connection.execute(f"pragma application_id = {APPLICATION_ID}")
            connection.commit()
            yield Store(path, db, settings or Settings.from_environment())
        finally:
            with suppress(sqlite3.Error):  # a reader may hold the log: the next command tries again
                connection.execute("pragma wal_checkpoint(truncate)")
            connection.close()


def _check(path: Path, connection: sqlite3.Connection) -> set[str]:
    """Return the migrations that a corpus still lacks.

    Refuses a file that is not a corpus, or one that a newer version has migrated.
    """
    try:
        tables = {row[0] for row in connection.execute("select name from sqlite_master")}
        owner = connection.execute("pragma application_id").fetchone()[0]
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error):
            raise ForeignDatabase(
                f"{path} is not an SQLite database. Name another file with --corpus."
            ) from error
        raise CorpusError(
            f"{path} cannot be read ({error}). If it is damaged, bring back a copy of it and of "
            "files/, or build it anew."
        ) from error
    if not tables:
        return set()
    if owner not in (APPLICATION_ID, PUBLISHED_ID) and "_sqlite_migrations" not in tables:
        raise ForeignDatabase(
            f"{path} belongs to another program (it has the table "
            f"{min(tables)}). Name another file with --corpus."
        )
    known = {migration.name for migration in migrations.pending(Database(memory=True))}
    applied = {
        row[0]
        for row in connection.execute(
            "select name from _sqlite_migrations where migration_set = 'council-corpus'"
        )
    }
    if not applied:
        raise ForeignDatabase(
            f"{path} belongs to another program. Name another file with --corpus."
        )
    if applied - known:
        raise ForeignDatabase(
            f"{path} was written by a newer version of Council Corpus "
            f"({max(applied - known)}). Upgrade with `pip install -U "
            "council-corpus`."
        )
    return known - applied


@contextmanager
def _lock(path: Path, command: str, wait: float) -> Iterator[None]:
    """Hold the one lock for writing; the operating system frees it when its holder dies."""
    holder = path.with_name(path.name + ".holder")
    lock = filelock.FileLock(str(path) + ".lock", timeout=wait)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise Locked(
            f"{path} is being written by {_holder(holder)}. Wait for it, or try again "
            "with --wait SECONDS."
        ) from error
    try:
        holder.write_text(json.dumps({"command": command, "pid": os.getpid(), "since": now()}))
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _holder(path: Path) -> str:
    """Say who holds the lock, as far as the holder has said."""
    try:
        told = json.loads(path.read_text())
        return f"`corpus {told['command']}` (process {told['pid']}, since {told['since']})"
    except (OSError, ValueError, KeyError):
        return "another command"

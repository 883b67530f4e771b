"""Backups while others read and write: a copy of one instant, verified before it counts.

A backup folder holds `files/`, shared by its backups, and for each backup its database
(`corpus-20261122T021500Z.db`), the text kept aside where there is any, and a manifest (JSON), which
is written last. Any of them can be opened in place: `corpus --corpus FOLDER/NAME.db status`.
Originals that lie elsewhere (`--files`) stay there: a backup names their address.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus.doctor import digest
from corpus.errors import CorpusError
from corpus.remote_files import keep_address
from corpus.screened import Side, damaged, side_path
from corpus.settings import Settings
from corpus.sqlite import Database
from corpus.store import Store, now, open_to_read, reading

SPARE_BYTES = 50 * 1024 * 1024
"""What must stay free beside a copy: SQLite's own temporary files."""
_BLOCK = 1024 * 1024


class BadBackup(CorpusError):
    """A backup is not what it says, or cannot be made here."""


@dataclass
class Backed:
    """What a backup is: its database, what went with it, and what is wrong."""

    path: Path
    documents: int = 0
    files: int = 0
    copied: int = 0
    bytes: int = 0
    digest: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """Return it as an answer for `--json`."""
        return vars(self) | {"path": str(self.path)}


def backup(store: Store, folder: Path, *, keep: int = 0, advance: Callable[[int], None]) -> Backed:
    """Copy a corpus into a backup folder and verify the copy; `advance` is told of files.

    `store` is open for reading; a build may go on writing. The database is of one instant, and the
    originals it names are copied after it: they are never changed. With `keep`, only so many of the
    newest backups stay. Raises `BadBackup` where the copy is not the original.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if folder.resolve() == store.path.parent.resolve():
        raise BadBackup(f"{folder} is where the corpus itself lies. Name another folder.")
    _check_space(store, folder)
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    done = Backed(folder / f"{store.path.stem}-{stamp}.db")
    if done.path.exists():
        raise BadBackup(f"{done.path} is there already: two backups within a second.")
    with _whole(done.path) as copy:
        done.digest = _copy_database(store, copy)
        side = side_path(store.path)
        if side.is_file():
            with _whole(side_path(done.path)) as side_copy:
                _copy_side(side, side_copy)
    done.problems += _aside_problems(done.path)
    _copy_files(store, done, advance)
    manifest = {"made_at": now(), "of": str(store.path.resolve()), "documents": done.documents}
    manifest |= {"files": done.files, "digest": done.digest, "sha256": _sha256(done.path)}
    with _whole(_manifest(done.path)) as path:
        path.write_text(json.dumps(manifest, indent=2))
    if keep and not done.problems:
        done.dropped = _rotate(folder, store.path.stem, keep)
    return done


def verify(path: Path, *, originals: bool = True) -> Backed:
    """Hold a backup against its manifest: bytes, integrity, digest, originals."""
    manifest = _manifest(path)
    if not manifest.is_file():
        raise BadBackup(f"{path} has no manifest: it was never finished. Make another backup.")
    told = json.loads(manifest.read_text())
    done = Backed(path, told["documents"], told["files"], digest=told["digest"])
    if _sha256(path) != told["sha256"]:
        done.problems.append(f"{path.name} is not the file that was written")
    with reading(path) as store:
        done.problems += _integrity(store.db.conn)
        found = digest(store)
        done.problems += [
            f"the table {name} is another one"
            for name in sorted(told["digest"].keys() | found.keys())
            if told["digest"].get(name) != found.get(name)
        ]
        if originals and store.files.address:
            done.problems += _lost_elsewhere(store)
        for row in _named(store) if originals and not store.files.address else ():
            done.problems += _original_problem(store.files.path(row["path"]), row["sha256"])
    return done


def backups(folder: Path) -> list[Path]:
    """Return the finished backups of a folder, the newest last."""
    found = [path for path in folder.glob("*.db") if _manifest(path).is_file()]
    return sorted(found, key=lambda path: path.stem.rpartition("-")[2])


def _manifest(path: Path) -> Path:
    return path.with_suffix(".json")


def _check_space(store: Store, folder: Path) -> None:
    needed = store.path.stat().st_size + SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BadBackup(
            f"{folder} has {free / 1e6:,.0f} MB left, and the database alone takes "
            f"{needed / 1e6:,.0f} MB. Make room, or name a folder on another disk."
        )


def _copy_database(store: Store, copy: Path) -> dict[str, str]:
    """Copy the database as it is at one instant; return its digest, which the copy must share.

    One read transaction spans both, so that a writer changes neither; SQLite's backup copies the
    pages of the file, so that rows keep the numbers that the search index points to.
    """
    source: sqlite3.Connection = store.db.conn
    source.execute("begin")
    try:
        wanted = digest(store)
        with closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            target.execute("pragma journal_mode = delete")  # one file, complete without a log
    finally:
        source.rollback()
    with closing(sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro", uri=True)) as target:
        problems = _integrity(target)
        found = _plain_digest(store, target)
    wrong = [name for name, value in found.items() if wanted.get(name, value) != value]
    if problems or wrong:
        raise BadBackup(
            f"The copy is not the corpus ({', '.join([*problems, *wrong])}). It was removed. "
            "`corpus doctor` says whether the corpus is sound; is the disk?"
        )
    return wanted


def _copy_side(side: Path, copy: Path) -> None:
    with (
        closing(open_to_read(side)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
        target.execute("pragma journal_mode = delete")


def _aside_problems(path: Path) -> list[str]:
    """Say where the text kept aside is not that of the database: it was moved in between."""
    with reading(path) as store, Side(store) as side:
        rows = store.rows(
            "select sha256, s.pages from files join screenings s using (sha256) "
            "where kept_in is not null"
        )
        wrong = list(damaged(side, {row["sha256"]: row["pages"] for row in rows}))
    return [f"{key[:16]} {what} (did a build run? make another backup)" for what, key in wrong]


def _plain_digest(store: Store, target: sqlite3.Connection) -> dict[str, str]:
    """Return the digest of a copy under its temporary name."""
    return digest(Store(store.path, Database(target), Settings()))


def _integrity(connection: sqlite3.Connection) -> list[str]:
    try:
        told = [row[0] for row in connection.execute("pragma integrity_check")]
    except sqlite3.DatabaseError as error:
        told = [str(error)]
    return [] if told == ["ok"] else told


def _named(store: Store) -> Iterator[dict[str, Any]]:
    yield from store.rows("select sha256, path from files order by sha256")


def _copy_files(store: Store, done: Backed, advance: Callable[[int], None]) -> None:
    """Copy the originals that the backup names and the folder lacks, and all fitted models."""
    pool = done.path.parent / "files"
    with reading(done.path) as copy:
        done.documents = copy.value("select count(*) from documents")
        named = list(_named(copy))
    if store.files.address:
        keep_address(pool, store.files.address)
        done.files = len(named)
        done.problems += _lost_elsewhere(store)
        advance(done.files)
    for row in named if not store.files.address else ():
        source, target = store.files.path(row["path"]), pool / row["path"]
        done.files += 1
        if not (target.is_file() and source.is_file() and _same_size(source, target)):
            done.problems += _copy_original(source, target, row["sha256"], done)
        advance(1)
    for source in sorted((store.files.folder / "models").rglob("*")):
        target = pool / source.relative_to(store.files.folder)
        if source.is_file() and not (target.is_file() and _same_size(source, target)):
            with _whole(target) as path:
                _copy_plain(source, path)


def _lost_elsewhere(store: Store) -> list[str]:
    """Say which originals are not where they lie, with as many bytes."""
    there = store.files.stored()
    rows = store.rows("select path, bytes from files order by path")
    return [
        f"the original {row['path']} is missing at {store.files.address}"
        for row in rows
        if there.get(row["path"]) != row["bytes"]
    ]


def _same_size(source: Path, target: Path) -> bool:
    return source.stat().st_size == target.stat().st_size


def _copy_original(source: Path, target: Path, sha256: str, done: Backed) -> list[str]:
    """Copy one original; return what is wrong with it instead of keeping a wrong copy."""
    problem = _original_problem(source, sha256)
    if problem:
        return problem
    with _whole(target) as path:
        _copy_plain(source, path)
    if _sha256(target) != sha256:
        target.unlink()
        return [f"the copy of {source.name} is not the original"]
    done.copied += 1
    done.bytes += target.stat().st_size
    return []


def _original_problem(path: Path, sha256: str) -> list[str]:
    if not path.is_file():
        return [f"the original {path.name} is missing"]
    return [] if _sha256(path) == sha256 else [f"the original {path.name} has changed"]


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _copy_plain(source: Path, target: Path) -> None:
    with source.open("rb") as reader, target.open("wb") as writer:
        shutil.copyfileobj(reader, writer, _BLOCK)
        writer.flush()
        os.fsync(writer.fileno())


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Yield a temporary path whose file gets its name when it is complete, and only then."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _rotate(folder: Path, stem: str, keep: int) -> list[str]:
    """Drop all but the newest backups of a corpus, then the originals that none of them names."""
    mine = [path for path in backups(folder) if path.stem.rpartition("-")[0] == stem]
    dropped = mine[:-keep]
    for path in dropped:
        _manifest(path).unlink()  # first: without it a backup does not count
        side_path(path).unlink(missing_ok=True)
        path.unlink()
    if dropped:
        _prune(folder)
    return [path.name for path in dropped]


def _prune(folder: Path) -> None:
    named: set[str] = set()
    for path in backups(folder):
        with reading(path) as store:
            named |= {row["path"] for row in _named(store)}
    for path in (folder / "files").glob("??/*"):
        if path.relative_to(folder / "files").as_posix() not in named:
            path.unlink()

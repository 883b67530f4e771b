"""Integrity of a corpus, and one hash per table: what "the same tables" means everywhere."""

import hashlib
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from corpus.describe import TABLES
from corpus.ids import page_id, sha256
from corpus.screened import ASIDE, Side, damaged, side_path, unpacked
from corpus.store import Store, is_sqlite
from corpus.texts import drop_pages

_PLAIN_WORD = re.compile(r"(?<!\S)[A-Za-z0-9]+(?!\S)")
"""Words about whose ends Python and FTS5 agree; private signs are letters to FTS5 alone."""
INDEX_SAMPLE = 200
"""Pages looked up by their words to see that the index points to the right rows."""


@dataclass(frozen=True)
class Problem:
    """Something that is not as it should be, and whether `--repair` mends it."""

    what: str
    repair: Callable[[], object] | None = None

    def mend(self) -> None:
        """Mend it, where that needs nobody's decision."""
        if self.repair:
            self.repair()


def digest(store: Store) -> dict[str, str]:
    """Return one hash per table over its distinct rows, without times, run numbers and attempts."""
    found = {}
    for name, table in TABLES.items():
        columns = ", ".join(table.stable) or "null"
        hashed = hashlib.sha256()
        # A log of runs has no such column: two corpora that hold the same may differ in all of it.
        rows = store.db.execute(
            f'select distinct {columns} from "{name}" where {len(table.stable)} order by {columns}'
        )
        for row in rows:
            hashed.update(repr(row).encode("utf-8", "surrogatepass"))
        found[name] = hashed.hexdigest()[:16]
    return found | _aside_digest(store)


def _aside_digest(store: Store) -> dict[str, str]:
    """Return the hash of the text that is kept aside, where there is any."""
    hashed, files = hashlib.sha256(), 0
    with Side(store) as side:
        for key, _, content in side.held():
            hashed.update(repr((key, unpacked(content))).encode("utf-8", "surrogatepass"))
            files += 1
    return {ASIDE: hashed.hexdigest()[:16]} if files else {}


def problems(store: Store, *, originals: bool = True) -> Iterator[Problem]:
    """Yield what is wrong: the database, its links, the index, the originals, the quotes."""
    try:
        told = [row[0] for row in store.db.execute("pragma integrity_check")]
    except sqlite3.DatabaseError as error:
        told = [str(error)]
    if told != ["ok"]:  # nothing else that it says can be relied on
        yield from (Problem(f"SQLite: {what}") for what in told)
        return
    yield from _links(store)
    if problem := index_problem(store):
        yield problem
    yield from _pages(store)
    yield from _aside(store)
    yield from _quotes(store)
    yield from _future(store)
    if originals:
        yield from _originals(store)
    for path in store.files.leftovers():
        yield Problem(f"half-written {path}", _remover(path))


def _links(store: Store) -> Iterator[Problem]:
    """Rows that point to rows which are not there; derived ones may go, they are made again."""
    broken: dict[tuple[str, str], list[int]] = {}
    for table, row, parent, _ in store.db.execute("pragma foreign_key_check"):
        broken.setdefault((table, parent), []).append(row)
    for (table, parent), rows in broken.items():
        derived = TABLES[table].nature == "derived" and table != "files"
        yield Problem(
            f"{len(rows):,} rows of {table} point to a missing row of {parent}",
            _row_dropper(store, table, rows) if derived else None,
        )


def _row_dropper(store: Store, table: str, rows: list[int]) -> Callable[[], object]:
    def drop() -> None:
        with store.db.atomic():
            store.db.conn.executemany(
                f'delete from "{table}" where rowid = ?', [(row,) for row in rows]
            )

    return drop


def index_problem(store: Store) -> Problem | None:
    """Return what is wrong with the full-text index: each page is in it, with its own words.

    A corpus that is open for writing is checked in full, by FTS5 itself; of one that is only read,
    some pages are looked up by their words. (Copying with VACUUM may renumber rows.)
    """
    pages = store.value("select count(*) from pages")
    indexed = store.value("select count(*) from pages_fts_docsize")
    wrong = _index_wrong(store, pages)
    if pages == indexed and not wrong:
        return None
    what = f"the search index holds {indexed:,} of {pages:,} pages{wrong and f', {wrong}'}"
    return Problem(what, store.db.table("pages").rebuild_fts)


def _index_wrong(store: Store, pages: int) -> str:
    try:
        with store.db.atomic():
            store.db.execute(
                "insert into pages_fts (pages_fts, rank) values ('integrity-check', 1)"
            )
        return ""
    except sqlite3.OperationalError:
        return _sampled(store, pages)  # it is open for reading only
    except sqlite3.DatabaseError:
        return "and not their words"


def _sampled(store: Store, pages: int) -> str:
    wrong = 0
    for row in store.rows(
        "select rowid as id, text from pages where outcome = 'text' and abs(random()) % ? < ?",
        (max(pages, 1), INDEX_SAMPLE),
    ):
        words = " ".join(f'"{word}"' for word in _PLAIN_WORD.findall(row["text"])[:5])
        wrong += bool(words) and not store.value(
            "select 1 from pages_fts where pages_fts match ? and rowid = ?", (words, row["id"])
        )
    return f"{wrong} of them wrong" if wrong else ""


def _pages(store: Store) -> Iterator[Problem]:
    """A file with text has as many pages as its screening counted, under the right ids."""
    for row in store.rows(
        "select s.sha256, s.pages, count(p.page) as held, min(p.page) as first from screenings s "
        "join files f using (sha256) left join pages p using (sha256) where f.kept_in is null "
        "group by 1 having s.pages != held"
    ):
        yield Problem(
            f"file {row['sha256'][:16]} has {row['held']} of {row['pages']} pages: "
            "`corpus build` is to read it again",
            _reading_again(store, row["sha256"]),
        )
    for row in store.db.execute("select page, sha256, number from pages"):
        if row[0] != page_id(row[1], row[2]):
            yield Problem(f"the page {row[0]} does not belong to file {row[1][:16]}")


def _reading_again(store: Store, sha256: str) -> Callable[[], object]:
    """Return what drops a file's pages, so that the next `extract` reads the original again."""

    def again() -> None:
        with store.db.atomic():
            drop_pages(store, sha256)
            store.db.execute("delete from screenings where sha256 = ?", (sha256,))
            store.db.execute(
                "update files set outcome = null, screened_with = '', read_with = null, "
                "found_with = null where sha256 = ?",
                (sha256,),
            )

    return again


def _future(store: Store) -> Iterator[Problem]:
    """Rows dated by a clock that was ahead; what they say of time is wrong until then."""
    latest = datetime.now(UTC) + timedelta(hours=1)
    for table, column in (
        *(("crawls", "started_at"), ("coverage", "looked_at"), ("documents", "first_seen_at")),
        ("captures", "fetched_at"),
    ):
        count = store.value(
            f"select count(*) from {table} where {column} > ?", (f"{latest:%Y-%m-%dT%H:%M:%SZ}",)
        )
        if count:
            yield Problem(
                f"{count:,} rows of {table} are dated in the future ({column}): the clock was "
                "ahead then, or is behind now"
            )


def _aside(store: Store) -> Iterator[Problem]:
    """Text that is kept aside is there, whole, and nowhere else."""
    kept = {
        row["sha256"]: row["pages"]
        for row in store.rows(
            "select sha256, s.pages from files join screenings s using (sha256) "
            "where kept_in is not null"
        )
    }
    with Side(store) as side:
        for what, key in list(damaged(side, kept)):
            yield Problem(f"file {key[:16]}: {what}" if key else what, _aside_repair(store, key))


def _aside_repair(store: Store, key: str) -> Callable[[], object]:
    """Return what drops a file's text from the side file; one without text is read again."""

    def again() -> None:
        with Side(store) as side:
            if key:
                side.drop(key)
            else:
                side.path.unlink()
        with store.db.atomic():
            store.db.execute(
                "update files set kept_in = null, outcome = null, screened_with = '' "
                "where kept_in is not null and (sha256 = ?1 or ?1 = '')",
                (key,),
            )
            store.db.execute(
                "delete from screenings where sha256 in (select sha256 from files "
                "where outcome is null and screened_with = '')"
            )

    return again


def _quotes(store: Store) -> Iterator[Problem]:
    """Each mention's words stand where it says."""
    torn = store.rows(
        "select m.sha256, count(*) as mentions from mentions m join pages p using (page) where "
        'substr(p.text, m.start + 1, m."end" - m.start) != m.quote group by 1'
    )
    for row in torn:
        yield Problem(
            f"the words of {row['mentions']} mentions do not stand on the pages of file "
            f"{row['sha256'][:16]}: `corpus find` is to find them again",
            _finding_again(store, row["sha256"]),
        )


def _finding_again(store: Store, sha256: str) -> Callable[[], object]:
    """Return what drops a file's mentions, so that the next `find` finds them again."""
    own = "passage in (select passage from mentions where sha256 = ?)"

    def again() -> None:
        with store.db.atomic():
            store.db.execute(f"delete from passage_topics where {own}", (sha256,))
            store.db.execute(f"delete from passages where {own}", (sha256,))
            store.db.execute("delete from mentions where sha256 = ?", (sha256,))
            store.db.execute("update files set found_with = null where sha256 = ?", (sha256,))

    return again


def _originals(store: Store) -> Iterator[Problem]:
    """Each original is there, whole."""
    if store.files.address:
        yield from _originals_elsewhere(store)
        return
    for row in store.rows("select sha256, path from files order by sha256"):
        path = store.files.path(row["path"])
        if not path.is_file():
            yield Problem(f"the original {row['path']} is missing; import or crawl it again")
        elif sha256(path.read_bytes()) != row["sha256"]:
            yield Problem(f"the original {row['path']} has changed")
    known = {row["path"] for row in store.rows("select path from files")}
    alone = not _neighbours(store)
    for path in sorted(store.files.folder.glob("??/*")):
        relative = path.relative_to(store.files.folder).as_posix()
        if not path.name.startswith(".part-") and relative not in known:
            yield Problem(
                f"no document of this corpus holds the file {relative}",
                _remover(path) if alone else None,
            )


def _originals_elsewhere(store: Store) -> Iterator[Problem]:
    """Each original is there with as many bytes; to compare them all would be to fetch them all."""
    there = store.files.stored()
    for row in store.rows("select sha256, path, bytes from files order by sha256"):
        size = there.pop(row["path"], None)
        if size is None:
            yield Problem(f"the original {row['path']} is missing; import or crawl it again")
        elif size != row["bytes"]:
            yield Problem(f"the original {row['path']} has {size:,} of {row['bytes']:,} bytes")
    for path in there:  # perhaps of another corpus: they may share a store
        yield Problem(f"no document of this corpus holds the file {path}")


def _neighbours(store: Store) -> list[Path]:
    """Return the other databases beside this one: they keep their originals in the same folder."""
    here = store.path.resolve()
    return [
        path
        for path in here.parent.iterdir()
        if path.is_file() and path not in (here, side_path(here)) and is_sqlite(path)
    ]


def _remover(path: Path) -> Callable[[], object]:
    """Return what removes a file, or the folder of a half-written model."""
    if path.is_dir():
        return lambda: shutil.rmtree(path, ignore_errors=True)
    return lambda: path.unlink(missing_ok=True)

"""Checks a published corpus before it takes its place: what must not be in it is looked for.

Canaries are texts that the corpus holds and a publication never may: the addresses of imported
files, the names of folders and of coders, coders' notes, what was taken down, and what the screen
took out for its form alone. They are looked for in the bytes of the file, index and all.
"""

import mmap
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from corpus.errors import CorpusError
from corpus.store import Store
from publish.public.allowlist import allowed
from publish.public.build import Published
from publish.public.findings import LABELS
from publish.public.treatments import ALWAYS, has_secret

SHORTEST_CANARY = 6
MOST_CANARIES = 5000
INTERNAL = re.compile(r"sqlite_.*|_sqlite_migrations|pages_fts.*")


class NotFitToPublish(CorpusError):
    """The file that was made holds what it must not, or lacks what it must have."""


def verify(path: Path, store: Store, told: Published) -> list[str]:
    """Return what is wrong with a published file; empty where all is well."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        found = [*_sound(connection), *_columns(connection), *_texts(connection)]
        found += _indexes(connection, store)
    return [*found, *canaries(path, store, told)]


def _sound(connection: sqlite3.Connection) -> Iterator[str]:
    """SQLite's own checks, the links between rows, and the index."""
    for (said,) in connection.execute("pragma integrity_check(3)"):
        if said != "ok":
            yield f"SQLite: {said}"
    broken = {(row[0], row[2]) for row in connection.execute("pragma foreign_key_check")}
    yield from (f"rows of {a} point to a missing row of {b}" for a, b in sorted(broken))
    pages = connection.execute("select count(*) from pages").fetchone()
    if pages != connection.execute("select count(*) from pages_fts_docsize").fetchone():
        yield "the search index does not hold every page"


def _columns(connection: sqlite3.Connection) -> Iterator[str]:
    """Tables and columns are those of the list, and no others."""
    names = [
        row[0]
        for row in connection.execute("select name from sqlite_master where type = 'table'")
        if not INTERNAL.fullmatch(row[0])
    ]
    listed = allowed()
    wanted = {*listed.tables, *listed.added}
    yield from (f"the table {name} is not on the list" for name in sorted(set(names) - wanted))
    yield from (f"the table {name} is missing" for name in sorted(wanted - set(names)))
    for name in sorted(wanted & set(names)):
        held = [row[1] for row in connection.execute(f'pragma table_info("{name}")')]
        if held != listed.columns(name):
            yield f"the columns of {name} are not those of the list"


def _indexes(connection: sqlite3.Connection, store: Store) -> Iterator[str]:
    """Every index of the corpus is there whose columns are: without it a page takes seconds."""
    sql = "select name, tbl_name from sqlite_master where type = 'index' and sql is not null"
    held = {name for name, _ in connection.execute(sql)}
    tables = allowed().tables
    for name, table in store.db.execute(f"{sql} order by 1"):
        its = {row[2] for row in store.db.execute(f'pragma index_info("{name}")')}
        if table in tables and its <= tables[table].keys() and name not in held:
            yield f"the index {name} of {table} is missing"


def _texts(connection: sqlite3.Connection) -> Iterator[str]:
    """What is told by its form alone stands in no text that was screened."""
    for table, columns in allowed().tables.items():
        screened = [c for c, how in columns.items() if how in ("words", "excerpt", "text")]
        for column in screened:
            sql = f'select "{column}" from "{table}" where typeof("{column}") = \'text\''
            bad = sum(has_secret(row[0]) for row in connection.execute(sql))
            if bad:
                yield f"{bad} rows of {table}.{column} hold what the screen takes out"


def canaries(path: Path, store: Store, told: Published) -> Iterator[str]:
    """No canary is in the bytes of the file."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as held:
        for what, words in _singing(store, told):
            if held.find(words.encode("utf-8", "surrogatepass")) >= 0:
                yield f"it holds {what}"


def _singing(store: Store, told: Published) -> Iterator[tuple[str, str]]:
    """Yield what a canary is, and its words; the commonest kinds first."""
    yield "a `file:` address", "file:///"
    yield "the folder of the corpus", str(store.path.resolve().parent) + "/"
    for sha256 in sorted(told.hidden.files)[:MOST_CANARIES]:
        yield "a file that was taken down", sha256
    notes = store.rows("select distinct note, file from codings where note is not null")
    for row in notes[:MOST_CANARIES]:
        yield from (("a coder's note", w) for w in (row["note"],) if len(w) > 4 * SHORTEST_CANARY)
    for kind, words in _forms(told):
        yield f"what was taken out as {LABELS[kind].removesuffix(' withheld')}", words


def _forms(told: Published) -> Iterable[tuple[str, str]]:
    """Return what the screen took out for its form alone, each once."""
    found = {
        (one.kind, one.words)
        for one in told.withheld
        if one.kind in ALWAYS and len(one.words) >= SHORTEST_CANARY and one.how != "request"
    }
    return sorted(found)[:MOST_CANARIES]

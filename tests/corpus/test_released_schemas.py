"""A corpus of any released version becomes one of this version, with every row it had."""

import re
import sqlite3
from pathlib import Path

import filelock
import pytest

from corpus.errors import Locked
from corpus.store import reading, writing
from tests.conftest import ROOT
from tests.freeze_schema import frozen

FROZEN = sorted((ROOT / "tests" / "schemas").glob("*.sql"))
DROPPED = {"codings"}
"""Made anew by m011: the table was empty in every release."""


def objects(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    rows = connection.execute("select type, name, sql from sqlite_master where sql is not null")
    return {(kind, name): re.sub(r"\s+", " ", sql) for kind, name, sql in rows}


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    tables = [
        name
        for kind, name in objects(connection)
        if kind == "table" and not name.startswith(("pages_fts", "sqlite_", "_sqlite"))
    ]
    return {t: connection.execute(f'select count(*) from "{t}"').fetchone()[0] for t in tables}


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)
def test_a_released_schema_is_brought_up_to_date(path: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    with sqlite3.connect(old) as connection:
        connection.executescript(path.read_text())
        before = counts(connection)
    connection.close()
    assert len(before) > 20 and set(before.values()) == {1}
    with writing(tmp_path / "new.db", "test") as fresh:
        wanted = objects(fresh.db.conn)
    with writing(old, "test") as store:
        assert objects(store.db.conn) == wanted
        after = counts(store.db.conn)
        assert store.value("pragma integrity_check") == "ok"
        sql = "select count(*) from pages_fts where pages_fts match 'text'"
        assert store.value(sql) == 1, "the search index came along"
    lost = {table for table, count in before.items() if after.get(table) != count}
    assert lost <= (DROPPED if path.stem < "m011" else set())


def test_who_only_reads_an_older_corpus_has_it_migrated_first(tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    with sqlite3.connect(old) as connection:
        connection.executescript(FROZEN[0].read_text())
    connection.close()
    with filelock.FileLock(f"{old}.lock"), pytest.raises(Locked), reading(old):
        pass
    with writing(tmp_path / "new.db", "test") as fresh:
        wanted = objects(fresh.db.conn)
    with reading(old) as store:
        assert objects(store.db.conn) == wanted
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            store.db.conn.execute("delete from pages")


def test_the_newest_frozen_schema_is_what_its_migrations_make() -> None:
    text = FROZEN[-1].read_text()
    names = re.findall(r"'council-corpus', '(m\w+)'", text)
    assert frozen(names[-1]) == text, "a migration that was released is never edited"

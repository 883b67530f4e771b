"""One SQLite file, many processes: who may write, who may read, what a death leaves behind."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from corpus.errors import ForeignDatabase, Locked, MissingPath
from corpus.files import FileStore
from corpus.ids import sha256
from corpus.settings import Settings
from corpus.store import Batch, Store, reading, writing
from tests.conftest import ROOT

HOLD = """
import sys, time
from pathlib import Path
from corpus.store import writing, Batch
with writing(Path(sys.argv[1]), "build") as store, Batch(store) as batch:
    with batch.document():
        store.fail("screen", "first", "Broken", "x", True)
    batch.flush()
    with batch.document():
        store.fail("screen", "second", "Broken", "x", True)
        print("holding", flush=True)
        time.sleep(float(sys.argv[2]))
"""


@contextmanager
def another_writer(path: Path, seconds: float = 60) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock and is in the middle of a transaction."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), str(seconds)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        assert process.stdout.readline() == "holding\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def subjects(path: Path) -> list[str]:
    with reading(path) as store:
        return [row["subject"] for row in store.rows("select subject from failures order by 1")]


def test_reading_what_is_not_there_says_how_to_make_it(corpus_path: Path) -> None:
    with pytest.raises(MissingPath, match="corpus import"), reading(corpus_path):
        pass
    assert not corpus_path.exists()


def test_an_empty_file_is_no_corpus_to_read_and_may_become_one(corpus_path: Path) -> None:
    corpus_path.touch()
    with pytest.raises(MissingPath, match="There is no corpus"), reading(corpus_path):
        pass
    with writing(corpus_path, "import"):
        pass
    assert subjects(corpus_path) == []


def test_a_folder_is_no_corpus(corpus_path: Path) -> None:
    corpus_path.mkdir()
    with pytest.raises(MissingPath, match="is a folder"), writing(corpus_path, "import"):
        pass
    with pytest.raises(MissingPath, match="There is no corpus"), reading(corpus_path):
        pass


def test_a_corpus_in_a_missing_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "corpus.db"
    with pytest.raises(MissingPath, match="does not exist"), writing(path, "import"):
        pass


@pytest.mark.parametrize("opened", [reading, lambda path: writing(path, "import")])
def test_another_programs_database_is_left_as_it_was(corpus_path: Path, opened) -> None:
    with sqlite3.connect(corpus_path) as connection:
        connection.execute("create table bookmarks (url text)")
    connection.close()
    before = corpus_path.read_bytes()
    with (
        pytest.raises(ForeignDatabase, match=r"another program.*bookmarks"),
        opened(corpus_path),
    ):
        pass
    assert corpus_path.read_bytes() == before


@pytest.mark.parametrize("opened", [reading, lambda path: writing(path, "import")])
def test_what_is_not_a_database_is_left_as_it_was(corpus_path: Path, opened) -> None:
    corpus_path.write_text("Dear councillor, " * 100)
    with pytest.raises(ForeignDatabase, match="not an SQLite database"), opened(corpus_path):
        pass
    assert corpus_path.read_text() == "Dear councillor, " * 100


@pytest.mark.parametrize("opened", [reading, lambda path: writing(path, "import")])
def test_a_corpus_of_a_newer_version_asks_for_an_upgrade(store: Store, opened) -> None:
    store.db.execute(
        "insert into _sqlite_migrations (migration_set, name, applied_at) "
        "values ('council-corpus', 'm999_future', '2030-01-01')"
    )
    store.db.conn.commit()
    store.db.conn.execute("pragma wal_checkpoint(truncate)")
    path = store.path.with_name("copy.db")
    path.write_bytes(store.path.read_bytes())
    with pytest.raises(ForeignDatabase, match=r"newer version.*m999_future.*pip"), opened(path):
        pass


def test_a_second_writer_is_told_who_holds_the_corpus(corpus_path: Path) -> None:
    with (
        another_writer(corpus_path) as holder,
        pytest.raises(Locked, match=rf"`corpus build` \(process {holder.pid}, since 20"),
        writing(corpus_path, "import"),
    ):
        pass


def test_a_second_writer_may_wait_for_the_first(corpus_path: Path) -> None:
    with another_writer(corpus_path, seconds=0.4), writing(corpus_path, "find", wait=20) as store:
        assert store.value("select count(*) from failures") == 2


def test_readers_see_what_is_committed_while_another_process_writes(corpus_path: Path) -> None:
    with another_writer(corpus_path):
        started = time.monotonic()
        assert subjects(corpus_path) == ["first"]
        assert time.monotonic() - started < 5


def test_a_killed_writer_leaves_whole_documents_and_no_lock(corpus_path: Path) -> None:
    with another_writer(corpus_path) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert subjects(corpus_path) == ["first"]
        with writing(corpus_path, "import") as store:
            assert store.value("pragma integrity_check") == "ok"
            store.fail("screen", "third", "Broken", "x", True)
            store.db.conn.commit()
        assert subjects(corpus_path) == ["first", "third"]


def test_a_reader_cannot_write(store: Store) -> None:
    with reading(store.path) as reader, pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.fail("screen", "x", "Broken", "x", True)


def test_an_error_inside_a_document_loses_that_document_only(store: Store) -> None:
    committed: list[int] = []
    with pytest.raises(KeyError), Batch(store, committed.append) as batch:
        with batch.document():
            store.fail("screen", "kept", "Broken", "x", True)
        with batch.document():
            store.fail("screen", "lost", "Broken", "x", True)
            raise KeyError("a reader's mistake")
    assert subjects(store.path) == ["kept"]
    assert committed == [1]


def test_documents_become_durable_together_and_are_reported_then(corpus_path: Path) -> None:
    committed: list[int] = []
    with writing(corpus_path, "x", settings=Settings(transaction_ms=60_000)) as store:
        with Batch(store, committed.append) as batch:
            for subject in "abc":
                with batch.document():
                    store.fail("screen", subject, "Broken", "x", True)
                assert subjects(corpus_path) == [] and committed == []
        assert subjects(corpus_path) == ["a", "b", "c"] and committed == [3]


def test_transactions_end_when_their_time_is_over(corpus_path: Path) -> None:
    committed: list[int] = []
    with (
        writing(corpus_path, "x", settings=Settings(transaction_ms=0)) as store,
        Batch(store, committed.append) as batch,
    ):
        for subject in "abc":
            with batch.document():
                store.fail("screen", subject, "Broken", "x", True)
            assert subject in subjects(corpus_path)
    assert committed == [1, 1, 1]


def test_the_same_failure_again_raises_its_attempts_and_is_mended_at_once(store: Store) -> None:
    store.fail("read", "x", "OutOfTime", "slow", False)
    store.fail("read", "x", "Crashed", "y" * 9999, True)
    (row,) = store.rows("select * from failures")
    assert (row["attempts"], row["error"], row["permanent"]) == (2, "Crashed", 1)
    assert len(row["message"]) == 500
    store.mend("read", "x")
    assert store.rows("select * from failures") == []


def test_the_log_is_empty_after_a_command(corpus_path: Path) -> None:
    with writing(corpus_path, "import"):
        pass
    log = corpus_path.with_name("corpus.db-wal")
    assert not log.exists() or log.stat().st_size == 0


def test_an_original_is_stored_once_under_its_hash(tmp_path: Path) -> None:
    files = FileStore(tmp_path / "files")
    content = b"a paper"
    first, second = (files.put(content, sha256(content), ".pdf") for _ in range(2))
    assert first == second == f"{sha256(content)[:2]}/{sha256(content)}.pdf"
    assert files.path(first).read_bytes() == content
    assert len([p for p in files.folder.rglob("*") if p.is_file()]) == 1
    files.remove(sha256(content))
    files.remove(sha256(content))
    assert not files.path(first).exists() and files.leftovers() == []


def test_an_original_that_lies_there_damaged_is_written_anew(tmp_path: Path) -> None:
    files = FileStore(tmp_path / "files")
    path = files.path(files.put(b"a paper", sha256(b"a paper"), ".pdf"))
    path.write_bytes(b"x" * 7)
    files.put(b"a paper", sha256(b"a paper"), ".pdf")
    assert path.read_bytes() == b"a paper"


def test_originals_are_on_the_disk_before_the_rows_that_name_them(
    corpus_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[int, list[str]]] = []
    monkeypatch.setattr(
        "corpus.files.os.fsync", lambda file: synced.append((file, subjects(corpus_path)))
    )
    with (
        writing(corpus_path, "x", settings=Settings(transaction_ms=60_000)) as store,
        Batch(store) as batch,
    ):
        for subject in "ab":
            with batch.document():
                store.files.put(subject.encode(), sha256(subject.encode()), ".txt")
                store.fail("screen", subject, "Broken", "x", True)
        assert synced == []
    assert [held for _, held in synced] == [[], []] and subjects(corpus_path) == ["a", "b"]

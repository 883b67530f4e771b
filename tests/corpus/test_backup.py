"""Backups: of one instant while others write, verified, and usable as they lie there."""

import json
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from coding.run import find
from corpus import backup as module
from corpus.backup import Backed, BadBackup, backup, backups, verify
from corpus.codebook import Codebook
from corpus.doctor import digest, problems
from corpus.retrieval.search import search
from corpus.store import Store, reading, writing
from corpus.study import Study, keep_study
from corpus.vacuum import NoRoom, vacuum
from crawler.importer import Request, find_files, import_files
from extract.run import extract
from tests.conftest import ROOT, Make
from workbench.main import main


@pytest.fixture(scope="module")
def sound(tmp_path_factory, packaged_study: Study, codebook: Codebook, make: Make) -> Path:
    folder = tmp_path_factory.mktemp("backup")
    papers = folder / "papers"
    papers.mkdir()
    (papers / "a.pdf").write_bytes(make.pdf("Predictive analytics. ACME sold it.", "A second."))
    (papers / "b.txt").write_text("Nothing of the kind stands here.")
    study = replace(packaged_study, codebook=codebook)
    with writing(folder / "corpus.db", "test") as store:
        keep_study(store, study)
        request = Request((papers,), "folder-papers")
        import_files(store, study, request, find_files((papers,)), lambda count: None)
        extract(store, codebook, jobs=1, keep="mentioning")  # b's text is kept aside
        find(store, codebook)
    model = folder / "files" / "models" / "lda-1" / "terms.json"
    model.parent.mkdir(parents=True)
    model.write_text("{}")
    return folder


@pytest.fixture
def corpus(sound: Path, tmp_path: Path) -> Path:
    shutil.copytree(sound, tmp_path / "corpus")
    return tmp_path / "corpus" / "corpus.db"


@pytest.fixture
def stamps(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Backups made within a second would have the same name: let the clock run faster."""
    from datetime import timedelta

    real, ticks = module.datetime, iter(range(10_000))

    class Clock(real):
        @classmethod
        def now(cls, zone=None):
            return real.now(zone) + timedelta(seconds=next(ticks))

    monkeypatch.setattr(module, "datetime", Clock)
    yield


def made(path: Path, folder: Path, **options: int) -> Backed:
    with reading(path) as store:
        return backup(store, folder, advance=lambda count: None, **options)


def test_a_backup_is_a_corpus_of_its_own(corpus: Path, tmp_path: Path) -> None:
    done = made(corpus, tmp_path / "safe")
    assert (done.documents, done.files, done.copied, done.problems) == (2, 2, 2, [])
    shutil.rmtree(corpus.parent)
    assert verify(done.path).problems == []
    with reading(done.path) as store:
        assert digest(store) == done.digest and "screened.db" in done.digest
        assert list(problems(store)) == []
        assert search(store.db.conn, "predictive").total == 1
    assert (tmp_path / "safe" / "files" / "models" / "lda-1" / "terms.json").is_file()
    assert not list((tmp_path / "safe").rglob(".part-*"))


def test_what_the_folder_has_is_not_copied_again(corpus: Path, tmp_path: Path, stamps) -> None:
    made(corpus, tmp_path / "safe")
    again = made(corpus, tmp_path / "safe")
    assert (again.files, again.copied) == (2, 0)
    assert backups(tmp_path / "safe")[-1] == again.path


def test_a_backup_is_of_one_instant_while_another_process_writes(
    corpus: Path, tmp_path: Path
) -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom corpus.store import writing\n"
        "with writing(Path(sys.argv[1]), 'test') as store:\n"
        "    for number in range(10**9):\n"
        "        with store.db.atomic():\n"
        "            store.fail('a', str(number), 'x', 'x', True)\n"
        "            store.fail('b', str(number), 'x', 'x', True)\n"
        "        print(number, flush=True)\n"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", script, str(corpus)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout and writer.stdout.readline() == "0\n"
    threading.Thread(target=writer.stdout.read, daemon=True).start()
    done = made(corpus, tmp_path / "safe")
    with reading(corpus) as store:
        during = store.value("select count(*) from failures")
    writer.kill()
    writer.wait()
    assert done.problems == [] and verify(done.path).problems == []
    with reading(done.path) as store:
        counts = dict(store.db.execute("select stage, count(*) from failures group by 1"))
    assert counts["a"] == counts["b"] > 0, "no half of a transaction"
    assert sum(counts.values()) <= during, "and nobody waited"


def test_an_original_that_is_gone_or_damaged_is_named_and_not_copied(
    corpus: Path, tmp_path: Path
) -> None:
    originals = sorted((corpus.parent / "files").glob("??/*"))
    originals[0].unlink()
    originals[1].write_bytes(b"x")
    done = made(corpus, tmp_path / "safe")
    assert sorted(what.split()[-1] for what in done.problems) == ["changed", "missing"]
    assert not list((tmp_path / "safe" / "files").glob("??/*"))


@pytest.mark.parametrize("damage", ["byte", "row", "original"])
def test_a_backup_that_was_damaged_is_told(corpus: Path, tmp_path: Path, damage: str) -> None:
    done = made(corpus, tmp_path / "safe")
    if damage == "byte":
        content = bytearray(done.path.read_bytes())
        content[-1] ^= 1
        done.path.write_bytes(content)
    elif damage == "row":
        with sqlite3.connect(done.path) as connection:
            connection.execute("update documents set title = 'another'")
    else:
        next((tmp_path / "safe" / "files").glob("??/*")).write_bytes(b"x")
    found = verify(done.path).problems
    words = {"byte": "not the file", "row": "documents is another", "original": "has changed"}
    assert any(words[damage] in what for what in found), found


def test_an_unfinished_backup_does_not_count(corpus: Path, tmp_path: Path) -> None:
    done = made(corpus, tmp_path / "safe")
    done.path.with_suffix(".json").unlink()
    assert backups(tmp_path / "safe") == []
    with pytest.raises(BadBackup, match="never finished"):
        verify(done.path)


def test_the_oldest_go_with_what_they_alone_held(
    corpus: Path, tmp_path: Path, stamps, make: Make
) -> None:
    first = made(corpus, tmp_path / "safe")
    with writing(corpus, "test") as store:
        gone = store.value("select sha256 from files where kept_in is not null")
        document = store.value("select document from documents where sha256 = ?", (gone,))
        from corpus.forget import forget

        forget(store, [document], "asked for")
    made(corpus, tmp_path / "safe")
    assert list((tmp_path / "safe" / "files").glob(f"??/{gone}*")), "the first still names it"
    last = made(corpus, tmp_path / "safe", keep=2)
    assert last.dropped == [first.path.name]
    assert not list((tmp_path / "safe" / "files").glob(f"??/{gone}*"))
    assert all(verify(path).problems == [] for path in backups(tmp_path / "safe"))


def test_refusals(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadBackup, match="where the corpus itself lies"):
        made(corpus, corpus.parent)
    monkeypatch.setattr(module, "SPARE_BYTES", 10**18)
    with pytest.raises(BadBackup, match="MB left"):
        made(corpus, tmp_path / "safe")


def test_the_command(corpus: Path, tmp_path: Path) -> None:
    def run(*arguments: str, exit_code: int = 0) -> str:
        given = ["--corpus", str(corpus), *arguments]
        result = CliRunner().invoke(main, given)
        assert result.exit_code == exit_code, result.output
        return result.output

    safe = str(tmp_path / "safe")
    assert "no finished backup" in run("backup", safe, "--check", exit_code=1)
    told = json.loads(run("backup", safe, "--json"))
    assert told["files"] == 2 and Path(told["path"]).is_file()
    assert "verified" in run("backup", safe, "--check")
    next((tmp_path / "safe" / "files").glob("??/*")).unlink()
    assert "is missing" in run("backup", safe, "--check", exit_code=3)
    assert "MB now" in run("vacuum")


def test_vacuum_gives_room_back_and_the_index_stays_right(corpus: Path) -> None:
    with writing(corpus, "test") as store:
        for number in range(300):
            store.fail("x", str(number), "Broken", "m" * 500, True)
        store.db.execute("delete from failures")
        store.db.conn.commit()
        store.db.execute("pragma wal_checkpoint(truncate)").fetchall()
        kept = digest(store)
        before, after = vacuum(store)
        assert after < before
        assert digest(store) == kept and list(problems(store)) == []
        assert search(store.db.conn, "predictive").total == 1


def test_vacuum_asks_for_room_first(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    full = shutil.disk_usage(store.path.parent)._replace(free=1000)
    monkeypatch.setattr("corpus.vacuum.shutil.disk_usage", lambda path: full)
    with pytest.raises(NoRoom, match="Make room"):
        vacuum(store)

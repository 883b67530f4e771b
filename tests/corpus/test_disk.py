"""Disks that are full or read-only, and a clock that goes back: clear words, nothing lost."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from corpus.doctor import problems
from corpus.store import reading, writing
from tests.conftest import ROOT

Mount = Callable[..., Path]


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """Mount a small file system of its own, in memory; where that is not allowed, skip."""
    place = tmp_path / "disk"
    place.mkdir()

    def mounted(options: str, *more: str) -> Path:
        program = shutil.which("mount")
        call = [program or "mount", *(more or ("-t", "tmpfs")), "-o", options, "disk", str(place)]
        done = subprocess.run(call, capture_output=True, text=True) if program else None
        if done is None or done.returncode:
            pytest.skip("this user may mount no file system")
        return place

    yield mounted
    subprocess.run(["umount", str(place)], capture_output=True)


def run(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "workbench.main", "--corpus", str(path), *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )


def papers(folder: Path, count: int, size: int) -> Path:
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:03}.txt").write_text(f"Paper {number}. " + "word " * (size // 5))
    return folder


def test_a_full_disk_is_said_and_what_was_kept_is_kept(tmp_path: Path, mount: Mount) -> None:
    disk = mount("size=6m")
    folder = papers(tmp_path / "papers", 60, 200_000)
    done = run(disk / "corpus.db", "import", str(folder))
    assert done.returncode == 1, done.stderr
    assert "no space is left" in done.stderr and "run the command again" in done.stderr
    assert "Traceback" not in done.stderr
    mount("remount,size=200m")
    with reading(disk / "corpus.db") as store:
        before = store.value("select count(*) from documents")
    assert run(disk / "corpus.db", "import", str(folder)).returncode == 0
    with reading(disk / "corpus.db") as store:
        assert before < store.value("select count(*) from documents") == 60
        assert list(problems(store)) == []


def test_a_full_disk_stops_no_reader(tmp_path: Path, mount: Mount) -> None:
    disk = mount("size=8m")
    with writing(disk / "corpus.db", "test") as store:
        store.fail("x", "y", "Broken", "m", True)
        store.db.conn.commit()
    with (disk / "filler").open("wb", buffering=0) as stream, suppress(OSError):
        while stream.write(b"x" * 65536):
            pass
    done = run(disk / "corpus.db", "status")
    assert done.returncode == 0, done.stderr
    done = run(disk / "corpus.db", "import", str(papers(tmp_path / "papers", 3, 90_000)))
    assert done.returncode == 1 and "no space is left" in done.stderr, done.stderr


def test_a_read_only_disk_can_be_read_and_says_that_it_cannot_be_written(
    tmp_path: Path, mount: Mount
) -> None:
    disk = mount("size=20m")
    assert (
        run(disk / "corpus.db", "import", str(papers(tmp_path / "papers", 2, 100))).returncode == 0
    )
    mount("remount,ro,size=20m")
    done = run(disk / "corpus.db", "status", "--json")
    assert done.returncode == 0 and '"documents": 2' in done.stdout, done.stderr
    assert run(disk / "corpus.db", "doctor").returncode == 0
    done = run(disk / "corpus.db", "build")
    assert done.returncode == 1 and "read-only" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    safe = tmp_path / "safe"
    assert run(disk / "corpus.db", "backup", str(safe)).returncode == 0


def test_a_quota_of_sqlite_is_a_full_disk_as_well(tmp_path: Path) -> None:
    import sqlite3

    from corpus.errors import explained

    with writing(tmp_path / "corpus.db", "test") as store:
        store.db.execute("pragma max_page_count = 1")
        with pytest.raises(sqlite3.OperationalError) as caught:
            for number in range(10_000):
                store.fail("x", str(number), "Broken", "m" * 500, True)
        assert "no space is left" in explained(caught.value, store.path)
        store.db.conn.rollback()

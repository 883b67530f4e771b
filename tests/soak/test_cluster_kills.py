"""Two Dask workers of three killed while they read: the same tables, and a site that answers."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from distributed import Client

from corpus.doctor import digest, problems
from corpus.store import reading
from tests.conftest import ROOT, Make
from tests.extract.test_cluster import by_hand, listening, papers
from tests.soak.reader import Reader

__all__ = ["by_hand"]
PAPERS = 60


def run(path: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "workbench.main", "--corpus", str(path), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode in (0, 4), done.stderr


def kill_amid(path: Path, victims: Iterator[subprocess.Popen[str]], at: list[int]) -> None:
    """Kill a worker each time that so many files were screened."""
    for wanted in at:
        while True:
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
                (done,) = connection.execute("select count(*) from screenings").fetchone()
            if done >= wanted:
                break
            time.sleep(0.02)
        next(victims).kill()


@pytest.mark.soak
def test_two_workers_killed(tmp_path: Path, folder, make: Make, by_hand) -> None:
    place = folder(papers(make, count=PAPERS))
    alone, spread = (tmp_path / name / "corpus.db" for name in ("alone", "spread"))
    for path in (alone, spread):
        path.parent.mkdir()
        run(path, "import", str(place), "--source", "folder-x")
    run(alone, "extract", "--no-ocr", "--jobs", "1")
    scheduler = by_hand("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    address = listening(scheduler)
    workers = []
    for _ in range(3):
        worker = by_hand(
            *("worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard"),
            *("--host", "127.0.0.1"),
        )
        threading.Thread(target=worker.stderr.read, daemon=True).start()
        workers.append(worker)
    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(3, timeout=120)
    killer = threading.Thread(
        target=kill_amid, args=(spread, iter(workers), [3, PAPERS // 2]), daemon=True
    )
    killer.start()
    with Reader(spread):
        run(spread, "extract", "--no-ocr", "--scheduler", address)
    killer.join(10)
    assert [worker.poll() for worker in workers] == [-9, -9, None]
    for path in (alone, spread):
        run(path, "build", "--no-ocr", "--jobs", "1")
    with reading(alone) as one, reading(spread) as other:
        assert digest(one) == digest(other)
        assert list(problems(other)) == []

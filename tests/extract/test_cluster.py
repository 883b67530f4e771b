"""Reading on a Dask cluster: the same tables, the same limits, nothing lost with a worker."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, LocalCluster

from coding.run import find
from corpus import cluster as module
from corpus import pool
from corpus.cluster import ClusterError, cluster
from corpus.codebook import Codebook
from corpus.doctor import digest, problems
from corpus.errors import Broken, Crashed, OutOfMemory, OutOfTime
from corpus.settings import MEGABYTE
from corpus.store import Store, writing
from extract.run import Extracted, extract
from tests.conftest import Make

ROOT = Path(__file__).resolve().parents[2]
HIT = "The council uses predictive analytics to find families in need."
PLAIN = "The committee noted the minutes of the last meeting in full."
pytestmark = pytest.mark.timeout(280)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The scheduler of a cluster of two workers on this machine, each with a nanny."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as local:
        yield str(local.scheduler_address)


def work(what: str, number: int) -> int:
    """What a worker is asked to do."""
    match what:
        case "hang":
            time.sleep(60)
        case "eat":
            bytearray(4096 * MEGABYTE)
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "stumble":
            raise KeyError("/Root")
    return number


def facts() -> dict[str, str]:
    return {"the readers": "1"}


def other_facts() -> dict[str, str]:
    """Say something else in every process."""
    return {"the readers": str(os.getpid())}


def asked(address: str, *what: str, seconds: float = 30, **given: Any) -> dict[str, Any]:
    options: dict[str, Any] = {"folder": ROOT, "facts": facts} | given
    with cluster(address, 1024 * MEGABYTE, **options) as workers:
        tasks = [(one, (one, n), seconds) for n, one in enumerate(what)]
        return dict(pool.each(workers, workers.jobs, work, tasks))


@pytest.mark.parametrize(
    ("what", "error"),
    [("eat", OutOfMemory), ("die", Crashed), ("stumble", Broken), ("hang", OutOfTime)],
)
def test_limits_hold_on_a_worker(address: str, what: str, error: type[Exception]) -> None:
    found = asked(address, "first", what, "last", seconds=30 if what != "hang" else 4)
    assert (found["first"], found["last"]) == (0, 2)
    assert type(found[what]) is error


def test_a_worker_that_does_not_see_the_originals_stops_the_run(address: str) -> None:
    with pytest.raises(ClusterError, match=r"does not see /nowhere\. Share that folder"):
        asked(address, "go", folder=Path("/nowhere"))


def test_a_worker_with_other_readers_stops_the_run(address: str) -> None:
    with pytest.raises(ClusterError, match=r"has the readers \d+; here it is \d+\. Install"):
        asked(address, "go", facts=other_facts)


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_scheduler_that_does_not_answer_is_an_error_with_the_next_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "CONNECT_SECONDS", 1)
    for wrong in (f"tcp://127.0.0.1:{unused_port()}", "nonsense://here"):
        with pytest.raises(ClusterError, match="Start one with `dask scheduler`"):
            asked(wrong, "go")


def test_without_the_extra_the_command_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"pip install \"council-corpus\[dask\]\""):
        asked("tcp://127.0.0.1:1", "go")


def papers(make: Make, count: int = 0) -> dict[str, bytes | str]:
    """Papers of several kinds, whole and broken."""
    many = {f"m{n}.pdf": make.pdf(*[f"{HIT} Number {n}."] * 4) for n in range(count)}
    return many | {
        "a.pdf": make.pdf(HIT, PLAIN),
        "b.pdf": make.pdf(PLAIN),
        "c.docx": make.docx(HIT),
        "d.txt": PLAIN,
        "e.pdf": b"%PDF-1.4 and no more",
        "f.json": "{}",
        "g.pdf": make.scan(),
    }


def build(store: Store, codebook: Codebook, **options: Any) -> Extracted:
    done = extract(store, codebook, ocr_pages=0, **options)
    find(store, codebook)
    return done


@pytest.fixture
def again(
    store: Store, bring_in: Callable[..., Any], codebook: Codebook, tmp_path: Path
) -> Iterator[Callable[[Path], dict[str, str]]]:
    """Build a folder's papers on this machine alone; return its digest."""

    def local(place: Path) -> dict[str, str]:
        from dataclasses import replace

        from corpus.settings import default_study
        from corpus.study import keep_study, load_study
        from crawler.importer import Request, find_files, import_files, source_of

        study = replace(load_study(default_study()), codebook=codebook)
        (tmp_path / "local").mkdir()
        with writing(tmp_path / "local" / "corpus.db", "test") as other:
            keep_study(other, study)
            request = Request((place,), source_of((place,)))
            import_files(other, study, request, find_files((place,)), lambda count: None)
            build(other, codebook, jobs=1)
            return digest(other)

    yield local


def test_a_cluster_makes_the_same_tables_as_this_machine(
    address: str, store: Store, folder, bring_in, make: Make, codebook: Codebook, again
) -> None:
    place = folder(papers(make))
    bring_in(place)
    done = build(store, codebook, scheduler=address)
    assert (done.screened, done.read, done.failed) == (5, 1, 1)
    assert digest(store) == again(place)
    assert build(store, codebook, scheduler=address) == Extracted()
    assert list(problems(store)) == []


@pytest.fixture
def by_hand(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start `dask scheduler` and `dask worker`, as people do."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *words],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def listening(scheduler: subprocess.Popen[str]) -> str:
    """Return the address that a scheduler prints, and go on reading what it says."""
    assert scheduler.stderr
    for line in scheduler.stderr:
        found = re.search(r"(tcp://127\.0\.0\.1:\d+)", line)
        if found:
            threading.Thread(target=scheduler.stderr.read, daemon=True).start()
            return found[1]
    raise AssertionError("the scheduler ended")


def test_a_worker_killed_in_the_middle_loses_nothing(
    store: Store, folder, bring_in, make: Make, codebook: Codebook, again, by_hand
) -> None:
    place = folder(papers(make, count=12))
    bring_in(place)
    scheduler = by_hand("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    address = listening(scheduler)
    for _ in range(2):
        worker = by_hand(
            *("worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard"),
            *("--host", "127.0.0.1"),
        )
        threading.Thread(target=worker.stderr.read, daemon=True).start()
    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    threading.Thread(target=kill_amid, args=(store.path, worker), daemon=True).start()
    done = build(store, codebook, scheduler=address)
    worker.wait(10)
    assert worker.returncode == -signal.SIGKILL
    assert (done.screened, done.read, done.failed) == (17, 13, 1)
    assert digest(store) == again(place)
    assert list(problems(store)) == []


def kill_amid(path: Path, worker: subprocess.Popen[str]) -> None:
    """Kill a worker as soon as something was written."""
    import sqlite3

    while True:
        with sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True) as connection:
            if connection.execute("select count(*) from screenings").fetchone()[0]:
                break
        time.sleep(0.02)
    worker.kill()

"""Worker processes: they may hang, eat memory or die, and the run goes on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus import pool
from corpus.errors import Broken, Crashed, Encrypted, OutOfMemory, OutOfTime, ReadingError
from corpus.settings import MEGABYTE

JOBS = 2
SHARED: list[str] = []


def work(what: str, number: int) -> int:
    """What a worker is asked to do."""
    match what:
        case "hang":
            time.sleep(60)
        case "eat":
            bytearray(4096 * MEGABYTE)
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "refuse":
            raise Encrypted("needs a password")
        case "stumble":
            raise KeyError("/Root")
        case "linger":
            time.sleep(4)
    return number


def prepare(given: str) -> None:
    SHARED.append(given)


def prepared() -> list[str]:
    return SHARED


def answers(*asked: str, seconds: float = 20) -> list[Any]:
    """Return the answers in the order of what was asked."""
    tasks = ((n, (what, n), seconds) for n, what in enumerate(asked))
    with pool.workers(JOBS, 1024 * MEGABYTE) as processes:
        found = dict(pool.each(processes, JOBS, work, tasks))
    return [found[number] for number in range(len(asked))]


def test_answers_come_as_they_are_found_and_a_slow_task_holds_up_nobody() -> None:
    asked = [("slow", ("linger", 0), 20.0), *((n, ("go", n), 20.0) for n in range(1, 24))]
    with pool.workers(JOBS, 1024 * MEGABYTE) as processes:
        found = list(pool.each(processes, JOBS, work, asked))
    assert sorted(answer for _, answer in found) == list(range(24))
    assert all(task in ("slow", answer) for task, answer in found)
    assert found[0] != ("slow", 0)


@pytest.mark.parametrize(
    ("what", "error", "message"),
    [
        ("eat", OutOfMemory, "memory"),
        ("die", Crashed, "died"),
        ("refuse", Encrypted, "password"),
        ("stumble", Broken, "KeyError: '/Root'"),
    ],
)
def test_a_task_that_fails_is_a_named_error_and_the_others_go_on(
    what: str, error: type[ReadingError], message: str
) -> None:
    first, failed, last = answers("go", what, "go")
    assert (first, last) == (0, 2)
    assert type(failed) is error and message in str(failed)


def test_a_task_that_hangs_is_killed_at_its_time_limit() -> None:
    started = time.monotonic()
    with pool.workers(JOBS, 1024 * MEGABYTE) as processes:
        tasks = [("a", ("go", 0), 20.0), ("b", ("hang", 1), 1.0), ("c", ("go", 2), 20.0)]
        found: dict[str, Any] = dict(pool.each(processes, JOBS, work, tasks))
    assert (found["a"], found["c"]) == (0, 2)
    assert isinstance(found["b"], OutOfTime) and not found["b"].permanent
    assert time.monotonic() - started < 20


def test_tasks_are_taken_as_they_are_needed() -> None:
    taken: list[int] = []

    def tasks() -> Iterator[tuple[int, tuple[str, int], float]]:
        for number in range(100):
            taken.append(number)
            yield number, ("go", number), 20.0

    with pool.workers(JOBS, 1024 * MEGABYTE) as processes:
        running = pool.each(processes, JOBS, work, tasks())
        assert next(running)[0] in taken
        assert len(taken) <= JOBS * pool.AHEAD + 1
        assert len(list(running)) == 99


def test_every_worker_is_prepared_with_what_the_tasks_share() -> None:
    start = (f"{__name__}:prepare", "codebook")
    with pool.workers(1, 1024 * MEGABYTE, start=start) as processes:
        ((_, found),) = pool.each(processes, 1, prepared, [("a", (), 20.0)])
    assert found == ["codebook"]


def test_an_error_of_the_caller_stops_the_workers() -> None:
    started = time.monotonic()
    with (
        pytest.raises(ZeroDivisionError),
        pool.workers(JOBS, 1024 * MEGABYTE) as processes,
    ):
        processes.schedule(work, args=("hang", 1))
        raise ZeroDivisionError
    assert time.monotonic() - started < 30


LASTING = """
import os, sys, time
from pathlib import Path
from corpus import pool

def last(path):
    Path(path).write_text(str(os.getpid()))
    time.sleep(120)

if __name__ == "__main__":
    with pool.workers(1, 2**31) as processes:
        list(pool.each(processes, 1, last, [("task", (sys.argv[1],), 100.0)]))
"""


def test_workers_die_with_a_killed_command(tmp_path: Path) -> None:
    script, told = tmp_path / "lasting.py", tmp_path / "pid"
    script.write_text(LASTING, encoding="utf-8")
    command = subprocess.Popen([sys.executable, str(script), str(told)])
    deadline = time.monotonic() + 30
    while not (told.exists() and told.read_text()) and time.monotonic() < deadline:
        time.sleep(0.1)
    worker = int(told.read_text())
    assert runs(worker)
    command.kill()
    command.wait()
    while runs(worker) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not runs(worker)


def runs(process: int) -> bool:
    """Whether a process is there and is not just waiting to be buried."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    told = Path(f"/proc/{process}/stat")
    return not told.exists() or told.read_text().rpartition(")")[2].split()[0] != "Z"

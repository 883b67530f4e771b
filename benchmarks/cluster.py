"""Screening and close reading by Dask workers on this machine: two against one.

Each is a whole `corpus extract --all --scheduler ADDRESS` into a corpus of its own, in turns, so
that both meet the same load. Printed are the ratio of wall-clock times, and the one by CPU seconds
of command, scheduler and workers (`benchmarks/two_against_one.py`).

    python benchmarks/cluster.py FOLDER [--every N] [--rounds N] [--json]
"""

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from two_against_one import Taken, options, ratios, tell

ROOT = Path(__file__).parents[1]
WORKERS = (1, 2)


@contextmanager
def started(*words: str) -> Iterator[subprocess.Popen[str]]:
    """Start `dask scheduler` or `dask worker`; it is killed in the end, with all it started."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *words],
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def address_of(process: subprocess.Popen[str], wanted: str) -> str:
    """Return the address that a line of its log tells, and go on reading the log."""
    assert process.stderr
    for line in process.stderr:
        if found := re.search(wanted, line):
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return found[1]
    sys.exit("Dask did not start")


def cpu_seconds(session: int) -> float:
    """Return the CPU seconds so far of all processes of a session, also of those that ended."""
    ticks, total = os.sysconf("SC_CLK_TCK"), 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            total += sum(map(int, fields[11:15]))
    return total / ticks


def corpus(path: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a command."""
    return subprocess.Popen(
        [sys.executable, "-m", "workbench.main", "--corpus", str(path), *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def run(files: list[Path], count: int) -> Taken:
    """Import the files and read them with so many workers, which are warm by then."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        path, warm = Path(folder) / "corpus.db", Path(folder) / "warm.db"
        corpus(path, "import", *map(str, files), "--source", "folder-b").wait()
        corpus(warm, "import", *map(str, files[:6]), "--source", "folder-b").wait()
        local = ("--host", "127.0.0.1", "--no-dashboard")
        scheduler = stack.enter_context(started("scheduler", "--port", "0", *local))
        address = address_of(scheduler, r"(tcp://127\.0\.0\.1:\d+)")
        workers = [
            stack.enter_context(started("worker", address, "--no-nanny", "--nthreads", "1", *local))
            for _ in range(count)
        ]
        for worker in workers:
            address_of(worker, r"(Registered to)")
        given = ("extract", "--all", "--no-ocr", "--scheduler", address)
        corpus(warm, *given).wait()
        parts = [scheduler.pid, *(worker.pid for worker in workers)]
        before, began = {pid: cpu_seconds(pid) for pid in parts}, time.monotonic()
        process = corpus(path, *given)
        own = watched(process)
        taken = [cpu_seconds(pid) - before[pid] for pid in parts]
        return Taken(time.monotonic() - began, (own, *taken))


def watched(process: subprocess.Popen[str]) -> float:
    """Wait for a command; return its CPU seconds, as last seen."""
    seconds = 0.0
    while process.poll() is None:
        seconds = max(seconds, cpu_seconds(process.pid))
        time.sleep(0.05)
    return seconds


def main() -> None:
    """Measure and print."""
    given = options(__doc__)
    taken: dict[int, list[Taken]] = {count: [] for count in WORKERS}
    for _ in range(given.rounds):
        for count in WORKERS:
            taken[count].append(run(given.files, count))
            print(count, taken[count][-1], file=sys.stderr, flush=True)
    answer = {"files": len(given.files), "rounds": given.rounds}
    tell(answer | ratios(taken[1], taken[2]) | {"load": os.getloadavg()[0]}, given.json)


if __name__ == "__main__":
    main()

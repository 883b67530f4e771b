"""Screening and close reading by Dask workers on this machine: two against one.

Each is a whole `corpus extract --all --scheduler ADDRESS` into a corpus of its own, in turns, so
that both meet the same load. Printed are the ratio of wall-clock times, and one that other work on
the machine hardly changes: of `n` workers on `n` cores a run takes as long as the CPU seconds of
command, scheduler and workers, divided among the cores, and no less than its busiest part.

    python benchmarks/cluster.py FOLDER [--every N] [--rounds N] [--json]
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
FLOOR = 1.8
WORKERS = (1, 2)


@dataclass(frozen=True)
class Taken:
    """What a run took: seconds on the clock, and CPU seconds of its parts."""

    wall: float
    command: float
    scheduler: float
    workers: tuple[float, ...]

    def seconds(self, cores: int) -> float:
        """Return how long it takes on an idle machine with so many cores."""
        parts = (self.command, self.scheduler, *self.workers)
        return max(sum(parts) / cores, *parts)


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
        return Taken(time.monotonic() - began, own, taken[0], tuple(taken[1:]))


def watched(process: subprocess.Popen[str]) -> float:
    """Wait for a command; return its CPU seconds, as last seen."""
    seconds = 0.0
    while process.poll() is None:
        seconds = max(seconds, cpu_seconds(process.pid))
        time.sleep(0.05)
    return seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take every N-th PDF only")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    files = sorted(options.folder.rglob("*.pdf"))[:: options.every]
    taken: dict[int, list[Taken]] = {count: [] for count in WORKERS}
    for _ in range(options.rounds):
        for count in WORKERS:
            taken[count].append(run(files, count))
            print(count, taken[count][-1], file=sys.stderr, flush=True)
    walls = {count: median(one.wall for one in taken[count]) for count in WORKERS}
    clean = {count: median(one.seconds(2) for one in taken[count]) for count in WORKERS}
    answer = {
        "files": len(files),
        "rounds": options.rounds,
        "two against one on the clock": round(walls[1] / walls[2], 2),
        "two against one by CPU seconds": round(clean[1] / clean[2], 2),
        "load": os.getloadavg()[0],
    }
    if options.json:
        print(json.dumps(answer, indent=2))
    else:
        print(*(f"{name}: {value}" for name, value in answer.items()), sep="\n")
    sys.exit(1 if clean[1] / clean[2] < FLOOR else 0)


if __name__ == "__main__":
    main()

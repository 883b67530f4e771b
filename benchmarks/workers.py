"""Screening and close reading of the same real papers with one worker process and with two.

Each is a whole `corpus extract` into a fresh corpus, in turns, so that both meet the same load.
Printed are the ratio of wall-clock times, and the one by CPU seconds of the writing process and the
workers (`benchmarks/two_against_one.py`), beside the load that others put on the machine meanwhile.

    python benchmarks/workers.py FOLDER [--every N] [--rounds N]
"""

import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from two_against_one import Taken, options, ratios, tell

from corpus import pool
from corpus.language.lexicon import Lexicon
from corpus.screened import Side
from corpus.settings import Settings, default_study
from corpus.store import writing
from corpus.study import Study, keep_study, load_study
from crawler.importer import Request, find_files, import_files
from extract.run import START
from extract.run_read import read_all
from extract.run_screen import screen_all


def main() -> None:
    """Measure and print."""
    given = options(__doc__)
    tell(measure(given.files, given.rounds), given.json)


def measure(files: list[Path], rounds: int) -> dict[str, object]:
    """Return medians over the rounds, and ratios of one worker's time to two's."""
    study = load_study(default_study())
    taken: dict[tuple[str, int], list[Taken]] = defaultdict(list)
    busy, own = machine_seconds(), 0.0
    for _ in range(rounds):
        for jobs in (1, 2):
            for step, told in run(files, study, jobs).items():
                taken[step, jobs].append(told)
                own += sum(told.processes)
    others = machine_seconds() - busy - own
    answer: dict[str, object] = {"files": len(files), "rounds": rounds}
    for step in ("screening", "reading"):
        answer[f"{step}, CPU seconds of writer and two workers"] = [
            round(seconds, 2) for seconds in taken[step, 2][0].processes
        ]
        for name, ratio in ratios(taken[step, 1], taken[step, 2]).items():
            answer[f"{step}, {name}"] = ratio
    wall = sum(told.wall for step in taken.values() for told in step)
    return answer | {"cores that other work used meanwhile": round(others / wall, 2)}


def run(files: list[Path], study: Study, jobs: int) -> dict[str, Taken]:
    """Import, screen and read the files into a corpus of their own."""
    lexicon, found = Lexicon(study.codebook), {}
    with (
        tempfile.TemporaryDirectory() as folder,
        writing(Path(folder) / "corpus.db", "benchmark", settings=Settings()) as store,
    ):
        keep_study(store, replace(study))
        request = Request(tuple(files), "folder-benchmark")
        import_files(store, study, request, find_files(tuple(files)), lambda count: None)
        with (
            Side(store) as side,
            pool.workers(
                jobs, store.settings.worker_bytes, "extract.warm", start=(START, study.codebook)
            ) as processes,
        ):
            warm = [(n, (0.5,), 60.0) for n in range(jobs)]
            list(pool.each(processes, jobs, time.sleep, warm))
            for name, step in (
                (
                    "screening",
                    lambda: screen_all(store, lexicon, processes, jobs, side=side),
                ),
                ("reading", lambda: read_all(store, processes, jobs, everything=True)),
            ):
                found[name] = timed(step)
    return found


def timed(step: Callable[[], object]) -> Taken:
    """Return what a step takes."""
    before, wall, writer = worker_seconds(), time.monotonic(), time.process_time()
    step()
    after = worker_seconds()
    return Taken(
        time.monotonic() - wall,
        (time.process_time() - writer, *(after[pid] - before.get(pid, 0.0) for pid in after)),
    )


def worker_seconds() -> dict[int, float]:
    """Return the CPU seconds so far of every worker: the fork server's children."""
    ticks, seconds = os.sysconf("SC_CLK_TCK"), {}
    parents, told = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(path.parent.name)
        parents[pid], told[pid] = int(fields[1]), (int(fields[11]) + int(fields[12])) / ticks
    servers = {pid for pid, parent in parents.items() if parent == os.getpid()}
    for pid, parent in parents.items():
        if parent in servers:
            seconds[pid] = told[pid]
    return seconds


def machine_seconds() -> float:
    """Return the CPU seconds that all work on this machine has taken so far."""
    fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    idle = int(fields[3]) + int(fields[4])
    return (sum(map(int, fields[:8])) - idle) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()

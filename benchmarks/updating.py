"""What one more night costs: a build after 1 % new documents, a night with nothing new, growth.

    python benchmarks/updating.py [--documents N] [--folder DIR] [--json FILE]

import, build: of N invented plain-text documents, one page each, a mention in every tenth.
again: a build with nothing new.
more: a build after 1 % new documents against the full build (goal: at most 3 %), and whether pages,
      mentions and passages equal those of one build of all.
nothing: a whole `corpus update` with no source due and nothing new (goal: 10 s on 100,000).

Told are seconds on the clock with the load of the machine at that time, and CPU seconds of command
and workers (Linux), which other work hardly changes. With --folder what was made stays there, and a
run that was stopped goes on after its last figure: growth is told by runs with other N.
"""

import argparse
import ctypes
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from corpus.doctor import digest
from corpus.settings import default_study
from corpus.store import reading

ROOT = Path(__file__).parents[1]
WORDS = (
    *("road", "bridge", "school", "meadow", "ledger", "officer", "report", "member"),
    *("finance", "parish", "drain", "lamp", "library", "garden", "market", "river"),
    *("planning", "housing", "transport", "waste", "budget", "audit"),
)
SUBJECTS = tuple(
    tuple(f"{begin}{end}" for end in ("ford", "ham", "ker", "ley", "mote", "nock", "rath", "stow"))
    for begin in ("bar", "cor", "del", "fen", "gil", "hob", "lam", "mun", "nel", "pul")
)
"""Invented words of ten subjects, for topics to be found: else every night tries a fit in vain."""
EQUAL = ("documents", "files", "pages", "mentions", "passages", "screenings")


def paper(number: int) -> str:
    """Return an invented paper of some three hundred words, the same for the same number."""
    chance = random.Random(number)
    words, subject = [f"Paper {number}."], chance.choice(SUBJECTS)
    for _ in range(30):
        said = chance.choices(WORDS, k=7) + chance.choices(subject, k=3)
        words.append(f"{' '.join(said).capitalize()} {number}.")
    if number % 10 == 0:
        words.insert(15, "The council uses predictive analytics to find arrears.")
    return "\n".join(words)


def write_papers(folder: Path, first: int, last: int) -> Path:
    """Write papers into a folder of a thousand a piece."""
    for number in range(first, last):
        place = folder / f"{number // 1000:05}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number:07}.txt").write_text(paper(number))
    return folder


def study_without_sources(folder: Path) -> Path:
    """Return a study whose sources have no spider: nothing is due."""
    if not folder.is_dir():
        shutil.copytree(default_study(), folder)
    for path in (folder / "sources").glob("*.yaml"):
        lines = [one for one in path.read_text().splitlines() if not one.startswith("spider:")]
        path.write_text("\n".join(lines))
    return folder


class Bench:
    """A folder with a study, papers, corpora, and the figures found so far."""

    def __init__(self, home: Path, documents: int) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home, self.documents = home, documents
        self.study, self.papers = study_without_sources(home / "study"), home / "papers"
        self.path = home / "full" / "corpus.db"
        self._kept = home / "figures.json"
        self.figures: dict[str, float] = {"documents": documents}
        if self._kept.is_file():
            self.figures = json.loads(self._kept.read_text())

    def step(self, name: str, measure: Callable[[], object], goal: str = "") -> None:
        """Measure once; keep and print clock, CPU seconds, and the load there was."""
        if name not in self.figures:
            cpu, started = cpu_seconds(), time.monotonic()
            measure()
            self.keep(name, time.monotonic() - started)
            self.keep(f"{name}_cpu", cpu_seconds() - cpu)
            self.keep(f"{name}_load", os.getloadavg()[0])
        took, cpu, load = (self.figures[f"{name}{end}"] for end in ("", "_cpu", "_load"))
        each = 1000 * cpu / self.documents
        told = f"{took:>9.1f} s {cpu:>9.1f} CPU s {each:>7.2f} CPU ms a document"
        print(f"{name:<10}{told} (load {load:.1f}) {goal}", flush=True)

    def keep(self, name: str, value: float) -> None:
        """Write a figure to the disk."""
        self.figures[name] = round(value, 4)
        self._kept.write_text(json.dumps(self.figures, indent=2))

    def run(self, path: Path, *arguments: str) -> None:
        """Run a command as a user does; what it logs is kept."""
        given = ["--corpus", str(path), "--study", str(self.study), "--log-format", "json"]
        command = [sys.executable, "-m", "workbench.main", *given, *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        log = self.home / f"{path.parent.name}-{arguments[0]}.jsonl"
        log.write_text(done.stderr)
        if done.returncode not in (0, 4):
            sys.exit(f"{arguments} ended with {done.returncode}\n{done.stderr}")

    def bring_in(self, path: Path) -> None:
        """Import all papers."""
        path.parent.mkdir(exist_ok=True)
        self.run(path, "import", str(self.papers), "--source", "folder-bench")


def tables(path: Path) -> dict[str, str]:
    """Return the hashes of the tables that must be equal."""
    with reading(path) as store:
        found = digest(store)
    return {name: found[name] for name in EQUAL}


def adopt() -> None:
    """Have the workers of a command that has ended counted as ours (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER


def cpu_seconds() -> float:
    """Return the CPU seconds of all commands so far and of their workers."""
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(home: Path, documents: int) -> dict[str, float]:
    """Run the parts that have no figure yet and print them as they come."""
    bench = Bench(home, documents)
    more, path, whole = max(1, documents // 100), bench.path, home / "whole" / "corpus.db"
    if "import" not in bench.figures:
        write_papers(bench.papers, 0, documents)
    bench.step("import", lambda: bench.bring_in(path))
    bench.step("build", lambda: bench.run(path, "build"))
    bench.step("again", lambda: bench.run(path, "build"))
    write_papers(bench.papers, documents, documents + more)
    bench.step("import_more", lambda: bench.bring_in(path))
    bench.step("more", lambda: bench.run(path, "build"), f"{more:,} new")
    bench.step("nothing", lambda: bench.run(path, "update"), "goal: 10 s")
    for end in ("", "_cpu"):
        bench.keep(f"more_ratio{end}", bench.figures[f"more{end}"] / bench.figures[f"build{end}"])
    told = [f"{bench.figures[f'more_ratio{end}']:.4f}" for end in ("", "_cpu")]
    print(f"more / build: {told[0]} on the clock, {told[1]} by CPU (goal: 0.03)", flush=True)
    bench.step("whole_import", lambda: bench.bring_in(whole))
    bench.step("whole_build", lambda: bench.run(whole, "build"))
    found, wanted = tables(path), tables(whole)
    differ = [name for name, value in wanted.items() if found[name] != value]
    bench.keep("differing_tables", len(differ))
    print(f"differing tables: {', '.join(differ) or 'none'}")
    return bench.figures


def main() -> None:
    """Parse the command line, measure, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, help="Where to work [default: a temporary folder].")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    adopt()
    if given.folder:
        figures = measure(given.folder, given.documents)
    else:
        with tempfile.TemporaryDirectory() as home:
            figures = measure(Path(home), given.documents)
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()

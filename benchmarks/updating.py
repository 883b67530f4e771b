"""What one more night costs: a build after 1 % new documents, a night with nothing new, growth.

    python benchmarks/updating.py [--documents N] [--folder DIR] [--json FILE]

full: import and build of N documents, one page each, a mention in every tenth; seconds a document.
more: 1 % new documents; the build's time against the full build's (goal: at most 3 %), and whether
      pages, mentions and passages equal those of one build of all.
nothing: a whole `corpus update` with no source due and nothing new (goal: 10 s on 100,000).
flat: seconds a document of the full build at a tenth of N against N (goal: no more than 1.3).
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
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
EQUAL = ("documents", "files", "pages", "mentions", "passages", "screenings")


def paper(number: int) -> str:
    """Return an invented paper of some three hundred words, the same for the same number."""
    chance = random.Random(number)
    words = [f"Paper {number}."]
    for _ in range(30):
        words.append(f"{' '.join(chance.choices(WORDS, k=10)).capitalize()} {number}.")
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
    shutil.copytree(default_study(), folder)
    for path in (folder / "sources").glob("*.yaml"):
        lines = [one for one in path.read_text().splitlines() if not one.startswith("spider:")]
        path.write_text("\n".join(lines))
    return folder


def run(path: Path, study: Path, *arguments: str) -> float:
    """Run a command as a user does; return its seconds."""
    command = [sys.executable, "-m", "workbench.main", "--corpus", str(path), "--study", str(study)]
    started = time.monotonic()
    done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True)
    if done.returncode not in (0, 4):
        sys.exit(f"{arguments} ended with {done.returncode}\n{done.stderr}")
    return time.monotonic() - started


def built(place: Path, study: Path, papers: Path) -> tuple[Path, float, float]:
    """Return a new corpus of the papers, and the seconds of its import and build."""
    place.mkdir()
    path = place / "corpus.db"
    importing = run(path, study, "import", str(papers), "--source", "folder-bench")
    return path, importing, run(path, study, "build")


def tables(path: Path) -> dict[str, str]:
    """Return the hashes of the tables that must be equal."""
    with reading(path) as store:
        found = digest(store)
    return {name: found[name] for name in EQUAL}


def measure(home: Path, documents: int) -> dict[str, float]:
    """Run the parts and print them as they come."""
    study, papers = study_without_sources(home / "study"), home / "papers"
    more = max(1, documents // 100)
    figures: dict[str, float] = {}

    def told(name: str, value: float, words: str) -> None:
        figures[name] = round(value, 4)
        print(f"{name:<22}{value:>10.3f}  {words}", flush=True)

    write_papers(home / "few", 0, documents // 10)
    _, _, few = built(home / "tenth", study, home / "few")
    write_papers(papers, 0, documents)
    path, importing, full = built(home / "full", study, papers)
    told("import_seconds", importing, f"{documents / importing:,.0f} documents a second")
    told("build_seconds", full, f"{documents / full:,.0f} documents a second")
    flat = (full / documents) / (few / (documents // 10))
    told("flat", flat, f"× the cost a document of {documents // 10:,} (goal ≤ 1.3)")
    write_papers(papers, documents, documents + more)
    run(path, study, "import", str(papers), "--source", "folder-bench")
    again = run(path, study, "build")
    told("more", again / full, f"{again:.1f} s for {more:,} new, of the full build (goal ≤ 0.03)")
    told("nothing", run(path, study, "update"), "s for an update with nothing new (goal ≤ 10)")
    whole, _, _ = built(home / "whole", study, papers)
    differ = [name for name, value in tables(whole).items() if tables(path)[name] != value]
    told("differing_tables", len(differ), ", ".join(differ) or "equal to one build of all")
    return figures


def main() -> None:
    """Parse the command line, measure, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, help="Where to work [default: a temporary folder].")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as home:
        figures = measure(Path(home), given.documents)
    if given.json:
        given.json.write_text(json.dumps(figures | {"documents": given.documents}, indent=2))


if __name__ == "__main__":
    main()

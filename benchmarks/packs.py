"""How well packs are split: first pages found against those that a person read off the papers.

Prints, for each pack and overall, papers found, papers there, precision and recall of first pages;
of real packs, how many of the right ones have the right agenda item; and how often one paper was
cut. What no sign was added or weighed for is summed up separately. With `--check`, exits with 1
where a figure fell below `tests/extract/packs_floor.yaml`.

    python benchmarks/packs.py FOLDER [--check] [--verbose]
"""

import argparse
import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from corpus.settings import Settings
from extract.packs import Leaf, split
from extract.readers import pdf
from extract.readers.outline import outline

FACTS = Path(__file__).parent.parent / "tests/extract/packs.yaml"
FLOOR = FACTS.with_name("packs_floor.yaml")


Found = dict[int, str | None]
"""First pages and their agenda items."""


@dataclass
class Score:
    """First pages found, there, and both; of the latter, whose item is known, and is right."""

    found: int = 0
    there: int = 0
    right: int = 0
    known: int = 0
    items: int = 0
    whole: int = 0
    cut: int = 0
    cuts: list[str] = field(default_factory=list)

    def add(self, found: Found, true: Found, *, items: bool) -> None:
        """Count one pack; `items` says whether the true items are known."""
        both = found.keys() & true.keys()
        self.found += len(found)
        self.there += len(true)
        self.right += len(both)
        self.known += len(both) * items
        self.items += sum(found[page] == true[page] for page in both) * items

    def figures(self) -> dict[str, float]:
        """Return the figures that the floor holds; items only where any is known."""
        figures = {"items": round(self.items / self.known, 3)} if self.known else {}
        return figures | {
            "precision": round(self.right / max(self.found, 1), 3),
            "recall": round(self.right / max(self.there, 1), 3),
            "one paper left whole": round(1 - self.cut / max(self.whole, 1), 3),
        }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    scores = measure(options.folder, verbose=options.verbose)
    below = list(_below(scores))
    for name, score in scores.items():
        print(f"{name}: {score.right} right of {score.found} found, {score.there} there;", end=" ")
        print(f"{score.cut} of {score.whole} single papers cut;", score.figures(), *score.cuts)
    print(*below, sep="\n")
    sys.exit(1 if options.check and below else 0)


def measure(folder: Path, *, verbose: bool = False) -> dict[str, Score]:
    """Return the scores: what was looked at while writing, and what was kept aside."""
    facts = yaml.safe_load(FACTS.read_text(encoding="utf-8"))
    by_hash = {
        hashlib.sha256(path.read_bytes()).hexdigest()[:16]: path
        for path in sorted(folder.rglob("*.[pP][dD][fF]"))
    }
    scores = {"looked at": Score(), "kept aside": Score()}
    for name, aside, found, true, items in _packs(facts, by_hash):
        one = Score()
        for score in (one, scores["kept aside" if aside else "looked at"]):
            score.add(found, true, items=items)
        print(f"  {name}: {one.right} right of {one.found} found, {one.there} there", end="")
        print(f"; missed {sorted(true.keys() - found.keys())}", end="")
        print(
            f", wrong {sorted(found.keys() - true.keys())}; {one.items} of {one.known} items right"
        )
    for told in facts["whole"]:
        score = scores["kept aside" if told["aside"] else "looked at"]
        reports = split(*_leaves(by_hash[told["file"]]))
        score.whole += 1
        if reports:
            score.cut += 1
            score.cuts.append(told["file"])
            if verbose:
                print(told["file"], *((r.first, r.how, r.score) for r in reports))
    return scores


def _packs(
    facts: dict[str, Any], by_hash: dict[str, Path]
) -> Iterator[tuple[str, bool, Found, Found, bool]]:
    """Yield name, whether kept aside, papers found, papers there, whether their items are known."""
    for told in facts["packs"]:
        pages, marks = _leaves(by_hash[told["file"]])
        marked = told["bookmarks"]
        found = split(pages, marks if marked else (), kind=told["kind"])
        true = {page: item and str(item) for page, item in told["reports"]}
        name = f"{told['file']} {'with' if marked else 'without'} bookmarks"
        yield name, False, {r.first: r.item for r in found}, true, True
    for told in facts["bound"]:
        bound, firsts = _bind([_leaves(by_hash[file])[0] for file in told["files"]])
        found = split(bound, kind=told["kind"])
        true = dict.fromkeys(firsts)  # papers bound here are of no agenda
        yield told["name"], told["aside"], {r.first: r.item for r in found}, true, False


def _leaves(path: Path) -> tuple[list[Leaf], Sequence[tuple[int, str, int]]]:
    pages = [Leaf(p.number, p.text, p.label) for p in pdf.screen(path, Settings())]
    return pages, outline(path)


def _bind(files: Sequence[Sequence[Leaf]]) -> tuple[list[Leaf], list[int]]:
    """Bind papers one after another; return the pages and each paper's first."""
    bound: list[Leaf] = []
    firsts = []
    for pages in files:
        firsts.append(len(bound) + 1)
        bound += [Leaf(len(bound) + n, p.text) for n, p in enumerate(pages, 1)]
    return bound, firsts


def _below(scores: dict[str, Score]) -> Iterator[str]:
    """Say which figures fell below the floor, which may only rise."""
    floor = yaml.safe_load(FLOOR.read_text(encoding="utf-8")) if FLOOR.exists() else {}
    for name, figures in floor.items():
        for figure, least in figures.items():
            value = scores[name].figures()[figure]
            if value < least:
                yield f"{name}: {figure} is {value}, the floor is {least}"


if __name__ == "__main__":
    main()

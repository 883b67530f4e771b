"""How well the codebook agrees with people who coded passages by hand.

    python benchmarks/labels.py FOLDER [--check] [--json FILE]

FOLDER holds `passages-dev.jsonl` (id, file, text) and `labels-dev.jsonl` (id, about, stance, codes,
codes_one, and what each of two readers said). Printed: precision and recall of counted passages
against `about`, the accuracy of stance, precision and recall of codes by group, each with a 95 %
interval from 2,000 resamples of whole documents (passages of one document are not independent), and
the two readers' own agreement beside it. --check: exit code 1 below the floors of
`label_floors.json`, which may only rise.
"""

import argparse
import json
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from coding.mentions import Finder
from coding.trial import answer
from corpus.language.lexicon import Lexicon
from corpus.settings import default_study
from corpus.study import load_study

FLOORS = Path(__file__).with_name("label_floors.json")
RESAMPLES = 2000
Row = dict[str, Any]
Measure = Callable[[Sequence[Row]], float | None]


def rows(folder: Path) -> list[Row]:
    """Return passages with their labels and what the codebook says of them."""
    book = load_study(default_study()).codebook
    finder = Finder(Lexicon(book))
    groups = {code.code: code.group for code in book.codes}
    labels = {one["id"]: one for one in _lines(folder / "labels-dev.jsonl")}
    found = []
    for passage in _lines(folder / "passages-dev.jsonl"):
        told = answer(finder, passage["id"], passage["text"])
        found.append({"file": passage["file"], "label": labels[passage["id"]], "told": told.row()})
    for one in found:
        one["groups"] = groups
    return found


def _lines(path: Path) -> Iterable[Row]:
    return map(json.loads, path.read_text(encoding="utf-8").splitlines())


def ratio(part: int, whole: int) -> float | None:
    """Return a share, or None of nothing."""
    return part / whole if whole else None


def about_precision(found: Sequence[Row]) -> float | None:
    """Of the passages counted, those about analytics; marginal ones stand on neither side."""
    counted = [one for one in sure(found) if one["told"]["counted"]]
    return ratio(sum(one["label"]["about"] == "yes" for one in counted), len(counted))


def about_recall(found: Sequence[Row]) -> float | None:
    """Of the passages about analytics, those counted."""
    yes = [one for one in found if one["label"]["about"] == "yes"]
    return ratio(sum(one["told"]["counted"] for one in yes), len(yes))


def sure(found: Sequence[Row]) -> list[Row]:
    """Return the passages that are not marginal."""
    return [one for one in found if one["label"]["about"] != "marginal"]


def stance(found: Sequence[Row]) -> float | None:
    """Of the passages about analytics and counted, those whose stance is right."""
    both = [one for one in found if one["label"]["about"] == "yes" and one["told"]["counted"]]
    right = sum(one["told"]["stance"] == one["label"]["stance"] for one in both)
    return ratio(right, len(both))


def readers_stance(found: Sequence[Row]) -> float | None:
    """Of the passages that both readers find about analytics, those of the same stance."""
    both = [
        (one["label"]["reader_a"]["stance"], one["label"]["reader_b"]["stance"])
        for one in found
        if "no" not in (one["label"]["reader_a"]["about"], one["label"]["reader_b"]["about"])
    ]
    return ratio(sum(first == second for first, second in both), len(both))


def codes(group: str, *, recall: bool) -> Measure:
    """Return the measure of the codes of one group."""

    def measure(found: Sequence[Row]) -> float | None:
        right = whole = 0
        for one in found:
            if one["label"]["about"] != "yes":
                continue
            of_group = {code for code, its in one["groups"].items() if its == group}
            wanted = set(one["label"]["codes"]) & of_group
            given = set(one["told"]["codes"]) & of_group - set(one["label"]["codes_one"])
            right += len(wanted & given)
            whole += len(wanted if recall else given)
        return ratio(right, whole)

    return measure


MEASURES: dict[str, Measure] = {
    "about: precision": about_precision,
    "about: recall": about_recall,
    "stance: accuracy": stance,
    "stance: the readers' own agreement": readers_stance,
    **{
        f"codes, {group}: {name}": codes(group, recall=name == "recall")
        for group in ("technique", "use", "benefit", "concern", "supplier_product")
        for name in ("precision", "recall")
    },
}


def interval(found: Sequence[Row], measure: Measure, seed: int = 1) -> tuple[float, float]:
    """Return the 95 % percentile interval over resamples of documents."""
    by_file: dict[str, list[Row]] = defaultdict(list)
    for one in found:
        by_file[one["file"]].append(one)
    files, chance = list(by_file.values()), random.Random(seed)
    drawn = []
    for _ in range(RESAMPLES):
        sample = [one for rows in chance.choices(files, k=len(files)) for one in rows]
        value = measure(sample)
        drawn += [] if value is None else [value]
    drawn.sort()
    return drawn[int(len(drawn) * 0.025)], drawn[int(len(drawn) * 0.975)]


def main() -> None:
    """Measure, print, and check the floors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = rows(options.folder)
    figures = {}
    for name, measure in MEASURES.items():
        value = measure(found) or 0.0
        low, high = interval(found, measure)
        figures[name] = {"value": round(value, 3), "low": round(low, 3), "high": round(high, 3)}
        print(f"{name:40} {value:.3f}  ({low:.3f} to {high:.3f})")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")
    floors = json.loads(FLOORS.read_text())
    below = [name for name, floor in floors.items() if figures[name]["value"] < floor]
    if options.check and below:
        sys.exit(f"below its floor: {', '.join(below)}")


if __name__ == "__main__":
    main()

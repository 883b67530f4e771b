"""Proposed links against the truth of an invented world: precision and recall at stated scores.

    python benchmarks/linking.py [--corpus FILE] [--check] [--json FILE] [--wrong]

The world of `demo/lives.py` (its systems, homonyms, renamed firms and merged councils) is imported,
read and linked, or the corpus it was imported into before is taken. Precision is the share of
proposals at or above a score that are true; recall the share of true links among those proposed: of
documents to products, and between documents of two sorts where a system has no product's name.
--check: exit code 1 below the floors.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from corpus.settings import default_study
from corpus.store import Store, reading, writing
from corpus.study import Study, keep_study, load_study
from demo.lives import Lives, build_lives, write_lives
from demo.lives_truth import DOCUMENTS, Truth

SCORES = (0.35, 0.5, 0.7, 0.9)
FLOORS = {"product": (0.5, 0.9, 0.9), "documents": (0.5, 0.75, 0.5)}
"""By kind of link: the score, and the least precision and recall at it."""


def build(folder: Path) -> Path:
    """Import, read and link the world in a folder; return the corpus."""
    write_lives(folder, default_study() / "sources")
    path = folder / "corpus.db"
    study = load_study(folder / "study")
    with writing(path, "benchmark") as store:
        import_world(store, study, folder / "papers")
    return path


def import_world(store: Store, study: Study, papers: Path) -> None:
    """Bring the world into a corpus and link it."""
    from coding.run import find
    from crawler.importer import Request, find_files, import_files
    from crawler.metadata import read_metadata
    from extract.run import extract
    from models.links.run_links import link

    keep_study(store, study)
    told = (papers / "metadata.csv").resolve()
    about = read_metadata(told, (papers,), study.councils)
    request = Request((papers,), "folder-papers", about=about, metadata=told)
    import_files(store, study, request, find_files((papers,)), lambda count: None)
    extract(store, study.codebook, jobs=1)
    find(store, study.codebook)
    link(store, study)


def measured(rows: list[dict[str, Any]], truth: Truth, world: Lives) -> dict[str, Any]:
    """Return precision and recall by kind and score."""
    wanted = {"product": truth.products(), "documents": truth.documents(world)}
    found: dict[str, Any] = {}
    for kind, true in wanted.items():
        for score in SCORES:
            told = [r for r in rows if r["kind"] == kind and (r["score"] or 0) >= score]
            right = sum(truth.is_true(r["first"], r["second"]) for r in told)
            hit = {tuple(sorted((r["first"], r["second"]))) for r in told}
            recall = sum(tuple(sorted(pair)) in hit for pair in true) / len(true)
            found[f"{kind} {score}"] = {
                "proposed": len(told),
                "precision": round(right / len(told), 3) if told else None,
                "recall": round(recall, 3),
            }
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--wrong", action="store_true", help="list the false proposals")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    world = build_lives()
    with (
        tempfile.TemporaryDirectory() as folder,
        reading(options.corpus or build(Path(folder))) as store,
    ):
        truth = Truth.of(world, store.rows(DOCUMENTS))
        rows = store.rows("select * from links order by score desc")
    answer = measured(rows, truth, world)
    for name, told in answer.items():
        print(f"{name:16} {told}")
    for row in rows if options.wrong else ():
        if not truth.is_true(row["first"], row["second"]):
            print(row["score"], row["first"], row["second"], row["reasons"])
    if options.json:
        options.json.write_text(json.dumps(answer, indent=2) + "\n")
    for kind, (score, precision, recall) in FLOORS.items():
        told = answer[f"{kind} {score}"]
        if options.check and (told["precision"] < precision or told["recall"] < recall):
            sys.exit(f"{kind} at {score} is below its floor: {told}")


if __name__ == "__main__":
    main()

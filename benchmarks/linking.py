"""Proposed links against the truth of an invented world: precision and recall at stated scores.

    python benchmarks/linking.py [--corpus FILE] [--check] [--json FILE] [--wrong] [--learn]

The world of `demo/lives.py` (its systems, homonyms, renamed firms and merged councils) is imported,
read and linked, or the corpus it was imported into before is taken. Precision is the share of
proposals at or above a score that are true; recall the share of true links among those proposed: of
documents to products, and between documents of two sorts where a system has no product's name.
--check: exit code 1 below the floors.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from corpus.settings import default_study
from corpus.store import Store, reading, writing
from corpus.study import Study, keep_study, load_study
from demo.lives import build_lives, write_lives
from demo.lives_truth import DOCUMENTS, Truth

SCORES = (0.35, 0.5, 0.7, 0.9)
AT = "2026-11-22T10:00:00Z"
FLOORS = {"product": (0.5, 0.9, 0.9), "documents": (0.5, 0.75, 0.5)}
"""By kind of link: the score, and the least precision and recall at it."""


_OWN_STEPS = """select system, document from system_steps s join systems y using (system)
    where s.decision = 'accepted' and s.council = y.council"""
"""Without those that a council goes on with from one before it: they are another life's."""
Wanted = dict[str, set[tuple[str, str]]]
"""The true links by kind."""


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


def measured(rows: list[dict[str, Any]], truth: Truth, wanted: Wanted) -> dict[str, Any]:
    """Return precision and recall by kind and score."""
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


def learn(folder: Path, truth: Truth, wanted: Wanted) -> dict[str, Any]:
    """Return precision and recall by weights learnt elsewhere, and what a whole review gives."""
    with reading(folder / "corpus.db") as store:
        rows = store.rows("select * from links order by link")
    councils = sorted({row["council"] for row in rows})
    undecided: list[dict[str, Any]] = []
    learnt = []
    for half in (councils[::2], councils[1::2]):
        told, linked = _reviewed(folder, rows, truth, half)
        learnt.append(linked.learnt_from)
        undecided += [row for row in told if row["council"] not in half]
    answer: dict[str, Any] = {"learnt from": learnt, **measured(undecided, truth, wanted)}
    told, linked = _reviewed(folder, rows, truth, councils)
    return answer | {"reviewed": _timelines(folder, truth) | {"learnt from": linked.learnt_from}}


def _reviewed(
    folder: Path, rows: list[dict[str, Any]], truth: Truth, councils: Collection[str]
) -> tuple[list[dict[str, Any]], Any]:
    """Decide the proposals of some councils as somebody who knows; return all links then."""
    from models.links.decisions import Decision, add_decision
    from models.links.run_links import link
    from models.links.run_systems import draw

    (folder / "study" / "links.csv").unlink(missing_ok=True)
    for row in rows:
        if row["council"] in councils:
            said = "accepted" if truth.is_true(row["first"], row["second"]) else "refused"
            decision = Decision(row["first"], row["second"], said, "reviewer", AT)
            add_decision(folder / "study", decision)
    study = load_study(folder / "study")
    with writing(folder / "corpus.db", "benchmark") as store:
        linked = link(store, study)
        draw(store, study)
        return store.rows("select * from links order by link"), linked


def _timelines(folder: Path, truth: Truth) -> dict[str, int]:
    """Return how many systems there are, and how many have the documents of the truth alone."""
    with reading(folder / "corpus.db") as store:
        steps = store.rows(_OWN_STEPS)
        known = store.rows("select * from systems where steps > 0")
    held: dict[str, set[str]] = {}
    for row in steps:
        held.setdefault(row["system"], set()).add(row["document"])
    lives: dict[str, set[str]] = {}
    for document, life in truth.lives.items():
        if life:
            lives.setdefault(life.system, set()).add(document)
    same = sum(documents in held.values() for documents in lives.values())
    return {"systems": len(known), "lives": len(lives), "lives told whole": same}


def _folder(corpus: Path | None, place: Path) -> Path:
    """Return a folder with the world in it that may be written to."""
    if corpus is None:
        place.mkdir()
        return build(place).parent
    return Path(shutil.copytree(corpus.parent, place))


def _print(name: str, answer: dict[str, Any]) -> None:
    for key, told in answer.items():
        print(f"{name:8} {key:16} {told}", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--wrong", action="store_true", help="list the false proposals")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--learn", action="store_true", help="measure learnt weights, too")
    options = parser.parse_args()
    world = build_lives()
    with tempfile.TemporaryDirectory() as place:
        folder = _folder(options.corpus, Path(place) / "lives")
        with reading(folder / "corpus.db") as store:
            truth = Truth.of(world, store.rows(DOCUMENTS))
            rows = store.rows("select * from links order by score desc")
        wanted = {"product": truth.products(), "documents": truth.documents(world)}
        answer = measured(rows, truth, wanted)
        _print("by hand", answer)
        learnt = learn(folder, truth, wanted) if options.learn else {}
        _print("learnt", learnt)
    for row in rows if options.wrong else ():
        if not truth.is_true(row["first"], row["second"]):
            print(row["score"], row["first"], row["second"], row["reasons"])
    if options.json:
        told = answer | ({"learnt": learnt} if learnt else {})
        options.json.write_text(json.dumps(told, indent=2) + "\n")
    for kind, (score, precision, recall) in FLOORS.items():
        told = answer[f"{kind} {score}"]
        if options.check and (told["precision"] < precision or told["recall"] < recall):
            sys.exit(f"{kind} at {score} is below its floor: {told}")


if __name__ == "__main__":
    main()

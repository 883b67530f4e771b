"""Imports, reads and links the world of lives; the slow part of its tests, done once."""

import csv
from pathlib import Path

from corpus.settings import Settings
from corpus.store import reading, writing
from corpus.study import keep_study, load_study
from demo.lives import write_lives
from demo.lives_truth import Truth
from models.links.decisions import COLUMNS


def build(folder: Path, sources: Path) -> None:
    """Write the world into a folder and make a linked corpus of it."""
    from coding.run import find
    from crawler.importer import Request, find_files, import_files
    from crawler.metadata import read_metadata
    from extract.run import extract
    from models.links.run_links import link
    from models.links.run_systems import draw

    write_lives(folder, sources)
    study = load_study(folder / "study")
    papers = folder / "papers"
    about = read_metadata(papers / "metadata.csv", (papers,), study.councils)
    with writing(folder / "corpus.db", "test", settings=Settings()) as store:
        keep_study(store, study)
        told = (papers / "metadata.csv").resolve()
        request = Request((papers,), "folder-papers", about=about, metadata=told)
        import_files(store, study, request, find_files((papers,)), lambda count: None)
        extract(store, study.codebook, jobs=1)
        find(store, study.codebook)
        link(store, study)
        draw(store, study)


AT = "2026-11-22T10:00:00Z"


def decide_all(folder: Path, truth: Truth) -> None:
    """Write what a reviewer says who knows the truth and looks at every proposal."""
    with reading(folder / "corpus.db") as store:
        proposed = store.rows("select * from links order by link")
    with (folder / "study" / "links.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in proposed:
            said = "accepted" if truth.is_true(row["first"], row["second"]) else "refused"
            writer.writerow((row["first"], row["second"], said, "anna", AT, ""))

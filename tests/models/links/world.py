"""Imports, reads and links the world of lives; the slow part of its tests, done once."""

from pathlib import Path

from corpus.settings import Settings
from corpus.store import writing
from corpus.study import keep_study, load_study
from demo.lives import write_lives


def build(folder: Path, sources: Path) -> None:
    """Write the world into a folder and make a linked corpus of it."""
    from coding.run import find
    from crawler.importer import Request, find_files, import_files
    from crawler.metadata import read_metadata
    from extract.run import extract
    from models.links.run_links import link

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

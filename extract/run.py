"""The stage's one way in: screening, OCR, close reading, packs, in this order."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from corpus import formats, pool
from corpus.cluster import cluster
from corpus.codebook import Codebook
from corpus.language.lexicon import Lexicon
from corpus.screened import Side, bring_all_back, put_aside, rescreen
from corpus.store import Store
from extract import run_packs
from extract.run_ocr import read_scans, retry_scans
from extract.run_read import read_all
from extract.run_screen import screen_all
from extract.versions import facts

WARM, START = "extract.warm", "extract.read:start"
AGAIN = """stage in ('screen', 'read') and (not permanent or error = 'TooLarge')"""
"""Failures that another attempt may mend: a limit can be raised, a worker die by chance."""


@dataclass
class Extracted:
    """What a run of the stage did, in files; of OCR, in pages."""

    rescreened: int = 0
    screened: int = 0
    ocr: int = 0
    read: int = 0
    failed: int = 0


def extract(
    store: Store,
    codebook: Codebook,
    *,
    everything: bool = False,
    jobs: int = 0,
    retry: bool = False,
    ocr_pages: int | None = None,
    keep: str = "all",
    scheduler: str | None = None,
) -> Extracted:
    """Screen every file that its present reader has not seen, then read those with a hit.

    With `everything`, all PDFs are read closely. Between the two, OCR reads up to `ocr_pages`
    pages without usable text (default: the setting): what it finds decides, too, which files have
    a hit. With `keep` as `mentioning`, text without a hit is kept aside. With the address of a
    Dask `scheduler`, files are read by its workers.
    """
    lexicon = Lexicon(codebook)
    if retry:
        _retry(store)
    with (
        Side(store) as side,
        _hands(store, codebook, jobs, scheduler) as (processes, jobs),
    ):
        aside = keep == "mentioning"
        done = Extracted(rescreened=rescreen(store, lexicon, side))
        if not aside:
            bring_all_back(store, side)
        elif everything:
            bring_all_back(store, side, f"f.mime = '{formats.PDF.mime}'")
        tidy = partial(put_aside, store, side) if aside and not everything else lambda: 0
        screened = screen_all(store, lexicon, processes, jobs, side=side, tidy=tidy)
        budget = store.settings.ocr_pages if ocr_pages is None else ocr_pages
        scans = read_scans(store, lexicon, processes, jobs, budget)
        read = read_all(store, processes, jobs, everything=everything)
        if aside:
            put_aside(store, side)
    done.screened, done.ocr, done.read = screened.done, scans.read, read.done
    done.failed = screened.failed + scans.failed + read.failed
    run_packs.split(store)
    run_packs.compare(store)
    return done


@contextmanager
def _hands(
    store: Store, codebook: Codebook, jobs: int, scheduler: str | None
) -> Iterator[tuple[pool.Workers, int]]:
    """Yield who reads, and how many they are: processes here, or the workers of a cluster."""
    memory, begin = store.settings.worker_bytes, (START, codebook)
    if scheduler is None:
        with pool.workers(jobs or pool.cores(), memory, WARM, start=begin) as processes:
            yield processes, jobs or pool.cores()
        return
    folder = None if store.files.address else store.files.folder
    with cluster(scheduler, memory, WARM, folder=folder, facts=facts, start=begin) as workers:
        yield workers, jobs or workers.jobs


def _retry(store: Store) -> None:
    """Let files be tried again that ran out of time or memory, or whose worker died."""
    retry_scans(store)
    with store.db.atomic():
        for stage, column in (("screen", "screened_with"), ("read", "read_with")):
            store.db.execute(
                f"update files set {column} = '', reason = null, "
                "outcome = iif(outcome = 'failed', null, outcome) where sha256 in "
                f"(select subject from failures where stage = ? and {AGAIN})",
                (stage,),
            )
        store.db.execute(f"delete from failures where {AGAIN}")
        store.db.execute(
            "update files set outcome = null, reason = null, screened_with = '' "
            "where outcome = 'unsupported'"
        )

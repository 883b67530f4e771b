"""The stage's one way in: screening, OCR, close reading, packs, in this order."""

import json
from dataclasses import dataclass

from corpus import formats, pool
from corpus.codebook import Codebook
from corpus.lexicon import Lexicon
from corpus.progress import progress
from corpus.store import Batch, Store
from extract import run_packs
from extract.read import start
from extract.run_ocr import read_scans, retry_scans
from extract.run_read import read_all
from extract.run_screen import screen_all

AGAIN = """stage in ('screen', 'read') and (not permanent or error = 'TooLarge')"""
"""Failures that another attempt may mend: a limit can be raised, a worker die by chance."""
READ_ALREADY = f"""update files set outcome = ? where sha256 = ? and mime != '{formats.PDF.mime}'
    and outcome in ('read', 'screened')"""
"""Formats other than PDF are read in full at once: a hit alone tells read from screened."""


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
) -> Extracted:
    """Screen every file that its present reader has not seen, then read those with a hit.

    With `everything`, all PDFs are read closely. Between the two, OCR reads up to `ocr_pages`
    pages without usable text (default: the setting): what it finds decides, too, which files have
    a hit.
    """
    done, lexicon, jobs = Extracted(), Lexicon(codebook), jobs or pool.cores()
    if retry:
        _retry(store)
    done.rescreened = _rescreen(store, lexicon)
    with pool.workers(
        jobs, store.settings.worker_bytes, "extract.read", start=(start, codebook)
    ) as processes:
        screened = screen_all(store, lexicon, processes, jobs)
        budget = store.settings.ocr_pages if ocr_pages is None else ocr_pages
        scans = read_scans(store, lexicon, processes, jobs, budget)
        read = read_all(store, processes, jobs, everything=everything)
    done.screened, done.ocr, done.read = screened.done, scans.read, read.done
    done.failed = screened.failed + scans.failed + read.failed
    run_packs.split(store)
    run_packs.compare(store)
    return done


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


def _rescreen(store: Store, lexicon: Lexicon) -> int:
    """Apply a changed codebook to the kept text: no file is opened, no request made."""
    stale = store.rows(
        "select sha256 from screenings where lexicon != ? order by sha256", (lexicon.version,)
    )
    if not stale:
        return 0
    with (
        progress("screening the kept text again", len(stale)) as advance,
        Batch(store, advance) as batch,
    ):
        for row in stale:
            texts = store.rows("select text from pages where sha256 = ?", (row["sha256"],))
            hits = sum((lexicon.hits(page["text"]) for page in texts), start=lexicon.hits(""))
            with batch.document():
                store.db.table("screenings").update(
                    row["sha256"],
                    {"hits": json.dumps(dict(sorted(hits.items()))), "lexicon": lexicon.version},
                )
                store.db.execute(READ_ALREADY, ("read" if hits else "screened", row["sha256"]))
    return len(stale)

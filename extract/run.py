"""The only part of this stage that writes: screenings, pages, words, tables, outcomes, failures."""

import json
import zlib
from dataclasses import dataclass

from pebble import ProcessPool

from corpus import formats, pool
from corpus.codebook import Codebook
from corpus.errors import ReadingError, Unsupported
from corpus.ids import page_id
from corpus.lexicon import Lexicon
from corpus.progress import progress
from corpus.store import Batch, Row, Store
from extract import run_packs
from extract.page import Page
from extract.quality import grade, worst_shared
from extract.read import PDFIUM, Screened, read, screen, start
from extract.readers.pdf import READING
from extract.run_ocr import read_scans, retry_scans

SCREEN_BYTES_PER_SECOND = 100_000
"""PDFium reads some 10 MB of ordinary PDF a second: a hundredth of it is a hanging file."""
TO_SCREEN = """select sha256, path, mime, bytes from files f where outcome is null
    and not exists (select 1 from failures where stage = 'screen' and subject = f.sha256)
    order by sha256"""
TO_READ = """select f.sha256, f.path, f.pages from files f join screenings s using (sha256)
    where f.mime = ? and f.outcome = 'screened' and (s.hits != '{}' or ?)
    and not exists (select 1 from failures where stage = 'read' and subject = f.sha256)
    order by f.sha256"""

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
    """Screen every file that has no outcome, then read those with a hit (or `everything`).

    Between the two, OCR reads up to `ocr_pages` pages without usable text (default: the setting):
    what it finds decides, too, which files have a hit.
    """
    done, lexicon, jobs = Extracted(), Lexicon(codebook), jobs or pool.cores()
    if retry:
        _retry(store)
    done.rescreened = _rescreen(store, lexicon)
    with pool.workers(
        jobs, store.settings.worker_bytes, "extract.read", start=(start, codebook)
    ) as processes:
        _screen_all(store, lexicon, processes, jobs, done)
        budget = store.settings.ocr_pages if ocr_pages is None else ocr_pages
        scans = read_scans(store, lexicon, processes, jobs, budget)
        done.ocr, done.failed = scans.read, done.failed + scans.failed
        _read_all(store, processes, jobs, everything, done)
    run_packs.split(store)
    run_packs.compare(store)
    return done


def _retry(store: Store) -> None:
    """Let files be tried again that ran out of time or memory, or whose worker died."""
    retry_scans(store)
    with store.db.atomic():
        store.db.execute(
            "update files set outcome = iif(outcome = 'failed', null, outcome), reason = null "
            f"where sha256 in (select subject from failures where {AGAIN})"
        )
        store.db.execute(f"delete from failures where {AGAIN}")
        store.db.execute(
            "update files set outcome = null, reason = null where outcome = 'unsupported'"
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
                    row["sha256"], {"hits": _hits(hits), "lexicon": lexicon.version}
                )
                store.db.execute(READ_ALREADY, ("read" if hits else "screened", row["sha256"]))
    return len(stale)


def _screen_all(
    store: Store, lexicon: Lexicon, processes: ProcessPool, jobs: int, done: Extracted
) -> None:
    settings = store.settings
    files = store.rows(TO_SCREEN)
    tasks = (
        (
            file,
            (store.files.path(file["path"]), file["mime"], settings),
            settings.seconds(0) + file["bytes"] / SCREEN_BYTES_PER_SECOND,
        )
        for file in files
    )
    with progress("screening", len(files)) as advance, Batch(store, advance) as batch:
        for file, answer in pool.each(processes, jobs, screen, tasks):
            with batch.document():
                if isinstance(answer, ReadingError):
                    done.failed += _unscreened(store, file["sha256"], answer)
                else:
                    _keep_screening(store, lexicon, file["sha256"], answer)
                    done.screened += 1


def _unscreened(store: Store, sha256: str, error: ReadingError) -> int:
    """Record a file without text; return whether that is a failure (unsupported kinds are not)."""
    unsupported = isinstance(error, Unsupported)
    store.db.table("files").update(
        sha256,
        {
            "outcome": "unsupported" if unsupported else "failed",
            "text_source": "none",
            "reason": str(error) if unsupported else f"{error.name}: {error}",
        },
    )
    if not unsupported:
        store.fail("screen", sha256, error.name, str(error), error.permanent)
    return not unsupported


def _keep_screening(store: Store, lexicon: Lexicon, sha256: str, found: Screened) -> None:
    chars = sum(len(page.text) for page in found.pages)
    grades = [grade(page.text) for page in found.pages]
    store.db.table("screenings").insert(
        {
            "sha256": sha256,
            "pages": len(found.pages),
            "chars": chars,
            "hits": _hits(found.hits),
            "lexicon": lexicon.version,
            "screener": PDFIUM,
            "outline": json.dumps(found.outline, ensure_ascii=False),
        }
    )
    store.db.table("pages").insert_all(
        [
            _page_row(sha256, page, found, quality)
            for page, quality in zip(found.pages, grades, strict=True)
        ]
    )
    outcome, reason = _outcome(found)
    store.db.table("files").update(
        sha256,
        {
            "outcome": outcome,
            "reason": reason,
            "pages": len(found.pages),
            "chars": chars,
            "text_source": "text" if chars else "none",
            "quality": worst_shared(grades),
        },
    )


def _outcome(found: Screened) -> tuple[str, str | None]:
    """Say what became of a file, by its pages."""
    outcomes = {page.outcome for page in found.pages}
    if "text" in outcomes:
        read_already = found.method == "read" and bool(found.hits)
        return ("read" if read_already else "screened"), None
    if "ocr-queued" in outcomes:
        return "ocr-queued", "no page has a usable text layer"
    drawn = "nothing is drawn on its pages" if found.method == "screen" else "it holds no text"
    return "unreadable", drawn if found.pages else "the file is empty"


def _page_row(sha256: str, page: Page, found: Screened, quality: str | None) -> Row:
    return {
        "page": page_id(sha256, page.number),
        "sha256": sha256,
        "number": page.number,
        "label": page.label,
        "text": page.text,
        "outcome": page.outcome,
        "method": found.method,
        "chars": len(page.text),
        "quality": quality,
        "reader": found.reader,
        "width_pt": page.width_pt,
        "height_pt": page.height_pt,
    }


def _read_all(
    store: Store, processes: ProcessPool, jobs: int, everything: bool, done: Extracted
) -> None:
    settings = store.settings
    files = store.rows(TO_READ, (formats.PDF.mime, int(everything)))
    total = sum(file["pages"] for file in files)
    tasks = (
        (file, (store.files.path(file["path"]), settings), float(settings.seconds(file["pages"])))
        for file in files
    )
    with progress("reading pages", total) as advance, Batch(store) as batch:
        for file, answer in pool.each(processes, jobs, read, tasks):
            with batch.document():
                if isinstance(answer, ReadingError):
                    _unread(store, file["sha256"], answer)
                    done.failed += 1
                else:
                    _keep_reading(store, file["sha256"], answer)
                    done.read += 1
            advance(file["pages"])


def _unread(store: Store, sha256: str, error: ReadingError) -> None:
    """Record a close reading that failed; the screened text stays, searched and searchable."""
    store.fail("read", sha256, error.name, str(error), error.permanent)
    reason = f"{error.name}: {error} (not read closely; the screened text is kept)"
    store.db.table("files").update(sha256, {"reason": reason})


def _keep_reading(store: Store, sha256: str, pages: list[Page]) -> None:
    """Replace the screened text, under the same page ids, where there is a reading."""
    screened = store.rows(
        "select page from pages where sha256 = ? and method is not 'ocr'", (sha256,)
    )
    known = {row["page"] for row in screened}  # of a damaged PDF the readers count other pages
    for page in pages:
        key = page_id(sha256, page.number)
        if key not in known or not page.text.strip() or grade(page.text) == "failed":
            continue
        store.db.table("pages").update(
            key,
            {
                "text": page.text,
                "outcome": "text",
                "method": "read",
                "chars": len(page.text),
                "quality": grade(page.text),
                "furniture": page.furniture or None,
                "reader": READING,
            },
        )
        store.db.table("page_words").upsert(
            {"page": key, "words": zlib.compress(json.dumps(page.words).encode())}, pk="page"
        )
        store.db.table("page_tables").insert_all(
            [
                {
                    "page": key,
                    "ordinal": ordinal,
                    "bbox": json.dumps(bbox),
                    "rows": json.dumps(rows, ensure_ascii=False),
                }
                for ordinal, (bbox, rows) in enumerate(page.tables, 1)
            ],
            replace=True,
        )
    kept = store.rows("select chars, quality from pages where sha256 = ?", (sha256,))
    store.db.table("files").update(
        sha256,
        {
            "outcome": "read",
            "found_with": None,
            "chars": sum(row["chars"] for row in kept),
            "quality": worst_shared(row["quality"] for row in kept),
        },
    )


def _hits(hits: dict[str, int]) -> str:
    return json.dumps(dict(sorted(hits.items())))

"""What writes the pages that OCR reads: newest papers first, within a budget of pages."""

import json
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from corpus import formats, pool
from corpus.errors import ReadingError
from corpus.files import opened
from corpus.language.lexicon import Lexicon
from corpus.progress import progress
from corpus.store import Batch, Row, Store
from extract import versions
from extract.page import Page, Recognised
from extract.quality import grade, worst_shared
from extract.readers.tesseract import ENGLISH, Tesseract, installed
from extract.run_screen import FIND_AGAIN

_PAGE = """select p.page, p.sha256, p.number, p.method, f.path, f.mime,
        (select max(c.nation = 'Wales') from documents d join councils c using (council)
            where d.sha256 = f.sha256) as welsh
    from pages p join files f using (sha256)"""
_ORDER = """order by (select max(published_on) from documents d where d.sha256 = f.sha256) desc,
        p.sha256, p.number
    limit ?"""
QUEUE = f"{_PAGE} where p.outcome != 'text' and p.outcome = 'ocr-queued' {_ORDER}"
STALE = f"{_PAGE} where p.method = 'ocr' and p.reader not like '% ' || ? {_ORDER}"
"""Pages whose text is of an earlier version of this reading: they wait behind the queue."""
AGAIN = "stage = 'ocr' and not permanent"
"""Pages that another attempt may read: they ran out of time, or the program died."""
DRAWING_SECONDS = 30.0
"""Beside the time for OCR: a page that is not drawn by then never will be."""
WELSH = "cym"


@dataclass
class Scans:
    """What a run of OCR did, in pages."""

    read: int = 0
    failed: int = 0


def read_scans(
    store: Store, lexicon: Lexicon, processes: pool.Workers, jobs: int, budget: int
) -> Scans:
    """Read up to `budget` pages that have no usable text; without Tesseract they stay queued."""
    done = Scans()
    queue = store.rows(QUEUE, (budget,)) if budget else []
    if len(queue) < budget:
        queue += store.rows(STALE, (versions.OCR, budget - len(queue)))
    program = installed() if queue else None
    if program is None:
        return done
    with (
        progress("reading scans", len(queue), unit="pages") as advance,
        Batch(store, advance) as batch,
    ):
        tasks = _tasks(store, program, queue)
        for page, answer in pool.each(processes, jobs, opened, tasks):
            with batch.document():
                reader = f"{program.reader(_languages(program, page))} {versions.OCR}"
                _keep(store, lexicon, page, reader, answer)
                _settle(store, page["sha256"])
            done.failed += isinstance(answer, ReadingError)
            done.read += not isinstance(answer, ReadingError)
    return done


def _tasks(
    store: Store, program: Tesseract, queue: list[Row]
) -> Iterator[tuple[Row, tuple[object, ...], float]]:
    """Yield each page with what a worker is to be told of it, and its time limit."""
    from extract.readers.ocr import recognise

    settings = store.settings
    for page in queue:
        original, image = store.files.original(page["path"]), page["mime"] == formats.IMAGE.mime
        languages = _languages(program, page)
        told = (recognise, original, image, page["number"], program.program, languages, settings)
        yield page, told, settings.ocr_seconds + DRAWING_SECONDS


def _languages(program: Tesseract, page: Row) -> str:
    """Return the languages a page is read in: Welsh too for councils in Wales, where installed."""
    return f"{ENGLISH}+{WELSH}" if page["welsh"] and WELSH in program.languages else ENGLISH


def _keep(
    store: Store, lexicon: Lexicon, page: Row, reader: str, answer: Recognised | ReadingError
) -> None:
    """Write what became of a page."""
    if isinstance(answer, ReadingError):
        store.fail("ocr", page["page"], answer.name, str(answer), answer.permanent)
        answer = Recognised(
            Page(page["number"], "", "unreadable"), reason=f"{answer.name}: {answer}"
        )
    found = answer.page
    if page["method"] == "ocr" and found.outcome != "text":  # an earlier version made more of it
        store.db.table("pages").update(page["page"], {"reader": reader})
        return
    if found.outcome == "text":
        _keep_text(store, lexicon, page, answer)
    store.db.table("pages").update(
        page["page"],
        {
            "outcome": found.outcome,
            "reader": reader,
            "confidence": answer.confidence,
            "reason": answer.reason,
            "quality": {
                "text": grade(found.text, answer.confidence),
                "unreadable": "failed",
            }.get(found.outcome),
        },
    )


def _keep_text(store: Store, lexicon: Lexicon, page: Row, answer: Recognised) -> None:
    """Replace a page's text under its id, and count the codebook's terms in it."""
    found, key = answer.page, page["page"]
    before = store.value("select text from pages where page = ?", (key,))
    hits = Counter(
        json.loads(
            store.value("select hits from screenings where sha256 = ?", (page["sha256"],)) or "{}"
        )
    )
    hits.update(lexicon.hits(found.text))
    hits.subtract(lexicon.hits(before))
    told = json.dumps(dict(sorted((+hits).items())))
    store.db.table("screenings").update(page["sha256"], {"hits": told})
    store.db.execute(
        "update pages set text = ?, chars = ?, method = 'ocr', label = coalesce(label, ?) "
        "where page = ?",
        (found.text, len(found.text), found.label, key),
    )
    store.db.table("page_words").upsert(
        {"page": key, "words": zlib.compress(json.dumps(found.words).encode())}, pk="page"
    )


def _settle(store: Store, sha256: str) -> None:
    """Say what became of a file, now that another of its pages was looked at."""
    pages = store.rows(
        "select outcome, method, chars, quality from pages where sha256 = ?", (sha256,)
    )
    outcome, reason = _outcome(store, sha256, pages)
    sources = {page["method"] == "ocr" for page in pages if page["outcome"] == "text"}
    store.db.table("files").update(
        sha256,
        {
            "outcome": outcome,
            "reason": reason,
            "chars": sum(page["chars"] for page in pages),
            "text_source": {(): "none", (False,): "text", (True,): "ocr"}.get(
                tuple(sources), "mixed"
            ),
            "quality": worst_shared(page["quality"] for page in pages),
        },
    )
    store.db.execute(FIND_AGAIN, (sha256,))


def _outcome(store: Store, sha256: str, pages: list[Row]) -> tuple[str, str | None]:
    """Return a file's outcome and reason; one with a text layer is left to the close reading."""
    (file,) = store.rows(
        "select f.outcome, f.reason, s.hits from files f join screenings s using (sha256) "
        "where sha256 = ?",
        (sha256,),
    )
    text = {page["method"] for page in pages if page["outcome"] == "text"}
    if text - {"ocr"}:
        return file["outcome"], file["reason"]
    if text:
        return ("screened" if file["hits"] == "{}" else "read"), None
    if any(page["outcome"] == "ocr-queued" for page in pages):
        return "ocr-queued", file["reason"]
    return "unreadable", "OCR found no text on its pages that can be relied on"


def retry_scans(store: Store) -> None:
    """Queue pages again that ran out of time, or whose program died."""
    again = f"page in (select subject from failures where {AGAIN})"
    files = store.rows(f"select distinct sha256 from pages where {again}")
    with store.db.atomic():
        store.db.execute(
            f"update pages set outcome = 'ocr-queued', reason = null, quality = null where {again}"
        )
        store.db.execute(f"delete from failures where {AGAIN}")
        for file in files:
            _settle(store, file["sha256"])

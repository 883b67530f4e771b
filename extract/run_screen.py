"""What writes the cheap look at every file: screenings, pages, outcomes, failures."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from corpus import pool
from corpus.errors import ReadingError, Unsupported
from corpus.files import opened
from corpus.ids import page_id
from corpus.language.lexicon import Lexicon
from corpus.progress import progress
from corpus.screened import AT_ONCE, Side
from corpus.store import Batch, Row, Store
from corpus.texts import drop_pages
from extract.page import Page, Screened
from extract.quality import worst_shared
from extract.versions import screener, screener_sql

SCREEN_BYTES_PER_SECOND = 100_000
"""PDFium reads some 10 MB of ordinary PDF a second: a hundredth of it is a hanging file."""
# Written plainly: at hundreds of pages a second, one writer would wait for sqlite-utils' looking up
# of columns and keys, and two workers for the writer.
INSERT_PAGE = """insert into pages
    (page, sha256, number, label, text, outcome, method, chars, quality, reader,
        width_pt, height_pt)
    values (:page, :sha256, :number, :label, :text, :outcome, :method, :chars, :quality, :reader,
        :width_pt, :height_pt)"""
KEEP_SCREENING = """insert or replace into screenings
    (sha256, pages, chars, hits, lexicon, screener, outline)
    values (:sha256, :pages, :chars, :hits, :lexicon, :screener, :outline)"""
TELL_OUTCOME = """update files set outcome = :outcome, reason = :reason, pages = :pages,
    chars = :chars, text_source = :text_source, quality = :quality, screened_with = :screened_with
    where sha256 = :sha256"""
FIND_AGAIN = "update files set found_with = iif(found_with is null, null, '') where sha256 = ?"


@dataclass
class Done:
    """What a step did, in files."""

    done: int = 0
    failed: int = 0


def to_screen() -> str:
    """Return SQL for the files that their present reader has not seen, largest first.

    Largest first, so that no worker is left alone with a pack of 3,000 pages at the end.
    """
    return f"""select sha256, path, mime, bytes, outcome, screened_with, kept_in
        from files f
        where screened_with is not {screener_sql("f.mime")} order by bytes desc, sha256"""


def screen_all(
    store: Store,
    lexicon: Lexicon,
    processes: pool.Workers,
    jobs: int,
    *,
    side: Side,
    tidy: Callable[[], int] = lambda: 0,
) -> Done:
    """Look at every file that is new, and again at those whose reader has changed.

    `tidy` is called every so many files: what need not stay among the pages may go.
    """
    done, settings = Done(), store.settings
    files = store.rows(to_screen())
    if not files:
        return done
    from extract.read import screen  # with every reader: nothing for a run that has none to look at

    tasks = (
        (
            file,
            (screen, store.files.original(file["path"]), file["mime"], settings),
            settings.seconds(0) + file["bytes"] / SCREEN_BYTES_PER_SECOND,
        )
        for file in files
    )
    total = sum(file["bytes"] for file in files)
    with progress("screening", total, unit="bytes") as advance, Batch(store) as batch:
        for file, answer in pool.each(processes, jobs, opened, tasks):
            with batch.document():
                if isinstance(answer, ReadingError):
                    done.failed += _unscreened(store, file, answer)
                else:
                    if file["kept_in"]:
                        side.bring_back(file["sha256"])
                    _keep(store, lexicon, file, answer)
                    done.done += 1
            pages = 0 if isinstance(answer, ReadingError) else len(answer.pages)
            advance(file["bytes"], pages)
            if (done.done + 1) % AT_ONCE == 0:
                batch.flush()
                tidy()
    return done


def _unscreened(store: Store, file: Row, error: ReadingError) -> int:
    """Record a file without text; return whether that is a failure (unsupported kinds are not).

    Where an earlier version did read it, its text stays.
    """
    sha256, unsupported = file["sha256"], isinstance(error, Unsupported)
    told: Row = {"screened_with": screener(file["mime"])}
    if store.value("select 1 from screenings where sha256 = ?", (sha256,)):
        told["reason"] = f"{error.name}: {error} (the text of {file['screened_with']} is kept)"
    else:
        told |= {
            "outcome": "unsupported" if unsupported else "failed",
            "text_source": "none",
            "reason": str(error) if unsupported else f"{error.name}: {error}",
        }
    store.db.table("files").update(sha256, told)
    if not unsupported:
        store.fail("screen", sha256, error.name, str(error), error.permanent)
    return not unsupported


def _keep(store: Store, lexicon: Lexicon, file: Row, found: Screened) -> None:
    """Write what was found: over the text of an earlier version where there is one."""
    sha256 = file["sha256"]
    rows = [_page_row(file, page, found, quality) for page, quality in _graded(found)]
    held = store.rows("select * from pages where sha256 = ? order by number", (sha256,))
    hits, outcome, reason = found.hits, *_outcome(found)
    if held:
        hits = found.hits + _replace(store, lexicon, file, held, rows)
        rows = store.rows("select * from pages where sha256 = ? order by number", (sha256,))
        outcome, reason = _outcome_again(file, rows, hits, outcome, reason)
    else:
        store.db.conn.executemany(INSERT_PAGE, rows)
    store.db.execute(
        KEEP_SCREENING,
        {
            "sha256": sha256,
            "pages": len(found.pages),
            "chars": sum(len(page.text) for page in found.pages),
            "hits": json.dumps(dict(sorted(hits.items()))),
            "lexicon": lexicon.version,
            "screener": found.reader or screener(file["mime"]),
            "outline": json.dumps(found.outline, ensure_ascii=False),
        },
    )
    store.mend("screen", sha256)
    store.db.execute(
        TELL_OUTCOME,
        {
            "sha256": sha256,
            "outcome": outcome,
            "reason": reason,
            "pages": len(rows),
            "chars": sum(row["chars"] for row in rows),
            "text_source": _source(rows),
            "quality": worst_shared(row["quality"] for row in rows),
            "screened_with": screener(file["mime"]),
        },
    )


def _graded(found: Screened) -> Iterator[tuple[Page, str | None]]:
    return zip(found.pages, found.grades, strict=True)


def _source(rows: Sequence[Row]) -> str:
    """Say where a file's text is from."""
    scanned = {row["method"] == "ocr" for row in rows if row["chars"] and row["outcome"] == "text"}
    known = {(): "none", (False,): "text", (True,): "ocr"}
    return known.get(tuple(scanned), "mixed")


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


def _outcome_again(
    file: Row, rows: Sequence[Row], hits: Counter[str], outcome: str, reason: str | None
) -> tuple[str, str | None]:
    """Say what became of a file some of whose pages were read closely, or by OCR, before."""
    methods = {row["method"] for row in rows if row["outcome"] == "text"}
    if not methods:
        queued = any(row["outcome"] == "ocr-queued" for row in rows)
        unread = file["outcome"] == "unreadable" and not queued
        return ("unreadable" if unread else outcome), reason
    if file["outcome"] == "read" and outcome == "screened" and "read" in methods:
        return "read", None  # closely, which a new look does not undo
    if methods == {"ocr"}:
        return ("read" if hits else "screened"), None
    return outcome, reason


def _page_row(file: Row, page: Page, found: Screened, quality: str | None) -> Row:
    return {
        "page": page_id(file["sha256"], page.number),
        "sha256": file["sha256"],
        "number": page.number,
        "label": page.label,
        "text": page.text,
        "outcome": page.outcome,
        "method": found.method,
        "chars": len(page.text),
        "quality": quality,
        "reader": found.reader or screener(file["mime"]),
        "width_pt": page.width_pt,
        "height_pt": page.height_pt,
    }


def _replace(
    store: Store, lexicon: Lexicon, file: Row, held: Sequence[Row], rows: Sequence[Row]
) -> Counter[str]:
    """Write what a new version says of a file's pages; return the hits of scans, which stay.

    Page ids stay, and so does what was read closely or by OCR: the look is the lesser reading.
    Only where a text is another one are mentions found again.
    """
    before = {row["page"]: row for row in held}
    changed, kept = len(rows) != len(held), Counter[str]()
    drop_pages(store, file["sha256"], after=len(rows))
    for row in rows:
        old = before.get(row["page"])
        if old is None:
            store.db.table("pages").insert(row)
        elif _stays(old, row):
            if old["method"] == "ocr":
                kept.update(lexicon.hits(old["text"]))
                kept.subtract(lexicon.hits(row["text"]))
        elif any(old[name] != value for name, value in row.items()):
            changed = changed or old["text"] != row["text"] or old["outcome"] != row["outcome"]
            store.db.table("pages").update(row["page"], _told(row))
    if changed:
        store.db.execute(FIND_AGAIN, (file["sha256"],))
    if len(rows) != len(held):
        store.db.execute(
            "update files set split_with = null, signed_with = null, compared_with = null, "
            "read_with = iif(read_with is null, null, '') where sha256 = ?",
            (file["sha256"],),
        )
    return kept


def _stays(old: Row, row: Row) -> bool:
    """Whether a page keeps its text: what was read in another way than the look now reads it."""
    in_vain = old["outcome"] == "unreadable" and row["outcome"] == "ocr-queued"
    closely = old["method"] == "read" and row["method"] == "screen"
    return bool(old["method"] == "ocr" or in_vain or closely)


def _told(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("page", "sha256", "number")}

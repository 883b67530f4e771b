"""What writes the close reading of PDFs: text, words, tables, under the page ids there are."""

from collections.abc import Sequence

from corpus import formats, pool
from corpus.errors import ReadingError
from corpus.files import opened
from corpus.ids import page_id
from corpus.progress import progress
from corpus.store import Batch, Row, Store
from extract import versions
from extract.page import Reading
from extract.quality import worst_shared
from extract.run_screen import FIND_AGAIN, Done

TO_READ = f"""select f.sha256, f.path, f.pages, f.outcome, f.read_with from files f
    join screenings s using (sha256) where f.mime = '{formats.PDF.mime}'
    and f.read_with is not :reading and ((f.outcome = 'read' and f.read_with is not null)
        or (f.outcome = 'screened' and (s.hits != '{{}}' or :everything)))
    order by f.pages desc, f.sha256"""
"""Largest first, as for the screening. Scans with a hit are `read`, too, but not by this."""


def read_all(store: Store, processes: pool.Workers, jobs: int, *, everything: bool) -> Done:
    """Read every PDF with a hit that the present close reading has not read, or every PDF."""
    done, settings = Done(), store.settings
    files = store.rows(TO_READ, {"reading": versions.READING, "everything": int(everything)})
    if not files:
        return done
    from extract.read import read  # with every reader: nothing for a run that has none to read

    tasks = (
        (
            file,
            (read, store.files.original(file["path"]), settings),
            float(settings.seconds(file["pages"])),
        )
        for file in files
    )
    total = sum(file["pages"] for file in files)
    with progress("reading", total, unit="pages") as advance, Batch(store) as batch:
        for file, answer in pool.each(processes, jobs, opened, tasks):
            with batch.document():
                if isinstance(answer, ReadingError):
                    _unread(store, file, answer)
                    done.failed += 1
                else:
                    _keep(store, file["sha256"], answer)
                    done.done += 1
            advance(file["pages"])
    return done


def _unread(store: Store, file: Row, error: ReadingError) -> None:
    """Record a close reading that failed; the text there is stays, searched and searchable."""
    sha256 = file["sha256"]
    store.fail("read", sha256, error.name, str(error), error.permanent)
    kept = "earlier reading" if file["read_with"] else "screened text"
    reason = f"{error.name}: {error} (not read closely; the {kept} is kept)"
    store.db.table("files").update(sha256, {"reason": reason, "read_with": versions.READING})


def _keep(store: Store, sha256: str, readings: Sequence[Reading]) -> None:
    """Replace a file's text, under the same page ids, where there is a reading."""
    held = {
        row["page"]: row
        for row in store.rows(
            "select page, text, outcome, words from pages left join page_words using (page) "
            "where sha256 = ? and method is not 'ocr'",
            (sha256,),
        )
    }  # of a damaged PDF the readers count other pages
    changed = False
    for reading in readings:
        key = page_id(sha256, reading.number)
        if key in held:
            _keep_page(store, key, reading)
            old = held[key]
            same = (old["text"], old["outcome"], old["words"])
            changed = changed or same != (reading.text, "text", reading.words)
    if changed:
        store.db.execute(FIND_AGAIN, (sha256,))
    store.mend("read", sha256)
    kept = store.rows("select chars, quality from pages where sha256 = ?", (sha256,))
    store.db.table("files").update(
        sha256,
        {
            "outcome": "read",
            "reason": None,
            "read_with": versions.READING,
            "chars": sum(row["chars"] for row in kept),
            "quality": worst_shared(row["quality"] for row in kept),
        },
    )


def _keep_page(store: Store, key: str, reading: Reading) -> None:
    store.db.table("pages").update(
        key,
        {
            "text": reading.text,
            "outcome": "text",
            "method": "read",
            "chars": len(reading.text),
            "quality": reading.quality,
            "furniture": reading.furniture or None,
            "reader": versions.PDFPLUMBER,
        },
    )
    store.db.table("page_words").upsert({"page": key, "words": reading.words}, pk="page")
    store.db.execute("delete from page_tables where page = ?", (key,))
    store.db.table("page_tables").insert_all(
        [
            {"page": key, "ordinal": ordinal, "bbox": bbox, "rows": rows}
            for ordinal, (bbox, rows) in enumerate(reading.tables, 1)
        ]
    )

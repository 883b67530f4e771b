"""A reader's new version: its files alone are read again, and no id breaks."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from coding.run import find
from corpus import formats
from corpus.codebook import Codebook
from corpus.doctor import digest, problems
from corpus.language.lexicon import Lexicon
from corpus.store import Store
from extract import read, run_ocr, versions
from extract.page import Page, Reading
from extract.plan import Plan, plan
from extract.read import READERS, UNREAD
from extract.run import Extracted, extract
from extract.run_ocr import STALE
from tests.conftest import Make
from workbench.main import main

HIT = "The council uses predictive analytics to find families in need."
PLAIN = "The committee noted the minutes of the last meeting in full."
EVIDENCE = ("mentions", "passages", "pages")


@pytest.fixture
def run(store: Store, codebook: Codebook) -> Callable[..., Extracted]:
    return lambda **options: extract(store, codebook, jobs=1, **options)


@pytest.fixture
def built(store: Store, folder, bring_in, run, codebook: Codebook, make: Make) -> Store:
    """A corpus of a hit and a miss in each of three formats, read and found in."""
    bring_in(
        folder(
            {
                "a.pdf": make.pdf(HIT, PLAIN),
                "b.pdf": make.pdf(PLAIN),
                "c.docx": make.docx(HIT, "\f" + PLAIN),
                "d.docx": make.docx(PLAIN),
                "e.txt": HIT,
            }
        )
    )
    run()
    find(store, codebook)
    return store


def bump(monkeypatch: pytest.MonkeyPatch, kind: formats.Format, name: str) -> None:
    monkeypatch.setitem(versions.SCREENERS, kind.mime, name)


def file_of(store: Store, title: str) -> str:
    return str(
        store.value(
            "select sha256 from files f join documents d using (sha256) where d.title = ?", (title,)
        )
    )


def ids(store: Store) -> dict[str, list[str]]:
    return {
        table: [row[0] for row in store.db.execute(f"select {table[:-1]} from {table} order by 1")]
        for table in EVIDENCE
    }


def test_every_reader_has_a_version_and_no_two_formats_are_forgotten() -> None:
    assert set(versions.SCREENERS) == {*READERS, formats.PDF.mime, formats.IMAGE.mime}
    assert not set(versions.SCREENERS) & set(UNREAD)
    assert set(versions.SCREENERS) | set(UNREAD) == set(formats.BY_MIME)
    assert {versions.screener(mime) for mime in UNREAD} == {versions.NO_READER}
    assert all(name.rpartition("-")[2].isdigit() for name in versions.SCREENERS.values())


def test_each_file_keeps_what_it_was_read_with(built: Store) -> None:
    rows = built.rows(
        "select d.title, f.screened_with, f.read_with from files f join documents d using (sha256)"
    )
    assert {row["title"]: (row["screened_with"], row["read_with"]) for row in rows} == {
        "a": ("pdf-screen-1", versions.READING),
        "b": ("pdf-screen-1", None),
        "c": ("docx-1", None),
        "d": ("docx-1", None),
        "e": ("text-1", None),
    }
    readers = {row["reader"] for row in built.rows("select reader from pages")}
    assert {"docx-1", "text-1"} < readers


def test_a_new_version_reads_its_own_files_again_and_nothing_else(
    built: Store, run, codebook: Codebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, evidence = ids(built), digest(built)
    bump(monkeypatch, formats.DOCX, "docx-2")
    done = run()
    assert (done.screened, done.read, done.failed) == (2, 0, 0)
    assert find(built, codebook).files == 0  # the same words: nothing to be found again
    assert ids(built) == before
    assert digest(built)["mentions"] == evidence["mentions"]
    readers = built.rows(
        "select distinct reader from pages where sha256 = ?", (file_of(built, "c"),)
    )
    assert readers == [{"reader": "docx-2"}]
    changes = built.db.conn.total_changes
    assert run() == Extracted()
    assert built.db.conn.total_changes == changes
    assert list(problems(built)) == []


def test_a_new_version_of_the_look_leaves_close_readings_alone(
    built: Store, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = built.rows("select * from pages order by page")
    bump(monkeypatch, formats.PDF, "pdf-screen-2")
    done = run()
    assert (done.screened, done.read) == (2, 0)
    assert built.rows("select * from pages order by page") == pages
    assert (
        built.value("select outcome from files where sha256 = ?", (file_of(built, "a"),)) == "read"
    )
    assert run() == Extracted()


def test_a_new_close_reading_reads_again_what_was_read_closely(
    built: Store, run, codebook: Codebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ids(built)
    monkeypatch.setattr(versions, "READING", "pdf-read-next")
    done = run()
    assert (done.screened, done.read) == (0, 1)
    assert find(built, codebook).files == 0
    assert ids(built) == before
    assert run() == Extracted()


def read_otherwise(path: Path, *_: Any) -> list[Reading]:
    """A later version of the close reading, which finds another word on each page."""
    return [Reading(1, f"Page one. {HIT}", "good", "", b"", []), Reading(2, "", None, "", b"", [])]


def test_mentions_keep_their_ids_where_their_words_still_stand(
    built: Store, run, codebook: Codebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ids(built)
    monkeypatch.setattr(versions, "READING", "pdf-read-next")
    monkeypatch.setattr(read, "read", read_otherwise)
    built.db.execute("update page_words set words = null")
    run()
    assert find(built, codebook).files == 1
    assert ids(built) == before
    start = built.value("select min(start) from mentions where sha256 = ?", (file_of(built, "a"),))
    assert start > len("Page one. ")


def shorter(path: Path, settings: Any) -> list[Page]:
    """A later version of a reader, which counts one page."""
    return [Page(1, HIT)]


def longer(path: Path, settings: Any) -> list[Page]:
    """A later version of a reader, which counts three pages."""
    return [Page(number, HIT) for number in (1, 2, 3)]


def screen_anew(
    store: Store, codebook: Codebook, title: str, pages: list[Page], version: str
) -> None:
    """Keep what a later version of a reader would say of one file."""
    from corpus.language.lexicon import Lexicon
    from extract.page import Screened
    from extract.quality import grade
    from extract.run_screen import _keep

    lexicon = Lexicon(codebook)
    file = store.rows("select * from files where sha256 = ?", (file_of(store, title),))[0]
    found = Screened(pages, [grade(page.text) for page in pages], method="read", reader=None)
    for page in pages:
        found.hits.update(lexicon.hits(page.text))
    with store.db.atomic():
        _keep(store, lexicon, file, found)


@pytest.mark.parametrize(("pages", "count"), [(shorter, 1), (longer, 3)])
def test_pages_that_a_new_version_does_not_count_go_with_all_that_hangs_on_them(
    built: Store, run, codebook: Codebook, pages, count: int
) -> None:
    sha256 = file_of(built, "c")
    kept = built.value("select page from pages where sha256 = ? and number = 1", (sha256,))
    last = built.value("select page from pages where sha256 = ? and number = 2", (sha256,))
    built.db.table("codings").insert({"coding": "k", "page": last, "quote": "committee"})
    screen_anew(built, codebook, "c", pages(Path(), None), "docx-2")
    run()
    find(built, codebook)
    held = built.rows("select page from pages where sha256 = ? order by number", (sha256,))
    assert (len(held), held[0]["page"]) == (count, kept)
    coding = built.value("select page from codings where coding = 'k'")
    assert coding == (None if count == 1 else last)
    assert list(problems(built)) == []


def test_a_file_that_a_new_version_cannot_read_keeps_its_text(
    built: Store, run, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = file_of(built, "c")
    before = built.rows("select * from pages where sha256 = ?", (sha256,))
    original = built.files.path(built.value("select path from files where sha256 = ?", (sha256,)))
    original.write_bytes(original.read_bytes()[:300])
    bump(monkeypatch, formats.DOCX, "docx-2")
    assert run().failed == 1
    assert built.rows("select * from pages where sha256 = ?", (sha256,)) == before
    reason = built.value("select reason from files where sha256 = ?", (sha256,))
    assert reason.endswith("(the text of docx-1 is kept)")
    assert run() == Extracted()


def test_a_reader_that_is_new_reads_what_was_unsupported(
    store: Store, folder, bring_in, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in(folder({"a.json": '{"a": 1}'}))
    run()
    assert run() == Extracted()
    rows = store.rows("select outcome, screened_with from files")
    assert rows == [{"outcome": "unsupported", "screened_with": versions.NO_READER}]
    bump(monkeypatch, formats.JSON, "json-1")
    run()
    assert (
        store.value("select screened_with from files where mime = ?", (formats.JSON.mime,))
        == "json-1"
    )


def test_a_failure_is_mended_by_the_version_that_reads_the_file(
    store: Store, folder, bring_in, run, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in(folder({"a.docx": make.docx(HIT)}))
    sha256 = file_of(store, "a")
    original = store.files.path(store.value("select path from files"))
    content = original.read_bytes()
    original.write_bytes(content[:200])
    assert run().failed == 1
    original.write_bytes(content)
    assert run() == Extracted()  # the same reader would say the same
    bump(monkeypatch, formats.DOCX, "docx-2")
    assert run().screened == 1
    assert store.value("select outcome from files where sha256 = ?", (sha256,)) == "read"
    assert store.rows("select * from failures") == []


def test_scans_of_an_earlier_version_wait_behind_the_queue(built: Store) -> None:
    built.db.execute("update pages set method = 'ocr', reader = 'tesseract 5.3.0 eng ocr-0'")
    assert len(built.rows(STALE, (versions.OCR, 100))) == 7
    built.db.execute("update pages set reader = 'tesseract 5.3.0 eng ' || ?", (versions.OCR,))
    assert built.rows(STALE, (versions.OCR, 100)) == []
    assert "pages_of_ocr" in str(built.rows(f"explain query plan {STALE}", (versions.OCR, 100)))
    assert run_ocr.QUEUE.count("ocr-queued") == 1


def planned(store: Store, codebook: Codebook, **options: Any) -> Plan:
    given = {"everything": False, "ocr_pages": None} | options
    return plan(store, Lexicon(codebook), **given)


def test_a_dry_run_says_how_many_of_which(
    built: Store,
    folder,
    bring_in,
    codebook: Codebook,
    codebook_of,
    codebook_text: str,
    make: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert planned(built, codebook) == Plan()
    assert planned(built, codebook).lines[0].startswith("Nothing to do")
    bring_in(folder({"f.rtf": "{\\rtf1 new}"}))
    bump(monkeypatch, formats.DOCX, "docx-2")
    monkeypatch.setattr(versions, "READING", "pdf-read-next")
    built.db.execute("update pages set outcome = 'ocr-queued' where number = 2")
    changed = codebook_of(codebook_text.replace("[predictive analytic,", "[committee,"))
    found = planned(built, changed)
    assert found == Plan({"rtf": 1}, {"docx-1 → docx-2": 2}, 1, 2, 2, 0, 5)
    assert len(found.lines) == 5
    assert planned(built, codebook, everything=True).read == 2
    assert planned(built, codebook, ocr_pages=0).ocr == 0


def test_the_command_says_its_plan_and_changes_nothing(
    built: Store, corpus_path: Path, study_folder: Path
) -> None:
    built.db.conn.commit()
    before = digest(built)
    asked = ["--corpus", str(corpus_path), "--study", str(study_folder), "extract", "--dry-run"]
    told = CliRunner().invoke(main, [*asked, "--json"], catch_exceptions=False)
    assert json.loads(told.output)["again"] == {}
    assert "Nothing to do" in CliRunner().invoke(main, asked).output
    assert digest(built) == before

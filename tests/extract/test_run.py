"""From files to pages: what becomes of each kind of file, and that a second run does nothing."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.codebook import Codebook
from corpus.doctor import digest, problems
from corpus.ids import page_id, sha256
from corpus.store import Store
from extract.run import Extracted, extract
from tests.conftest import Make

HIT = "The council uses predictive analytics to find families in need."
PLAIN = "The committee noted the minutes of the last meeting in full."


@pytest.fixture
def run(store: Store, codebook: Codebook) -> Callable[..., Extracted]:
    return lambda **options: extract(store, options.pop("codebook", codebook), jobs=1, **options)


def outcomes(store: Store) -> dict[str, tuple[str, str]]:
    """Return outcome and text source by the name of the file."""
    rows = store.rows(
        "select d.url, f.outcome, f.text_source from documents d join files f using (sha256)"
    )
    return {Path(row["url"]).name: (row["outcome"], row["text_source"]) for row in rows}


def test_every_kind_of_file_has_its_outcome(
    store: Store, folder, bring_in, run, make: Make
) -> None:
    damaged = make.docx(PLAIN)
    files = {
        "hit.pdf": make.pdf(HIT, PLAIN),
        "plain.pdf": make.pdf(PLAIN),
        "hit.docx": make.docx(HIT),
        "plain.txt": PLAIN,
        "hit.html": f"<html><body><p>{HIT}</p></body></html>",
        "scan.pdf": make.scan(),
        "blank.pdf": make.pdf(""),
        "locked.pdf": make.pdf(HIT, password="x"),
        "broken.pdf": b"%PDF-1.4 and no more",
        "broken.docx": damaged[:-400] + damaged[-200:],
        "sheet.xlsx": make.zip({"[Content_Types].xml": b"", "xl/workbook.xml": b""}),
        "table.csv": "a,b\n1,2\n",
        "data.json": '{"a": 1}',
        "empty.pdf": b"",
        "binary.pdf": b"\x00\x01\x02\x03",
    }
    bring_in(folder(files))
    done = run(ocr_pages=0)
    assert outcomes(store) == {
        "hit.pdf": ("read", "text"),
        "hit.docx": ("read", "text"),
        "hit.html": ("read", "text"),
        "plain.pdf": ("screened", "text"),
        "plain.txt": ("screened", "text"),
        "scan.pdf": ("ocr-queued", "none"),
        "blank.pdf": ("unreadable", "none"),
        "empty.pdf": ("unreadable", "none"),
        "locked.pdf": ("failed", "none"),
        "broken.pdf": ("failed", "none"),
        "broken.docx": ("failed", "none"),
        "sheet.xlsx": ("failed", "none"),
        "table.csv": ("screened", "text"),
        "data.json": ("unsupported", "none"),
        "binary.pdf": ("unsupported", "none"),
    }
    assert store.value("select count(*) from files where outcome is null") == 0
    assert (
        store.value(
            "select count(*) from files where outcome != 'read' and outcome != "
            "'screened' and reason is null"
        )
        == 0
    )
    errors = {row["error"] for row in store.rows("select error from failures")}
    assert errors == {"Encrypted", "Broken"}
    assert (done.failed, done.read, done.screened) == (4, 1, 9)
    assert list(problems(store)) == []


def test_a_second_run_does_nothing(store: Store, folder, bring_in, run, make: Make) -> None:
    bring_in(folder({"a.pdf": make.pdf(HIT), "b.pdf": b"%PDF-1.4", "c.txt": PLAIN}))
    run()
    before = store.db.conn.total_changes, digest(store)
    assert run() == Extracted()
    assert (store.db.conn.total_changes, digest(store)) == before


def test_reading_replaces_the_text_and_keeps_the_page_ids(
    store: Store, folder, bring_in, run, make: Make
) -> None:
    content = make.pdf(HIT, PLAIN, "")
    bring_in(folder({"a.pdf": content}))
    run()
    rows = store.rows("select page, number, method, outcome, reader from pages order by number")
    assert [row["page"] for row in rows] == [page_id(sha256(content), n) for n in (1, 2, 3)]
    assert [(row["method"], row["outcome"]) for row in rows] == [
        ("read", "text"),
        ("read", "text"),
        ("screen", "blank"),
    ]
    assert rows[0]["reader"].startswith("pdfplumber") and rows[2]["reader"].startswith("pdfium")
    assert store.value("select count(*) from page_words") == 2
    assert store.value("select count(*) from pages_fts where pages_fts match 'predictive'") == 1


def test_everything_reads_the_files_without_a_hit_too(
    store: Store, folder, bring_in, run, make: Make
) -> None:
    bring_in(folder({"a.pdf": make.pdf(PLAIN)}))
    assert run().read == 0
    assert run(everything=True).read == 1
    assert outcomes(store) == {"a.pdf": ("read", "text")}


def test_a_page_that_only_the_reading_counts_stops_no_run(
    store: Store, folder, bring_in, run, make: Make
) -> None:
    content = make.pdf(HIT, PLAIN)
    assert content.count(b"/Count 2") == 1
    bring_in(folder({"a.pdf": content.replace(b"/Count 2", b"/Count 1")}))
    assert run().failed == 0
    assert store.value("select count(*) from pages") == 1


def test_a_changed_codebook_is_applied_to_kept_text_without_opening_a_file(
    store: Store, folder, bring_in, run, make: Make, codebook_of, codebook_text: str
) -> None:
    bring_in(folder({"a.pdf": make.pdf(PLAIN), "b.txt": PLAIN}))
    run()
    assert store.rows("select hits from screenings") == [{"hits": "{}"}] * 2
    shutil.rmtree(store.files.folder)
    changed = codebook_of(codebook_text.replace("[predictive analytic,", "[committee,"))
    done = extract(store, changed, jobs=1)
    assert done.rescreened == 2 and done.screened == 0
    hits = {row["hits"] for row in store.rows("select hits from screenings")}
    assert hits == {'{"predictive-committee": 1}'}
    assert extract(store, changed, jobs=1).rescreened == 0


def test_a_file_that_cannot_be_read_closely_keeps_its_screened_text(
    store: Store, folder, bring_in, run, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in(folder({"a.pdf": make.pdf(HIT)}))
    import extract.read

    monkeypatch.setattr(extract.read, "read", read_slowly)
    store.settings = type(store.settings)(seconds_per_file=2, seconds_per_page=0)
    done = run()
    assert (done.screened, done.read, done.failed) == (1, 0, 1)
    (failure,) = store.rows("select * from failures")
    assert (failure["stage"], failure["error"], failure["permanent"]) == ("read", "OutOfTime", 0)
    assert store.value("select text from pages").strip() == HIT
    assert run() == Extracted()
    monkeypatch.undo()
    assert run(retry=True).read == 1
    assert store.rows("select * from failures") == []
    assert outcomes(store) == {"a.pdf": ("read", "text")}


def read_slowly(*_: Any) -> None:
    """A reader that never ends: what a hostile PDF does to pdfplumber."""
    import time

    time.sleep(60)


def test_a_permanent_failure_is_one_row_and_is_not_tried_again(
    store: Store, folder, bring_in, run
) -> None:
    bring_in(folder({"a.pdf": b"%PDF-1.4 nothing"}))
    assert run().failed == 1
    assert run(retry=True) == Extracted()
    (row,) = store.rows("select stage, error, attempts, permanent from failures")
    assert row == {"stage": "screen", "error": "Broken", "attempts": 1, "permanent": 1}


def test_a_missing_original_is_a_failure_of_that_file_alone(
    store: Store, folder, bring_in, run
) -> None:
    bring_in(folder({"a.txt": PLAIN, "b.txt": HIT}))
    path = store.value(
        "select f.sha256 from files f join documents d using (sha256) where title='a'"
    )
    store.files.remove(path)
    done = run()
    assert (done.screened, done.failed) == (1, 1)
    assert "No such file" in store.value("select message from failures")


@pytest.mark.timeout(120)
def test_hostile_files_become_failures_and_never_stop_a_run(
    testdata: Path, store: Store, bring_in, run
) -> None:
    hostile = sorted(p for p in (testdata / "corpus" / "hostile").rglob("*") if p.is_file())
    small = [path for path in hostile if path.stat().st_size < 60_000][::12]
    assert len(small) > 10
    store.settings = type(store.settings)(seconds_per_file=5)
    bring_in(*small)
    run()
    assert store.value("select count(*) from files where outcome is null") == 0
    assert run() == Extracted()
    assert list(problems(store)) == []

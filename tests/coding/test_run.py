"""Mentions and passages in the database: found once, found again when the codebook changes."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from coding.run import FoundCounts, find
from corpus.codebook import Codebook
from corpus.doctor import digest, problems
from corpus.ids import mention_id
from corpus.language.lexicon import Lexicon
from corpus.store import Store
from extract.run import extract
from tests.conftest import Make

HIT = "The council uses predictive analytics against fraud. ACME sold it."
SECOND = "A committee of the borough met."
DERIVED = ("mentions", "passages")


@pytest.fixture
def built(store: Store, folder, bring_in, codebook: Codebook, make: Make) -> Store:
    bring_in(folder({"a.pdf": make.pdf(HIT, HIT), "b.txt": HIT, "c.txt": SECOND}))
    extract(store, codebook, jobs=1)
    return store


@pytest.fixture
def changed(codebook_of: Callable[[str], Codebook], codebook_text: str) -> Codebook:
    """The codebook with another technique, which stands where nothing stood before."""
    return codebook_of(codebook_text.replace("[predictive analytic,", "[committee,"))


def derived(store: Store) -> dict[str, str]:
    return {name: value for name, value in digest(store).items() if name in DERIVED}


def codes(store: Store) -> dict[str, int]:
    sql = "select code, count(*) from mentions where counted = 1 group by 1"
    return dict(store.db.execute(sql).fetchall())


def test_mentions_count_once_a_file_with_words_passage_and_boxes(
    built: Store, codebook: Codebook
) -> None:
    done = find(built, codebook)
    assert (done.files, done.counted, done.passages) == (2, 9, 3)
    assert codes(built) == {"predictive": 3, "acme": 3, "fraud": 3}
    for row in built.rows("select m.*, p.text from mentions m join pages p using (page)"):
        assert row["text"][row["start"] : row["end"]] == row["quote"]
        assert row["mention"] == mention_id(row["page"], row["term"], row["quote"], 1)
        assert built.value("select 1 from passages where passage = ?", (row["passage"],))
    sql = "select m.boxes, m.quote, p.reader from mentions m join pages p using (page)"
    for row in built.rows(sql):
        boxes = json.loads(row["boxes"])
        words = len(row["quote"].split()) if row["reader"].startswith("pdfplumber") else 0
        assert len(boxes) == words


def test_a_passage_row_is_the_text_of_its_page(built: Store, codebook: Codebook) -> None:
    find(built, codebook)
    rows = built.rows("select s.*, p.text as page_text from passages s join pages p using (page)")
    assert len(rows) == 3
    for row in rows:
        assert row["page_text"][row["start"] : row["end"]] == row["text"]
        assert row["words"] == len(row["text"].split())
        assert json.loads(row["codes"]) == ["acme", "fraud", "predictive"]
        assert row["stance"] == "uses"


def test_a_second_run_does_nothing(built: Store, codebook: Codebook) -> None:
    find(built, codebook)
    before = built.db.conn.total_changes
    assert find(built, codebook) == FoundCounts()
    assert built.db.conn.total_changes == before


def test_a_changed_codebook_and_back_gives_the_same_rows(
    built: Store, codebook: Codebook, changed: Codebook
) -> None:
    find(built, codebook)
    before = derived(built)
    for _ in range(2):
        extract(built, changed, jobs=1)
        find(built, changed)
        assert codes(built) == {"acme": 3, "fraud": 3, "predictive": 1}
        assert derived(built) != before
        extract(built, codebook, jobs=1)
        find(built, codebook)
        assert derived(built) == before
    assert [p.what for p in problems(built) if "point to a missing" not in p.what] == []


@pytest.mark.parametrize("order", [("find", "extract", "find"), ("find",), ("extract", "find")])
def test_a_changed_codebook_is_applied_whatever_is_run_first(
    built: Store, codebook: Codebook, changed: Codebook, order: tuple[str, ...]
) -> None:
    find(built, codebook)
    steps: dict[str, Callable[[], Any]] = {
        "find": lambda: find(built, changed),
        "extract": lambda: extract(built, changed, jobs=1),
    }
    for step in order:
        steps[step]()
    assert codes(built) == {"acme": 3, "fraud": 3, "predictive": 1}


def test_every_file_with_text_says_by_which_codebook_it_was_searched(
    built: Store, codebook: Codebook
) -> None:
    find(built, codebook)
    rows = built.rows("select distinct found_with from files")
    assert rows == [{"found_with": Lexicon(codebook).version}]


def test_coverage_counts_what_was_read_found_and_unreadable(
    store: Store, folder, bring_in, codebook: Codebook, make: Make
) -> None:
    bring_in(folder({"a.txt": HIT, "b.txt": SECOND, "c.pdf": make.scan()}), council="KEN")
    store.db.execute("update documents set published_on = '2025-03-09'")
    store.db.table("coverage").insert_all(
        {"source": "folder-papers", "council": "KEN", "month": month, "state": "searched"}
        for month in ("2025-03", "2025-04")
    )
    extract(store, codebook, jobs=1)
    find(store, codebook)
    sql = (
        "select documents_read as read, documents_mentioning as mentioning, unreadable "
        "from coverage order by month"
    )
    assert store.rows(sql) == [
        {"read": 2, "mentioning": 1, "unreadable": 1},
        {"read": 0, "mentioning": 0, "unreadable": 0},
    ]

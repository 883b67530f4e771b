"""Search: what people type is understood, and nothing they type breaks it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.retrieval.query import MAX_WORDS, parse
from corpus.retrieval.search import Filters, search
from corpus.scope import scope
from corpus.store import reading, writing
from publish.facets import NAMES, facets
from publish.matching import by_words
from publish.shelf import shelf
from tests.publish.site_corpus import EVIL, Made

SYNTAX = st.text(alphabet="ab *\"-()^:{}+,.'\x00\ud800“”AND OR NOT NEAR text:é漢", max_size=40)


@pytest.fixture(scope="module")
def connection(made: Made) -> Iterator[sqlite3.Connection]:
    with reading(made.path) as store:
        yield store.db.conn


@pytest.mark.parametrize(
    ("query", "match"),
    [
        ("data matching", '("data") AND ("matching")'),
        ('"data matching" risk', '("data matching") AND ("risk")'),
        ("cats OR dogs food", '("cats" OR "dogs") AND ("food")'),
        ("cats -dogs", '(("cats")) NOT ("dogs")'),
        ('cats NOT "big dogs"', '(("cats")) NOT ("big dogs")'),
        ("predict*", '("predict"*)'),
        ('"data match"*', '("data match"*)'),
        ("risk-based", '("risk-based")'),
        ("“curly quotes”", '("curly quotes")'),
        ("NEAR(a b, 3)", '(NEAR("a" "b,", 3))'),
        ('NEAR("a b" c* d', '(NEAR("a b" "c"* "d", 10))'),
        ("a NEAR/5 b", '(NEAR("a" "b", 5))'),
        ("a NEAR b NEAR c", '(NEAR("a" "b", 10)) AND ("c")'),
        ("near(a)", '("near(a)")'),
        ("x -NEAR(a b)", '(("x")) NOT (NEAR("a" "b", 10))'),
        ("(a b) OR c", '((("a") AND ("b")) OR "c")'),
        ("a -(b OR c)", '(("a")) NOT ((("b" OR "c")))'),
        ("a) OR (b", '("a" OR (("b")))'),
        ("4(1)(b)", '("4(1)(b)")'),
        ("text:a", '("text:a")'),
        ('an "unclosed quote', '("an") AND ("unclosed") AND ("quote")'),
        ("OR a OR", '("a")'),
        ("* - ( ) ^ --", ""),
        ("or and not", '("or") AND ("and") AND ("not")'),
    ],
)
def test_query_is_understood(query: str, match: str) -> None:
    assert parse(query).match == match


@pytest.mark.parametrize("query", ["", "   ", "***", '""', "-nothing", "OR"])
def test_nothing_to_look_for_is_a_hint(connection: sqlite3.Connection, query: str) -> None:
    found = search(connection, query)
    assert not found.hits and found.total == 0 and found.hint


def test_long_query_is_cut_and_says_so() -> None:
    parsed = parse(" ".join(f"w{n}" for n in range(100)))
    assert len(parsed.wanted) == MAX_WORDS
    assert "first" in (parsed.hint or "")


@given(query=st.one_of(st.text(max_size=60), SYNTAX))
def test_no_query_raises(connection: sqlite3.Connection, query: str) -> None:
    found = search(connection, query)
    assert found.total >= len(found.hits)


@given(
    query=SYNTAX,
    council=st.none() | st.text(alphabet="KEN'\"", max_size=4),
    year=st.none() | st.integers(-5, 99999),
)
def test_no_filter_raises(
    connection: sqlite3.Connection, query: str, council: str | None, year: int | None
) -> None:
    assert search(connection, f"predictive OR {query}", council=council, year=year).total >= 0


def test_hit_holds_its_words_and_place(connection: sqlite3.Connection, made: Made) -> None:
    found = search(connection, "uses predictive")
    (hit,) = found.hits
    assert (hit.page, hit.document, hit.council) == (made.page, made.document, "KEN")
    assert (hit.title, hit.kind, hit.date) == (EVIL, "report", "2024-03-05")
    assert [text for text, is_match in hit.segments if is_match] == ["uses", "predictive"]
    assert hit.snippet.startswith("The council uses predictive analytics. <script>")
    assert hit.score > 0
    assert set(hit.as_row()) == {
        *("document", "page", "title", "council", "kind", "date", "snippet", "url", "score"),
    }


def test_denominator_counts_documents(connection: sqlite3.Connection) -> None:
    among = scope(connection)
    assert (among.searchable, among.unreadable, among.documents) == (3, 1, 4)
    assert among.without_text == {"ocr-queued": 1}


@pytest.mark.parametrize(
    ("narrowed", "total"),
    [
        ({}, 2),
        ({"kind": "notice"}, 1),
        ({"council": "KEN"}, 2),
        ({"council": "ABC"}, 0),
        ({"year": 2024}, 2),
        ({"year": 1999}, 0),
        ({"code": "predictive_analytics"}, 1),
        ({"code": "predictive_analytics", "kind": "notice"}, 0),
    ],
)
def test_filters_narrow(connection: sqlite3.Connection, narrowed: dict, total: int) -> None:
    found = search(connection, "predictive", **narrowed)
    assert found.total == len(found.hits) == total


def test_facets_leave_out_their_own_filter(connection: sqlite3.Connection) -> None:
    known = shelf(connection)
    rows = by_words(connection, parse("predictive").match).rows
    found = facets(known, rows, Filters(kind="notice"))
    assert {facet.value: facet.pages for facet in found["kind"]} == {"notice": 1, "report": 1}
    assert [facet.value for facet in found["year"]] == ["2024"]
    assert found["code"] == ()
    assert set(found) == set(NAMES)


def test_equal_ranks_are_ordered_by_page(tmp_path: Path) -> None:
    with writing(tmp_path / "corpus.db", "test") as store:
        for name in ("f", "a", "c", "b", "e", "d"):
            store.db.table("files").insert({"sha256": name, "chars": 1})
            store.db.table("pages").insert({"page": name, "sha256": name, "text": "same words"})
        pages = [hit.page for hit in search(store.db.conn, "same").hits]
        split = [search(store.db.conn, "same", limit=2, offset=n).hits for n in (0, 2, 4)]
    assert pages == sorted(pages)
    assert [hit.page for part in split for hit in part] == pages


def test_endless_word_is_cut(tmp_path: Path) -> None:
    with writing(tmp_path / "corpus.db", "test") as store:
        store.db.table("files").insert({"sha256": "a", "chars": 1})
        store.db.table("pages").insert(
            {"page": "a", "sha256": "a", "text": "x" * 1_000_000 + " here"}
        )
        (hit,) = search(store.db.conn, "here").hits
    assert len(hit.snippet) < 1000 and "here" in hit.snippet

"""Words in, pages out: no query can break it, and every answer has its denominator."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.codebook import Codebook
from corpus.retrieval.search import parse, search
from corpus.store import Store, reading, writing
from crawler.importer import Request, find_files, import_files
from extract.run import extract
from tests.conftest import Make


@pytest.fixture(scope="module")
def searched(tmp_path_factory, packaged_study, codebook: Codebook, make: Make):
    """Four papers: three with text, one without."""
    folder = tmp_path_factory.mktemp("search")
    papers = folder / "papers"
    papers.mkdir()
    (papers / "a.txt").write_text("A risk score for rent arrears. The score is new.")
    (papers / "b.txt").write_text("Families in arrears of rent were scored by risk.")
    (papers / "c.txt").write_text("The library is open on Sunday, NEAR the park.")
    (papers / "d.pdf").write_bytes(make.scan())
    path = folder / "corpus.db"
    with writing(path, "test") as store:
        request = Request((papers,), "folder-papers", "KEN")
        import_files(store, packaged_study, request, find_files((papers,)), lambda count: None)
        extract(store, codebook, jobs=1, ocr_pages=0)
    with reading(path) as store:
        yield store


def titles(store: Store, query: str, **filters) -> set[str | None]:
    return {hit.title for hit in search(store.db.conn, query, **filters).hits}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("arrears", "ab"),
        ("arrear score", "ab"),
        ('"rent arrears"', "a"),
        ("“rent arrears”", "a"),
        ("library OR scored", "abc"),
        ("arrears -families", "a"),
        ("arrears NOT families", "a"),
        ("famil*", "b"),
        ("nothing", ""),
        ("near", "c"),
        ('"', ""),
        ("-arrears", ""),
        ("", ""),
        ("NEAR(risk score)", "ab"),
        ("text:risk", ""),
    ],
)
def test_what_people_type_finds_what_they_mean(searched: Store, query: str, expected: str) -> None:
    assert titles(searched, query) == set(expected)


def test_the_denominator_counts_what_no_search_can_find(searched: Store) -> None:
    found = search(searched.db.conn, "arrears")
    assert found.total == 2
    assert found.scope.searchable == 3
    assert found.scope.without_text == {"ocr-queued": 1}
    assert found.scope.documents == 4


def test_hits_are_ordered_and_marked_and_pages_of_them_do_not_overlap(searched: Store) -> None:
    found = search(searched.db.conn, "score OR arrears")
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True) and len(scores) == 2
    marked = {text.lower() for hit in found.hits for text, is_match in hit.segments if is_match}
    assert marked == {"score", "scored", "arrears"}
    first = search(searched.db.conn, "score OR arrears", limit=1)
    second = search(searched.db.conn, "score OR arrears", limit=1, offset=1)
    assert [h.page for h in (*first.hits, *second.hits)] == [h.page for h in found.hits]
    assert first.total == 2


def test_filters_narrow_the_hits(searched: Store) -> None:
    assert titles(searched, "arrears", council="KEN") == {"a", "b"}
    assert titles(searched, "arrears", council="BST") == set()
    assert titles(searched, "arrears", kind="report") == set()
    assert titles(searched, "arrears", year="2024") == set()


@given(st.text() | st.text(alphabet='"*()-:^ aORNT\x00\ud800'))
def test_no_query_breaks_the_search(searched: Store, query: str) -> None:
    found = search(searched.db.conn, query)
    assert found.total >= len(found.hits) >= 0
    assert found.hits or found.total == 0
    assert parse(query).match or found.hint


def test_a_query_of_too_many_words_says_it_was_cut(searched: Store) -> None:
    assert "long" in str(search(searched.db.conn, "risk " * 50).hint)

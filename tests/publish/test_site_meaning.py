"""The search page ranks by meaning and says so; exact search is one click away."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_plus

import pytest

from corpus.retrieval import candidates
from corpus.retrieval.finding import find
from corpus.retrieval.search import Filters
from corpus.store import reading, writing
from models.run_semantics import understand
from publish.site import site
from tests.corpus.test_meaning import RENT, ROADS, add
from tests.publish.site_corpus import EVIL, Made, Site

NONE_STANDS = "none of your words stands here"


@pytest.fixture(scope="module")
def meant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    path: Path = tmp_path_factory.mktemp("meaning") / "corpus.db"
    with writing(path, "test") as store:
        store.db.table("sources").insert({"source": "s", "title": "S"}, ignore=True, alter=True)
        for n in range(3):
            for k, text in enumerate((*RENT, *ROADS)):
                add(store, f"a{n}{k}", f"{text} in ward {n} {EVIL}", title="=1+1")
        understand(store)
    with site(path) as datasette:
        asked = Site(datasette)
        yield asked
        asked.close()


def test_plain_words_are_ranked_by_meaning_and_it_is_said(meant: Site) -> None:
    body = meant.get("/-/search?q=rent+owed").text
    assert "nearest in meaning" in body and "A ranking, not a count" in body
    assert NONE_STANDS in body and "On this page: rent." in body
    assert 'href="/-/search?q=rent+owed&amp;by=words"' in body
    assert "Searched: the text of" in body


def test_exact_search_is_one_click_away_and_back(meant: Site) -> None:
    body = meant.get("/-/search?q=rent+arrears&by=words").text
    assert "</strong> match, in" in body and NONE_STANDS not in body
    assert 'href="/-/search?q=rent+arrears&amp;by=meaning"' in body


@pytest.mark.parametrize("query", ["%22arrears+of+rent%22", "rent+OR+potholes", "rent+-arrears"])
def test_quotes_and_operators_search_exactly(meant: Site, query: str) -> None:
    assert "nearest in meaning" not in meant.get(f"/-/search?q={query}").text


def test_a_phrase_that_stands_nowhere_is_said_to(meant: Site) -> None:
    body = meant.get("/-/search?q=%22arrears+potholes%22").text
    assert "No page has all of this as written" in body and "nearest in meaning" in body
    assert "No page matches" in meant.get("/-/search?q=%22arrears+potholes%22&by=words").text


def test_json_and_csv_have_all_hits(meant: Site) -> None:
    told = json.loads(meant.get("/-/search.json?q=rent+owed").text)
    assert (told["by"], told["total"]) == ("meaning", len(told["hits"]))
    assert told["total"] == 24 > 20 and told["documents"] == {"searched": 24, "unreadable": 0}
    assert any(hit["matched"] == [] for hit in told["hits"])
    rows = list(csv.DictReader(io.StringIO(meant.get("/-/search.csv?q=rent+owed").text)))
    assert len(rows) == 24 and {row["title"] for row in rows} == {"'=1+1"}


@pytest.mark.parametrize("filters", [{}, {"document": "a12"}, {"quality": "good"}, {"kind": "x"}])
@pytest.mark.parametrize(("query", "most"), [("rent owed", 50_000), ("owed rent", 0)])
def test_filters_in_memory_and_in_sql_let_the_same_pages_pass(
    meant: Site, filters: dict[str, str], query: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the words are on too many pages for all of these to be scored."""
    monkeypatch.setattr(candidates, "MOST_POSTINGS", most)
    given = "".join(f"&{name}={value}" for name, value in filters.items())
    told = json.loads(meant.get(f"/-/search.json?q={quote_plus(query)}&by=meaning{given}").text)
    path = Path(meant.datasette.get_database("corpus").path)
    with reading(path) as store:
        found = find(store.db.conn, query, by="meaning", filters=Filters(**filters), limit=1000)
    assert [hit["page"] for hit in told["hits"]] == [hit.page for hit in found.hits]
    assert filters or any("rent" in hit.matched for hit in found.hits)
    assert [hit["score"] for hit in told["hits"]] == pytest.approx([h.score for h in found.hits])


@pytest.mark.parametrize(
    ("query", "most", "said"),
    [("rent arrears", 50_000, "pages with all the words"), ("arrears rent", 0, "all pages")],
)
def test_pages_with_words_too_common_are_not_counted_while_one_waits(
    meant: Site, query: str, most: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "MOST_POSTINGS", most)
    body = meant.get(f"/-/search?q={quote_plus(query)}&by=meaning").text
    assert f"in brackets: {said}" in body and "nearest in meaning" in body


def test_a_page_read_since_the_index_was_made_is_found_by_its_words(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    with writing(path, "test") as store:
        store.db.table("sources").insert({"source": "s", "title": "S"}, ignore=True, alter=True)
        for k, text in enumerate(3 * (*RENT, *ROADS)):
            add(store, f"a{k:02d}", text, title="Old")
        understand(store)
        add(store, "new", RENT[0], title="New")
        store.db.execute("delete from pages where page = (select min(page) from pages)")
    with site(path) as datasette:
        asked = Site(datasette)
        told = json.loads(asked.get("/-/search.json?q=rent+owed&by=meaning").text)
        asked.close()
    assert "New" in {hit["title"] for hit in told["hits"]}
    assert told["total"] == len({hit["page"] for hit in told["hits"]})


def test_hostile_text_stays_text(meant: Site) -> None:
    body = meant.get("/-/search?q=rent+owed").text
    assert "<script>alert(1)" not in body and "{{ 7*7 }}" in body


def test_without_an_index_nothing_is_offered(served: Site, made: Made) -> None:
    body = served.get("/-/search?q=uses+predictive").text
    assert "by meaning" not in body and "match" in body
    asked = served.get("/-/search?q=uses+predictive&by=meaning").text
    assert "needs <code>" not in asked and "corpus build" in asked

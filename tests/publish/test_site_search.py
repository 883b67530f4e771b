"""The search page: grouped by document, narrowed, sorted, counted, and given away whole."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from corpus.retrieval.query import HALF_BRACKET, HALF_QUOTE, parse
from corpus.retrieval.search import Filters, search
from corpus.store import Store, reading, writing
from publish.facets import NAMES, facets, passing
from publish.feeds import Entry, allowed, feed, instant
from publish.matching import PAGES_EACH, PER_SCREEN, by_words, documents, narrowed, ordered
from publish.reach import census, reach
from publish.shelf import Shelf, shelf
from publish.site import site
from tests.publish.site_corpus import EVIL, Site

PAPERS = 15
EACH = 5
"""Pages of each paper."""


def _fill(store: Store) -> None:
    """Fifteen papers of two councils, of five pages each; the ledger knows one council."""
    store.db.table("councils").insert_all(
        [
            {"council": "AAA", "name": "Alpha", "nation": "England", "type": "County"},
            {"council": "BBB", "name": "Beta", "nation": "Wales", "type": "Unitary"},
            {"council": "CCC", "name": "Gamma", "nation": "Wales", "type": "Unitary"},
        ]
    )
    store.db.table("sources").insert({"source": "s", "title": "S"})
    store.db.table("codes").insert({"code": "risk", "label": "Risk", "group": "technique"})
    store.db.table("topic_models").insert({"model": "m", "k": 2, "chosen": 1})
    store.db.table("topics").insert_all(
        [{"topic": f"m-0{n}", "model": "m", "number": n, "label": f"T{n}"} for n in (1, 2)]
    )
    store.db.table("coverage").insert_all(
        [
            {"source": "s", "council": "AAA", "month": "2023-01", "state": "searched"},
            {"source": "s", "council": "AAA", "month": "2023-02", "state": "blocked"},
        ]
    )
    for n in range(PAPERS):
        _paper(store, n)


def _paper(store: Store, n: int) -> None:
    sha256, document = f"{n:02x}" * 32, f"paper-{n:02d}"
    store.db.table("files").insert(
        {"sha256": sha256, "document": document, "outcome": "read", "pages": EACH, "chars": 9}
    )
    store.db.table("documents").insert(
        {
            "document": document,
            "source": "s",
            "council": ("AAA", "BBB", None)[n % 3],
            "kind": ("report", "minutes")[n % 2],
            "title": f"=Paper {n} {EVIL}",
            "published_on": f"{2020 + n % 4}-0{1 + n % 9}-01" if n % 5 else None,
            "first_seen_at": f"2025-01-{n + 1:02d}T00:00:00Z",
            "sha256": sha256,
        }
    )
    for number in range(1, EACH + 1):
        page = f"{sha256[:16]}-{number:04d}"
        words = "risk " * number + f"score of page {number} in \x01 paper {n}"
        grade = ("good", "suspect")[number % 2]
        store.db.table("pages").insert(
            {"page": page, "sha256": sha256, "number": number, "text": words, "quality": grade}
            | {"outcome": "text"}
        )
        if number == 1:
            _evidence(store, page, sha256, document, n)


def _evidence(store: Store, page: str, sha256: str, document: str, n: int) -> None:
    mention = {"mention": f"{page}-x", "page": page, "sha256": sha256, "code": "risk"}
    stance = ("uses", "plans")[n % 2]
    store.db.table("mentions").insert(mention | {"stance": stance, "counted": int(n != 4)})
    store.db.table("passages").insert(
        {"passage": f"{page}-x", "page": page, "document": document, "text": "x"}
    )
    store.db.table("passage_topics").insert_all(
        [
            {"passage": f"{page}-x", "topic": f"m-0{t}", "model": "m", "weight": weight}
            for t, weight in ((1, 0.5), (2, (0.5, 0.9, 0.1)[n % 3]))
        ]
    )


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("search") / "corpus.db"
    with writing(made, "test") as store, store.db.atomic():
        _fill(store)
    return made


@pytest.fixture(scope="module")
def store(path: Path) -> Iterator[Store]:
    with reading(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def known(store: Store) -> Shelf:
    return shelf(store.db.conn)


@pytest.fixture(scope="module")
def found_site(path: Path) -> Iterator[Site]:
    with site(path) as datasette:
        asked = Site(datasette)
        yield asked
        asked.close()


FILTERS = (
    *({"council": "AAA"}, {"council": "nobody"}, {"type": "Unitary"}, {"nation": "Wales"}),
    *({"year": "2022"}, {"kind": "minutes"}, {"code": "risk"}, {"stance": "plans"}),
    *({"code": "risk", "stance": "uses"}, {"topic": "m-02"}, {"topic": "m-01"}, {"topic": "x"}),
    *({"quality": "suspect"}, {"document": "paper-03"}, {"nation": "England", "quality": "good"}),
    {"stance": "uses", "topic": "m-02", "kind": "report"},
)


@pytest.mark.parametrize("given", FILTERS, ids=lambda given: "-".join(given.values()))
def test_the_shelf_narrows_as_the_database_does(store: Store, known: Shelf, given: dict) -> None:
    matches = by_words(store.db.conn, parse("risk").match)
    kept = narrowed(known, matches, Filters(**given))
    told = search(store.db.conn, "risk", limit=500, **given)
    assert len(kept.rows) == told.total
    assert ordered(known, kept, "rank").rows.tolist() == [hit.row for hit in told.hits]


@pytest.mark.parametrize("given", FILTERS[-4:], ids=lambda given: "-".join(given.values()))
def test_every_facet_counts_what_its_choice_would_find(
    store: Store, known: Shelf, given: dict
) -> None:
    rows = by_words(store.db.conn, parse("risk").match).rows
    counted = facets(known, rows, Filters(**given))
    assert set(counted) == set(NAMES)
    for name in NAMES:
        for facet in counted[name]:
            chosen = Filters(**(given | {name: facet.value}))
            assert int(passing(known, rows, chosen).sum()) == facet.pages, (name, facet)


def test_few_of_many_are_sorted_as_all_are(store: Store, known: Shelf) -> None:
    matches = by_words(store.db.conn, parse("risk OR score").match)
    for sort in ("rank", "newest", "oldest", "seen"):
        every = ordered(known, matches, sort).rows.tolist()
        assert len(every) == PAPERS * EACH
        few = ordered(known, matches, sort, most=7).rows.tolist()
        assert len(few) >= 7 and every[: len(few)] == few


def test_documents_hold_their_pages_and_are_counted(store: Store, known: Shelf) -> None:
    told = documents(known, by_words(store.db.conn, parse("risk").match))
    assert told.total == PAPERS
    screens = [told.screen(number) for number in (1, 2, 3)]
    assert [len(screen) for screen in screens] == [PER_SCREEN, PAPERS - PER_SCREEN, 0]
    assert all(
        len(at) == PAGES_EACH and pages == EACH for screen in screens for at, pages in screen
    )


def test_a_page_read_since_is_left_for_the_next_minute(store: Store, known: Shelf) -> None:
    matches = by_words(store.db.conn, parse("risk").match)
    newer = matches.only(matches.rows > 0)
    newer.rows[0] = 10**9
    assert len(narrowed(known, newer, Filters()).rows) == len(matches.rows) - 1


def _body(asked: Site, address: str) -> str:
    answer = asked.get(address)
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def test_results_are_grouped_and_counted(found_site: Site) -> None:
    body = _body(found_site, "/-/search?q=risk&by=words")
    assert "<strong>75 pages</strong> match, in <strong>15 documents</strong> of 15" in body
    assert body.count('<div class="hit">') == PER_SCREEN * PAGES_EACH
    assert "All 5 pages of this document with the words" in body
    only = _body(found_site, "/-/search?q=risk&by=words&document=paper-03")
    assert "<strong>5 pages</strong> match, in <strong>1 document</strong>" in only


def test_coverage_of_the_filters_stands_beside_the_count(found_site: Site, store: Store) -> None:
    body = _body(found_site, "/-/search?q=risk&nation=Wales")
    assert "Papers of 1 of 2 councils are searched; the others are not zeros." in body
    assert "The ledger has no month for this" in body
    body = _body(found_site, "/-/search?q=risk&council=AAA&year=2023")
    assert "Looked at: 1 of 2 council-months (1 searched; 1 blocked by the site)." in body
    nobody = reach(census(store.db.conn), Filters(council="CCC"))
    assert nobody.sentences[0] == "No paper of this council is searched: not a zero."
    assert nobody.scope.documents == 0


def test_dates_sort_and_undated_papers_come_last(found_site: Site) -> None:
    for sort, best in (("newest", 2023), ("oldest", 2020)):
        body = _body(found_site, f"/-/search?q=risk&by=words&sort={sort}")
        years = re.findall(r"<span>(?:\d+ \w+ (\d{4})|undated)</span>", body)
        assert int(years[0]) == best
        assert f'<option value="{sort}" selected>' in body
    last = _body(found_site, "/-/search?q=risk&by=words&sort=newest&p=2")
    assert last.rindex("undated") > last.rindex(" 2020<")


@pytest.mark.parametrize("suffix", [".csv", ".json"])
@pytest.mark.parametrize("sort", ["rank", "newest"])
def test_data_holds_all_results_in_order(found_site: Site, suffix: str, sort: str) -> None:
    answer = found_site.get(f"/-/search{suffix}?q=risk&by=words&sort={sort}&quality=good")
    if suffix == ".csv":
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert {row["documents_searched"] for row in rows} == {"15"}
        assert all(row["title"].startswith("'=") for row in rows)
    else:
        told = json.loads(answer.text)
        rows = told["hits"]
        assert (told["total"], told["filters"]) == (len(rows), {"quality": "good"})
        assert told["documents"] == {"searched": 15, "unreadable": 0} and told["coverage"]
    assert len(rows) == 2 * PAPERS
    if sort == "newest":
        dates = [row["date"] or "" for row in rows]
        assert dates == sorted(dates, reverse=True)


def test_feed_has_the_newest_arrivals_first(found_site: Site) -> None:
    answer = found_site.get("/-/search.atom?q=risk&kind=report&by=meaning&sort=oldest")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    root = etree.fromstring(answer.content)
    space = {"a": "http://www.w3.org/2005/Atom"}
    updated = root.xpath("//a:entry/a:updated/text()", namespaces=space)
    assert len(updated) == 8 and updated == sorted(updated, reverse=True)
    assert root.xpath("a:updated/text()", namespaces=space) == updated[:1]
    links = root.xpath("//a:link[@rel='alternate']/@href", namespaces=space)
    assert all(link.startswith("http://") for link in links)
    assert EVIL in root.xpath("string(//a:entry/a:title)", namespaces=space)
    assert "8 documents in all, of 8 documents searched" in root.xpath(
        "string(a:subtitle)", namespaces=space
    )


def test_feed_survives_what_xml_cannot_hold() -> None:
    hostile = "a\x00b\x1f\ufffe\ud800c"
    assert allowed(hostile) == "abc"
    entry = Entry(hostile, hostile, "http://x/\x00", "2025-01-01T00:00:00Z", hostile, "")
    assert etree.fromstring(feed(hostile, "", "http://x", "http://x", [entry])) is not None
    assert instant("2025-01-02T03:04:05+01:00") == "2025-01-02T02:04:05Z"
    assert instant("soon") == instant(None) == "1970-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("query", "sentence"), [('risk "score', HALF_QUOTE), ("risk) AND (score", HALF_BRACKET)]
)
def test_what_was_mended_is_said(found_site: Site, query: str, sentence: str) -> None:
    assert parse(query).repairs == (sentence,)
    assert sentence in _body(found_site, f"/-/search?q={query.replace(' ', '+')}")


def test_the_link_is_the_search(found_site: Site) -> None:
    body = _body(found_site, "/-/search?q=risk&by=words&kind=report&sort=newest&p=1")
    for suffix in (".csv", ".json", ".atom"):
        assert f'href="/-/search{suffix}?q=risk' in body
    (removed,) = re.findall(r'href="([^"]*)"><span aria-hidden="true">×', body)
    assert removed == "/-/search?q=risk&amp;by=words&amp;sort=newest"

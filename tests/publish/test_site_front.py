"""The front page's map, pictures and news; what robots are told; what a browser may keep."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image

from corpus.store import reading, writing
from corpus.theme import DARK, LIGHT, MENTIONING, themed
from publish.assets import FOREVER, SHORTLY, asset, caching, version
from publish.cartogram import PLACES, STATES, WORDS, cartogram, state_of
from publish.figures import by_year
from publish.pictures import drawn
from publish.routes import answers, patterns, plain
from publish.site import site
from publish.sitemap import PER_SITEMAP
from tests.publish.site_corpus import EVIL, Made, Site

CSS = (Path(__file__).parents[2] / "publish" / "static" / "site.css").read_text(encoding="utf-8")
NOTHING = dict.fromkeys(
    [
        *("searched", "mentioning", "documents", "months_looked"),
        *("months_refused", "months_unreachable"),
    ],
    0,
)


@pytest.mark.parametrize(
    ("known", "state"),
    [
        ({}, "not-looked"),
        ({"searched": 3, "mentioning": 1, "months_refused": 9}, "found"),
        ({"searched": 3}, "none"),
        ({"months_looked": 1}, "none"),
        ({"months_refused": 1, "months_unreachable": 1, "documents": 1}, "refused"),
        ({"months_unreachable": 1}, "unreachable"),
        ({"documents": 2}, "held"),
    ],
)
def test_what_is_known_of_a_council(known: dict, state: str) -> None:
    assert state_of(NOTHING | known) == state


def test_every_state_has_a_sign_a_meaning_and_a_look_of_its_own() -> None:
    assert len({sign for sign, _ in STATES.values()}) == len(STATES) == len(WORDS)
    for state in STATES:
        assert f".tile.{state} {{" in CSS
    for place in PLACES.values():
        assert f".{place} {{ grid-area:" in CSS


def test_every_council_of_the_register_has_a_place(packaged_study) -> None:
    regions = {c.region or c.nation for c in packaged_study.councils.values() if not c.end_on}
    assert regions <= set(PLACES)


def test_map_holds_every_current_council_once(served: Site, made: Made) -> None:
    with reading(made.path) as store:
        known = cartogram(store.db.conn)
    assert sorted(tile.about["council"] for tile in known.tiles) == ["ABC", "KEN"]
    assert known.counts == {"found": 1, "not-looked": 1}
    body = served.get("/").text
    assert body.count('class="tile found"') == 2 and body.count('class="tile not-looked"') == 2
    assert "1 of 2 documents searched mention a term" in body
    assert "All 2 councils as a table" in body


def test_front_page_cites_names_limits_and_news(served: Site, made: Made) -> None:
    body = served.get("/").text
    assert 'id="limits"' in body and 'id="cite"' in body and "no proof of absence" in body
    assert f'<a href="/document/{made.document}"' in body[body.index('id="new"') :]
    assert 'href="/api"' in body


def test_years_without_papers_are_shown_and_undated_ones_stand_last() -> None:
    rows = [{"year": y, "mentions": 1, "searched": 2} for y in ("2020", "2022", None)]
    shown = by_year(rows)
    assert [row["year"] for row in shown] == ["2020", "2021", "2022", "undated"]
    assert (shown[1]["mentions"], shown[1]["searched"]) == (0, 0)
    assert [row["year"] for row in by_year([{"year": y} for y in ("1019", "2022")])] == [
        "1019",
        "2022",
    ]
    assert by_year([]) == []


def test_picture_comes_in_every_kind(served: Site) -> None:
    light, dark = (served.get(f"/picture/years.{kind}svg") for kind in ("", "dark."))
    assert light.headers["content-type"] == dark.headers["content-type"] == "image/svg+xml"
    assert LIGHT[2] in light.text and DARK[2] in dark.text and MENTIONING not in light.text
    assert not re.search(r"<script|@import|url\((?!#)", light.text)
    picture = Image.open(io.BytesIO(served.get("/picture/years.png").content))
    assert picture.width > 1000
    rows = list(csv.DictReader(io.StringIO(served.get("/picture/years.csv").text)))
    assert [(row["year"], row["mentions"]) for row in rows] == [("2024", "2"), ("undated", "0")]
    told = json.loads(served.get("/picture/years.vl.json").text)
    assert "vega-lite" in told["$schema"]


def test_hostile_labels_stay_words_in_a_picture(served: Site, made: Made) -> None:
    picture = served.get("/picture/topics.svg")
    assert "<script>alert" not in picture.text and etree.fromstring(picture.content) is not None
    assert served.get(f"/picture/topic/{made.topic}.csv").text.startswith("year,documents,searched")


@pytest.mark.parametrize("path", ["nope.svg", "years.exe", "topic/nope.svg", "topic/..%2f.svg"])
def test_no_picture_is_said(served: Site, path: str) -> None:
    assert served.get(f"/picture/{path}").status_code == 404


def test_a_year_of_which_nothing_was_searched_has_no_dot() -> None:
    one = {"year": "2020", "documents": 1, "searched": 0, "low": 0.0, "high": 0.0}
    other = {"year": "2021", "documents": 1, "searched": 4, "low": 0.05, "high": 0.7}
    told = json.loads(drawn("topic_charts.topic_trend_chart", [one, other], "vl.json"))
    (data,) = told["datasets"].values()
    assert [(row["year"], row["share"], row["told"]) for row in data] == [("2021", 0.25, "1 of 4")]
    assert themed({"mark": {"color": MENTIONING}}, dark=True)["mark"]["color"] == DARK[2]


def test_assets_are_kept_for_as_long_as_they_stay_the_same(served: Site) -> None:
    address = asset("site.css")
    assert address in served.get("/").text
    assert served.get(address).headers["cache-control"] == FOREVER.decode()
    assert served.get("/assets/site.css?v=old").headers["cache-control"] == SHORTLY.decode()
    assert version("../site.py") is None and version("nothing.css") is None
    assert caching("/page/x", b"") is None and caching("/assets/../x", b"v=None") == SHORTLY


def test_cards_name_the_page_and_hold_no_markup(served: Site, made: Made) -> None:
    body = served.get(f"/document/{made.document}").text
    (title,) = re.findall(r'<meta property="og:title" content="([^"]*)">', body)
    assert "&lt;script&gt;" in title and EVIL not in title
    assert f'<meta property="og:url" content="http://localhost/document/{made.document}">' in body


def test_robots_find_the_papers_and_leave_the_questions(served: Site) -> None:
    told = served.get("/robots.txt").text
    assert "Disallow: /-/search\n" in told and "Disallow: /document" not in told
    assert "Sitemap: http://localhost/sitemap.xml" in told


def test_sitemaps_name_pages_topics_and_documents(served: Site, made: Made) -> None:
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}

    def locations(path: str) -> list[str]:
        root = etree.fromstring(served.get(path).content)
        return [str(each) for each in root.xpath("//s:loc/text()", namespaces=space)]

    parts = [each.removeprefix("http://localhost") for each in locations("/sitemap.xml")]
    assert parts == ["/sitemap-pages.xml", "/sitemap-documents-1.xml"]
    pages, documents = map(locations, parts)
    assert {"http://localhost/", "http://localhost/coverage", "http://localhost/api"} <= set(pages)
    assert f"http://localhost/topic/{made.topic}" in pages
    assert f"http://localhost/document/{made.document}" in documents and len(documents) == 4
    assert served.get("/sitemap-documents-2.xml").status_code == 404
    assert PER_SITEMAP <= 50_000


def test_routes_are_told_from_the_plugins(served: Site) -> None:
    assert answers(served.datasette, "/topic/x") and not answers(served.datasette, "/nothing")
    assert "/coverage" in plain(served.datasette)
    assert all(pattern.startswith("^/") for pattern in patterns(served.datasette))


def test_a_large_register_is_cut_into_sitemaps(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("publish.sitemap.PER_SITEMAP", 2)
    with writing(tmp_path / "corpus.db", "test") as store, store.db.atomic():
        store.db.table("documents").insert_all({"document": f"d{n}"} for n in range(5))
    with site(tmp_path / "corpus.db") as datasette:
        asked = Site(datasette)
        assert asked.get("/sitemap.xml").text.count("<loc>") == 4
        assert asked.get("/sitemap-documents-3.xml").text.count("<loc>") == 1
        asked.close()

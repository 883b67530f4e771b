"""Topic pages: each topic's own figures, pictures with their tables, words ranked by a slider."""

import csv
import io
import json

import pytest
from lxml import etree

from publish.topics import relevance_of
from tests.publish.conftest import Site
from tests.publish.site_corpus import EVIL, Made

PICTURES = ("topicmap", "topicstability", "topictypes")


def test_each_topic_has_its_own_figures(served: Site, made: Made) -> None:
    page = served.get("/topics").text
    for told in ("0.100", "0.90", "0.45", "with care", "verdict: <strong>use</strong>"):
        assert told in page
    assert 'href="/code/predictive-analytics"' in page and "<script>alert" not in page
    one = served.get(f"/topic/{made.topic}").text
    assert "0.90" in one and "Use." in one and "Of the whole model: Weak" in one
    assert 'href="/code/predictive-analytics"' in one


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_stands_beside_its_table_in_every_form(served: Site, name: str) -> None:
    page = served.get("/topics").text
    plate = page[page.index(f"/picture/{name}.dark.svg") :]
    assert plate.index("<table>") < plate.index("</figure>")
    for kind in ("svg", "png", "vl.json", "csv"):
        assert f'href="/picture/{name}.{kind}"' in plate
    drawn = served.get(f"/picture/{name}.svg")
    assert "<script>alert" not in drawn.text and etree.fromstring(drawn.content) is not None
    assert "vega-lite" in json.loads(served.get(f"/picture/{name}.vl.json").text)["$schema"]
    rows = list(csv.DictReader(io.StringIO(served.get(f"/picture/{name}.csv").text)))
    assert {row["number"] for row in rows} <= {"1", "2"} and rows


def test_a_cell_of_few_documents_has_numbers_and_no_colour(served: Site) -> None:
    drawn = served.get("/picture/topictypes.svg").text
    assert "1 of 3" in drawn and "4 of 9" in drawn
    page = served.get("/topics").text
    assert "6.0 to 79.0 %" in page and "19.0 to 73.0 %" in page


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        ("", [EVIL, "frequent", "special"]),
        ("1.0", ["frequent", EVIL, "special"]),
        ("0.0", ["special", EVIL, "frequent"]),
    ],
)
def test_words_are_ranked_as_asked(served: Site, made: Made, asked: str, order: list[str]) -> None:
    page = etree.HTML(served.get(f"/topic/{made.topic}?relevance={asked}").text)
    words = [cell.text for cell in page.findall(".//table[@class='words']//th[@scope='row']")]
    assert words == [word.replace("_", " ") for word in order]
    (slider,) = page.findall(".//input[@type='range']")
    assert slider.get("value") == (asked or "0.7")
    figures = served.get(f"/picture/topicterms/{made.topic}~{asked or 0.7}.csv").text
    assert [row["rank"] for row in csv.DictReader(io.StringIO(figures))] == [
        str([EVIL, "special", "frequent"].index(word) + 1) for word in order
    ]


@pytest.mark.parametrize("asked", ["2.0", "-1", "0.55", "nan", "<b>", "1e3", "\u0660.5"])
def test_nonsense_ranks_words_as_they_were_kept(asked: str) -> None:
    assert relevance_of(asked) == 0.7


def test_a_trend_has_documents_of_those_searched_and_an_interval(served: Site, made: Made) -> None:
    page = served.get(f"/topic/{made.topic}").text
    assert f"/picture/topic/{made.topic}.dark.svg" in page and "6.0 to 79.0 %" in page
    drawn = served.get(f"/picture/topic/{made.topic}.svg").text
    assert "1 of 3" in drawn and "share of documents searched" in drawn

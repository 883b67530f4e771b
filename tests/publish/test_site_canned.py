"""Ready questions are commented, run, quick, and leave out nothing they promise."""

import re
import sqlite3

import pytest

from corpus.store import reading
from publish.canned import FOLDER, canned
from publish.metadata import _answers
from tests.publish.site_corpus import Made, Site

ARGUMENTS = {"code": "%"}
"""Something to ask for each parameter."""


@pytest.mark.parametrize("name", sorted(canned()))
def test_ready_question_is_told_and_answered(served: Site, made: Made, name: str) -> None:
    told = canned()[name]
    assert told["title"] and told["description"].endswith(".")
    assert not told["title"].endswith(".") and len(told["title"]) < 70
    with reading(made.path) as store:
        store.rows(told["sql"], ARGUMENTS)
    page = served.get(f"/corpus/{name}?code=%25")
    assert page.status_code == 200 and told["title"] in page.text
    assert served.get(f"/corpus/{name}.json?code=%25").json()["ok"]
    assert f"/corpus/{name}" in served.get("/corpus").text


@pytest.mark.parametrize("name", sorted(canned()))
def test_ready_question_names_its_parameters_alone(name: str) -> None:
    sql = re.sub(r"--.*|'[^']*'", "", canned()[name]["sql"])
    assert set(re.findall(r":(\w+)", sql)) <= ARGUMENTS.keys()
    assert not re.search(r"\b(insert|update|delete|drop|attach|pragma)\b", sql, re.IGNORECASE)


def test_a_question_with_a_parameter_is_offered_where_it_can_be_answered() -> None:
    connection = sqlite3.connect(":memory:")
    asked = canned()["mentions_by_year_and_code"]["sql"]
    assert not _answers(connection, asked)
    connection.execute(
        "create table document_mentions (year, code, stance, document, council, source, page)"
    )
    assert _answers(connection, asked)
    connection.close()


def test_every_file_is_a_question() -> None:
    assert len(canned()) == len(list(FOLDER.iterdir())) >= 10


def test_councils_are_compared_by_share(served: Site) -> None:
    rows = served.get("/corpus/mentions_by_council.json?_shape=objects").json()["rows"]
    assert {(r["council"], r["documents_searched"], r["mentions"]) for r in rows} >= {("KEN", 2, 2)}


def test_a_council_without_a_searched_paper_is_named(served: Site) -> None:
    rows = served.get("/corpus/councils_never_searched.json?_shape=objects").json()["rows"]
    assert [row["council"] for row in rows] == ["ABC"]

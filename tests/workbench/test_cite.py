"""`corpus cite`: every kind of id in every form, read back by programs of others."""

import json
from pathlib import Path
from typing import Any

import pytest
import rispy
from click.testing import CliRunner
from pybtex.database import parse_string

from tests.publish.site_corpus import Made, make
from workbench.main import main


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("cite") / "corpus.db")


def cite(path: Path, *arguments: str, exit_code: int = 0) -> Any:
    done = CliRunner().invoke(main, ["--corpus", str(path), "cite", *arguments])
    assert done.exit_code == exit_code, done.output
    return done


def ids(made: Made) -> dict[str, str]:
    """Return an id of each kind of thing that is cited."""
    return {
        "page": made.page,
        "mention": made.mention,
        "document": made.document,
        "notice": made.notice,
        "topic": made.topic,
        "release": "release",
    }


@pytest.mark.parametrize("thing", ["page", "mention", "document", "notice", "topic", "release"])
def test_every_kind_is_cited_in_every_form(made: Made, thing: str) -> None:
    name = ids(made)[thing]
    wanted = "release-2025-02-03" if thing == "release" else name
    (item,) = json.loads(cite(made.path, name, "--format", "csl").stdout)
    assert item["archive_location"] == wanted
    entries = parse_string(cite(made.path, name, "--format", "bibtex").stdout, "bibtex").entries
    assert list(entries) == [item["id"]]
    (record,) = rispy.loads(cite(made.path, name, "--format", "ris").stdout)
    assert record["id"] == item["id"]
    text = cite(made.path, name).stdout
    assert f"{thing} {wanted}" in text and text.count("\n") == 1


def test_several_are_cited_in_their_order_with_links(made: Made) -> None:
    given = (made.document, made.page, "--format", "csl", "--site", "https://example.org/")
    items = json.loads(cite(made.path, *given).stdout)
    assert [item["archive_location"] for item in items] == [made.document, made.page]
    assert f"https://example.org/page/{made.page}" in json.dumps(items[1])


def test_the_whole_bibliography_begins_with_the_corpus(made: Made) -> None:
    items = json.loads(cite(made.path, "--all", "--format", "csl").stdout)
    assert items[0]["type"] == "dataset"
    assert made.document in {item["archive_location"] for item in items[1:]}
    entries = parse_string(cite(made.path, "--all", "--format", "bibtex").stdout, "bibtex").entries
    assert set(entries) == {item["id"] for item in items}


@pytest.mark.parametrize("name", ["nobody", "0123456789abcdef-0001", "../x"])
def test_an_unknown_id_says_so(made: Made, name: str) -> None:
    assert f"`{name}`" in cite(made.path, name, exit_code=1).stderr


@pytest.mark.parametrize("arguments", [[], ["x", "--all"], ["x", "--format", "word"]])
def test_a_wrong_call_ends_with_2(made: Made, arguments: list[str]) -> None:
    cite(made.path, *arguments, exit_code=2)

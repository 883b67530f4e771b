"""Methods by the run: every number is the database's, no title is markup, the same each time."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lxml import etree

from corpus.store import reading
from corpus.study import Study
from tests.publish.site_corpus import Made, make
from workbench.flow import Step, mermaid, plain, steps, svg
from workbench.main import main
from workbench.methods import md, methods_text, protocol_text, written
from workbench.methods_figures import figures


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("methods") / "corpus.db")


@pytest.fixture(scope="module")
def told(made: Made) -> dict[str, Any]:
    with reading(made.path) as store:
        return figures(store)


def test_figures_are_counted(told: dict[str, Any]) -> None:
    assert told["documents"] == 4 and told["documents_searched"] == 3
    assert told["mentions"] == told["mentions_counted"] + sum(told["not_counted"].values())
    assert told["files"] == sum(told["outcomes"].values())
    assert told["pages"] == sum(told["page_outcomes"].values())
    assert told["documents"] == sum(s["documents"] for s in told["sources"])
    assert told["councils"] == 2 and told["councils_with_documents"] == 1


def test_every_number_of_the_text_is_a_figure(told: dict[str, Any]) -> None:
    text = methods_text(told)
    assert "Text could be searched in 3 of 4 (75.0%) documents" in text
    assert "Nobody has coded yet" in text and "2 topics over 1 passages" in text
    assert methods_text(told) == text


def test_a_strangers_title_stays_text(told: dict[str, Any]) -> None:
    text = methods_text(told)
    assert "<script" not in re.sub(r"\\<script", "", text)
    assert md("a|b\n# c <i> `d`") == r"a\|b \# c \<i\> \`d\`"
    assert plain('x"]; click <b>|') == "x click b"


def test_an_empty_corpus_has_methods_too(corpus_path: Path, store: Any) -> None:
    empty = figures(store)
    text = methods_text(empty)
    assert "Nothing was crawled" in text and "No topic model was fitted" in text
    assert svg(steps(empty)).startswith("<svg")


def test_the_protocol_leaves_open_what_people_must_say(
    told: dict[str, Any], packaged_study: Study
) -> None:
    text = protocol_text(told, packaged_study)
    assert "[What is asked" in text and f"`{packaged_study.codebook.version}`" in text
    assert all(f"`{source}`" in text for source in packaged_study.sources)
    assert re.search(r"SHA-256 [0-9a-f]{16}", text)


def test_the_diagram_keeps_left_and_leaves_out_right() -> None:
    told = [
        Step("councils", 9, "councils", left_out=(("blocked", 2),), left_title="Not searched"),
        Step("pages", 1234, "pages", notes=("5 read by OCR",)),
    ]
    assert mermaid(told).splitlines() == [
        "flowchart TD",
        '    councils["9 councils"]',
        '    councils --> councils_left["Not searched<br>blocked: 2"]',
        '    pages["1,234 pages<br>5 read by OCR"]',
        "    councils --> pages",
    ]
    drawn = svg(told)
    root = etree.fromstring(drawn.encode(), etree.XMLParser(resolve_entities=False))
    words = " ".join(root.itertext())
    assert "1,234 pages" in words and "blocked: 2" in words
    assert not root.findall(".//{*}script") and "http://" not in re.sub(r"xmlns\S+", "", drawn)


def test_the_same_corpus_gives_the_same_files(made: Made, packaged_study: Study) -> None:
    with reading(made.path) as store:
        first = written(figures(store), packaged_study)
        assert written(figures(store), packaged_study) == first
    assert set(first) == {"methods.md", "protocol.md", "flow.mmd", "flow.svg", "figures.json"}


def test_the_command_writes_prints_and_answers(made: Made, tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        done = CliRunner().invoke(main, ["--corpus", str(made.path), "methods", *arguments])
        assert done.exit_code == 0, done.output
        return done.stdout

    assert run().startswith("# Methods")
    assert json.loads(run("--json"))["documents"] == 4
    answer = json.loads(run("--to", str(tmp_path / "m"), "--json"))
    assert {Path(name).name for name in answer["files"]} >= {"methods.md", "flow.svg"}
    assert json.loads((tmp_path / "m" / "figures.json").read_text()) == answer["figures"]

"""`corpus codebook`: shown, checked, compared, tried."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from corpus.settings import default_study
from workbench.main import main


@pytest.fixture
def run(corpus_path: Path, study_folder: Path):
    def command(*arguments: object, exit_code: int = 0, given: str | None = None) -> Result:
        told = ["--corpus", str(corpus_path), "--study", str(study_folder), *map(str, arguments)]
        result = CliRunner().invoke(main, told, input=given)
        assert result.exit_code == exit_code, result.output
        return result

    return command


@pytest.fixture
def book(study_folder: Path) -> Path:
    return study_folder / "codebook.yaml"


@pytest.fixture
def older(tmp_path: Path, book: Path) -> Path:
    """The codebook before somebody added a term."""
    path = tmp_path / "older.yaml"
    path.write_text(book.read_text().replace("predictive analytic", "predictive astrology"))
    return path


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_show_lists_codes_and_tells_one_in_full(run) -> None:
    assert "predictive" in run("codebook", "show").stdout
    (code,) = json.loads(run("codebook", "show", "predictive", "--json").stdout)
    assert code["group"] == "technique" and code["terms"]
    assert "Terms:" in run("codebook", "show", "predictive").stdout
    assert all(
        one["group"] == "use"
        for one in json.loads(run("codebook", "show", "--group", "use", "--json").stdout)
    )


@pytest.mark.parametrize("arguments", [("nonsense",), ("--group", "nonsense")])
def test_show_says_what_it_does_not_know(run, arguments: tuple[str, ...]) -> None:
    assert "nonsense" in run("codebook", "show", *arguments, exit_code=2).output


def test_check_passes_the_packaged_codebook(run) -> None:
    told = json.loads(run("codebook", "check", default_study() / "codebook.yaml", "--json").stdout)
    assert told["failed"] == [] and told["examples"] > 400


def test_check_fails_where_an_example_does_not_come_out(run, book: Path) -> None:
    shown = "    matches: [An ACME tool.]\n    rejects: [The ACME of perfection.]\n"
    book.write_text(book.read_text().rstrip() + "\n" + shown)
    told = json.loads(run("codebook", "check", "--json", exit_code=3).stdout)
    assert [(one["code"], one["problem"]) for one in told["failed"]] == [
        ("acme", "should not count, and does")
    ]
    assert "3 of 4 examples" in run("codebook", "check", exit_code=3).stdout


def test_check_names_file_and_line_of_what_is_broken(run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(
        "version: '1'\ncodes:\n  - code: one\n    group: wishes\n    precision: high\n"
    )
    assert (
        "broken.yaml:3: `group` is `wishes`" in run("codebook", "check", broken, exit_code=1).output
    )


@pytest.mark.parametrize(
    ("stance", "told"),
    [
        ("uses: {sideways: [we use]}", "unknown key `sideways`"),
        ("maybe: [perhaps]", "unknown key `maybe`"),
        ("uses: [2024]", "`uses` must hold words"),
        ("examples: [{text: One, stance: never}]", "`stance` is `never`"),
        ("examples: [One]", "must hold mappings"),
    ],
)
def test_spoilt_cues_are_told(run, book: Path, stance: str, told: str) -> None:
    kept, skipping = [], False
    for line in book.read_text().splitlines():
        skipping = line.startswith("stance:") or (skipping and line.startswith((" ", "-")))
        kept += [] if skipping else [line]
    text = "\n".join([*kept, "stance:", f"  {stance}"])
    book.write_text(text)
    assert told in run("codebook", "check", exit_code=1).output


def test_diff_says_what_was_authored_and_what_it_does(
    run, older: Path, book: Path, tmp_path: Path
) -> None:
    paper = tmp_path / "paper.txt"
    paper.write_text("The council uses predictive analytics against fraud. It was approved.")
    run("import", paper)
    run("extract")
    told = json.loads(run("codebook", "diff", older, "--json").stdout)
    changes = {(one["what"], one["term"]) for one in told["changes"]}
    assert {("added", "predictive analytic"), ("removed", "predictive astrology")} <= changes
    effects = told["effects"]
    assert effects["pages"] == 1 and len(effects["newly_mentioning"]) == 1
    gained = {one["code"]: one["added"] for one in effects["codes"]}
    assert gained["predictive"] == 1
    assert "begin to mention" in run("codebook", "diff", older).stdout
    back = json.loads(run("codebook", "diff", book, older, "--json").stdout)
    assert len(back["effects"]["no_longer_mentioning"]) == 1


def test_diff_without_a_corpus_compares_what_was_authored(run, older: Path, book: Path) -> None:
    told = json.loads(run("codebook", "diff", older, book, "--json").stdout)
    assert told["changes"] and told["effects"] is None
    assert json.loads(run("codebook", "diff", book, "--json").stdout)["changes"] == []


def test_try_answers_line_by_line(run) -> None:
    texts = [
        {"id": "a", "text": "The council uses predictive analytics against fraud."},
        {"id": "b", "text": "The bins are emptied on Mondays."},
        {"id": 3, "text": "Background papers: predictive analytics"},
    ]
    given = "\n".join(map(json.dumps, texts)) + "\n\n"
    answers = lines(run("codebook", "try", "-", "--json", given=given).stdout)
    assert [one["id"] for one in answers] == ["a", "b", "3"]
    first, second, third = answers
    assert first["counted"] and first["stance"] == "uses" and "predictive" in first["codes"]
    assert all({"quote", "code", "counted", "reason"} <= set(why) for why in first["why"])
    assert not second["counted"] and second["stance"] is None and second["codes"] == []
    assert third["boilerplate"] and not third["counted"]
    assert "not counted" in run("codebook", "try", "-", given=given).stdout


@pytest.mark.parametrize("line", ["{", "[]", '{"id": 1}', '{"text": 2, "id": 1}', '{"text": "x"}'])
def test_try_names_the_line_that_is_no_passage(run, line: str) -> None:
    given = '{"id": 1, "text": "x"}\n' + line
    assert ":2:" in run("codebook", "try", "-", given=given, exit_code=1).output


def test_ten_thousand_terms_are_no_trouble(run, book: Path) -> None:
    terms = ", ".join(f"invented word{number}" for number in range(10_000))
    text = book.read_text()
    book.write_text(
        text + "\n  - {code: many, group: technique, label: Many, precision: high, "
        f"definition: Many., terms: [{terms}], matches: [An invented word7 here.], "
        "rejects: [None at all.]}\n"
    )
    assert json.loads(run("codebook", "check", "--json").stdout)["terms"] > 10_000

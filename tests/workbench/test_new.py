"""A fresh study is a study: it loads, its codebook holds, a corpus can be built on it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from coding.claims import load_claims
from corpus.study import Study, load_study
from workbench.main import main
from workbench.new import NotEmpty, write_study
from workbench.saved import load_saved


def run(*arguments: str, exit_code: int = 0) -> str:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == exit_code, result.output
    return result.output


def test_a_fresh_study_loads_and_says_nothing_of_this_one(
    tmp_path: Path, packaged_study: Study
) -> None:
    told = json.loads(run("new", str(tmp_path / "parking"), "--title", "Parking: it's", "--json"))
    assert "study/codebook.yaml" in told["files"] and ".gitignore" in told["files"]
    study = load_study(tmp_path / "parking" / "study")
    assert study.codebook.title == "Parking: it's"
    assert study.councils == packaged_study.councils and study.sources == packaged_study.sources
    assert [code.code for code in study.codebook.codes] == ["example"]
    assert (study.contact, study.on_alert, load_saved(study)) == ("", (), [])
    assert load_claims(study.folder) == [] and "claims.yaml" in str(told["files"])
    assert "# Parking: it's" in (tmp_path / "parking" / "README.md").read_text()


def test_its_codebook_is_sound_and_finds_its_example(tmp_path: Path) -> None:
    write_study(tmp_path / "s", "x")
    study, corpus = str(tmp_path / "s" / "study"), str(tmp_path / "c.db")
    run("--study", study, "codebook", "check")
    paper = tmp_path / "paper.txt"
    paper.write_text("The report gives a worked example of it.")
    run("--study", study, "--corpus", corpus, "import", str(paper))
    told = json.loads(run("--study", study, "--corpus", corpus, "build", "--jobs", "1", "--json"))
    assert told["found"]["counted"] == 1


def test_an_empty_register(tmp_path: Path) -> None:
    write_study(tmp_path / "s", "x", councils=False)
    assert load_study(tmp_path / "s" / "study").councils == {}


def test_nothing_that_is_there_is_changed(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    write_study(tmp_path / "s", "x")  # an empty folder will do
    with pytest.raises(NotEmpty, match="not empty"):
        write_study(tmp_path / "s", "x")
    (tmp_path / "file").write_text("x")
    assert "not empty" in run("new", str(tmp_path / "file"), exit_code=1)

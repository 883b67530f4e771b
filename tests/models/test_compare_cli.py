"""`corpus topics compare --k`: a table, JSON, a CSV file and a picture with the same numbers."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.store import writing
from tests.models.test_topics import fill, planted
from workbench.main import main


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with writing(tmp_path / "corpus.db", "test") as store:
        fill(store, planted(40))
    return tmp_path / "corpus.db"


def test_numbers_are_the_same_in_table_file_and_picture(path: Path, tmp_path: Path) -> None:
    files = ["--csv", str(tmp_path / "a.csv"), "--plot", str(tmp_path / "a.svg")]
    command = ["--corpus", str(path), "topics", "compare", "--k", "2,3", "--json"]
    result = CliRunner().invoke(main, [*command, *files])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    rows = list(csv.DictReader((tmp_path / "a.csv").open(encoding="utf-8")))
    assert [float(row["npmi"]) for row in rows] == [row["npmi"] for row in told["models"]]
    assert (tmp_path / "a.svg").read_text(encoding="utf-8").startswith("<svg")
    table = CliRunner().invoke(main, command[:-1]).stdout
    assert f"{told['models'][0]['npmi']:.3f}" in table and "Recommended: " in table


@pytest.mark.parametrize("numbers", ["60..5", "x", "1..5", "5,9999", ""])
def test_numbers_that_are_none_are_refused(path: Path, numbers: str) -> None:
    result = CliRunner().invoke(main, ["--corpus", str(path), "topics", "compare", "--k", numbers])
    assert result.exit_code == 2 and "5..60" in result.stderr

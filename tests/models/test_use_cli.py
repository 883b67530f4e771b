"""`corpus topics trends`, `passages`, `codes`, `intrusion`, `score`: tables, JSON and CSV agree."""

import csv
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from corpus.store import writing
from models.run import fit_model
from tests.models.test_topics import fill, planted
from workbench.main import main


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("cli") / "corpus.db"
    with writing(place, "test") as store:
        fill(store, planted())
        store.db.execute("""update passages set codes = '["care"]' where text like '%foster%'""")
        store.db.conn.commit()
        fit_model(store, k=2, algorithm="dynamic")
        fit_model(store, k=2)
    return place


def run(path: Path, *given: str) -> Result:
    return CliRunner().invoke(main, ["--corpus", str(path), "topics", *given])


@pytest.mark.parametrize(
    ("command", "least"),
    [(["trends", "--by", "year,kind"], 4), (["passages", "--most", "2"], 4), (["codes"], 1)],
)
def test_table_json_and_csv_hold_the_same(
    path: Path, tmp_path: Path, command: list[str], least: int
) -> None:
    done = run(path, *command, "--json", "--csv", str(tmp_path / "rows.csv"))
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    rows = list(csv.DictReader((tmp_path / "rows.csv").open(encoding="utf-8")))
    assert len(told) == len(rows) >= least
    assert [float(row["share"]) for row in rows] == [row["share"] for row in told]
    table = run(path, *command).stdout
    assert f"{told[0]['share']:.1%}" in table
    of_one = json.loads(run(path, *command, "--topic", "1", "--json").stdout)
    assert of_one == [row for row in told if row["number"] == 1]


def test_a_dimension_that_is_none_is_refused(path: Path) -> None:
    done = run(path, "trends", "--by", "month")
    assert done.exit_code == 2 and "year,nation,type,kind" in done.stderr


def test_a_model_that_is_none_is_named(path: Path) -> None:
    done = run(path, "trends", "--model", "lda-9-1-x")
    assert done.exit_code == 1 and "There is no topic model lda-9-1-x" in done.stderr


def test_the_words_of_each_period_are_shown(path: Path) -> None:
    (model,) = (path.parent / "files" / "models").glob("dynamic-*")
    told = run(path, "show", "--periods", "--model", model.name).stdout
    assert "2023" in told and "2024" in told
    assert "no words for periods" in run(path, "show", "--periods").stdout


def test_a_sheet_is_drawn_filled_in_and_scored(path: Path, tmp_path: Path) -> None:
    shutil.copytree(path.parent, tmp_path / "c")
    own, sheet = tmp_path / "c" / "corpus.db", tmp_path / "words.csv"
    shutil.copytree(Path(__file__).parents[2] / "study", own.with_name("corpus-study"))
    assert "No answers yet" in run(own, "score").stdout
    assert run(own, "intrusion", str(sheet)).exit_code == 0
    text = sheet.read_text(encoding="utf-8")
    filled = [
        dict(row) | {"answer": "a", "judge": "Anna", "judged_on": "2026-11-22"}
        for row in csv.DictReader(text.splitlines())
    ]
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(filled[0]))
        writer.writeheader()
        writer.writerows(filled)
    done = json.loads(run(own, "score", str(sheet), "--json").stdout)
    assert done["files"] == 1 and done["answers"] == len(done["scores"]) == 2
    assert (own.with_name("corpus-study") / "topic-tests" / "words.csv").exists()
    shown = json.loads(run(own, "show", "--json").stdout)
    first = done["scores"][0]
    assert json.loads(shown[0]["tests"]) == {"words": f"{first['found']} of {first['judged']}"}


def test_guides_go_with_guided_topics_only(path: Path) -> None:
    done = run(path, "fit", "--guide", "care")
    assert done.exit_code == 2 and "--algorithm guided" in done.stderr

"""A term that people judged wrong leaves the counts, says so, is measured on, and may come back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from coding.codings import COLUMNS
from coding.codings_file import as_csv
from coding.measure import LEAST_JUDGED, MEASURED
from corpus.doctor import digest, problems
from corpus.store import Row, reading
from workbench.main import main

GOOD = "The council uses predictive analytics to plan its visits here."
WRONG = "ACME held its summer party against fraud in the park."
PAPERS = 12
ACME, FRAUD = "acme-acme", "fraud-fraud"
Run = Callable[..., Any]


@pytest.fixture
def run(study_folder: Path, corpus_path: Path) -> Run:
    """Run a command on the corpus and study; its answer, or its text with `text=True`."""
    (study_folder / "coders.yaml").write_text("anna:\nben:\n", encoding="utf-8")
    (study_folder / "codings").mkdir()

    def run_command(*arguments: str, text: bool = False) -> Any:
        given = ["--corpus", str(corpus_path), "--study", str(study_folder), *arguments]
        done = CliRunner().invoke(main, given if text else [*given, "--json"])
        assert done.exit_code == 0, done.output
        return done.stdout if text else json.loads(done.stdout)

    return run_command


@pytest.fixture
def corpus(run: Run, folder: Any, corpus_path: Path) -> Path:
    """Twelve papers on analytics and twelve on a party of a firm, built; nobody has coded."""
    papers = {f"good{n:02d}.txt": f"{GOOD} Number {n}." for n in range(PAPERS)}
    papers |= {f"party{n:02d}.txt": f"{WRONG} Number {n}." for n in range(PAPERS)}
    run("import", str(folder(papers)), "--council", "KEN")
    assert run("build")["found"]["left_out"] == {}
    return corpus_path


@pytest.fixture
def judge(corpus: Path, study_folder: Path) -> Callable[..., Path]:
    """Write what a coder says of the parties: so many of them, evidence or not."""

    def write(count: int, about: str = "no", coder: str = "anna") -> Path:
        with reading(corpus) as store:
            pages = store.rows(
                "select page, document from pages join files using (sha256) "
                "where text like 'ACME%' order by page"
            )
        said = {"quote": WRONG.rstrip("."), "code": "about", "value": about, "coder": coder}
        rows = [
            dict.fromkeys(COLUMNS, "") | page | said | {"coded_at": "2026-11-22"}
            for page in pages[:count]
        ]
        path = study_folder / "codings" / f"{coder}.csv"
        path.write_text(as_csv(COLUMNS, rows), encoding="utf-8")
        return path

    return write


def rows(corpus: Path, sql: str, *parameters: object) -> list[Row]:
    with reading(corpus) as store:
        return store.rows(sql, parameters)


def figures(corpus: Path) -> dict[str, int]:
    told = rows(corpus, "select term, sum(counted) as n from mentions group by term")
    return {row["term"]: row["n"] for row in told}


def tables(corpus: Path) -> dict[str, str]:
    with reading(corpus) as store:
        return digest(store)


def test_a_term_judged_wrong_leaves_the_counts_with_the_reason(
    corpus: Path, run: Run, judge: Callable[..., Path]
) -> None:
    assert figures(corpus)[ACME] == figures(corpus)[FRAUD] == PAPERS
    before = tables(corpus)
    judge(PAPERS)
    built = run("build")
    assert built["codings"]["states"] == {"anchored": PAPERS}
    assert set(built["found"]["left_out"]) == {ACME, FRAUD}
    assert len(built["found"]["no_longer"]) == PAPERS
    assert built["extracted"]["screened"] == built["extracted"]["read"] == 0
    assert figures(corpus) == {ACME: 0, FRAUD: 0, "predictive-predictive-analytic": PAPERS}
    told = rows(corpus, "select distinct reason from mentions where term = ?", ACME)
    assert len(told) == 1
    assert told[0]["reason"].startswith(f"{MEASURED} 0 of {PAPERS} right")
    assert "floor of 0.50" in told[0]["reason"]
    after = tables(corpus)
    assert after["pages"] == before["pages"] and after["mentions"] != before["mentions"]


def test_its_passages_go_and_its_mentions_stay(
    corpus: Path, run: Run, judge: Callable[..., Path]
) -> None:
    ids = rows(corpus, "select mention from mentions order by 1")
    assert len(rows(corpus, "select 1 from passages")) == 2 * PAPERS
    judge(PAPERS)
    run("build")
    assert rows(corpus, "select mention from mentions order by 1") == ids
    left = rows(corpus, "select text from passages")
    assert len(left) == PAPERS and all("ACME" not in row["text"] for row in left)
    assert rows(corpus, "select 1 from mentions where term = ? and passage is not null", ACME) == []
    with reading(corpus) as store:
        assert list(problems(store)) == []


def test_find_says_so_each_time_and_looks_only_once(
    corpus: Path, run: Run, judge: Callable[..., Path]
) -> None:
    judge(PAPERS)
    run("code", "import")
    said = f"{ACME} does not count: {MEASURED} 0 of {PAPERS} right"
    first, second = run("find", text=True), run("find", text=True)
    assert said in first and said in second
    assert first.startswith(f"{PAPERS} files") and second.startswith("0 files")


def test_it_is_measured_on_and_stays_out(
    corpus: Path, run: Run, judge: Callable[..., Path]
) -> None:
    judge(PAPERS)
    run("build")
    told = run("code", "measure")
    assert told["terms"][ACME]["judged"] == PAPERS and told["terms"][ACME]["right"] == 0
    assert set(told["below_floor"]) == {ACME, FRAUD}
    assert told["below_floor"][ACME].startswith(MEASURED)


def test_a_second_build_does_nothing(corpus: Path, run: Run, judge: Callable[..., Path]) -> None:
    judge(PAPERS)
    first = run("build")
    before = tables(corpus)
    for _ in range(2):
        again = run("build")
        assert again["found"]["files"] == 0
        assert again["found"]["left_out"] == first["found"]["left_out"]
        assert tables(corpus) == before


def test_it_comes_back_when_the_codings_go(
    corpus: Path, run: Run, judge: Callable[..., Path]
) -> None:
    before = tables(corpus)
    path = judge(PAPERS)
    run("build")
    assert tables(corpus) != before
    path.unlink()
    back = run("build")
    assert back["found"]["left_out"] == {} and len(back["found"]["relevant"]) == PAPERS
    assert figures(corpus)[ACME] == PAPERS
    after = tables(corpus)
    assert {name for name in after if after[name] != before[name]} == set()


@pytest.mark.parametrize(
    ("first", "second"),
    [("yes", None), ("marginal", None), ("no", "yes")],
    ids=["right", "marginal", "a tie"],
)
def test_only_what_is_settled_as_wrong_speaks_against_it(
    corpus: Path, run: Run, judge: Callable[..., Path], first: str, second: str | None
) -> None:
    judge(PAPERS, first)
    if second:
        judge(PAPERS, second, coder="ben")
    assert ACME not in run("build")["found"]["left_out"]
    assert figures(corpus)[ACME] == PAPERS


def test_fewer_than_ten_judgements_take_no_term_out(
    corpus: Path, run: Run, judge: Callable[..., Path]
) -> None:
    judge(LEAST_JUDGED - 1)
    assert run("build")["found"]["left_out"] == {}
    judge(LEAST_JUDGED)
    assert set(run("build")["found"]["left_out"]) == {ACME, FRAUD}


def test_a_floor_of_nothing_takes_no_term_out(
    corpus: Path, run: Run, judge: Callable[..., Path], study_folder: Path
) -> None:
    judge(PAPERS)
    (study_folder / "study.yaml").write_text("precision_floor: 0\n", encoding="utf-8")
    assert run("build")["found"]["left_out"] == {}
    (study_folder / "study.yaml").unlink()
    assert set(run("build")["found"]["left_out"]) == {ACME, FRAUD}


def test_a_corpus_built_anew_with_the_codings_there_is_the_same(
    corpus: Path, run: Run, judge: Callable[..., Path], tmp_path: Path, study_folder: Path
) -> None:
    """The first find knows nothing of the terms yet: it looks twice, and is done."""
    judge(PAPERS)
    run("build")
    fresh = tmp_path / "fresh" / "corpus.db"
    fresh.parent.mkdir()
    given = ["--corpus", str(fresh), "--study", str(study_folder)]
    papers = str(tmp_path / "papers")
    for step in (["import", papers, "--council", "KEN"], ["build"]):
        done = CliRunner().invoke(main, [*given, *step])
        assert done.exit_code == 0, done.output
    same = ("mentions", "passages", "codings")
    assert {name: tables(fresh)[name] for name in same} == {
        name: tables(corpus)[name] for name in same
    }

"""Agreement: the figures that publications and statistics packages give for the same judgements."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coding.agreement import agreement, cohen, krippendorff, overlap, pairwise
from coding.codings import COLUMNS, Vocabulary
from coding.codings_file import Read, as_csv, read_codings
from coding.reading import code_sets, disagreements, judgements
from coding.settling import settling_sheet, to_settle


def units(*coders: str) -> list[list[str]]:
    """Turn a coder's judgements a line, a dot where there is none, into units."""
    return [
        [v for v in unit if v != "."] for unit in zip(*(c.split() for c in coders), strict=True)
    ]


BINARY = ("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")
NOMINAL = ("a a b b d c c c e d d a", "b a b b b c c c e d d d")
MISSING = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)


@pytest.mark.parametrize(("coders", "alpha"), [(BINARY, 0.095), (NOMINAL, 0.692), (MISSING, 0.743)])
def test_alpha_is_that_of_krippendorffs_own_examples(coders: Sequence[str], alpha: float) -> None:
    """Krippendorff (2011), Computing Krippendorff's alpha-reliability, sections A, B and C."""
    figure = krippendorff(units(*coders))
    assert figure.value is not None and round(figure.value, 3) == alpha
    assert figure.low is not None and figure.high is not None
    assert figure.low <= figure.value <= figure.high


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        ({("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}, 0.4),
        ({("yes", "yes"): 45, ("yes", "no"): 15, ("no", "yes"): 25, ("no", "no"): 15}, 0.1304),
        ({("yes", "yes"): 25, ("yes", "no"): 35, ("no", "yes"): 5, ("no", "no"): 35}, 0.2593),
    ],
)
def test_kappa_is_that_of_textbook_tables(table: dict[Any, int], kappa: float) -> None:
    """Grants read by two; and two tables of one percentage that differ in their margins."""
    figure = cohen([pair for pair, times in table.items() for _ in range(times)])
    assert figure.value is not None and round(figure.value, 4) == kappa


def test_the_interval_of_kappa_is_near_the_large_sample_one() -> None:
    """Fleiss, Cohen & Everitt (1969): standard error of kappa = .4 in 50 units is .127."""
    cells = {("y", "y"): 20, ("y", "n"): 5, ("n", "y"): 10, ("n", "n"): 15}
    figure = cohen([pair for pair, times in cells.items() for _ in range(times)])
    assert figure.low == pytest.approx(0.4 - 1.96 * 0.127, abs=0.03)
    assert figure.high == pytest.approx(0.4 + 1.96 * 0.127, abs=0.03)


@pytest.mark.parametrize("told", [[], [["yes", "yes"]] * 5, [["yes"], ["no"]]])
def test_what_cannot_be_told_is_said_and_is_no_number(told: list[list[str]]) -> None:
    figure = krippendorff(told)
    assert figure.value is None and figure.low is None
    assert "cannot be told" in figure.note or "nothing was judged" in figure.note
    assert (
        cohen([("yes", "yes")] * 3).note == "all say `yes`: agreement beyond chance cannot be told"
    )


values = st.sampled_from("abc")


@given(st.lists(st.lists(values, min_size=1, max_size=4), min_size=2, max_size=30))
@settings(max_examples=80, deadline=None)
def test_alpha_is_never_more_than_one_and_one_only_where_all_agree(told: list[list[str]]) -> None:
    figure = krippendorff(told)
    if figure.value is None:
        return
    assert figure.value <= 1 + 1e-9 and not math.isnan(figure.value)
    agree = all(len(set(unit)) == 1 for unit in told if len(unit) > 1)
    assert (figure.value > 1 - 1e-9) == agree


@given(st.lists(st.tuples(values, values), min_size=2, max_size=60))
@settings(max_examples=80, deadline=None)
def test_intervals_hold_their_figure_or_are_left_out(pairs: list[tuple[str, str]]) -> None:
    figure = cohen(pairs)
    if figure.value is not None and figure.low is not None and figure.high is not None:
        assert -1 - 1e-9 <= figure.low <= figure.high <= 1 + 1e-9


def test_agreement_counts_units_coders_and_pairs() -> None:
    judged = {n: dict(zip("abcd", unit, strict=True)) for n, unit in enumerate([["x"] * 4] * 3)}
    judged |= {9: {"a": "x", "b": "y"}, 10: {"a": "y"}}
    told = agreement("about", judged)
    assert (told.units, told.judgements, told.coders) == (4, 14, tuple("abcd"))
    assert told.percent == pytest.approx(18 / 19)
    assert told.kappa is None
    assert next(two.coders for two in pairwise("about", judged)) == ("a", "b")
    assert len(pairwise("about", judged)) == 6


def coding(coder: str, code: str, value: str, quote: str = "words", **more: Any) -> dict[str, Any]:
    told = {"cited_page": "0123456789abcdef-0001", "prefix": "", "quote": quote, "suffix": ""}
    told |= {"coder": coder, "code": code, "value": value, "cited_document": "d"}
    return told | {"sample": "s", "codebook": "1"} | more


ROWS = [
    *(coding("anna", "about", "yes", q) for q in ("one", "two")),
    *(coding("ben", "about", v, q) for q, v in (("one", "yes"), ("two", "no"))),
    coding("anna", "fraud", "yes", "one"),
    coding("anna", "stance", "uses", "one"),
]


def test_a_code_that_is_not_given_is_a_no() -> None:
    said = judgements(ROWS)
    assert list(said) == ["about", "stance", "fraud"]
    assert sorted(map(sorted, (c.items() for c in said["fraud"].values()))) == [
        [("anna", "no"), ("ben", "no")],
        [("anna", "yes"), ("ben", "no")],
    ]
    assert len(said["stance"]) == 1
    both = ("anna", "ben")
    assert [unit[2] for unit in code_sets(said, both)] == ["one"]
    assert overlap(code_sets(said, both), both) == 0.0
    assert [field for field, _, _ in disagreements(said)] == ["about", "fraud"]


def test_disagreements_are_settled_by_a_third_reading_and_asked_once(tmp_path: Path) -> None:
    rows = to_settle(ROWS, [])
    assert [(r["code"], r["judgements"]) for r in rows] == [
        ("about", "anna: yes; ben: no"),
        ("fraud", "anna: yes; ben: no"),
    ]
    path = tmp_path / "settle.csv"
    path.write_text(settling_sheet(rows))
    known = Vocabulary(frozenset({"fraud"}), {"carl": ""})
    blank = Read()
    read_codings(path, known, blank)
    assert (blank.blank, blank.codings, blank.problems) == (2, {}, [])
    filled = [r | {"coder": "carl", "coded_at": "2026-01-01", "value": "yes"} for r in rows[:1]]
    path.write_text(as_csv((*COLUMNS, "judgements"), filled))
    found = Read()
    read_codings(path, known, found)
    (settled,) = found.codings.values()
    assert settled.adjudicated and settled.coder == "carl"
    told = coding("carl", "about", "yes", settled.quote, adjudicated=1)
    assert [row["code"] for row in to_settle(ROWS, [told])] == ["fraud"]


@pytest.fixture(scope="module")
def readers(testdata: Path) -> list[dict[str, Any]]:
    """Two readers' judgements of real passages, as rows of codings."""
    rows: list[dict[str, Any]] = []
    for line in (testdata / "labels" / "labels-dev.jsonl").read_text().splitlines():
        label = json.loads(line)
        for coder in ("reader_a", "reader_b"):
            said = label[coder]
            given = {"about": said["about"], "stance": said["stance"]}
            given |= {"boilerplate": "yes" if said["boilerplate"] else "no"}
            given |= dict.fromkeys(said["codes"], "yes")
            rows += [coding(coder, k, v, label["id"]) for k, v in given.items() if v]
    return rows


def test_the_figures_of_two_readers_of_real_passages(
    readers: list[dict[str, Any]], testdata: Path
) -> None:
    published = (testdata / "labels" / "agreement.md").read_text()
    said = judgements(readers)
    told = {field: agreement(field, units) for field, units in said.items()}
    for field in ("about", "stance", "boilerplate"):
        kappa = told[field].kappa
        assert kappa is not None and kappa.value is not None
        assert f"{kappa.value:.3f}" in published
    assert f"{told['about'].percent:.3f}" in published
    assert (told["about"].units, told["stance"].units) == (170, 74)
    both = ("reader_a", "reader_b")
    assert f"{overlap(code_sets(said, both), both):.3f}" in published

"""Precision, recall and stance from codings; terms that leave the counts."""

import json
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from coding.measure import Judged, Share, below_floor, measure, recall, settled, wilson
from coding.run import find
from coding.training import texts
from corpus.codebook import Codebook
from corpus.errors import BadStudy
from corpus.store import Store
from corpus.study import PRECISION_FLOOR, load_study
from extract.run import extract
from workbench.main import main

GOOD = "The council uses predictive analytics against fraud here."
WRONG = "ACME held its summer party in the park."
NOTHING = "The library opens on Sunday and the park is green all year."


def judgement(page: str, span: tuple[int, int], code: str, value: str, **more: Any) -> dict:
    row = {"page": page, "start": span[0], "end": span[1], "code": code, "value": value}
    return row | {"coder": "anna", "adjudicated": 0} | more


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 20, 0.0, 0.1611), (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)],
)
def test_wilson_as_newcombe_published(part: int, whole: int, low: float, high: float) -> None:
    """Newcombe 1998, Statistics in Medicine 17, table I: method 3."""
    share = wilson(part, whole)
    assert share.low == pytest.approx(low, abs=5e-5)
    assert share.high == pytest.approx(high, abs=5e-5)


def test_a_share_of_nothing_has_no_value() -> None:
    assert wilson(0, 0) == Share(0, 0, None, None)
    assert wilson(0, 0).value is None


def test_recall_is_scaled_to_both_populations() -> None:
    found = recall(wilson(90, 100), wilson(1, 100), found=1000, not_found=10_000)
    assert found is not None
    assert found.value == pytest.approx(900 / (900 + 100))
    assert found.low < found.value < found.high
    assert found == recall(wilson(90, 100), wilson(1, 100), found=1000, not_found=10_000)


@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 9), st.integers(1, 50_000))
def test_recall_is_a_share(right: int, wrong: int, missed: int, size: int) -> None:
    found = recall(wilson(right, right + wrong), wilson(missed, 60), 500, size)
    assert found is not None
    assert 0 <= found.low <= found.high <= 1
    assert 0 <= found.value <= 1


def test_recall_needs_both_samples() -> None:
    assert recall(wilson(0, 0), wilson(1, 100), 10, 10) is None
    assert recall(wilson(9, 10), wilson(0, 0), 10, 10) is None


def test_more_judgements_sharpen_recall() -> None:
    few = recall(wilson(9, 10), wilson(1, 50), 1000, 1000)
    many = recall(wilson(900, 1000), wilson(100, 5000), 1000, 1000)
    assert few and many and many.high - many.low < few.high - few.low


def test_adjudication_wins_then_the_majority_and_ties_are_counted() -> None:
    span = (0, 5)
    rows = [
        judgement("p", span, "about", "yes"),
        judgement("p", span, "about", "no", coder="ben"),
        judgement("p", span, "about", "no", coder="cy", adjudicated=1),
        judgement("q", span, "about", "yes"),
        judgement("q", span, "about", "yes", coder="ben"),
        judgement("q", span, "about", "no", coder="cy"),
        judgement("r", span, "about", "yes"),
        judgement("r", span, "about", "no", coder="ben"),
    ]
    found, unsettled = settled(rows)
    assert [item.about for item in found] == [False, True, None]
    assert unsettled == 1
    assert Judged("p", 0, 1, {"about": "marginal"}).about is None


@pytest.fixture
def coded(store: Store, folder: Any, bring_in: Any, codebook: Codebook) -> Store:
    """Twelve good papers, twelve with a party of ACME, ten with nothing; anna coded them all."""
    files = {f"good{n:02d}.txt": f"{GOOD} Number {n}." for n in range(12)}
    files |= {f"party{n:02d}.txt": f"{WRONG} Number {n}." for n in range(12)}
    files |= {f"nothing{n:02d}.txt": f"{NOTHING} Number {n}." for n in range(10)}
    bring_in(folder(files))
    extract(store, codebook, jobs=1)
    find(store, codebook)
    pages = store.rows("select page, text from pages order by page")
    for page in pages:
        good = page["text"].startswith("The council")
        _code(store, page, "about", "yes" if good else "no")
        if good:
            _code(store, page, "stance", "uses")
            _code(store, page, "predictive", "yes")
    store.db.conn.commit()
    return store


def _code(store: Store, page: dict, code: str, value: str, coder: str = "anna") -> None:
    columns = store.db.table("codings").columns_dict
    row = {
        "coding": f"{page['page']}-{code}-{coder}",
        "document": None,
        "page": page["page"],
        "quote": page["text"].split(" Number")[0],
        "code": code,
        "value": value,
        "coder": coder,
    }
    if "start" in columns:
        row |= {"start": 0, "end": len(row["quote"])}
    store.db.conn.execute("pragma foreign_keys = off")
    store.db.table("codings").insert(row)


def test_codebook_is_measured(coded: Store) -> None:
    told = measure(coded)
    assert told.judged == 34 and told.unsettled == 0
    assert (told.precision.part, told.precision.whole) == (12, 24)
    assert (told.stance.part, told.stance.whole) == (12, 12)
    assert (told.codes["predictive"].part, told.codes["predictive"].whole) == (12, 12)
    assert (told.codes["fraud"].part, told.codes["fraud"].whole) == (0, 12)
    assert (told.terms["acme-acme"].part, told.terms["acme-acme"].whole) == (0, 12)
    assert told.recall is not None
    assert (told.recall.elusion.part, told.recall.elusion.whole) == (0, 10)
    assert (told.recall.found, told.recall.not_found) == (24, 10)
    assert told.recall.value == 1 and told.recall.low < 1


def test_terms_under_the_floor_leave_and_say_why(coded: Store) -> None:
    out = below_floor(measure(coded).terms, 0.5)
    assert set(out) == {"acme-acme", "fraud-fraud"}
    assert "0 of 12 right" in out["acme-acme"] and "0.50" in out["acme-acme"]
    assert below_floor(measure(coded).terms, 0.1) == {}
    assert below_floor({"t": wilson(0, 5)}, 0.99) == {}


def test_command_measure(coded: Store) -> None:
    coded.db.conn.commit()
    done = CliRunner().invoke(main, ["--corpus", str(coded.path), "code", "measure"])
    assert done.exit_code == 0, done.output
    assert "precision of what counts: 0.500" in done.output
    assert "acme-acme: measured: 0 of 12 right" in done.output
    told = json.loads(
        CliRunner().invoke(main, ["--corpus", str(coded.path), "code", "measure", "--json"]).output
    )
    assert told["below_floor"].keys() == {"acme-acme", "fraud-fraud"}
    assert told["precision_floor"] == PRECISION_FLOOR


def test_nothing_coded_says_what_to_do(store: Store) -> None:
    done = CliRunner().invoke(main, ["--corpus", str(store.path), "code", "measure"])
    assert done.exit_code == 0 and "corpus code sample" in done.output
    done = CliRunner().invoke(main, ["--corpus", str(store.path), "code", "next"])
    assert done.exit_code == 1 and "at least 40 are needed" in done.output


def test_training_texts_are_passages_and_judged_stretches(coded: Store) -> None:
    found = texts(coded)
    assert len(found) == 34
    assert sum(text.about is True for text in found) == 12
    assert sum(text.about is False for text in found) == 22
    assert not any(text.to_code for text in found)
    coded.db.execute("delete from codings where code = 'about' and value = 'yes'")
    assert sum(text.to_code for text in texts(coded)) == 0  # their stance was judged
    coded.db.execute("delete from codings")
    assert sum(text.to_code for text in texts(coded)) == 24


def test_floor_is_read_from_the_study(study_folder: Any) -> None:
    assert load_study(study_folder).precision_floor == PRECISION_FLOOR
    path = study_folder / "study.yaml"
    path.write_text("precision_floor: 0.7\n", encoding="utf-8")
    assert load_study(study_folder).precision_floor == 0.7
    path.write_text("contact: a@example.org\nprecision_floor: 70\n", encoding="utf-8")
    with pytest.raises(BadStudy, match=r"study.yaml.*from 0 to 1"):
        load_study(study_folder)

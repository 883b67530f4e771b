"""Models fitted on pages and documents: learnt from more text, told of the same passages."""

import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.errors import BadStudy, NoTopics
from corpus.store import Store, writing
from corpus.study import load_study
from models.keep import load
from models.run import fit_model
from models.run_apply import apply_model
from models.run_compare import compare
from models.units import FEWEST_PASSAGES, count_units, units
from tests.models.test_topics import CARE, ROADS, fill, planted
from workbench.main import main

AROUND, ELSEWHERE = "asphalt", "signpost"
"""Words of the pages of passages, and of other pages of their files; of half the files each."""


def with_pages(store: Store, texts: int) -> None:
    """Passages whose pages say more, and a further page in every file."""
    fill(store, planted(texts))
    chance = random.Random(5)
    for at in range(texts):
        more = "" if at % 2 else AROUND
        other = chance.choices((ROADS, CARE)[at % 2], k=6)
        text = store.value("select text from passages where page = ?", (f"p{at:03}",))
        store.db.table("pages").update(f"p{at:03}", {"text": f"{text} {more}"})
        store.db.table("pages").insert(
            {
                "page": f"q{at:03}",
                "sha256": f"{at:064x}",
                "number": 2,
                "text": " ".join(other[:3] + ([] if at % 2 else [ELSEWHERE]) + other[3:]),
            }
        )
    store.db.conn.commit()


@pytest.mark.parametrize(
    ("unit", "new"),
    [("passages", set()), ("pages", {AROUND}), ("documents", {AROUND, ELSEWHERE})],
)
def test_a_model_learns_from_its_units_and_tells_of_passages(
    store: Store, unit: str, new: set[str]
) -> None:
    with_pages(store, 40)
    done = fit_model(store, k=2, unit=unit)
    (row,) = store.rows("select unit, passages, drift from topic_models")
    assert row == {"unit": unit, "passages": 40, "drift": "No passage came since the fit."}
    kept = load(store.files.folder / "models" / str(done.model))
    assert set(kept.fitted.words) & {AROUND, ELSEWHERE} == new
    assert done.inferred == 40 and kept.read is not None and len(kept.read) == 40
    led = store.rows(
        "select t.number, count(*) as n from passage_topics x join topics t using (topic) "
        "where x.weight > 0.5 group by 1"
    )
    assert [each["n"] for each in led] == [20, 20]
    assert apply_model(store).inferred == 0


def test_units_are_told_apart_in_names_and_comparisons(store: Store) -> None:
    with_pages(store, 40)
    names = {fit_model(store, k=2, unit=unit).model for unit in ("passages", "pages", "documents")}
    assert len(names) == 3
    for unit in ("passages", "pages"):
        (row,) = compare(store, [2], unit=unit)
        assert row["unit"] == unit
    assert store.value("select count(*) from topic_choices") == 2


def test_two_passages_of_a_page_are_one_page_and_pages_of_a_file_one_document(
    store: Store,
) -> None:
    with_pages(store, FEWEST_PASSAGES)
    store.db.table("passages").insert(
        {"passage": "p000-y", "page": "p000", "document": "d000", "text": "again", "words": 1}
    )
    counts = [count_units(store, unit) for unit in ("passages", "pages", "documents")]
    assert counts == [FEWEST_PASSAGES + 1, FEWEST_PASSAGES, FEWEST_PASSAGES]
    assert [len(list(units(store, unit))) for unit in ("passages", "pages", "documents")] == counts
    (first, *_) = units(store, "documents")
    assert first[0] == "0" * 64 and first[3] == "2023"
    assert first[2].index(AROUND) < first[2].index(ELSEWHERE)


def test_too_few_documents_are_refused_with_the_number_needed(store: Store) -> None:
    with_pages(store, FEWEST_PASSAGES - 1)
    with pytest.raises(NoTopics, match=r"29 documents are too few for topics \(at least 30\)"):
        fit_model(store, unit="documents")


@pytest.mark.parametrize("unit", ["chapters", "3"])
def test_a_unit_that_is_none_is_refused_by_line(
    tmp_path: Path, packaged_study: object, unit: str
) -> None:
    study = _study(tmp_path, unit)
    with pytest.raises(BadStudy, match=r"topic_unit|must be str"):
        load_study(study)


def test_the_study_says_what_models_are_fitted_on_and_an_option_overrules(tmp_path: Path) -> None:
    study, path = _study(tmp_path, "pages"), tmp_path / "corpus.db"
    with writing(path, "test") as store:
        with_pages(store, 40)
    place = ["--corpus", str(path), "--study", str(study), "topics", "fit", "--topics", "2"]
    for more, unit in (([], "pages"), (["--unit", "documents"], "documents")):
        answer = CliRunner().invoke(main, [*place, *more])
        assert answer.exit_code == 0, answer.output
        with writing(path, "test") as store:
            assert store.value("select unit from topic_models where chosen = 1") == unit


def _study(folder: Path, unit: str) -> Path:
    from shutil import copytree

    from tests.conftest import ROOT

    study = folder / "study"
    copytree(ROOT / "study", study)
    (study / "study.yaml").write_text(f"topic_unit: {unit}\n", encoding="utf-8")
    return study

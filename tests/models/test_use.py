"""Topics in use: how common, beside which codes, which passages, and whether new ones differ."""

import json
from pathlib import Path

import pytest

from corpus.errors import NoTopics
from corpus.store import Store, writing
from models.beside import closest, codes
from models.keep import load, topic_id
from models.prepare import prepared
from models.run import fit_model
from models.run_apply import apply_model
from models.trends import interval, prevalence
from tests.models.test_topics import CARE, ROADS, fill, planted


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory):
    """A corpus of two subjects, of which one has a code, with a fitted model."""
    with writing(tmp_path_factory.mktemp("use") / "corpus.db", "test") as store:
        fill(store, planted())
        store.db.table("codes").insert({"code": "care", "group": "use"})
        store.db.table("terms").insert({"term": "care-1", "code": "care", "phrase": "foster"})
        store.db.execute(
            "update passages set codes = ? where text like '%foster%'", (json.dumps(["care"]),)
        )
        store.db.conn.commit()
        done = fit_model(store, k=2)
        yield store, str(done.model)


def of_care(store: Store, model: str) -> str:
    """The topic that has CARE's words."""
    row = store.rows(
        "select topic from topic_terms where term = 'foster' and topic like ? order by rank",
        (f"{model}%",),
    )
    return str(row[0]["topic"])


def test_every_cell_stands_beside_what_was_searched(used: tuple[Store, str]) -> None:
    store, model = used
    rows = prevalence(store, model, ["year", "nation", "type", "kind"])
    cells = {tuple(row[name] for name in ("year", "nation", "type", "kind")) for row in rows}
    assert cells == {
        ("2023", "England", "County", "paper"),
        ("2024", "Wales", "Unitary", "paper"),
    }
    assert all(row["searched"] == 30 for row in rows)
    care = [row for row in rows if row["topic"] == of_care(store, model)]
    assert {row["year"]: row["documents"] for row in care} == {"2023": 0, "2024": 30}
    never = next(row for row in care if not row["documents"])
    assert (never["share"], never["low"]) == (0, 0) and 0.05 < never["high"] < 0.2


def test_without_dimensions_there_is_one_cell(used: tuple[Store, str]) -> None:
    store, model = used
    rows = prevalence(store, model, [])
    assert [row["searched"] for row in rows] == [60, 60]
    assert sum(row["documents"] for row in rows) == 60


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)],
)
def test_intervals_are_those_newcombe_published(
    part: int, whole: int, low: float, high: float
) -> None:
    assert interval(part, whole) == pytest.approx((low, high), abs=1e-4)


def test_a_notice_is_no_paper_and_two_documents_of_a_file_are_two(store: Store) -> None:
    fill(store, planted(40))
    store.db.execute("update documents set kind = 'notice' where document = 'd001'")
    store.db.table("documents").insert(
        {"document": "twin", "sha256": f"{3:064x}", "council": "KEN", "published_on": "2023-01-01"}
    )
    store.db.conn.commit()
    model = str(fit_model(store, k=2).model)
    rows = prevalence(store, model, ["kind"])
    searched = {row["kind"]: row["searched"] for row in rows}
    assert searched == {"notice": 1, "paper": 40}
    assert sum(row["documents"] for row in rows if row["kind"] == "paper") == 40
    assert sum(row["passages"] for row in rows if row["kind"] == "paper") == 39


def test_the_closest_passages_are_the_topics_own(used: tuple[Store, str]) -> None:
    store, model = used
    rows = closest(store, model, most=3)
    assert [row["number"] for row in rows] == [1, 1, 1, 2, 2, 2]
    for row in rows:
        care = len(set(row["text"].split()) & set(CARE))
        roads = len(set(row["text"].split()) & set(ROADS))
        assert (care > roads) == (row["topic"] == of_care(store, model))
        assert row["share"] > 0.5 and row["document"]
    assert {row["number"] for row in closest(store, model, number=2)} == {2}


def test_a_code_stands_where_its_subject_is(used: tuple[Store, str]) -> None:
    store, model = used
    (row,) = codes(store, model)
    assert row["topic"] == of_care(store, model) and row["code"] == "care"
    assert row["passages"] == round(row["share"] * row["of"]) and row["elsewhere"] == 0
    assert row["log_ratio"] > 3 and row["log_likelihood"] > 10
    assert row["low"] < row["share"] <= row["high"]


def add(store: Store, texts: list[list[str]]) -> None:
    """Passages that come after the fit."""
    for number, text in enumerate(texts):
        store.db.table("passages").insert(
            {
                "passage": f"new{number:03}-x",
                "page": "p000",
                "document": "d000",
                "text": " ".join(text),
                "words": len(text),
            }
        )
    store.db.conn.commit()


def test_what_comes_later_is_inferred_row_for_row_as_by_the_stored_model(
    corpus_path: Path,
) -> None:
    texts = planted(60)
    with writing(corpus_path, "test") as store:
        fill(store, texts[:40])
        model = fit_model(store, k=2).model
        fill_more = texts[40:]
        add(store, fill_more)
        assert apply_model(store).inferred == 20
        step_by_step = store.rows("select * from passage_topics order by passage, topic")
        store.db.execute("delete from passage_topics")
        store.db.conn.commit()
        assert apply_model(store).inferred == 60
        assert store.rows("select * from passage_topics order by passage, topic") == step_by_step
        assert store.value("select model from topic_models") == model


def test_more_of_the_same_is_no_drift_and_another_subject_is(store: Store) -> None:
    fill(store, planted(150))
    model = str(fit_model(store, k=2).model)
    assert store.value("select drift from topic_models") == "No passage came since the fit."
    add(store, planted(10))
    assert not apply_model(store).advice
    assert "too few to judge" in store.value("select drift from topic_models")
    store.db.execute("delete from passage_topics where passage like 'new%'")
    store.db.execute("delete from passages where passage like 'new%'")
    add(store, planted(34))
    assert not apply_model(store).advice
    assert "like those" in store.value("select drift from topic_models")
    store.db.execute("delete from passage_topics where passage like 'new%'")
    store.db.execute("delete from passages where passage like 'new%'")
    strange = [["bin", "waste", "recycling", "landfill", "collection", *CARE[:3]]] * 40
    add(store, strange)
    advice = apply_model(store).advice
    assert advice.startswith("Refit") and "does not know" in advice and "away" in advice
    row = store.rows("select new_passages, drift from topic_models where model = ?", (model,))
    assert row == [{"new_passages": 40, "drift": advice}]


def test_a_quarter_of_new_passages_is_a_reason_to_refit(store: Store) -> None:
    fill(store, planted(60))
    fit_model(store, k=2)
    add(store, planted(40))
    assert "40% of the passages are new" in apply_model(store).advice


@pytest.mark.parametrize("algorithm", ["consensus", "dynamic", "guided", "hdp", "lsi"])
def test_every_algorithm_is_kept_chosen_and_applied(
    used: tuple[Store, str], algorithm: str
) -> None:
    store, usual = used
    done = fit_model(store, k=2, algorithm=algorithm)
    try:
        assert done.inferred == 60 and str(done.model).startswith(f"{algorithm}-")
        kept = load(store.files.folder / "models" / str(done.model))
        assert kept.fitted.algorithm == algorithm and len(kept.read) == 60
        sums = store.rows(
            "select sum(weight) as s from passage_topics where model = ? group by passage",
            (done.model,),
        )
        assert len(sums) == 60 and all(row["s"] == pytest.approx(1, abs=0.02) for row in sums)
        periods = store.rows(
            "select distinct period from topic_periods where topic like ? order by 1",
            (f"{done.model}%",),
        )
        dated = [{"period": "2023"}, {"period": "2024"}]
        assert periods == (dated if algorithm == "dynamic" else [])
        led = store.rows("select code from topics where model = ? and code = 'care'", (done.model,))
        assert len(led) == (algorithm == "guided")
    finally:
        store.db.execute("update topic_models set chosen = (model = ?)", (usual,))
        store.db.conn.commit()


def test_guides_are_codes_or_groups(used: tuple[Store, str]) -> None:
    store, _ = used
    with prepared(store, ["use"]) as ready:
        ((code, words),) = ready.vocabulary.guides
        assert code == "care" and [ready.vocabulary.words[word] for word in words] == ["foster"]
    with pytest.raises(NoTopics, match="no code or group `parks`: it has care, use"):
        fit_model(store, k=2, algorithm="guided", guides=["parks"])


def test_a_code_whose_words_nobody_uses_leads_nothing(store: Store) -> None:
    fill(store, planted(40))
    with pytest.raises(NoTopics, match="nothing can lead topics"):
        fit_model(store, k=2, algorithm="guided")


def test_years_without_passages_are_no_periods(store: Store) -> None:
    fill(store, planted(40))  # twenty a year: one period
    with pytest.raises(NoTopics, match=r"two periods .* there is one"):
        fit_model(store, k=2, algorithm="dynamic")


def test_topics_are_numbered_within_their_model() -> None:
    assert topic_id("nmf-2-1-abc", 3) == "nmf-2-1-abc-t03"

"""The classifier trained on codings: honest across documents, the same each time."""

import json
import random
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from coding.relevance import (
    Text,
    TooFewCodings,
    calibration_error,
    model,
    next_to_code,
    out_of_fold,
    reliability,
)

GOOD = "model predicts households risk score families arrears officers early".split()  # noqa: SIM905
OTHER = "library park road budget flood register corporate opening sunday tree".split()  # noqa: SIM905


def made(count: int, judged: int) -> list[Text]:
    """Texts of ten documents, of which so many were judged."""
    rng = random.Random(3)
    found = []
    for n in range(count):
        about = n % 2 == 0
        words = rng.choices(GOOD if about else OTHER, k=12) + rng.choices(GOOD + OTHER, k=8)
        text = Text(f"t{n:03d}", f"d{n % 10}", " ".join(words))
        found.append(replace(text, about=about, to_code=False) if n < judged else text)
    return found


@pytest.fixture(scope="module")
def judged() -> list[Text]:
    return made(90, 60)


def test_probabilities_part_evidence_from_the_rest(judged: list[Text]) -> None:
    scores = out_of_fold(judged)
    labels = np.array([text.about for text in judged if text.about is not None])
    assert scores[labels].mean() > 0.8 > 0.2 > scores[~labels].mean()
    figures = reliability(judged)
    assert figures.texts == 60 and figures.documents == 10
    for figure in (figures.auc, figures.average_precision, figures.brier):
        assert figure.low <= figure.value <= figure.high
    assert figures.auc.value > 0.9 and figures.brier.value < 0.1


def test_the_same_codings_give_the_same_order(judged: list[Text]) -> None:
    first = next_to_code(judged, 10)
    assert first == next_to_code(judged[::-1], 10)
    assert len({each.id for each in first}) == 10
    assert all(int(each.id[1:]) >= 60 for each in first)


def test_the_least_sure_comes_first(judged: list[Text]) -> None:
    unsure = Text("t999", "d9", "model library risk park score road")
    ranked = next_to_code([*judged, unsure], 100)
    assert len(ranked) == 31
    assert ranked[0].uncertainty == max(each.uncertainty for each in ranked)


def test_a_copy_of_what_was_chosen_waits(judged: list[Text]) -> None:
    text = "model library risk park score road"
    copies = [Text(f"u{n}", "d9", text) for n in range(5)]
    order = [each.id for each in next_to_code([*judged, *copies], 35)]
    places = [order.index(copy.id) for copy in copies]
    assert max(places) > 5


def test_marginal_texts_are_neither_learnt_nor_asked_again(judged: list[Text]) -> None:
    marginal = Text("m1", "d1", "model library", None, to_code=False)
    assert "m1" not in {each.id for each in next_to_code([*judged, marginal], 100)}


def test_too_few_codings_name_the_next_step(judged: list[Text]) -> None:
    for few in (judged[:30], [replace(t, about=True) for t in judged], []):
        with pytest.raises(TooFewCodings, match="corpus code sample"):
            model(few)
    one = [replace(text, document="d") for text in judged]
    with pytest.raises(TooFewCodings, match="in 1 documents"):
        out_of_fold(one)


def test_calibration_error_of_the_sure_and_the_wrong() -> None:
    labels = np.array([True, True, False, False])
    assert calibration_error(labels, np.array([1.0, 1.0, 0.0, 0.0])) == 0
    assert calibration_error(labels, np.array([0.0, 0.0, 1.0, 1.0])) == 1


def test_on_labels_of_real_passages(testdata: Path) -> None:
    """Out-of-fold figures on 144 labelled passages; the floors are their lower bounds, rounded."""
    folder = testdata / "labels"
    labels = {
        row["id"]: {"yes": True, "no": False}.get(row["about"])
        for row in map(json.loads, (folder / "labels-dev.jsonl").open(encoding="utf-8"))
    }
    texts = [
        Text(row["id"], row["file"], row["text"], labels[row["id"]])
        for row in map(json.loads, (folder / "passages-dev.jsonl").open(encoding="utf-8"))
    ]
    figures = reliability(texts)
    print(json.dumps(asdict(figures)))
    assert figures.auc.value >= 0.79
    assert figures.average_precision.value >= 0.72
    assert figures.brier.value <= 0.16
    assert figures.calibration_error.value <= 0.13

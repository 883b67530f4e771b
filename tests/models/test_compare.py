"""Numbers of topics compared: kept as they are ready, recommended with reasons."""

from typing import Any

import pytest

from corpus.errors import NoTopics
from corpus.store import Store
from models import run_compare
from models.choice import recommend
from models.run_compare import compare
from tests.models.test_topics import fill, planted


def row(k: int, npmi: float, diversity: float, stable: float) -> dict[str, Any]:
    return {"k": k, "npmi": npmi, "diversity": diversity, "stability_resamples": stable}


def test_the_smallest_of_the_nearly_best_stable_ones_is_recommended() -> None:
    rows = [
        row(5, 0.10, 1, 0.9),
        row(10, 0.196, 1, 0.7),
        row(20, 0.2, 1, 0.6),
        row(30, 0.3, 1, 0.4),
    ]
    choice = recommend(rows)
    assert choice.k == 10
    assert "3 of 4 models are stable" in choice.reasons[0]
    assert "k = 30 would score higher and is not stable" in choice.reasons[-1]


def test_nothing_is_recommended_where_nothing_is_stable() -> None:
    choice = recommend([row(5, 0.3, 1, 0.2), row(10, 0.3, 1, 0.42)])
    assert choice.k is None and "42%" in choice.reasons[0]


def test_what_was_compared_is_not_fitted_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, planted(40))
    first = compare(store, [2, 3])
    assert [r["k"] for r in first] == [2, 3]
    assert all(r["perplexity"] is None and 0 <= r["stability_seeds"] <= 1 for r in first)
    fitted: list[int] = []
    real = run_compare.fit
    monkeypatch.setattr(run_compare, "fit", lambda v, k, s, a: fitted.append(k) or real(v, k, s, a))
    assert compare(store, [2, 3, 4])[:2] == first
    assert set(fitted) == {4}


def test_lda_has_a_perplexity(store: Store) -> None:
    fill(store, planted(40))
    (only,) = compare(store, [2], algorithm="lda")
    assert only["perplexity"] > 1 and only["algorithm"] == "lda"


def test_numbers_no_passages_allow_are_refused(store: Store) -> None:
    fill(store, planted(40))
    with pytest.raises(NoTopics, match=r"allow .* at most"):
        compare(store, [150])

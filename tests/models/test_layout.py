"""A map of topics: like ones close together, the same every time, whatever their number."""

import numpy as np
import pytest

from models.layout import places
from models.topics import Fitted


def model(rows: list[list[float]]) -> Fitted:
    words = tuple(f"w{number}" for number in range(len(rows[0])))
    return Fitted(words, np.array(rows, dtype=np.float32), 1, background=np.ones(len(words)))


def test_topics_of_like_words_lie_close_together() -> None:
    found = places(model([[8, 2, 0, 0], [7, 3, 0, 0], [0, 0, 5, 5]]))
    near = np.linalg.norm(found[0] - found[1])
    assert near < 0.3 * np.linalg.norm(found[0] - found[2])
    assert found.mean(axis=0) == pytest.approx([0, 0], abs=1e-3)


def test_distances_are_those_between_words_where_a_plane_can_hold_them() -> None:
    apart = places(model([[1, 0, 0], [0, 1, 0], [0, 0, 1]]))
    sides = [np.linalg.norm(apart[i] - apart[j]) for i, j in ((0, 1), (0, 2), (1, 2))]
    assert sides == pytest.approx([1, 1, 1], abs=1e-3)


@pytest.mark.parametrize("k", [1, 2, 7])
def test_any_number_of_topics_has_places_the_same_every_time(k: int) -> None:
    rows = np.random.default_rng(1).random((k, 30)).tolist()
    found = places(model(rows))
    assert found.shape == (k, 2) and np.isfinite(found).all()
    assert np.array_equal(found, places(model(rows)))
    assert (found[np.abs(found).argmax(axis=0), [0, 1]] >= 0).all()


def test_topics_that_are_the_same_lie_on_one_another() -> None:
    assert np.abs(places(model([[1, 2, 3]] * 3))).max() < 1e-3

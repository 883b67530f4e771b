"""Measures of association against figures that were published."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.stats import chi2_contingency

from corpus.language.association import (
    Pair,
    dispersion,
    log_likelihood,
    log_likelihood_of_table,
    log_ratio,
    mutual_information,
    percent_difference,
    significant,
)

DUNNING = [
    (270.72, 110, 2442, 111, 29114),
    (263.90, 29, 13, 123, 31612),
    (256.84, 31, 23, 139, 31584),
    (167.23, 10, 0, 3, 31764),
    (157.21, 76, 104, 2476, 29121),
]
"""Dunning 1993, table of bigrams with the highest values: -2 log lambda and the four cells."""
RAYSON = [
    (90, 392, 170, 1e6, 1e6),
    (147, 348, 99, 1e6, 1e6),
    (0, 15, 14, 1e6, 1e6),
    (14, 9, 32, 1e6, 1e6),
    (0, 21, 25, 1e6, 1e6),
    (2.65, 52, 57, 50_000, 75_000),
]
"""Rayson on the Corpora list, 18 January 2002, and Lancaster's course page on the wizard."""
GRIES = ("bamnibeup", "basatbewqn", "bcagabesta", "baghabeaat", "bahaabeaxat")
"""Gries 2008: a corpus of five parts, in which `a` has a DP of 0.18."""

counts = st.integers(0, 5000)


@pytest.mark.parametrize(("expected", "k11", "k12", "k21", "k22"), DUNNING)
def test_table_as_dunning_published(
    expected: float, k11: int, k12: int, k21: int, k22: int
) -> None:
    pair = Pair.of([k11], [k21], k11 + k12, k21 + k22)
    assert log_likelihood_of_table(pair)[0] == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize(("expected", "a", "b", "words_a", "words_b"), RAYSON)
def test_keywords_as_rayson_published(
    expected: float, a: int, b: int, words_a: float, words_b: float
) -> None:
    found = log_likelihood(Pair.of([a], [b], words_a, words_b))[0]
    assert found == pytest.approx(expected, abs=0.005 if expected % 1 else 0.5)


@given(counts, counts, st.integers(5001, 90_000), st.integers(5001, 90_000))
def test_table_as_scipy_has_it(a: int, b: int, words_a: int, words_b: int) -> None:
    if not a + b:
        return
    table = [[a, words_a - a], [b, words_b - b]]
    expected = chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
    found = log_likelihood_of_table(Pair.of([a], [b], words_a, words_b))[0]
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-6)


@given(counts, counts, st.integers(5001, 90_000), st.integers(5001, 90_000))
def test_sides_may_be_exchanged(a: int, b: int, words_a: int, words_b: int) -> None:
    there, back = Pair.of([a], [b], words_a, words_b), Pair.of([b], [a], words_b, words_a)
    assert log_likelihood(there)[0] == pytest.approx(log_likelihood(back)[0])
    assert log_ratio(there)[0] == pytest.approx(-log_ratio(back)[0])


def test_effect_sizes_are_what_they_say() -> None:
    pair = Pair.of([80, 10, 5, 0], [10, 10, 10, 4], 1000, 1000)
    assert log_ratio(pair).tolist() == [3, 0, -1, -3]
    assert percent_difference(pair).tolist() == pytest.approx([700, 0, -50, -100])
    assert percent_difference(Pair.of([3], [0], 10, 10))[0] == np.inf
    assert mutual_information(Pair.of([20], [0], 100, 300))[0] == pytest.approx(2)


def test_dispersion_as_gries_published() -> None:
    letters = sorted(set("".join(GRIES)))
    table = sparse.csr_array([[part.count(letter) for letter in letters] for part in GRIES])
    found = dict(zip(letters, dispersion(table), strict=True))
    assert found["a"] == pytest.approx(0.18, abs=0.005)
    assert found["x"] == pytest.approx(1 - 11 / 50)  # in one part only


def test_dispersion_of_even_and_of_absent_words() -> None:
    table = sparse.csr_array([[2, 5, 0], [2, 0, 0], [2, 0, 0]])
    even, clumped, absent = dispersion(table)
    assert even < clumped
    assert absent == 1


def test_corrections_for_many_tests() -> None:
    likelihood = np.array([3.9, 15.2, 0.1, 30.0])
    p, sure, q = significant(likelihood, 0.01)
    assert p[0] == pytest.approx(0.0483, abs=1e-4)
    assert sure.tolist() == [False, True, False, True]
    assert (q >= p).all()
    assert q[3] == pytest.approx(4 * p[3])
    assert significant(np.array([]), 0.01)[1].size == 0


def test_a_side_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="need words"):
        Pair.of([1], [0], 10, 0)

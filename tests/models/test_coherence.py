"""Coherence: the same as gensim's, counted in one pass."""

import random

import pytest
from gensim.corpora import Dictionary
from gensim.models import CoherenceModel
from hypothesis import given, settings
from hypothesis import strategies as st

from models.coherence import WINDOWS, coherence

WORDS = [f"{a}{b}" for a in "bcdfgh" for b in ("ale", "oat", "rye")]


def texts(seed: int, lengths: tuple[int, int]) -> list[list[str]]:
    """Texts in which some words stand together more often than others."""
    chance = random.Random(seed)
    return [
        chance.choices(WORDS[number % 3 * 5 :], k=chance.randint(*lengths)) for number in range(40)
    ]


@settings(max_examples=12, deadline=None)
@given(
    st.integers(0, 1000),
    st.sampled_from([(1, 9), (8, 12), (5, 40), (100, 130)]),
    st.sampled_from(sorted(WINDOWS)),
)
def test_it_is_gensims(seed: int, lengths: tuple[int, int], measure: str) -> None:
    some = texts(seed, lengths)
    known = sorted({word for text in some for word in text})
    topics = [random.Random(seed + n).sample(known, min(10, len(known))) for n in range(3)]
    name = {"npmi": "c_npmi", "c_v": "c_v"}[measure]
    theirs = CoherenceModel(
        topics=topics, texts=some, dictionary=Dictionary(some), coherence=name, processes=1
    ).get_coherence_per_topic()
    assert coherence(measure, [topics], iter(some))[0] == pytest.approx(theirs, abs=1e-6)


def test_words_that_always_stand_together_have_1_and_strangers_minus_1() -> None:
    some = [["a", "b"], ["c", "d"]] * 20
    (together, apart), _ = coherence("npmi", [[["a", "b"], ["a", "c"]], [["c", "d"]]], some)
    assert together == pytest.approx(1) and apart == pytest.approx(-1, abs=0.06)


def test_models_compared_together_have_the_figures_they_have_alone() -> None:
    some, one, other = texts(1, (5, 40)), [WORDS[:10]], [WORDS[5:15], WORDS[8:18]]
    both = coherence("c_v", [one, other], some)
    assert both[0] == pytest.approx(coherence("c_v", [one], some)[0])
    assert both[1] == pytest.approx(coherence("c_v", [other], some)[0])

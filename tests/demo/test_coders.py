"""The invented readers: the first repeats the codebook, the second differs by a stated rule."""

import pytest

from demo.coders import CODERS, said

CODES = ["b", "a", "c"]


@pytest.mark.parametrize("number", range(1, 43))
def test_the_first_reader_repeats_the_codebook(number: int) -> None:
    told = said("first", number, "plans", CODES)
    assert told == {"about": "yes", "stance": "plans", "boilerplate": "no", "codes": "a; b; c"}


@pytest.mark.parametrize(
    ("number", "about", "stance", "codes"),
    [
        (1, "yes", "plans", "a; b; c"),
        (3, "yes", "plans", "a; b"),
        (5, "yes", "general", "a; b; c"),
        (7, "marginal", "plans", "a; b; c"),
        (105, "marginal", "general", "a; b"),
    ],
)
def test_the_second_differs_by_a_rule(number: int, about: str, stance: str, codes: str) -> None:
    told = said("second", number, "plans", CODES)
    assert (told["about"], told["stance"], told["codes"]) == (about, stance, codes)
    assert set(CODERS) == {"first", "second"}

"""Grades of text: how far a page can be trusted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.quality import GRADES, grade, worst_shared

GOOD = "The committee noted the report on predictive analytics in children's services. " * 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD, "good"),
        ("Mae'r cyngor yn defnyddio dadansoddeg rhagfynegol i helpu teuluoedd lleol.", "good"),
        (GOOD + "\ufffd" * 4, "acceptable"),
        (GOOD + "\ufffd" * 12, "suspect"),
        ("(cid:12)(cid:7) " * 40, "failed"),
        ("\ue001\ue002 xkcdf " * 30, "failed"),
        ("Thecommitteenotedthereportonpredictiveanalytics " * 30, "failed"),
        ("12.50 3 4 £", None),
        ("", None),
    ],
)
def test_a_grade_falls_with_bad_glyphs_and_impossible_words(text: str, expected: str) -> None:
    assert grade(text) == expected


@pytest.mark.parametrize(
    ("grades", "expected"),
    [
        (["good"] * 9 + ["failed"], "failed"),
        (["good"] * 10 + ["failed"], "good"),
        (["good"] * 18 + ["suspect", "failed"], "suspect"),
        (["acceptable", None, None], "acceptable"),
        ([None], None),
        ([], None),
    ],
)
def test_a_file_has_the_worst_grade_that_a_tenth_of_its_pages_share(grades, expected) -> None:
    assert worst_shared(grades) == expected


@given(st.text())
def test_any_text_has_a_grade_or_none(text: str) -> None:
    assert grade(text) in (*GRADES, None)

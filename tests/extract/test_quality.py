"""Grades of text: how far a page can be trusted."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.settings import Settings
from extract.quality import GRADES, grade, known_share, worst_shared
from extract.readers import pdf

GOOD = "The committee noted the report on predictive analytics in children's services. " * 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD, "good"),
        ("Mae'r cyngor yn defnyddio dadansoddeg rhagfynegol i helpu teuluoedd lleol.", "good"),
        (GOOD + "\ufffd" * 4, "acceptable"),
        (GOOD + "\ufffd" * 12, "suspect"),
        ("Rada miasta nie jest odpowiedzialna za to, że się spóźniła. " * 9, "good"),
        ("Το συμβούλιο χρησιμοποιεί προγνωστικά μοντέλα για οικογένειες. " * 9, "good"),
        ("\uf0b7 The committee noted the report.\n\ufffd The council agreed.\n" * 9, "good"),
        ("Wkh frxqflo xvhv suhglfwlyh dqdobwlfv wr ilqg idplolhv lq qhhg. " * 9, "failed"),
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


@pytest.mark.parametrize(
    ("confidence", "expected"),
    [(None, "good"), (96, "good"), (80, "acceptable"), (60, "suspect"), (30, "failed")],
)
def test_text_is_as_good_as_ocr_is_sure_of_it(confidence: float | None, expected: str) -> None:
    assert grade(GOOD, confidence) == expected


def test_what_ocr_is_sure_of_and_no_dictionary_knows_has_failed() -> None:
    assert grade("Tne ccmmlttee notea tbe repcrt an predlctlve analytlcs " * 9, 95) == "failed"


def test_a_long_page_is_judged_by_pieces_from_all_over_it() -> None:
    garbage = "Wkh frxqflo xvhv suhglfwlyh dqdobwlfv "
    assert grade(GOOD * 100) == "good"
    assert grade(GOOD * 20 + garbage * 300) == "acceptable"
    assert grade(GOOD * 20 + garbage * 2000) == "failed"


@pytest.mark.parametrize(
    ("words", "share"),
    [
        (["The", "council", "xqzv"], 2 / 3),
        (["Mae'r", "cyngor", "yn", "defnyddio"], 1.0),
        (["12.50", "£", "a"], None),
    ],
)
def test_words_are_known_in_english_and_welsh(words: list[str], share: float | None) -> None:
    assert known_share(words) == (None if share is None else pytest.approx(share))


@pytest.mark.timeout(120)
def test_grades_of_real_pages_are_what_a_reader_would_say(testdata: Path) -> None:
    """A paper whose letters are shifted, page for page, and one that is sound."""
    papers = testdata / "corpus" / "papers"
    (shifted,) = papers.rglob("*SOL_AYCBWB_June18*.pdf")
    (sound,) = papers.rglob("*A-guide-to-Admission-Risk-CPM.pdf")
    told = [{grade(p.text) for p in pdf.screen(path, Settings())} for path in (shifted, sound)]
    assert told[0] <= {"failed", None} and told[1] <= {"good", None}
    assert {p.outcome for p in pdf.screen(shifted, Settings())} == {"ocr-queued"}

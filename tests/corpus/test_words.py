"""Text as words: offsets that hold whatever the text is made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.language.words import JOINERS, Words, forms

LETTERS = ["a", "B", "é", "ﬁ", "7", "'", "’", "-", " ", "\r\n", "\n", ".", *JOINERS]
TORN = st.lists(st.sampled_from(LETTERS)).map("".join)


@given(st.one_of(st.text(), TORN))
def test_words_spans_and_cases_go_together(text: str) -> None:
    words = Words(text)
    assert len(words) == len(words.words) == len(words.cased) == len(words.spans)
    assert [word.lower() for word in words.cased] == words.words
    end = 0
    for start, stop in words.spans:
        assert end <= start < stop <= len(text)
        end = stop


@given(st.one_of(st.text(), TORN))
def test_a_torn_word_has_a_next_one_across_a_line_end_or_joiner(text: str) -> None:
    words = Words(text)
    for index in words.torn:
        between = text[words.spans[index][1] : words.spans[index + 1][0]]
        assert any(mark in between for mark in "\r\n" + JOINERS)
        assert not any(letter.isalnum() for letter in between)


@given(TORN, st.integers(0, 40))
def test_at_finds_the_first_word_that_ends_after_an_offset(text: str, offset: int) -> None:
    words = Words(text)
    expected = next((i for i, (_, end) in enumerate(words.spans) if end > offset), len(words))
    assert words.at(offset) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The council’s data", ["the", "council", "data"]),
        ("THE COUNCIL'S DATA", ["the", "council", "data"]),
        ("eﬃcient ﬁnding", ["efficient", "finding"]),
        ("don't", ["don't"]),
        ("snake_case", ["snake", "case"]),
        ("", []),
    ],
)
def test_ligatures_curly_quotes_and_possessives_are_folded(text: str, expected: list[str]) -> None:
    assert Words(text).words == expected


@pytest.mark.parametrize(
    ("word", "form", "is_one"),
    [
        ("score", "scores", True),
        ("scores", "score", True),
        ("family", "families", True),
        ("families", "family", True),
        ("match", "matches", True),
        ("modelling", "modeling", True),
        ("programme", "programs", True),
        ("organisation", "organizations", True),
        ("prioritise", "prioritize", True),
        ("analysis", "analysi", False),
        ("census", "censu", False),
        ("data", "dat", False),
        ("AI", "AIs", False),
        ("2024", "2024s", False),
    ],
)
def test_regular_forms_of_a_word(word: str, form: str, is_one: bool) -> None:
    assert (form in forms(word)) == is_one


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12))
def test_a_word_is_a_form_of_itself(word: str) -> None:
    assert word in forms(word)

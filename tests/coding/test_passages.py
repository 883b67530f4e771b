"""Passages: whole sentences around what counts, merged where they touch, never overlapping."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.mentions import Finder
from coding.passages import Passage, passages
from coding.sentences import LONGEST_SENTENCE_WORDS, sentences
from corpus.codebook import Codebook
from corpus.language.lexicon import Lexicon

SENTENCES = st.sampled_from(
    [
        "We use predictive analytics.",
        "It was Cllr. Roe.",
        "No. 7 is next!",
        "A line\nof text",
        "ACME, e.g. for fraud?",
        "• a point",
        "“Quoted.”",
        "   ",
        "x" * 30,
        "word " * 90,
    ]
)
PAGES = st.lists(st.tuples(SENTENCES, st.sampled_from([" ", "\n", "\n\n", "  "])), max_size=14).map(
    lambda parts: "".join(part + gap for part, gap in parts)
)


@pytest.fixture(scope="module")
def finder(codebook: Codebook) -> Finder:
    return Finder(Lexicon(codebook))


def cut(finder: Finder, text: str) -> list[Passage]:
    return passages(text, finder.find(text))


def shown(finder: Finder, text: str) -> list[str]:
    return [text[p.start : p.end] for p in cut(finder, text)]


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        (
            "Seen by Cllr. Roe and Dr. Doe. Then this.",
            ["Seen by Cllr. Roe and Dr. Doe.", "Then this."],
        ),
        ("Use e.g. Power BI. Done.", ["Use e.g. Power BI.", "Done."]),
        ("It cost £3.5 million. Yes.", ["It cost £3.5 million.", "Yes."]),
        ("Heading\n\nText here.", ["Heading", "Text here."]),
        ("List:\n• one\n• two", ["List:", "• one", "• two"]),
        ("“Done.” Next.", ["“Done.”", "Next."]),
        ("   ", []),
    ],
)
def test_sentences_end_where_people_end_them(text: str, expected: list[str]) -> None:
    assert split(text) == expected


def test_a_sentence_too_long_to_be_one_is_taken_line_by_line() -> None:
    line = "cell " * 30
    assert split("\n".join([line] * 4)) == [line.strip()] * 4
    assert LONGEST_SENTENCE_WORDS < 4 * 30


@given(st.one_of(PAGES, st.text()))
def test_sentences_are_ordered_disjoint_and_lose_only_white_space(text: str) -> None:
    spans = sentences(text)
    assert all(a < b for a, b in spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
    kept = "".join(text[a:b] for a, b in spans)
    assert "".join(kept.split()) == "".join(text.split())


def test_a_passage_is_its_sentence_and_one_on_either_side(finder: Finder) -> None:
    text = "Zero is here. One is here. We use predictive analytics. Three is here. Four is here."
    assert shown(finder, text) == ["One is here. We use predictive analytics. Three is here."]


def test_passages_merge_where_they_touch(finder: Finder) -> None:
    seed, gap = "We use predictive analytics.", "Nothing is here."
    apart = " ".join([seed, *[gap] * 4, seed])
    assert len(shown(finder, apart)) == 2
    for between in range(3):
        together = " ".join([seed, *[gap] * between, seed])
        assert shown(finder, together) == [together]


def test_what_does_not_count_makes_no_passage(finder: Finder) -> None:
    assert shown(finder, "A risk score. A dashboard for fraud.") == []


def test_a_passage_is_named_by_its_first_evidence_and_lists_what_counts(finder: Finder) -> None:
    text = "Fraud is found. ACME uses a dashboard, with predictive analytics."
    (passage,) = cut(finder, text)
    assert passage.mentions[0].quote == "ACME"
    assert passage.codes == ["acme", "fraud", "predictive"]
    assert passage.stance == "uses"
    assert {m.quote for m in passage.mentions} == {
        "Fraud",
        "ACME",
        "dashboard",
        "predictive analytics",
    }


@given(PAGES)
def test_passages_are_ordered_disjoint_and_hold_each_counted_evidence_once(
    finder: Finder, text: str
) -> None:
    mentions = finder.find(text)
    found = passages(text, mentions)
    assert all(a.end < b.start for a, b in itertools.pairwise(found))
    inside = [m for p in found for m in p.mentions if m.counted and m.evidence]
    seeds = [m for m in mentions if m.counted and m.evidence]
    assert sorted(inside, key=mentions.index) == seeds
    for passage in found:
        assert passage.mentions[0].counted and passage.mentions[0].evidence
        for mention in passage.mentions:
            assert passage.start <= mention.start and mention.end <= passage.end
            held = text[passage.start : passage.end]
            assert mention.quote in held
        assert text[passage.start : passage.end].strip() == text[passage.start : passage.end]

"""From matches to mentions: each counts or does not for a reason it gives."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.mentions import Finder, Mention
from corpus.codebook import Codebook
from corpus.language.lexicon import Lexicon

PIECES = st.sampled_from(
    [
        "predictive analytics",
        "predic-\ntive models",
        "risk score",
        "household",
        "risk register",
        "ACME",
        "fraud",
        "dashboard",
        "background papers",
        "does not use",
        "......",
        "The",
        "x y z",
    ]
)
PAGES = st.lists(st.tuples(PIECES, st.sampled_from([" ", "\n", ". ", ", ", "\n\n"])), max_size=25)


@pytest.fixture(scope="module")
def finder(codebook: Codebook) -> Finder:
    return Finder(Lexicon(codebook))


@pytest.fixture
def only(finder: Finder) -> Callable[[str, str], Mention]:
    """Find the one mention of a code in a text."""

    def run(text: str, code: str) -> Mention:
        (mention,) = [m for m in finder.find(text) if m.code == code]
        return mention

    return run


@pytest.mark.parametrize(
    ("text", "code", "counted", "reason"),
    [
        ("We use predictive analytics.", "predictive", True, "high precision"),
        (
            "A risk score for each household.",
            "scoring",
            True,
            "a required neighbour stands within 4 words",
        ),
        ("A risk score.", "scoring", False, "no required neighbour within 4 words"),
        (
            "The household risk score in the risk register.",
            "scoring",
            False,
            "an excluded neighbour within 4 words",
        ),
        ("A dashboard.", "scoring", False, "low precision: context, not evidence on its own"),
        ("Background papers: predictive analytics", "predictive", False, "boilerplate"),
        ("Predictive analytics ......... 12", "predictive", False, "boilerplate: contents"),
        ("Predictive analytics . . . . . 12", "predictive", False, "boilerplate: contents"),
        (
            "ACME looks for fraud.",
            "fraud",
            True,
            "within 20 words of a counted technique, supplier or product",
        ),
        (
            "ACME. " + "word " * 25 + "fraud",
            "fraud",
            False,
            "no counted technique, supplier or product within 20 words",
        ),
        (
            "A dashboard about fraud.",
            "fraud",
            False,
            "no counted technique, supplier or product within 20 words",
        ),
    ],
)
def test_a_mention_says_whether_it_counts_and_why(
    only: Callable[[str, str], Mention], text: str, code: str, counted: bool, reason: str
) -> None:
    mention = only(text, code)
    assert (mention.counted, mention.reason) == (counted, reason)
    assert mention.boilerplate == reason.startswith("boilerplate")


def test_context_alone_is_no_mention(finder: Finder) -> None:
    assert finder.find("The fraud team met. " * 10) == []


def test_each_context_group_has_its_own_distance(
    codebook_of: Callable[[str], Codebook], codebook_text: str
) -> None:
    text = "We use predictive analytics " + "word " * 10 + "against fraud."

    def counted(words: str) -> bool:
        changed = codebook_text.replace("context_words: 20", f"context_words: {words}")
        (mention,) = [
            m for m in Finder(Lexicon(codebook_of(changed))).find(text) if m.code == "fraud"
        ]
        assert f"within {'12' if '12' in words else '8'} words" in mention.reason
        return mention.counted

    assert counted("{use: 12, benefit: 1}") and counted("12")
    assert not counted("{use: 8, benefit: 90}")


def test_boilerplate_is_of_a_line_and_not_of_its_page(
    only: Callable[[str, str], Mention],
) -> None:
    text = "Background papers:\nnone\nWe use predictive analytics.\nList of appendices"
    assert only(text, "predictive").counted


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("The council uses predictive analytics.", "uses"),
        ("The council does not use predictive analytics.", "not-used"),
        ("The council uses predictive analytics; it was decommissioned.", "stopped"),
        ("A member asked whether predictive analytics is used.", "asks"),
        ("We will explore predictive analytics.", "plans"),
        ("Predictive analytics.", "general"),
        ("uses " + "word " * 50 + "predictive analytics", "general"),
    ],
)
def test_the_first_stance_with_a_cue_nearby_wins(
    only: Callable[[str, str], Mention], text: str, stance: str
) -> None:
    assert only(text, "predictive").stance == stance


def test_equal_words_on_a_page_are_told_apart_by_their_number(finder: Finder) -> None:
    text = "Predictive analytics, predictive-\nanalytics and predictive models."
    assert [(m.quote, m.nth) for m in finder.find(text)] == [
        ("Predictive analytics", 1),
        ("predictive-\nanalytics", 2),
        ("predictive models", 1),
    ]


@given(PAGES)
def test_a_mention_stands_where_it_says_with_its_surroundings(
    finder: Finder, pieces: list[tuple[str, str]]
) -> None:
    text = "".join(piece + gap for piece, gap in pieces)
    found = finder.find(text)
    assert found == sorted(found, key=lambda m: (m.start, m.end, m.term))
    assert len({(m.term, m.quote.lower(), m.nth) for m in found}) == len(found)
    for mention in found:
        assert text[mention.start : mention.end] == mention.quote
        assert text[: mention.start].endswith(mention.before)
        assert text[mention.end :].startswith(mention.after)
        assert mention.reason
    if not any(m.evidence for m in found):
        assert found == []

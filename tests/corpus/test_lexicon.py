"""Terms found in torn text: whole words, exact offsets, neighbours, the longest of each code."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.codebook import Codebook
from corpus.language.lexicon import Lexicon, Phrases
from corpus.language.words import Words

PIECES = st.sampled_from(
    ["predictive", "predic", "tive", "analytics", "risk", "score", "Ana", "lytics", "x", "ACME"]
)
GAPS = st.sampled_from(
    [" ", "\n", "-\r\n", "-", "\xad", "\x02", "\ufffe", "\u200b", ", ", ". ", "/", "  ", "’s ", "ﬁ"]
)
TEXTS = st.lists(st.tuples(PIECES, GAPS), max_size=14).map(
    lambda pairs: "".join(piece + gap for piece, gap in pairs)
)


def found(text: str, *phrases: str, exact: bool = False) -> list[str]:
    """Return what the phrases match, as it stands in the text."""
    matcher = Phrases((phrase, phrase, exact) for phrase in phrases)
    return [text[m.start : m.end] for m in matcher.find(Words(text))]


@given(TEXTS)
def test_a_match_lies_in_the_text_and_begins_and_ends_with_a_word(text: str) -> None:
    words = Words(text)
    phrases = Phrases((p, p, False) for p in ("predictive analytics", "risk score", "ana*"))
    for match in phrases.find(words):
        assert (match.start, match.end) == (
            words.spans[match.first][0],
            words.spans[match.last - 1][1],
        )
        assert text[match.start].isalnum() and text[match.end - 1].isalnum()
        assert 0 <= match.start < match.end <= len(text)


@given(st.lists(GAPS.filter(lambda gap: gap not in (", ", ". ", "’s ", "ﬁ")), max_size=3))
def test_no_gap_of_white_space_hyphens_or_joiners_hides_a_phrase(gaps: list[str]) -> None:
    text = "the predictive" + ("".join(gaps) or " ") + "analytics of"
    assert len(found(text, "predictive analytics")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "predictive analytics",
        "Predictive\nAnalytics",
        "predictive-analytics",
        "predictive/analytics",
        "predictive\u2011analytics",
        "pre\xaddictive analytics",
        "predic\x02tive analytics",
        "predic\x02\r\ntive analytics",
        "predic\ufffetive analytics",
        "predic-\r\ntive ana-\r\nlytics",
        "predic- \ntive analytics",
        "predictive-\nanalytics",
        "predictive analytics’",
        "predictive analytics's",
    ],
)
def test_a_torn_phrase_is_found_whole(text: str) -> None:
    assert found(f"use of {text} here", "predictive analytics") == [text.removesuffix("’")]


@pytest.mark.parametrize(
    "text",
    [
        "predictive, analytics",
        "predictive. Analytics",
        "predictive (analytics)",
        "unpredictive analytics",
        "predictive analyticsx",
        "predictive data analytics",
        "predictive_ analytics",
        "analytics predictive",
        "predic tive analytics",
    ],
)
def test_whole_words_in_order_and_no_punctuation_between(text: str) -> None:
    assert found(text, "predictive analytics") == []


def test_punctuation_is_asked_for_where_the_phrase_has_it() -> None:
    assert found("fraud, error and debt", "fraud, error") == ["fraud, error"]
    assert found("fraud error and debt", "fraud, error") == []


def test_ligatures_do_not_hide_a_word() -> None:
    assert found("proﬁling of families", "profiling") == ["proﬁling"]


def test_plurals_possessives_and_british_spelling_are_understood() -> None:
    text = "risk scores, a risk score's use; prioritisation and prioritization"
    assert found(text, "risk score") == ["risk scores", "risk score's"]
    assert found(text, "prioritisation") == ["prioritisation", "prioritization"]


def test_an_exact_phrase_is_found_in_its_own_case_only() -> None:
    assert found("The KID and the kid, a KID’s data", "KID", exact=True) == ["KID", "KID’s"]


@pytest.mark.parametrize(
    "text", ["predicts", "Predictive", "predict", "pre-\ndicting", "predic-\nting"]
)
def test_a_stem_stands_for_every_ending_also_when_torn(text: str) -> None:
    assert found(f"it {text} need", "predict*") == [text]


def test_a_stem_is_found_though_another_phrase_begins_with_that_word() -> None:
    assert found("we predict rain", "predict*", "predict which") == ["predict"]


def test_a_stem_may_stand_inside_a_phrase() -> None:
    assert found("a data modelling tool", "data model* tool") == ["data modelling tool"]
    assert found("a data tool", "data model* tool") == []


def test_a_phrase_without_a_word_is_refused() -> None:
    with pytest.raises(ValueError, match="holds no word"):
        Phrases([("x", "—", False)])


@pytest.fixture(scope="module")
def lexicon(codebook: Codebook) -> Lexicon:
    return Lexicon(codebook)


def near(lexicon: Lexicon, text: str) -> bool:
    words = Words(text)
    (match,) = [m for m in lexicon.evidence(words) if m.key == "scoring-risk-score"]
    neighbours = lexicon.terms[match.key].near
    assert neighbours and neighbours.within == 4
    return lexicon.stands_near(match, neighbours, words)


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("household a b c risk score", True),
        ("household a b c d risk score", False),
        ("risk score a b c household", True),
        ("risk score a b c d household", False),
        ("risk score of vulnerable people", True),
        ("risk score", False),
    ],
)
def test_neighbours_stand_within_so_many_words_on_either_side(
    lexicon: Lexicon, text: str, stands: bool
) -> None:
    assert near(lexicon, text) == stands


def test_of_overlapping_matches_a_code_keeps_the_longest(
    codebook_of: Callable[[str], Codebook], codebook_text: str
) -> None:
    longer = codebook_text.replace(
        "predictive model]", "predictive model, predictive model of need]"
    )
    words = Words("a predictive model of need, a predictive model")
    kept = [words.text[m.start : m.end] for m in Lexicon(codebook_of(longer)).evidence(words)]
    assert kept == ["predictive model of need", "predictive model"]


def test_two_codes_may_match_the_same_words(
    codebook_of: Callable[[str], Codebook], codebook_text: str
) -> None:
    shared = codebook_text.replace("- phrase: dashboard\n", "- phrase: predictive model\n")
    matches = Lexicon(codebook_of(shared)).evidence(Words("a predictive model"))
    assert {match.key for match in matches} == {
        "predictive-predictive-model",
        "scoring-predictive-model",
    }


def test_hits_count_raw_matches_of_techniques_and_products_only(lexicon: Lexicon) -> None:
    hits = lexicon.hits("ACME sold a risk score against fraud; another risk score of ACME")
    assert hits == {"acme-acme": 2, "scoring-risk-score": 2}


@given(text=TEXTS)
def test_whatever_counts_as_evidence_is_a_hit(lexicon: Lexicon, text: str) -> None:
    assert {m.key for m in lexicon.evidence(Words(text))} <= set(lexicon.hits(text))


def test_the_version_changes_with_what_decides_and_with_nothing_else(
    codebook_of: Callable[[str], Codebook], codebook_text: str, lexicon: Lexicon
) -> None:
    def version(old: str, new: str) -> str:
        assert old in codebook_text
        return Lexicon(codebook_of(codebook_text.replace(old, new))).version

    assert version("label: Fraud", "label: Frauds") == lexicon.version
    assert version("We predict rain.", "We predict snow.") == lexicon.version
    assert version("within: 4}", "within: 5}") != lexicon.version
    assert version("case: exact", "case: any") != lexicon.version
    assert version("[background papers,", "[front page,") != lexicon.version
    assert version("context_words: 20", "context_words: 21") != lexicon.version

"""Stance: cues with their reach, what ends it, and what holds where there is none."""

import pytest

from coding.mentions import Finder
from coding.stance import MOST_WORDS, Stance, main_stance
from corpus.language.cues import STANCES
from corpus.language.lexicon import Lexicon
from corpus.settings import default_study
from corpus.study import load_study

CODEBOOK = load_study(default_study()).codebook
CODE = "predictive_analytics"


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder(Lexicon(CODEBOOK))


def told(finder: Finder, text: str, code: str = CODE) -> list[str]:
    return [mention.stance for mention in finder.find(text) if mention.code == code]


@pytest.mark.parametrize(("text", "stance"), CODEBOOK.stance.examples)
def test_every_example_of_the_codebook_comes_out_as_it_says(
    finder: Finder, text: str, stance: str
) -> None:
    assert told(finder, text) == [stance]


def test_the_examples_show_every_stance() -> None:
    assert {stance for _, stance in CODEBOOK.stance.examples} == set(STANCES)


def test_a_cue_is_kept_with_the_mention_it_tells_of(finder: Finder) -> None:
    (mention,) = finder.find("The council does not use predictive analytics.")
    assert (mention.stance, mention.cue) == ("not-used", "does not use")


@pytest.mark.parametrize(
    ("text", "stances"),
    [
        # forward: what stands before the cue is not spoken of
        ("Predictive analytics is what the team does not use spreadsheets for.", ["general"]),
        # backward: what follows is not spoken of
        ("The old till was withdrawn when predictive analytics came up.", ["general"]),
        # a word such as "but" ends the reach, on either side
        ("We do not use paper but predictive analytics.", ["general"]),
        ("Predictive analytics matters, although the scheme is not used.", ["general"]),
        # the sentence's own cue goes before its neighbour's
        ("The council does not use lotteries. We currently use predictive analytics.", ["uses"]),
        # a neighbour's cue holds where the sentence has none
        ("It was decommissioned. That was predictive analytics.", ["stopped"]),
        ("We use predictive analytics. It is not used elsewhere.", ["uses"]),
    ],
)
def test_reach(finder: Finder, text: str, stances: list[str]) -> None:
    assert told(finder, text) == stances


def test_a_cue_reaches_no_further_than_it_may(finder: Finder) -> None:
    for words, stance in ((MOST_WORDS - 5, "not-used"), (MOST_WORDS + 5, "general")):
        text = "The council does not use " + "word " * words + "predictive analytics"
        assert told(finder, text) == [stance]


def test_what_is_asked_for_is_asked_until_an_answer_begins(finder: Finder) -> None:
    text = (
        "Please provide the following. Any reports. Any costs of predictive analytics. "
        "A list of predictive models. Our response: a predictive model is used by the service."
    )
    assert told(finder, text) == ["asks", "asks", "uses"]


def test_without_a_cue_a_code_has_its_own_stance(finder: Finder) -> None:
    (mention,) = [m for m in finder.find("Xantura.") if m.code == "p_xantura"]
    assert (mention.stance, mention.cue) == ("uses", "")
    assert told(finder, "Predictive analytics.") == ["general"]


@pytest.mark.parametrize(
    ("stances", "main"),
    [
        ([], "general"),
        ([Stance("general"), Stance("general"), Stance("uses")], "uses"),
        ([Stance("uses"), Stance("plans", "will pilot")], "plans"),
        ([Stance("asks", "asked if"), Stance("uses", "we use")], "uses"),
        ([Stance("uses", "we use"), Stance("stopped", "ceased")], "stopped"),
        ([Stance("uses")] * 4 + [Stance("not-used", "do not use")], "uses"),
        ([Stance("general", "elsewhere"), Stance("general")], "general"),
    ],
)
def test_the_stance_of_a_passage(stances: list[Stance], main: str) -> None:
    assert main_stance(stances) == main

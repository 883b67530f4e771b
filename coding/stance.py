"""What a text says of an analytic: used, planned, not used, stopped, asked about, or talked of.

Cues and their scope in the manner of NegEx (Chapman et al. 2001, doi:10.1006/jbin.2001.1029) and
ConText (Harkema et al. 2009, doi:10.1016/j.jbi.2009.05.002): a cue speaks of what follows it, of
what stands before it, or of both, as far as its sentence goes and no word such as "but" ends it.
Cues, ends and the stance of what has no cue are the codebook's.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from coding.sentences import sentences
from corpus.codebook import Codebook
from corpus.language.cues import STANCES, Cue
from corpus.language.lexicon import Match, Phrases
from corpus.language.words import Words

MOST_WORDS = 40
"""How far a cue reaches, in its own sentence and, where none stands there, from the next one."""
ONWARD_WORDS = 200
"""How far a question's opening words reach over the list of what is asked for."""
_ENDINGS = frozenset({"not-used", "stopped"})
_SETTLES = ("not-used", "stopped", "uses", "plans", "asks", "general")


@dataclass(frozen=True)
class Stance:
    """A stance, and the cue that told it: empty where none did."""

    stance: str
    cue: str = ""


class Stances:
    """Finds the stance of matches by the cues of a codebook."""

    def __init__(self, codebook: Codebook) -> None:
        told = codebook.stance
        self._cues = Phrases((cue, cue.phrase, False) for cue in told.cues)
        self._ends = Phrases((end, end, False) for end in told.ends)
        self._answers = Phrases((answer, answer, False) for answer in told.answers)
        self._unmarked = {code.code: code.unmarked for code in codebook.codes}

    def on(self, words: Words) -> "PageStances":
        """Return what tells the stances on one page."""
        return PageStances(self, words)

    def unmarked(self, code: str) -> str:
        """Return the stance of a code's mentions where no cue tells one."""
        return self._unmarked[code]

    def cues(self, words: Words) -> list[Match[Cue]]:
        """Return the cues of a text, without those that stand inside a longer one."""
        found = sorted(self._cues.find(words), key=lambda m: (m.first, -m.last))
        kept: list[Match[Cue]] = []
        for match in found:
            longest = kept[-1] if kept else None
            same = longest and (longest.first, longest.last) == (match.first, match.last)
            if not longest or same or match.last > longest.last:
                kept.append(match)
        return kept

    def ends(self, words: Words) -> list[int]:
        """Return the atoms where a word stands across which no cue reaches."""
        return sorted(match.first for match in self._ends.find(words))

    def answers(self, words: Words) -> list[int]:
        """Return the atoms where an answer begins."""
        return sorted(match.first for match in self._answers.find(words))


class PageStances:
    """The stances of one page; its sentences and cues are found when first asked for."""

    def __init__(self, stances: Stances, words: Words) -> None:
        self._stances, self._words = stances, words

    @cached_property
    def _sentences(self) -> list[tuple[int, int]]:
        """Sentences as atoms: the first, and the one after the last."""
        spans = sentences(self._words.text)
        return [(self._words.at(start), self._words.at(end - 1) + 1) for start, end in spans]

    @cached_property
    def _starts(self) -> list[int]:
        return [first for first, _ in self._sentences]

    @cached_property
    def _cues(self) -> list[Match[Cue]]:
        return self._stances.cues(self._words)

    @cached_property
    def _ends(self) -> list[int]:
        return self._stances.ends(self._words)

    @cached_property
    def _answers(self) -> list[int]:
        return self._stances.answers(self._words)

    def of(self, match: Match[str], code: str) -> Stance:
        """Return the stance of a match of a term of a code."""
        at = max(bisect_right(self._starts, match.first) - 1, 0)
        reaching = self._inside(match, at) + self._onward(match)
        told = _first(reaching) or _first(self._next_door(match, at))
        return told or Stance(self._stances.unmarked(code))

    def _inside(self, match: Match[str], at: int) -> list[Cue]:
        """Return the cues of the match's own sentence that reach it."""
        first, last = self._sentences[at]
        first, last = max(first, match.first - MOST_WORDS), min(last, match.last + MOST_WORDS)
        return [
            cue.key
            for cue in self._cues
            if first <= cue.first < max(last, match.last) and self._reaches(cue, match)
        ]

    def _reaches(self, cue: Match[Cue], match: Match[str]) -> bool:
        """Whether a cue of the same sentence speaks of a match; no cue does that lies inside it."""
        if cue.last <= match.first:
            return cue.key.reach != "backward" and not _between(self._ends, cue.last, match.first)
        if match.last <= cue.first:
            reaches = cue.key.reach in ("backward", "both")
            return reaches and not _between(self._ends, match.last, cue.first)
        return cue.last - cue.first > match.last - match.first

    def _onward(self, match: Match[str]) -> list[Cue]:
        """Return the cues from before that reach on until an answer."""
        return [
            cue.key
            for cue in self._cues
            if cue.key.reach == "onward"
            and 0 <= match.first - cue.last <= ONWARD_WORDS
            and not _between(self._answers, cue.last, match.first)
        ]

    def _next_door(self, match: Match[str], at: int) -> list[Cue]:
        """Return the cues of the sentences before and after that stand near enough."""
        beside = [self._sentences[i] for i in (at - 1, at + 1) if 0 <= i < len(self._sentences)]
        return [
            cue.key
            for cue in self._cues
            if any(first <= cue.first < last for first, last in beside)
            and cue.first - match.last < MOST_WORDS
            and match.first - cue.last < MOST_WORDS
            and cue.key.reach != "onward"
        ]


def _first(cues: Iterable[Cue]) -> Stance | None:
    """Return the stance that wins among cues."""
    ranked = sorted(cues, key=lambda cue: STANCES.index(cue.stance))
    return Stance(ranked[0].stance, ranked[0].phrase) if ranked else None


def _between(places: list[int], first: int, last: int) -> bool:
    return bisect_right(places, last - 1) > bisect_right(places, first - 1)


def main_stance(told: Iterable[Stance]) -> str:
    """Return the stance most mentions of a passage speak for.

    A cue weighs two, and three where it denies or ends something, which nobody says in passing; a
    code's own stance weighs one, and mere talk nothing. Of equals the earlier in `_SETTLES` is
    taken: what is said to be so goes before what is asked.
    """
    weights: Counter[str] = Counter()
    for one in told:
        by_cue = 3 if one.stance in _ENDINGS else 2
        weights[one.stance] += by_cue if one.cue else one.stance != "general"
    if not weights.total():
        return "general"
    return min(weights, key=lambda one: (-weights[one], _SETTLES.index(one)))

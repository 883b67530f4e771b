"""From matches to mentions: words, surroundings, and whether each counts and why."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from corpus.ids import fold
from corpus.lexicon import Lexicon, Match, Phrases
from corpus.words import Words

AROUND_WORDS = 30
"""Words of context kept on either side of a mention."""
STANCE_WORDS = 40
"""Words on either side within which a cue decides the stance."""
_LEADERS = re.compile(r"\.{4,}|(?:\. ){4,}|…{2,}|_{5,}")


@dataclass(frozen=True)
class Mention:
    """One term on a page; `nth` tells apart equal words under the same term on the same page."""

    term: str
    code: str
    start: int
    end: int
    quote: str
    before: str
    after: str
    stance: str
    boilerplate: bool
    counted: bool
    reason: str
    evidence: bool
    nth: int


class Finder:
    """Finds the mentions of a codebook on pages."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    @cached_property
    def _stances(self) -> list[tuple[str, Phrases[str]]]:
        """The cues of each stance, in the order in which stances win."""
        return [
            (stance, Phrases((cue, cue, False) for cue in cues))
            for stance, cues in self._lexicon.codebook.stance
        ]

    @cached_property
    def _boilerplate(self) -> Phrases[str]:
        return Phrases((cue, cue, False) for cue in self._lexicon.codebook.boilerplate)

    def find(self, text: str) -> list[Mention]:
        """Return the mentions of a page, in order.

        Terms of uses, benefits and concerns are looked for only where a technique, supplier or
        product is named on the page.
        """
        words = Words(text)
        evidence = self._lexicon.evidence(words)
        if not evidence:
            return []
        judged = [(match, *self._judge(match, words)) for match in evidence]
        counted = [match for match, counts, _ in judged if counts]
        context = [
            (match, *self._judge_context(match, counted, words))
            for match in self._lexicon.context(words)
        ]
        repeats: Counter[tuple[str, str]] = Counter()
        ordered = sorted(judged + context, key=lambda j: (j[0].start, j[0].end, j[0].key))
        return [
            self._mention(match, words, counts, reason, repeats)
            for match, counts, reason in ordered
        ]

    def _judge(self, match: Match[str], words: Words) -> tuple[bool, str]:
        """Say whether a match counts as evidence, and why."""
        refused = self._refused(match, words)
        if refused:
            return False, refused
        term = self._lexicon.terms[match.key]
        if term.near:
            return True, f"a required neighbour stands within {term.near.within} words"
        if term.precision == "low":
            return False, "low precision: context, not evidence on its own"
        return True, f"{term.precision} precision"

    def _judge_context(
        self, match: Match[str], counted: Sequence[Match[str]], words: Words
    ) -> tuple[bool, str]:
        """Say whether a use, benefit or concern stands near enough to counted evidence."""
        refused = self._refused(match, words)
        if refused:
            return False, refused
        within = self._lexicon.codebook.context_words
        near = any(
            match.first - within < other.last and other.first < match.last + within
            for other in counted
        )
        if near:
            return True, f"within {within} words of a counted technique, supplier or product"
        return False, f"no counted technique, supplier or product within {within} words"

    def _refused(self, match: Match[str], words: Words) -> str | None:
        """Return why a match does not count whatever its group, or None."""
        term = self._lexicon.terms[match.key]
        if self._is_boilerplate(match, words):
            return "boilerplate"
        if term.near and not self._lexicon.stands_near(match, term.near, words):
            return f"no required neighbour within {term.near.within} words"
        if term.not_near and self._lexicon.stands_near(match, term.not_near, words):
            return f"an excluded neighbour within {term.not_near.within} words"
        return None

    def _is_boilerplate(self, match: Match[str], words: Words) -> bool:
        """Whether the match's line is one of a contents page, header or standard box."""
        start = words.text.rfind("\n", 0, match.start) + 1
        end = words.text.find("\n", match.end)
        end = len(words.text) if end < 0 else end
        if _LEADERS.search(words.text, start, end):
            return True
        first, last = words.at(start), words.at(max(end - 1, start)) + 1
        return any(True for _ in self._boilerplate.find(words, first, last))

    def _stance(self, match: Match[str], words: Words) -> str:
        """Return the first stance with a cue near the match, else `general`."""
        first, last = match.first - STANCE_WORDS, match.last + STANCE_WORDS
        for stance, cues in self._stances:
            if any(True for _ in cues.find(words, first, last)):
                return stance
        return "general"

    def _mention(
        self,
        match: Match[str],
        words: Words,
        counts: bool,
        reason: str,
        repeats: Counter[tuple[str, str]],
    ) -> Mention:
        quote = words.text[match.start : match.end]
        key = (match.key, fold(quote))
        repeats[key] += 1
        before = words.spans[max(match.first - AROUND_WORDS, 0)][0]
        after = words.spans[min(match.last - 1 + AROUND_WORDS, len(words) - 1)][1]
        return Mention(
            term=match.key,
            code=self._lexicon.terms[match.key].code,
            start=match.start,
            end=match.end,
            quote=quote,
            before=words.text[before : match.start],
            after=words.text[match.end : after],
            stance=self._stance(match, words),
            boilerplate=reason == "boilerplate",
            counted=counts,
            reason=reason,
            evidence=self._lexicon.is_evidence(match.key),
            nth=repeats[key],
        )

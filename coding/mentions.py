"""From matches to mentions: words, surroundings, and whether each counts and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from coding.sections import PageSections, Sections
from coding.stance import PageStances, Stances
from corpus.ids import fold
from corpus.language.lexicon import Lexicon, Match, Phrases
from corpus.language.words import Words

AROUND_WORDS = 30
"""Words of context kept on either side of a mention."""
NOT_COUNTED = frozenset({"contents", "references", "distribution", "definitions"})
"""Sections whose words say nothing of an analytic: marked, and not counted."""


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
    cue: str
    section: str
    boilerplate: bool
    counted: bool
    reason: str
    evidence: bool
    nth: int


class Finder:
    """Finds the mentions of a codebook on pages."""

    def __init__(self, lexicon: Lexicon, left_out: Mapping[str, str] | None = None) -> None:
        """Take a codebook, and the terms that people's judgement leaves out, with the reason."""
        self._lexicon = lexicon
        self._left_out = left_out or {}
        self._stances = Stances(lexicon.codebook)
        self._sections = Sections(lexicon.codebook.sections)

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
        page = _Page(words, self._stances.on(words), self._sections.on(text))
        judged = [(match, *self._judge(match, page)) for match in evidence]
        counted = [match for match, counts, _ in judged if counts]
        context = [
            (match, *self._judge_context(match, counted, page))
            for match in self._lexicon.context(words)
        ]
        repeats: Counter[tuple[str, str]] = Counter()
        ordered = sorted(judged + context, key=lambda j: (j[0].start, j[0].end, j[0].key))
        return [
            self._mention(match, page, counts, reason, repeats) for match, counts, reason in ordered
        ]

    def headings(self, text: str) -> PageSections:
        """Return the headings and sections of a page."""
        return self._sections.on(text)

    def _judge(self, match: Match[str], page: "_Page") -> tuple[bool, str]:
        """Say whether a match counts as evidence, and why."""
        refused = self._refused(match, page)
        if refused:
            return False, refused
        term = self._lexicon.terms[match.key]
        if term.near:
            return True, f"a required neighbour stands within {term.near.within} words"
        if term.precision == "low":
            return False, "low precision: context, not evidence on its own"
        return True, f"{term.precision} precision"

    def _judge_context(
        self, match: Match[str], counted: Sequence[Match[str]], page: "_Page"
    ) -> tuple[bool, str]:
        """Say whether a use, benefit or concern stands near enough to counted evidence.

        Where every report says it of everything, the evidence must stand there too.
        """
        refused = self._refused(match, page)
        if refused:
            return False, refused
        within = self._lexicon.context_words(match.key)
        near = [
            other
            for other in counted
            if match.first - within < other.last and other.first < match.last + within
        ]
        if not near:
            return False, f"no counted technique, supplier or product within {within} words"
        if page.section(match) == "implications" and not any(
            page.section(other) == "implications" for other in near
        ):
            return False, "standard implications, in which no technique or product is named"
        return True, f"within {within} words of a counted technique, supplier or product"

    def _refused(self, match: Match[str], page: "_Page") -> str | None:
        """Return why a match does not count whatever its group, or None."""
        term, words = self._lexicon.terms[match.key], page.words
        section = page.section(match)
        if section in NOT_COUNTED:
            return f"boilerplate: {section}"
        if self._is_boilerplate(match, page):
            return "boilerplate"
        if term.near and not self._lexicon.stands_near(match, term.near, words):
            return f"no required neighbour within {term.near.within} words"
        if term.not_near and self._lexicon.stands_near(match, term.not_near, words):
            return f"an excluded neighbour within {term.not_near.within} words"
        return self._left_out.get(match.key)

    def _is_boilerplate(self, match: Match[str], page: "_Page") -> bool:
        """Whether the match's line is a header or one of a standard box."""
        words = page.words
        start = words.text.rfind("\n", 0, match.start) + 1
        end = words.text.find("\n", match.end)
        end = len(words.text) if end < 0 else end
        first, last = words.at(start), words.at(max(end - 1, start)) + 1
        return any(True for _ in self._boilerplate.find(words, first, last))

    def _mention(
        self,
        match: Match[str],
        page: "_Page",
        counts: bool,
        reason: str,
        repeats: Counter[tuple[str, str]],
    ) -> Mention:
        words, term = page.words, self._lexicon.terms[match.key]
        quote = words.text[match.start : match.end]
        key = (match.key, fold(quote))
        repeats[key] += 1
        before = words.spans[max(match.first - AROUND_WORDS, 0)][0]
        after = words.spans[min(match.last - 1 + AROUND_WORDS, len(words) - 1)][1]
        told = page.stances.of(match, term.code)
        return Mention(
            term=match.key,
            code=term.code,
            start=match.start,
            end=match.end,
            quote=quote,
            before=words.text[before : match.start],
            after=words.text[match.end : after],
            stance=told.stance,
            cue=told.cue,
            section=page.section(match),
            boilerplate=reason.startswith("boilerplate"),
            counted=counts,
            reason=reason,
            evidence=self._lexicon.is_evidence(match.key),
            nth=repeats[key],
        )


@dataclass(frozen=True)
class _Page:
    """A page's words, and what tells stances and sections on it."""

    words: Words
    stances: PageStances
    sections: PageSections

    def section(self, match: Match[str]) -> str:
        """Return the kind of section a match stands in."""
        return self.sections.of(match.start, match.end)

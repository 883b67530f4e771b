"""Passages: whole sentences around counted mentions, merged where they touch."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from coding.mentions import Mention

SENTENCES_AROUND = 1
"""Whole sentences kept on either side of the one with the mention."""
LONGEST_SENTENCE_WORDS = 80
"""Tables and lists have no full stops: a longer "sentence" is taken line by line."""
_END = re.compile(r"[.!?][\"'”’)\]]*\s+(?=[A-Z“\"'‘(\[•\d])|\n\s*\n\s*|\n\s*(?=[•▪●◦\uf0b7]\s)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|No|Nos|Mr|Mrs|Ms|Dr|Prof|Cllr|Cllrs|Rev|St|Ltd|vs|cf|para|paras|pp?|"
    r"approx|ref|fig|vol|sec|art)|\b[A-Z]|\s\d{1,2})\.$"
)


@dataclass(frozen=True)
class Passage:
    """Characters `start` to `end` of a page and the mentions they hold; the first gives the id."""

    start: int
    end: int
    mentions: tuple[Mention, ...]

    @property
    def codes(self) -> list[str]:
        """The codes of its counted mentions."""
        return sorted({mention.code for mention in self.mentions if mention.counted})

    @property
    def stance(self) -> str:
        """The stance of its first counted mention that takes one, else `general`."""
        taken = (m.stance for m in self.mentions if m.counted and m.stance != "general")
        return next(taken, "general")


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the sentences of a text as (start, end), without the white space between them."""
    cuts = [0]
    for match in _END.finditer(text):
        head = text[max(cuts[-1], match.start() - 12) : match.start() + 1]
        if not _ABBREVIATION.search(head):
            cuts.append(match.end())
    spans = zip(cuts, [*cuts[1:], len(text)], strict=True)
    trimmed = (_trim(text, start, end) for start, end in spans)
    return [part for start, end in trimmed if end > start for part in _lines(text, start, end)]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return a sentence, or its lines where it is too long to be one."""
    if len(text[start:end].split()) <= LONGEST_SENTENCE_WORDS:
        return [(start, end)]
    found, at = [], start
    for line in text[start:end].splitlines(keepends=True):
        first, last = _trim(text, at, at + len(line))
        if last > first:
            found.append((first, last))
        at += len(line)
    return found


def passages(text: str, mentions: Sequence[Mention]) -> list[Passage]:
    """Return the passages around the counted mentions of techniques, suppliers and products."""
    seeds = [mention for mention in mentions if mention.counted and mention.evidence]
    if not seeds:
        return []
    spans = sentences(text)
    starts = [start for start, _ in spans]
    ranges: list[tuple[int, int]] = []
    for seed in seeds:
        first = max(bisect_right(starts, seed.start) - 1 - SENTENCES_AROUND, 0)
        last = min(bisect_right(starts, seed.end - 1) - 1 + SENTENCES_AROUND, len(spans) - 1)
        if ranges and first <= ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], max(last, ranges[-1][1]))
        else:
            ranges.append((first, last))
    return [_passage(spans[first][0], spans[last][1], mentions) for first, last in ranges]


def _passage(start: int, end: int, mentions: Sequence[Mention]) -> Passage:
    """Return a passage whose first mention is the first counted one of a technique or product."""
    inside = [m for m in mentions if start <= m.start and m.end <= end]
    first = next(m for m in inside if m.counted and m.evidence)
    return Passage(start, end, (first, *(m for m in inside if m is not first)))

"""Passages: whole sentences around counted mentions, merged where they touch."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from coding.mentions import Mention
from coding.sentences import sentences
from coding.stance import Stance, main_stance

SENTENCES_AROUND = 1
"""Whole sentences kept on either side of the one with the mention."""


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
        """The stance most of its counted mentions of techniques and products speak for."""
        return main_stance(
            Stance(m.stance, m.cue) for m in self.mentions if m.counted and m.evidence
        )


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

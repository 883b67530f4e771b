"""A text with stretches cut out, and where everything else stands afterwards. Pure."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

_RUNS = re.compile(rb"(.)\1*", re.DOTALL)


@dataclass(frozen=True, order=True)
class Cut:
    """Characters `start` to `end` of a text, and what stands in their place."""

    start: int
    end: int
    mark: str


class Cutting:
    """A text after some cuts. Where cuts overlap, the later one of those given stands."""

    def __init__(self, text: str, cuts: Iterable[Cut]) -> None:
        self._source = text
        self.cuts = _merged(len(text), tuple(cuts))
        shifts = (len(cut.mark) - (cut.end - cut.start) for cut in self.cuts)
        self._shifts = [0, *accumulate(shifts)]
        self._starts = [cut.start for cut in self.cuts]

    @property
    def text(self) -> str:
        """What is left, with a mark for each cut."""
        return self.part(0, len(self._source))

    def part(self, start: int, end: int) -> str:
        """Return what is left of a part of the text; a cut that it touches is its mark, whole."""
        pieces, at = [], start
        for cut in self.touching(start, end):
            pieces += [self._source[at : cut.start], cut.mark]
            at = max(cut.end, at)
        return "".join([*pieces, self._source[at:end]])

    def touching(self, start: int, end: int) -> Sequence[Cut]:
        """Return the cuts that take something from a part of the text."""
        first = max(bisect_right(self._starts, start) - 1, 0)
        found = []
        for cut in self.cuts[first:]:
            if cut.start >= end:
                break
            if cut.end > start:
                found.append(cut)
        return found

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where a part of the text stands afterwards; of a cut that it touches, all."""
        return self._place(start, after=False), self._place(end, after=True)

    def _place(self, offset: int, *, after: bool) -> int:
        index = bisect_right(self._starts, offset - after)
        if index and offset - after < self.cuts[index - 1].end:
            cut = self.cuts[index - 1]
            start = cut.start + self._shifts[index - 1]
            return start + len(cut.mark) if after else start
        return offset + self._shifts[index]


def _merged(length: int, cuts: Sequence[Cut]) -> list[Cut]:
    """Return cuts that do not overlap, in order: each character has the mark painted last."""
    marks = list(dict.fromkeys(cut.mark for cut in cuts))
    if not marks or len(marks) > 255:
        return [Cut(0, length, marks[0])] if marks and length else []
    painted = bytearray(length)
    for cut in cuts:
        start, end = max(cut.start, 0), min(cut.end, length)
        painted[start:end] = bytes([marks.index(cut.mark) + 1]) * max(end - start, 0)
    runs = (run for run in _RUNS.finditer(painted) if run[1] != b"\0")
    return [Cut(run.start(), run.end(), marks[run[1][0] - 1]) for run in runs]


def gaps(length: int, kept: Iterable[tuple[int, int]], mark: str) -> list[Cut]:
    """Return the cuts that leave nothing of a text but what is kept."""
    found, at = [], 0
    for start, end in sorted(kept):
        if start > at:
            found.append(Cut(at, start, mark))
        at = max(at, end)
    return [*found, Cut(at, length, mark)] if at < length else found

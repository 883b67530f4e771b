"""A page's text cut where mentions begin and end: overlaps stay visible, offsets stay exact."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from publish.database import Row

LONG_LINE = 50
"""Characters of a line that was broken for want of room; shorter ones are a list's or a table's."""
_TORN = re.compile(rf"(?<=[^\n]{{{LONG_LINE}}})\n(?=[a-z])")


@dataclass(frozen=True)
class Segment:
    """A stretch of text and the mentions it belongs to; `starts` and `ends` at it."""

    text: str
    mentions: tuple[Row, ...] = ()
    starts: tuple[Row, ...] = ()
    ends: tuple[Row, ...] = ()

    @property
    def counted(self) -> bool:
        """Whether any mention here counts as evidence."""
        return any(mention["counted"] for mention in self.mentions)

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the mentions here."""
        return frozenset(str(mention.get("mention")) for mention in self.mentions)

    @property
    def labels(self) -> str:
        """What the mentions here were found as, for a tooltip."""
        return "; ".join(dict.fromkeys(_label(mention) for mention in self.mentions))


def _label(mention: Row) -> str:
    return f"{mention['code_label']}{'' if mention['counted'] else ' (not counted)'}"


def segments(text: str, mentions: Sequence[Row]) -> list[Segment]:
    """Cut a text at every mention's start and end; joined, the segments are the text again.

    A mention whose offsets do not lie in the text is left out.
    """
    kept = [mention for mention in mentions if _lies_in(text, mention["start"], mention["end"])]
    edges = {0, len(text)} | {m["start"] for m in kept} | {m["end"] for m in kept}
    cuts = sorted(edges)
    return [_segment(text, start, end, kept) for start, end in pairwise(cuts)]


def flowing(text: str) -> str:
    """Return a text whose long lines flow on where the next begins in lower case.

    A PDF breaks lines where its column ends, a screen where its own does: both at once leave
    half-empty lines. Signs are exchanged one for one, so that offsets stay exact.
    """
    return _TORN.sub(" ", text)


def _lies_in(text: str, start: int | None, end: int | None) -> bool:
    return start is not None and end is not None and 0 <= start < end <= len(text)


def _segment(text: str, start: int, end: int, mentions: Sequence[Row]) -> Segment:
    here = tuple(m for m in mentions if m["start"] <= start and m["end"] >= end)
    return Segment(
        text[start:end],
        here,
        tuple(m for m in here if m["start"] == start),
        tuple(m for m in here if m["end"] == end),
    )

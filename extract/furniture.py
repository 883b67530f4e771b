"""Running headers and footers: what stands on every page and belongs to none of them.

Where a document has pages enough, what runs is what comes again: the same words (numbers aside) in
the same place, or other words in a place where pages in a row have one such line. A page alone is
judged by its look: a short line in the margin, parted from the rest, in type no larger.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low

from extract.layout import Block, Line

MARGIN = 0.13
"""Share of the page's height, above and below, in which running lines stand."""
AGAIN = 3
"""Pages on which a line must come again to be one that runs."""
ROWS = 4
"""Rows of a header or footer, at most."""
ROW_CHARS = 160
GAP = 0.9
"""White space, in sizes of the page's type, that parts a running line from the text."""
SAME_GAP = 1.0
"""Points within which two white spaces are the same."""
LARGE = 1.15
"""Share of the page's type size above which a line is a title."""
SMALL = 0.95
"""Share of the page's type size up to which a running line without a number is set."""
_NUMBER = re.compile(
    r"\W*(?:page|tudalen|p\.)?\W*(?:\d{1,4}|[ivxlc]{1,7}|[A-Z]-?\d{1,3})\W*"
    r"(?:(?:of|/|o)\W*\d{1,4})?\W*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")


@dataclass(slots=True)
class Row:
    """Lines side by side, at the top or bottom of a page; `edge` is the margin they stand in."""

    lines: list[Line]
    edge: str
    top: float
    bottom: float
    size: float
    text: str

    @property
    def place(self) -> tuple[str, int]:
        """Where it stands: rows of several pages agree within a few points."""
        return self.edge, round(self.top / 4)

    @property
    def words(self) -> tuple[str, str]:
        """What it says, numbers aside."""
        return self.edge, _DIGITS.sub("#", self.text.casefold())


def rows(blocks: Iterable[Block], height: float) -> list[Row]:
    """Return a page's rows in its margins, from the edges inwards, top first."""
    every = sorted((line for b in blocks for line in b.lines), key=lambda line: line.top)
    grouped: list[list[Line]] = []
    bottom = float("-inf")
    for line in every:
        if line.top < bottom - 0.3 * line.size:
            grouped[-1].append(line)
            bottom = max(bottom, line.bottom)
        else:
            grouped.append([line])
            bottom = line.bottom
    head = [r for g in grouped[:ROWS] if (r := _row(g, "top")).bottom < MARGIN * height]
    foot = [
        r
        for g in reversed(grouped[len(head) :][-ROWS:])
        if (r := _row(g, "bottom")).top > (1 - MARGIN) * height
    ]
    return head + foot


def _row(group: list[Line], edge: str) -> Row:
    group.sort(key=lambda line: line.x0)
    return Row(
        group,
        edge,
        min(line.top for line in group),
        max(line.bottom for line in group),
        max(line.size for line in group),
        " ".join(line.text for line in group),
    )


def alone(found: Sequence[Row], blocks: Sequence[Block], body: float) -> list[Row]:
    """Return the rows of a page that look as if they ran, without another page to compare."""
    every = [line for block in blocks for line in block.lines]
    gaps = _gaps(every)
    least = max(GAP * body, 1.5 * median_low(gaps))
    kept: list[Row] = []
    for edge in ("top", "bottom"):
        outer = [row for row in found if row.edge == edge]
        inside = {id(line) for row in outer for line in row.lines}
        rest = [line for line in every if id(line) not in inside]
        kept += _parted(outer, rest, body, least, _paragraph(gaps))
    return kept


def _gaps(every: Sequence[Line]) -> list[float]:
    """Return the white spaces that stand between the lines of a page, the least first."""
    placed = sorted(every, key=lambda line: line.top)
    gaps = sorted(below.top - above.bottom for above, below in pairwise(placed))
    return [gap for gap in gaps if gap > 0] or [0.0]


def _paragraph(gaps: Sequence[float]) -> float:
    """Return the largest white space that comes again: what parts paragraphs on this page."""
    again = (one for one, other in pairwise(gaps) if other - one < SAME_GAP)
    return max(again, default=0.0)


def _parted(
    outer: list[Row], rest: list[Line], body: float, least: float, paragraph: float
) -> list[Row]:
    """Return the rows of one margin that so much white space parts from the text.

    What stands inside of a running line runs itself only if more parts it from the text than
    parts paragraphs: else it is the text's first or last.
    """
    if not rest or not outer:
        return []
    top = outer[0].edge == "top"
    edges = [row.top if top else -row.bottom for row in outer[1:]]
    edges.append(min(line.top for line in rest) if top else -max(line.bottom for line in rest))
    ends = [row.bottom if top else -row.top for row in outer]
    deepest = 0
    for depth, (row, end, edge) in enumerate(zip(outer, ends, edges, strict=True), 1):
        if row.size > LARGE * body or len(row.text) > ROW_CHARS:
            break
        if edge - end >= least:
            deepest = depth
            least = max(least, paragraph + SAME_GAP)
    if not deepest and _NUMBER.fullmatch(outer[0].text):
        deepest = 1
    return outer[:deepest]


class Running:
    """The rows of the pages around one: says which of its rows run."""

    def __init__(self) -> None:
        self._words: Counter[tuple[str, str]] = Counter()
        self._places: Counter[tuple[str, int]] = Counter()
        self.pages = 0

    def add(self, found: Sequence[Row], count: int = 1) -> None:
        """Count a page's rows, or with -1 discount them again."""
        self.pages += count
        for words in {row.words for row in found}:
            self._words[words] += count
        for place in {row.place for row in found}:
            self._places[place] += count

    def choose(self, found: Sequence[Row], blocks: Sequence[Block], body: float) -> list[Row]:
        """Return those of a page's rows that are furniture."""
        look = {id(row) for row in alone(found, blocks, body)}
        few = self.pages <= AGAIN
        return [
            row
            for row in found
            if self._words[row.words] >= AGAIN
            or (id(row) in look and (few or self._often(row, body) or _NUMBER.fullmatch(row.text)))
        ]

    def _often(self, row: Row, body: float) -> bool:
        """Whether pages have a line in this place, in type that no title of a slide is set in."""
        if row.size > SMALL * body and not _DIGITS.search(row.text):
            return False
        edge, place = row.place
        near = max(self._places[edge, place + step] for step in (-1, 0, 1))
        return near >= AGAIN and near >= self.pages / 3

"""The order in which a page is read: lines, blocks, columns, tables, footnotes, furniture.

Pages say nothing of their order but that in which they are drawn, which is nearly always right
inside a paragraph and mostly right between paragraphs. So words drawn one after another make lines
and blocks, and blocks are ordered by recursive cuts along white space: of the cuts that are
possible, the one that agrees best with the order of drawing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise, zip_longest

from extract.words import Piece

MANY_BLOCKS = 400
"""Blocks on a page from which on the order of drawing is kept: maps and charts."""
GUTTER = 4.0
"""Points of white space between columns, at least."""
LEADING = 0.75
"""Share of the font size that may stand between two lines of one block."""

NOTE_SIZE = 0.92
"""Share of the page's own type size up to which type is that of footnotes."""
LARGER = 1.1
"""Share of the page's own type size above which type is a heading's."""
NOTES_BELOW = 0.5
"""Share of the page's height below which footnotes stand."""
ENDS = re.compile(r"[.!?:;]['\"”’)]*$")
"""The end of a sentence, or of a clause that may be the last."""
_MARK = re.compile(r"(?:\d{1,2}|[*†‡§'’]) ?[A-Z]\w+ \w+ \w+")
"""What a footnote in any type begins with."""


@dataclass(slots=True, eq=False)
class Line:
    """Words that stand side by side."""

    words: list[Piece]
    x0: float = 0
    top: float = 0
    x1: float = 0
    bottom: float = 0
    size: float = 0

    def __post_init__(self) -> None:
        self.x0 = min(w.x0 for w in self.words)
        self.top = min(w.top for w in self.words)
        self.x1 = max(w.x1 for w in self.words)
        self.bottom = max(w.bottom for w in self.words)
        self.size = max(self.words, key=lambda w: len(w.text)).size

    @property
    def text(self) -> str:
        """The words."""
        return " ".join(w.text for w in self.words)


@dataclass(slots=True, eq=False)
class Block:
    """Lines that belong together, or the rows of a table."""

    lines: list[Line]
    rows: list[list[list[Piece]]] = field(default_factory=list)
    index: int = 0
    x0: float = 0
    top: float = 0
    x1: float = 0
    bottom: float = 0
    size: float = 0

    def __post_init__(self) -> None:
        self.measure()

    def measure(self) -> None:
        """Set the block's place and size by its lines."""
        self.x0 = min(line.x0 for line in self.lines)
        self.top = min(line.top for line in self.lines)
        self.x1 = max(line.x1 for line in self.lines)
        self.bottom = max(line.bottom for line in self.lines)
        self.size = max(self.lines, key=lambda line: len(line.words)).size
        self.index = min(word.index for line in self.lines for word in line.words)


def lines(words: Iterable[Piece]) -> list[Line]:
    """Return the lines that words make in the order they are drawn.

    A word goes on a line if it stands on it, to the right of the one before.
    """
    found: list[list[Piece]] = []
    last: Piece | None = None
    for word in words:
        if last is not None and _goes_on(last, word):
            touching = word.x0 - last.x1 < 0.02 * word.size and not word.spaced
            word.joined = touching and _torn(last, word)
            found[-1].append(word)
        else:
            found.append([word])
        last = word
    return [Line(line) for line in found]


def table(cells: Sequence[Sequence[Sequence[Piece]]]) -> Block | None:
    """Return a table as one block, or None where it has no rows and columns of words."""
    rows = [[list(cell) for cell in row] for row in cells if any(row)]
    columns = sum(any(column) for column in zip_longest(*rows, fillvalue=[]))
    if len(rows) < 2 or columns < 2:
        return None
    return Block([Line([word for cell in row for word in cell]) for row in rows], rows)


def _goes_on(last: Piece, word: Piece) -> bool:
    low = max(last.top, word.top)
    high = min(last.bottom, word.bottom)
    shared = high - low
    if shared < 0.4 * min(last.bottom - last.top, word.bottom - word.top):
        return False
    return -word.size < word.x0 - last.x1 and word.x0 >= last.x0


def _torn(last: Piece, word: Piece) -> bool:
    """Whether two pieces that touch are one word: a superscript is one of its own."""
    return abs(last.size - word.size) < 0.1 * word.size


def blocks(found: Sequence[Line]) -> list[Block]:
    """Return the blocks that lines make in the order they are drawn."""
    kept: list[list[Line]] = []
    for line in found:
        if kept and _belongs(kept[-1][-1], line):
            kept[-1].append(line)
        else:
            kept.append([line])
    return [Block(block) for block in kept]


def _belongs(above: Line, below: Line) -> bool:
    """Whether a line goes on the block that ends with another one."""
    size = max(above.size, below.size)
    gap = below.top - above.bottom
    if min(above.size, below.size) < NOTE_SIZE * size or not -0.6 * size < gap < LEADING * size:
        return False
    if below.top <= above.top - 0.2 * size:
        return False
    return min(above.x1, below.x1) - max(above.x0, below.x0) > 0


def ordered(found: Sequence[Block]) -> list[Block]:
    """Return blocks in reading order."""
    if len(found) > MANY_BLOCKS:
        return sorted(found, key=lambda b: b.index)
    return _ordered(found, body_size(found))


def _ordered(found: Sequence[Block], body: float) -> list[Block]:
    columns = _columns(found, body)
    strips = _parts(found, "top", "bottom", 0.0)
    if len(strips) > 1 and len(columns) < 2:
        strips = _merged(strips, body)
    choices = [parts for parts in (columns, strips) if len(parts) > 1]
    if not choices:
        return sorted(found, key=lambda b: b.index)
    best = min(choices, key=lambda parts: _against(parts, parts is columns))
    return [block for part in best for block in _ordered(part, body)]


def _columns(found: Sequence[Block], body: float) -> list[list[Block]]:
    """Cut blocks into columns; captions and notes in small type may stand across a gutter."""
    parts = _parts(found, "x0", "x1", GUTTER)
    small = [b for b in found if b.size <= NOTE_SIZE * body and not b.rows]
    if len(parts) > 1 or not small or len(small) == len(found):
        return parts
    held = {id(block) for block in small}
    columns = _parts([b for b in found if id(b) not in held], "x0", "x1", GUTTER)
    if len(columns) < 2:
        return parts
    ends = [max(block.x1 for block in column) for column in columns]
    starts = [min(block.x0 for block in column) for column in columns]
    drawn = [sorted(block.index for block in column) for column in columns]
    for block in small:
        within = [n for n, end in enumerate(ends) if starts[n] < block.x1 and block.x0 < end]
        before = [max((i for i in at if i < block.index), default=-1) for at in drawn]
        column = within[0] if len(within) == 1 else before.index(max(before))
        columns[column].append(block)
    return columns


def _parts(found: Sequence[Block], low: str, high: str, gap: float) -> list[list[Block]]:
    """Cut blocks wherever white space runs through all of them."""
    parts: list[list[Block]] = []
    end = float("-inf")
    for block in sorted(found, key=lambda b: (getattr(b, low), b.index)):
        if not parts or getattr(block, low) > end + gap:
            parts.append([])
        parts[-1].append(block)
        # descenders and ascenders of lines set tight overlap a little
        slack = 0.0 if gap else 0.15 * block.size
        end = max(end, getattr(block, high) - slack)
    return parts


def _merged(strips: list[list[Block]], body: float) -> list[list[Block]]:
    """Put strips together again through which one gutter runs, if they are drawn so."""
    kept = [strips[0]]
    for strip in strips[1:]:
        both = kept[-1] + strip
        columns = _columns(both, body)
        if len(columns) > 1 and _against(columns, True) < _inversions([kept[-1], strip]):
            kept[-1] = both
        else:
            kept.append(strip)
    return kept if len(kept) > 1 else strips


def _against(parts: Sequence[Sequence[Block]], columns: bool) -> int:
    """Count the pairs of blocks that parts put against their drawing.

    Columns may be drawn one by one from the right: that speaks for them, too.
    """
    if not columns:
        return _inversions(parts)
    count = 0
    for one, other in combinations(parts, 2):
        against = _inversions((one, other))
        count += min(against, len(one) * len(other) - against)
    return count


def _inversions(parts: Sequence[Sequence[Block]]) -> int:
    """Count the pairs of blocks that parts read one after another put against their drawing."""
    count = 0
    for number, part in enumerate(parts):
        for later in parts[number + 1 :]:
            count += sum(a.index > b.index for a in part for b in later)
    return count


def body_size(found: Sequence[Block]) -> float:
    """Return the size most characters of a page have."""
    sizes: dict[float, int] = {}
    for block in found:
        for line in block.lines:
            key = round(line.size * 2) / 2
            sizes[key] = sizes.get(key, 0) + sum(len(word.text) for word in line.words)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def notes_last(found: Sequence[Block], body: float, height: float) -> list[Block]:
    """Return blocks with the footnotes of their columns after everything else.

    A footnote is in smaller type, in the lower part of the page, and nothing in the page's own
    type stands below it in its column; or it stands in the middle of a sentence.
    """
    notes = {id(block) for block in found if _is_note(block, found, body, height)}
    notes |= _between(found, height)
    text = [block for block in found if id(block) not in notes]
    return [*text, *(block for block in found if id(block) in notes)] if text else list(found)


def _between(found: Sequence[Block], height: float) -> set[int]:
    """Return the notes at a column's foot over which a sentence goes on in the next column."""
    notes: set[int] = set()
    for number, (before, first) in enumerate(pairwise(found), 1):
        if first.rows or first.top < NOTES_BELOW * height or not _MARK.match(first.lines[0].text):
            continue
        end = number + 1
        while end < len(found) and _is_under(found[end], found[end - 1]):
            end += 1
        if end == len(found) or found[end].x0 < first.x1:
            continue
        goes_on = found[end].lines[0].words[0].text[:1].islower()
        if goes_on and not ENDS.search(before.lines[-1].words[-1].text):
            notes.update(map(id, found[number:end]))
    return notes


def _is_under(block: Block, other: Block) -> bool:
    return block.top > other.top and min(block.x1, other.x1) > max(block.x0, other.x0)


def _is_note(block: Block, found: Sequence[Block], body: float, height: float) -> bool:
    if block.rows or block.size > NOTE_SIZE * body or block.top < NOTES_BELOW * height:
        return False
    over = [b for b in found if b is not block and min(b.x1, block.x1) > max(b.x0, block.x0)]
    own = [b for b in over if b.size > NOTE_SIZE * body or b.rows]
    if not own or any(b.top >= block.top for b in own):
        return False
    last = max(own, key=lambda b: b.bottom)
    return not (_is_heading(last, body) and block.top - last.bottom < last.size)


def _is_heading(block: Block, body: float) -> bool:
    """Whether a block is one line in larger type: what stands right below it is no footnote."""
    return len(block.lines) == 1 and not block.rows and block.size > body * LARGER

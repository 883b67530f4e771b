"""What is drawn on a document's pages turned into pages as they are kept."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import chain, pairwise
from typing import NamedTuple

from extract.furniture import Row, Running, rows
from extract.layout import Block, Line, blocks, body_size, lines, notes_last, ordered, table
from extract.page import Page, Table
from extract.pagetext import cell_text, written
from extract.unruled import unruled
from extract.words import Piece, around

AROUND = 6
"""Pages before and after one in which its running lines are looked for."""
MANY_WORDS = 100_000
"""Words of a document remembered, to mend others by: enough for any, and no more memory."""
WORD_GAP = 0.5
"""Share of the type size that may stand between two words of a line."""
CUT = 0.05
"""Share of neighbouring words that a table's rules may part."""
FINER = 1.5
"""Cells that white space parts for each ruled one, from which on a table's rules are but frames."""
_WORD = re.compile(r"[^\W\d_]+")


class Grid(NamedTuple):
    """A ruled table: its box, and those of its cells (None: merged with another), row by row."""

    bbox: tuple[float, ...]
    cells: list[list[tuple[float, float, float, float] | None]]


@dataclass(slots=True)
class Drawn:
    """A page's words by the degrees they are turned, and its ruled tables."""

    number: int
    width: float
    height: float
    words: dict[int, list[Piece]]
    tables: list[Grid]


@dataclass(slots=True)
class _Sheet:
    """A page on its way: its blocks by direction, the upright ones first."""

    number: int
    width: float
    height: float
    blocks: list[Block]
    turned: list[Block]
    tables: list[Table]
    body: float
    rows: list[Row] = field(default_factory=list)


def sheets(drawn: Iterable[Drawn]) -> Iterator[Page]:
    """Yield pages; running lines are told by the pages around, so some are held back."""
    running, seen = Running(), set[str]()
    before: deque[_Sheet] = deque()
    ahead: deque[_Sheet] = deque()
    for page in drawn:
        sheet = _sheet(page)
        if len(seen) < MANY_WORDS:
            seen.update(_whole_words(page))
        running.add(sheet.rows)
        ahead.append(sheet)
        if len(ahead) > AROUND:
            yield _next(ahead, before, running, seen)
    while ahead:
        yield _next(ahead, before, running, seen)


def _next(ahead: deque[_Sheet], before: deque[_Sheet], running: Running, seen: set[str]) -> Page:
    sheet = ahead.popleft()
    page = _page(sheet, running.choose(sheet.rows, sheet.blocks, sheet.body), seen)
    before.append(sheet)
    if len(before) > AROUND:
        running.add(before.popleft().rows, -1)
    return page


def _whole_words(page: Drawn) -> Iterator[str]:
    """Yield the words that no line's end has torn."""
    for pieces in page.words.values():
        for piece in pieces:
            if piece.text[-1:] not in "-\u2010\u00ad":
                yield from (word.lower() for word in _WORD.findall(piece.text))


def _sheet(page: Drawn) -> _Sheet:
    directions = list(page.words.items())
    main, words = directions[0] if directions else (0, [])
    found, tables = _tables(page.tables, words) if main == 0 else ([], [])
    held = {id(word) for block in found for line in block.lines for word in line.words}
    flow = lines([word for word in words if id(word) not in held] if held else words)
    for rows_of, lines_of in unruled(flow):
        block = table(rows_of)
        if block:
            found.append(block)
            tables.append(_table(block))
            inside = set(map(id, lines_of))
            flow = [line for line in flow if id(line) not in inside]
    upright = [*blocks(flow), *found]
    turned = [b for _, others in directions[1:] for b in ordered(blocks(lines(others)))]
    sheet = _Sheet(
        page.number, page.width, page.height, upright, turned, tables, body_size(upright)
    )
    if main == 0:
        sheet.rows = rows([b for b in upright if not b.rows], page.height)
    return sheet


def _tables(grids: Sequence[Grid], words: Sequence[Piece]) -> tuple[list[Block], list[Table]]:
    """Put words into the cells of tables; a word stands in the first table that holds it."""
    found, kept = [], []
    free = list(words)
    for grid in grids:
        inside = [word for word in free if _within(word, grid.bbox)]
        cells, drawn = _cells(grid, inside), lines(inside)
        if _cuts(cells, drawn) or _is_coarse(cells, drawn):
            continue
        block = table([[*map(_read, row)] for row in cells])
        if block is None:
            continue
        found.append(block)
        held = {id(word) for line in block.lines for word in line.words}
        free = [word for word in free if id(word) not in held]
        kept.append(_table(block, grid.bbox))
    return found, kept


def _table(block: Block, bbox: Sequence[float] = ()) -> Table:
    """Return a table as it is kept; its box is that of its words where no other is known."""
    whole = reduce(around, (word.box for line in block.lines for word in line.words))
    x0, top, x1, bottom = (round(edge, 1) for edge in bbox or whole)
    return (x0, top, x1, bottom), [[cell_text(cell) for cell in row] for row in block.rows]


def _is_coarse(cells: Sequence[Sequence[Sequence[Piece]]], drawn: Sequence[Line]) -> bool:
    """Whether a table is ruled around several rows or columns of figures, not between them."""
    filled = sum(map(bool, chain.from_iterable(cells)))
    finer = (cell for found in unruled(drawn) for row in found.rows for cell in row)
    return sum(map(bool, finer)) >= FINER * filled


def _cuts(cells: Sequence[Sequence[Sequence[Piece]]], drawn: Sequence[Line]) -> bool:
    """Whether rules that look like a table's run through lines of text: art behind columns."""
    every = [cell for row in cells for cell in row]
    place = {id(word): number for number, cell in enumerate(every) for word in cell}
    cut = pairs = 0
    for line in drawn:
        for one, other in pairwise(line.words):
            if other.x0 - one.x1 < WORD_GAP * other.size:
                pairs += 1
                cut += place.get(id(one)) != place.get(id(other))
    return cut > CUT * pairs


def _cells(grid: Grid, inside: Sequence[Piece]) -> list[list[list[Piece]]]:
    """Return the words of each cell; of cells that overlap, the first has a word."""
    free = list(inside)
    found = []
    for row in grid.cells:
        tall = [cell for cell in row if cell]
        top, bottom = min(cell[1] for cell in tall), max(cell[3] for cell in tall)
        beside = [word for word in free if top <= word.middle < bottom]
        cells: list[list[Piece]] = []
        for cell in row:
            cells.append([word for word in beside if cell and _within(word, cell)])
            held = set(map(id, cells[-1]))
            beside = [word for word in beside if id(word) not in held]
        held = {id(word) for words in cells for word in words}
        free = [word for word in free if id(word) not in held]
        found.append(cells)
    return found


def _within(word: Piece, box: Sequence[float]) -> bool:
    """Whether a word's middle is in a box."""
    x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
    return box[0] <= x < box[2] and box[1] <= y < box[3]


def _read(cell: list[Piece]) -> list[Piece]:
    return [w for b in ordered(blocks(lines(cell))) for line in b.lines for w in line.words]


def _page(sheet: _Sheet, furniture: Sequence[Row], seen: set[str]) -> Page:
    aside = {id(line) for row in furniture for line in row.lines}
    kept = _without(sheet.blocks, aside) if aside else sheet.blocks
    body = notes_last(ordered(kept), sheet.body, sheet.height)
    text, words = written([*body, *sheet.turned], seen)
    return Page(
        sheet.number,
        text,
        "text" if text.strip() else "blank",
        width_pt=sheet.width,
        height_pt=sheet.height,
        words=words,
        tables=sheet.tables,
        furniture="\n".join(row.text for row in furniture),
    )


def _without(found: Iterable[Block], aside: set[int]) -> list[Block]:
    """Return blocks without some of their lines."""
    kept = []
    for block in found:
        rest: list[Line] = [line for line in block.lines if id(line) not in aside]
        if len(rest) == len(block.lines):
            kept.append(block)
        elif rest:
            kept.append(Block(rest))
    return kept

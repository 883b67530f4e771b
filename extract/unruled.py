"""Tables that no lines rule: figures that stand under one another, parted by white space alone.

Prose in columns looks much the same to a machine, and must stay prose. So a table begins with lines
that are drawn as its rows are, their parts set apart, figures among the later ones; what stands
between such rows and at their head belongs to it.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from extract.layout import Line
from extract.words import Piece

Cell = list[Piece]
Rows = list[list[Cell]]

PARTED = 0.9
"""White space between two cells of a row, in sizes of their type; between words it is a third."""
LEAST_ROWS = 3
MANY_ROWS = 300
"""Rows on a page from which on it is a map or chart; the time to group them grows squared."""
FIGURES = 0.5
"""Share of the cells after the first of their rows that are figures."""
ONE_COLUMN = 0.9
"""The same where there is but one column after the first."""
LONGEST_FIGURE = 24
"""Characters."""
LONGEST_AMOUNT = 4
"""Words, one of them a figure."""
LONGEST_CELL = 8
"""Words; a longer stretch without a gap is prose."""
LONGEST_HEAD = 6
APART = 3.5
"""Heights of a row that may lie between two rows of one table: a sub-heading stands there."""
HEAD_APART = 1.6
HEAD_ROWS = 6
HEAD_SLACK = 4.0
"""Heights of a row by which the names of columns may reach out over their figures."""
TIGHT = 0.85
"""Share of the distance between rows within which a line goes on the row above, or below."""
LEADING = 0.3
"""White space, in sizes of type, up to which a line at a table's head goes on the one above."""
ACROSS = 0.1
"""Share of the rows that may have words in the white space between two columns."""
_NOTHING = frozenset({"n/a", "na", "nil", "none", "ref", "ref.", "tbc", "x"})
_NUMBERED = re.compile(r"\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})(?:\.\d{1,2})*[.)]?|\W", re.IGNORECASE)
_CAPTION = re.compile(r"(?:table?|figure|chart|exhibit|appendix|annex|ffigur)\b", re.IGNORECASE)


class _Row(NamedTuple):
    """Lines that stand side by side, cut into parts wherever more than a space parts words."""

    lines: list[Line]
    parts: list[Cell]
    top: float
    bottom: float
    x0: float
    x1: float

    @property
    def height(self) -> float:
        return self.bottom - self.top


class Table(NamedTuple):
    """A table's cells, row by row, and the lines that they hold."""

    rows: Rows
    lines: list[Line]


def unruled(lines: Sequence[Line]) -> list[Table]:
    """Return the tables among a page's lines."""
    rows = [_row([line]) for line in lines if _is_parted(line)]
    rows = [row for row in rows if _has_figures(row.parts[1:])]
    if not LEAST_ROWS <= len(rows) <= MANY_ROWS:
        return []
    free = sorted(lines, key=lambda line: line.top)
    prose = [line for line in free if max(map(len, _parts(line))) > LONGEST_CELL]
    aside = set(map(id, prose))
    rows = [row for row in rows if id(row.lines[0]) not in aside]
    found = []
    for group in _groups(sorted(rows, key=lambda row: row.top), prose):
        columns = _columns(group)
        if not columns or not _is_table([_cells(row.lines, columns) for row in group]):
            continue
        table = _whole(group, columns, free)
        if len(table.rows) >= LEAST_ROWS:
            found.append(table)
            held = set(map(id, table.lines))
            free = [line for line in free if id(line) not in held]
    return found


def _has_figures(parts: Sequence[Cell]) -> bool:
    return any(map(is_figure, parts)) or (len(parts) > 1 and all(map(_names_figure, parts)))


def _is_parted(line: Line) -> bool:
    """Whether white space is wide enough anywhere to part cells; quickly told of most lines."""
    return any(
        other.x0 - one.x1 > PARTED * other.size
        for one, other in zip(line.words, line.words[1:], strict=False)
    )


def _parts(line: Line) -> list[Cell]:
    parts = [[line.words[0]]]
    for one, other in pairwise(line.words):
        if other.x0 - one.x1 > PARTED * other.size:
            parts.append([])
        parts[-1].append(other)
    return parts


def _row(lines: list[Line]) -> _Row:
    parts = [part for line in lines for part in _parts(line)]
    return _Row(
        lines,
        sorted(parts, key=lambda part: part[0].x0),
        min(line.top for line in lines),
        max(line.bottom for line in lines),
        min(line.x0 for line in lines),
        max(line.x1 for line in lines),
    )


def is_figure(words: Sequence[Piece]) -> bool:
    """Whether words are a number, an amount, a share or a range, or stand for none."""
    text = "".join(word.text for word in words)
    if not text or len(text) > LONGEST_FIGURE:
        return False
    digits, letters = sum(map(str.isdigit, text)), sum(map(str.isalpha, text))
    if digits:
        return 2 * letters <= digits
    return (not letters and len(text) <= 3) or text.lower() in _NOTHING


def _names_figure(words: Sequence[Piece]) -> bool:
    """Whether words are few and a figure is among them: "£500 or less"."""
    few = len(words) <= LONGEST_AMOUNT
    return few and any(letter.isdigit() for word in words for letter in word.text)


def _groups(rows: Iterable[_Row], prose: Sequence[Line]) -> list[list[_Row]]:
    """Return rows that stand one below the other with no prose between them."""
    groups: list[list[_Row]] = []
    for row in rows:
        for group in reversed(groups):
            if _follows(group[-1], row, prose):
                group.append(row)
                break
        else:
            groups.append([row])
    return [group for group in groups if len(group) >= LEAST_ROWS]


def _follows(above: _Row, below: _Row, prose: Iterable[Line]) -> bool:
    gap = below.top - above.bottom
    if not -0.3 * above.height < gap < APART * max(above.height, below.height):
        return False
    left, right = max(above.x0, below.x0), min(above.x1, below.x1)
    if right - left < 0.5 * min(above.x1 - above.x0, below.x1 - below.x0):
        return False
    return not any(
        above.bottom <= (line.top + line.bottom) / 2 <= below.top
        and line.x0 < right
        and left < line.x1
        for line in prose
    )


def _columns(group: Sequence[_Row]) -> list[float]:
    """Return where the columns of a table part: the middles of the white space between them."""
    edges = [
        edge
        for row in group
        for part in row.parts
        for edge in ((part[0].x0, 1), (max(word.x1 for word in part), -1))
    ]
    edges.sort()
    allowed, depth, found = int(ACROSS * len(group)), 0, []
    for (x, step), (following, _) in pairwise(edges):
        depth += step
        if depth <= allowed and following - x > 1.0:
            found.append((x + following) / 2)
    return _filled(group, found)


def _filled(group: Sequence[_Row], columns: Sequence[float]) -> list[float]:
    """Return the edges of columns that have words in more rows than may stand across."""
    kept: list[float] = []
    rows = [_cells(row.lines, columns) for row in group]
    least = max(ACROSS * len(group), 1)
    for number, edge in enumerate(columns, 1):
        if sum(bool(cells[number]) for cells in rows) > least:
            kept.append(edge)
    return kept


def _column(words: Sequence[Piece], columns: Sequence[float]) -> int:
    middle = (words[0].x0 + words[-1].x1) / 2
    return sum(middle > edge for edge in columns)


def _cells(lines: Iterable[Line], columns: Sequence[float]) -> list[Cell]:
    """Put the words of lines into columns, each by its middle."""
    cells: list[Cell] = [[] for _ in range(len(columns) + 1)]
    for line in lines:
        for word in line.words:
            cells[_column([word], columns)].append(word)
    return cells


def _is_table(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether rows hold figures enough, and are no numbered list and no table of contents."""
    later = [cell for row in rows for cell in row[1:] if cell]
    wanted = FIGURES if len(rows[0]) > 2 else ONE_COLUMN
    amounts = len(rows[0]) > 2 and all(map(_names_figure, later))
    if sum(map(is_figure, later)) < wanted * len(later) and not amounts:
        return False
    texts = [["".join(word.text for word in cell) for cell in row] for row in rows]
    pages = [row[-1] for row in texts]
    numbered = all(_NUMBERED.fullmatch(row[0]) for row in texts)
    if len(rows[0]) > (3 if numbered else 2) or not all(map(str.isdecimal, pages)):
        return True
    return sorted(map(int, pages)) != list(map(int, pages))


def _whole(group: Sequence[_Row], columns: Sequence[float], free: Sequence[Line]) -> Table:
    """Return a table with what stands at its head and between its rows of figures."""
    left, right = min(row.x0 for row in group), max(row.x1 for row in group)
    near = [line for line in free if line.x0 < right and left < line.x1]
    top, bottom = group[0].top, group[-1].bottom
    inside = [line for line in near if top <= (line.top + line.bottom) / 2 <= bottom]
    inside = [line for line in inside if left - line.size < line.x0 and line.x1 < right + line.size]
    over = [line for line in near if (line.top + line.bottom) / 2 < top]
    head = _head(_stacked(over), group[0], (left, right), columns)
    lines = [line for row in head for line in row.lines] + inside
    return Table(_joined(head, columns) + _body(_stacked(inside), columns), lines)


def _stacked(lines: Iterable[Line]) -> list[_Row]:
    """Return lines, sorted by their tops, as rows."""
    rows: list[list[Line]] = []
    for line in lines:
        if rows and (line.top + line.bottom) / 2 < rows[-1][0].bottom:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [_row(row) for row in rows]


def _body(rows: Sequence[_Row], columns: Sequence[float]) -> Rows:
    """Return the cells of rows; a line of a label that is broken in two joins its row."""
    steps = [below.top - above.top for above, below in pairwise(rows)]
    tight = TIGHT * median(steps) if steps else 0.0
    found: Rows = []
    before: _Row | None = None
    for row in rows:
        cells = _cells(row.lines, columns)
        close = before is not None and row.top - before.top < tight
        if close and not any(cells[1:]):
            found[-1][0] += cells[0]
        elif close and not any(found[-1][1:]):
            found[-1] = [found[-1][0] + cells[0], *cells[1:]]
        else:
            found.append(cells)
        before = row
    return found


def _head(
    above: Sequence[_Row], first: _Row, sides: tuple[float, float], columns: Sequence[float]
) -> list[_Row]:
    """Return the rows above the first row of figures that name its columns."""
    found: list[_Row] = []
    below = first
    for row in reversed(above[-HEAD_ROWS:]):
        if below.top - row.bottom > HEAD_APART * below.height or not _names(row, sides, columns):
            break
        found.insert(0, row)
        below = row
    return found


def _names(row: _Row, sides: tuple[float, float], columns: Sequence[float]) -> bool:
    """Whether a row names columns; a heading, a caption and a line of prose do not."""
    slack = row.height if len(row.parts) == 1 else HEAD_SLACK * row.height
    if row.x0 < sides[0] - slack or row.x1 > sides[1] + slack:
        return False
    if max(map(len, row.parts)) > LONGEST_HEAD or _CAPTION.match(row.parts[0][0].text):
        return False
    if len(row.parts) == 1:
        return row.x0 > columns[0]
    first = "".join(word.text for word in row.parts[0])
    return len(row.parts) > 2 or not _NUMBERED.fullmatch(first)


def _joined(head: Sequence[_Row], columns: Sequence[float]) -> Rows:
    """Return the cells of a table's head; lines of one name, one above the other, are one cell."""
    parts = [list(row.parts) for row in head]
    for number, (above, below) in enumerate(pairwise(head)):
        if below.top - above.bottom > LEADING * below.height:
            continue
        for part in list(parts[number]):
            under = [one for one in parts[number + 1] if _over(part, one)]
            if len(under) == 1 and sum(_over(one, under[0]) for one in parts[number]) == 1:
                parts[number] = [one for one in parts[number] if one is not part]
                under[0][:0] = part
    found = []
    for row in parts:
        cells: list[Cell] = [[] for _ in range(len(columns) + 1)]
        for part in row:
            cells[_column(part, columns)] += part
        if row:
            found.append(cells)
    return found


def _over(one: Sequence[Piece], other: Sequence[Piece]) -> bool:
    """Whether words stand above others."""
    right = min(max(w.x1 for w in one), max(w.x1 for w in other))
    return max(min(w.x0 for w in one), min(w.x0 for w in other)) < right

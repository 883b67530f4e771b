"""A page's blocks written out: its text, and where its words stand in it."""

import re
from collections.abc import Container, Sequence
from functools import lru_cache

import simplemma

from extract.layout import ENDS, Block
from extract.page import Word
from extract.words import Piece, around

CELL = " | "
"""Between the cells of a row, as in Word files: a tab would be lost wherever white space is."""
_HYPHENS = "-\u2010\u00ad"


class Writer:
    """Writes words one after another and keeps their places."""

    def __init__(self, seen: Container[str]) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._seen = seen
        self.words: list[Word] = []

    @property
    def text(self) -> str:
        """What has been written."""
        return "".join(self._parts)

    def gap(self, text: str) -> None:
        """Write white space or what parts cells."""
        self._parts.append(text)
        self._length += len(text)

    def word(self, piece: Piece) -> None:
        """Write a word, or go on with one whose first piece has just been written."""
        start, box = self._length, piece.box
        self.gap(piece.text)
        if piece.joined and self.words and self.words[-1][1] == start:
            start, _, *place = self.words.pop()
            box = around((place[0], place[1], place[2], place[3]), box)
        x0, top, x1, bottom = box
        place = [round(x0, 1), round(top, 1), round(x1, 1), round(bottom, 1)]
        self.words.append((start, self._length, place[0], place[1], place[2], place[3]))

    def row(self, pieces: Sequence[Piece], before: str = "\n") -> None:
        """Write words of a line after what parts it from the line before."""
        for number, piece in enumerate(pieces):
            if number:
                if not piece.joined:
                    self.gap(" ")
            elif self._parts and not self._goes_on(piece, before):
                self.gap(before)
            self.word(piece)

    def _goes_on(self, piece: Piece, before: str) -> bool:
        """Whether a word goes on over a line's end; a hyphen that only tells so is taken back."""
        last = self._parts[-1]
        if not self.words or len(last) < 2 or "|" in before:
            return False
        if last[-1] not in _HYPHENS:
            return is_cut(last, piece.text)
        half = last[:-1]
        if last[-1] != "\u00ad" and not is_torn(half, piece.text, self._seen):
            return is_compound(half, piece.text)
        self._parts[-1] = half
        self._length -= 1
        start, _, x0, top, x1, bottom = self.words[-1]
        self.words[-1] = (start, self._length, x0, top, x1, bottom)
        return True


_HALF = re.compile(r"[^\W\d_]+$")
_REST = re.compile(r"[^\W\d_]+")
_SUSPENDED = frozenset({"and", "or", "to", "nor", "but", "neu"})
"""Words after which the second half of a compound is told only once."""


def is_torn(half: str, rest: str, seen: Container[str]) -> bool:
    """Whether a hyphen at a line's end is no part of the word.

    It is not where the document has the word unbroken; nor where the first half is no word and
    the second goes on in small letters. Else the hyphen stays.
    """
    first, second = _HALF.search(half), _REST.match(rest)
    if not first or not second or len(first[0]) < 2 or not second[0][0].islower():
        return False
    whole = (first[0] + second[0]).lower()
    return whole in seen or _is_word(whole) or not (_is_word(first[0]) and _is_word(second[0]))


def is_cut(half: str, rest: str) -> bool:
    """Whether a line's end parts a word whose hyphen a scanner's own reading has lost."""
    second = _REST.match(rest)
    if not second or not half.isalpha() or len(half) < 2 or not second[0].islower():
        return False
    return len(second[0]) > 1 and not _is_word(second[0]) and _is_word(half + second[0])


def is_compound(half: str, rest: str) -> bool:
    """Whether a hyphen at a line's end joins two words, or two numbers, that stand as one.

    It does not where a second half is still to come: "short- and long-term".
    """
    first, second = half[-1:], _REST.match(rest)
    if second:
        return first.isalpha() and second[0][0].islower() and second[0] not in _SUSPENDED
    return first.isdigit() and rest[:1].isdigit()


@lru_cache(maxsize=20_000)
def _is_word(text: str) -> bool:
    return len(text) > 1 and bool(simplemma.is_known(text, lang="en"))


def written(blocks: Sequence[Block], seen: Container[str] = ()) -> tuple[str, list[Word]]:
    """Return the text of blocks in their order, and their words' places in it and on the page."""
    writer = Writer(seen)
    before, in_table = "", False
    for block in blocks:
        part = _part(before, block, in_table) if before else ""
        if block.rows:
            _table(writer, block, part)
        else:
            for number, line in enumerate(block.lines):
                writer.row(line.words, "\n" if number else part)
        before, in_table = block.lines[-1].words[-1].text, bool(block.rows)
    return writer.text, writer.words


def _part(before: str, block: Block, in_table: bool) -> str:
    """Return what parts a block from the one before: a paragraph may go on in the next column."""
    first = block.lines[0].words[0].text[:1]
    goes_on = not ENDS.search(before) and first.islower()
    goes_on = goes_on and not block.rows and not in_table
    return "\n" if goes_on else "\n\n"


def _table(writer: Writer, block: Block, before: str) -> None:
    """Write a table row by row; what stands in a cell on several lines stands on one."""
    for row in block.rows:
        for number, cell in enumerate(row):
            if not any(row[number:]):
                break
            gap = CELL if number else before
            if cell:
                writer.row(cell, gap)
            else:
                writer.gap(gap)
        before = "\n"


def cell_text(cell: Sequence[Piece]) -> str:
    """Return a cell's text on one line."""
    writer = Writer(())
    writer.row(cell)
    return writer.text

"""A page's characters as words: what the layout of a page is made of."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pdfplumber.utils.text import LIGATURES

from extract.page import clean

SPACE = 0.15
"""Share of the font size that parts two words; pdfplumber's fixed 3 points glue small print."""
SAME_PLACE = 0.12
"""Share of the font size within which a letter drawn again is fake bold, not another letter."""
Box = tuple[float, float, float, float]


@dataclass(slots=True, eq=False)
class Piece:
    """A word, or a piece of one, as it stands on the page and as it is read.

    `box` is its place on the page, in points from the top left; x0, top, x1, bottom is the same
    place after the page was turned so that the word runs from left to right.
    """

    text: str
    box: Box
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    index: int = 0
    joined: bool = field(default=False)
    """Whether nothing parts it from the piece before."""
    spaced: bool = False
    """Whether white space is drawn before it."""

    @property
    def middle(self) -> float:
        """Half its height."""
        return (self.top + self.bottom) / 2


def letters(text: str) -> str:
    """Return a character's text as it is kept; a glyph without a letter is one odd sign."""
    if text.startswith("(cid:"):
        return "\ufffd"
    text = LIGATURES.get(text, text)
    return text if text.isascii() and text.isprintable() else clean(text).strip("\n")


def direction(char: dict[str, Any]) -> int:
    """Return by how many degrees, clockwise, the page is to be turned to read a character.

    Characters that are level have no matrix; what stands on its head is upright to pdfplumber.
    """
    a, b, _, d = char["matrix"][:4]
    if abs(b) > abs(a):
        return 90 if b > 0 else 270
    return 180 if a < 0 and d < 0 else 0


def by_direction(
    chars: Iterable[dict[str, Any]], left: float, top: float, width: float, height: float
) -> dict[int, list[Piece]]:
    """Return a page's words in the order they are drawn, by the direction in which they run.

    `left`, `top`, `width` and `height` are the page's box: what lies outside is not shown.
    """
    groups: dict[int, list[dict[str, Any]]] = defaultdict(list)
    right, low = left + width, top + height
    for char in chars:
        if char["x0"] > right or char["x1"] < left or char["top"] > low or char["bottom"] < top:
            continue
        groups[direction(char) if "matrix" in char else 0].append(char)
    found: dict[int, list[Piece]] = {}
    for turn, group in groups.items():
        turned = [_turned(char, turn, width, height) for char in group] if turn else group
        found[turn] = once(words(turned))
        if turn:
            for word in found[turn]:
                place = (word.x0, word.top, word.x1, word.bottom)
                word.box = _turn(place, 360 - turn, width, height)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def _turn(box: Box, turn: int, width: float, height: float) -> Box:
    """Return a box of a page of this width and height as it is after turning the page."""
    x0, top, x1, bottom = box
    if turn == 90:
        return height - bottom, x0, height - top, x1
    if turn == 180:
        return width - x1, height - bottom, width - x0, height - top
    return top, width - x1, bottom, width - x0


def _turned(char: dict[str, Any], turn: int, width: float, height: float) -> dict[str, Any]:
    place = (char["x0"], char["top"], char["x1"], char["bottom"])
    x0, top, x1, bottom = _turn(place, turn, width, height)
    return char | {"x0": x0, "top": top, "x1": x1, "bottom": bottom, "size": bottom - top}


def words(chars: Iterable[dict[str, Any]]) -> Iterator[Piece]:
    """Yield the words that characters make in the order given.

    A word ends at white space, at a gap, at a step back and at another line. A letter that stands
    where the same one has just been drawn is left out. Letters of fonts made for columns are all
    said to be as wide as high, so each seems to reach into the next.
    """
    parts: list[str] = []
    last, last_x0 = "", 0.0
    left = high = right = low = largest = 0.0
    spaced = space = False
    for char in chars:
        text, x0, top, size = char["text"], char["x0"], char["top"], char["size"]
        if text == " " or text.isspace() or not text:
            if parts:
                yield _piece(parts, left, high, right, low, largest, spaced)
                parts = []
            space = True
            continue
        if parts and -size / 2 <= top - high <= size / 2:
            if text == last and abs(x0 - last_x0) < SAME_PLACE * size:
                continue
            if -size < x0 - right <= SPACE * size and x0 >= last_x0:
                parts.append(text)
                last, last_x0 = text, x0
                right = max(char["x1"], right)
                if top != high or size != largest:
                    high, low = min(top, high), max(char["bottom"], low)
                    largest = max(size, largest)
                continue
        if parts:
            yield _piece(parts, left, high, right, low, largest, spaced)
        parts, spaced, space = [text], space, False
        left, high, right, low, largest = x0, top, char["x1"], char["bottom"], size
        last, last_x0 = text, x0
    if parts:
        yield _piece(parts, left, high, right, low, largest, spaced)


def _piece(
    parts: list[str],
    x0: float,
    top: float,
    x1: float,
    bottom: float,
    size: float,
    spaced: bool,
) -> Piece:
    text = "".join(parts)
    if not (text.isascii() and text.isprintable() and "(" not in text):
        text = "".join(map(letters, parts))
    return Piece(text, (x0, top, x1, bottom), x0, top, x1, bottom, size, spaced=spaced)


def around(one: Box, other: Box) -> Box:
    """Return the smallest box around two."""
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )


def once(found: Iterable[Piece]) -> list[Piece]:
    """Return words without those drawn again in the same place, as shadows and fake bold are."""
    kept: list[Piece] = []
    places: dict[str, list[Piece]] = {}
    for word in found:
        same = places.get(word.text)
        if same is None:
            places[word.text] = [word]
        else:
            near = SAME_PLACE * word.size
            if any(abs(o.x0 - word.x0) < near and abs(o.top - word.top) < near for o in same):
                continue
            same.append(word)
        if word.text:
            word.index = len(kept)
            kept.append(word)
    return kept

"""A page as every reader returns it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

Word = tuple[int, int, float, float, float, float]
"""start, end (offsets in the text), x0, top, x1, bottom (PDF points from the top left)."""
Table = tuple[tuple[float, float, float, float], list[list[str]]]
"""bbox (PDF points), rows of cells."""

PART_CHARS = 8000
"""Formats without pages are cut into parts of about so many characters: two printed pages."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")


@dataclass
class Page:
    """One page: its text, where its words stand, and what became of it."""

    number: int
    text: str
    outcome: str = "text"
    label: str | None = None
    width_pt: float | None = None
    height_pt: float | None = None
    words: list[Word] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


def clean(text: str) -> str:
    """Return a text that SQLite, HTML and people can bear: no control characters, one line end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    text = _CONTROL.sub("", text)
    return text.encode("utf-8", "replace").decode("utf-8")


def in_parts(text: str) -> Iterator[Page]:
    """Cut a text without pages into parts: at form feeds, else at paragraphs."""
    number = 0
    for sheet in text.split("\x0c"):
        for part in _cut(clean(sheet)):
            number += 1
            yield Page(number, part, "text" if part.strip() else "blank")


def _cut(text: str) -> Iterator[str]:
    """Cut at the last paragraph or line end before the limit."""
    while len(text) > PART_CHARS:
        at = (
            max(text.rfind("\n\n", PART_CHARS // 2, PART_CHARS), 0)
            or max(text.rfind("\n", PART_CHARS // 2, PART_CHARS), 0)
            or PART_CHARS
        )
        yield text[:at]
        text = text[at:].lstrip("\n")
    yield text

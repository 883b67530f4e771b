"""A page as every reader returns it."""

import re
from dataclasses import dataclass, field

Word = tuple[int, int, float, float, float, float]
"""start, end (offsets in the text), x0, top, x1, bottom (PDF points from the top left)."""
Table = tuple[tuple[float, float, float, float], list[list[str]]]
"""bbox (PDF points), rows of cells."""

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
    furniture: str = ""
    """Running headers and footers: on the page, but no part of its text."""
    quality: str | None = None
    """The grade of the text, where the reader had to know it."""


def clean(text: str) -> str:
    """Return a text that SQLite, HTML and people can bear: no control characters, one line end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    text = _CONTROL.sub("", text)
    return text.encode("utf-8", "replace").decode("utf-8")

"""What readers return: a page, and what a look, a close reading and OCR make of it.

The readers themselves are imported by workers alone: a command that has nothing to read starts in
a fraction of the time.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

Word = tuple[int, int, float, float, float, float]
"""start, end (offsets in the text), x0, top, x1, bottom (PDF points from the top left)."""
Table = tuple[tuple[float, float, float, float], list[list[str]]]
"""bbox (PDF points), rows of cells."""
Bookmark = tuple[int, str, int]
"""Level (0 is the outermost), title, page number (from 1)."""

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


@dataclass
class Screened:
    """Every page of a file, its grade, and how often each raw term stands in the file."""

    pages: list[Page]
    grades: list[str | None] = field(default_factory=list)
    hits: Counter[str] = field(default_factory=Counter)
    method: str = "screen"
    reader: str | None = None
    """The library that looked; None: the reader's own version says enough."""
    outline: list[Bookmark] = field(default_factory=list)


@dataclass
class Reading:
    """A page read closely, ready to be written: `words` compressed, `tables` as JSON."""

    number: int
    text: str
    quality: str | None
    furniture: str
    words: bytes
    tables: list[tuple[str, str]]


@dataclass(frozen=True)
class Recognised:
    """A page as OCR reads it: how sure it is (0 to 100), and why where there is no text."""

    page: Page
    confidence: float | None = None
    reason: str | None = None


def clean(text: str) -> str:
    """Return a text that SQLite, HTML and people can bear: no control characters, one line end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    text = _CONTROL.sub("", text)
    return text.encode("utf-8", "replace").decode("utf-8")

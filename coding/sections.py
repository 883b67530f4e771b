"""Headings of a page, and the section in which a place on it stands.

Contents pages, reading lists, distribution lists and glossaries name analytics without saying
anything of them; the boxes of implications at the end of a report say the same in every report.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from corpus.language.lexicon import Phrases
from corpus.language.words import Words

MOST_HEADING_WORDS = 12
MOST_HEADING_CHARS = 90
MOST_OTHER_WORDS = 2
"""Words a section's heading may hold beside those the codebook names: "Legal implications of"."""
CONTENTS_LINES = 4
"""So many lines that end in a page's number make a contents page, whatever its heading."""
_LEADER = re.compile(r"\.{4,}|(?:\. ){4,}|…{2,}|_{5,}")
_PAGE_AT_END = re.compile(r"(?:\.{3,}|(?:\. ){3,}|…+|\s{2,})\s*\d{1,3}\s*$")
_NUMBER = re.compile(
    r"\s*((?:\d{1,2}(?:\.\d{1,2}){0,4}|[A-Z])\.?|[Pp]art \w+:?|[Aa]ppendix \w+:?)\s+"
)
_GOES_ON = re.compile(r"[.,;:|]\s*$")


@dataclass(frozen=True)
class Heading:
    """A line that stands over what follows; `number` as printed ("3.2"), or empty."""

    start: int
    end: int
    text: str
    number: str


class Sections:
    """Finds the kinds of section of a codebook."""

    def __init__(self, sections: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
        self._names = Phrases((kind, name, False) for kind, names in sections for name in names)

    def on(self, text: str) -> "PageSections":
        """Return the headings and sections of a page."""
        return PageSections(self, text)

    def kind(self, heading: Heading) -> str:
        """Return the kind of section that a heading opens, or an empty text."""
        words = Words(_NUMBER.sub("", heading.text, count=1))
        longest = max(self._names.find(words), key=lambda m: m.last - m.first, default=None)
        if longest and len(words) - (longest.last - longest.first) <= MOST_OTHER_WORDS:
            return longest.key
        return ""


class PageSections:
    """The headings of one page, and the section of every place on it."""

    def __init__(self, sections: Sections, text: str) -> None:
        self._sections, self._text = sections, text

    @cached_property
    def headings(self) -> list[Heading]:
        """The headings of the page, in order."""
        return headings(self._text)

    @cached_property
    def _starts(self) -> list[int]:
        return [heading.start for heading in self.headings]

    @cached_property
    def _kinds(self) -> list[str]:
        return [self._sections.kind(heading) for heading in self.headings]

    @cached_property
    def _is_contents(self) -> bool:
        lines = self._text.splitlines()
        return sum(bool(_PAGE_AT_END.search(line)) for line in lines) >= CONTENTS_LINES

    def of(self, start: int, end: int) -> str:
        """Return the kind of section in which a place stands: `body` where it is none of them."""
        first, last = self._line(start, end)
        if _LEADER.search(self._text, first, last):
            return "contents"
        if self._is_contents and _PAGE_AT_END.search(self._text[first:last]):
            return "contents"
        under = bisect_right(self._starts, start) - 1
        if under >= 0 and self._kinds[under]:
            return self._kinds[under]
        return "table" if " | " in self._text[first:last] else "body"

    def path(self, start: int) -> list[str]:
        """Return the headings over a place: the nearest, and those its number stands under."""
        under = bisect_right(self._starts, start) - 1
        if under < 0:
            return []
        nearest = self.headings[under]
        found = [nearest.text]
        number = nearest.number
        for heading in reversed(self.headings[:under]):
            if number and heading.number and number.startswith(heading.number + "."):
                found.insert(0, heading.text)
                number = heading.number
        return found

    def _line(self, start: int, end: int) -> tuple[int, int]:
        first = self._text.rfind("\n", 0, start) + 1
        last = self._text.find("\n", end)
        return first, len(self._text) if last < 0 else last


def headings(text: str) -> list[Heading]:
    """Return the lines of a text that look like headings.

    Short, without the punctuation of a sentence or a table, and set apart: numbered or in
    capitals, or between a line that ended and one that begins anew.
    """
    found, at = [], 0
    lines = text.splitlines(keepends=True)
    for index, line in enumerate(lines):
        before = lines[index - 1].strip() if index else ""
        after = lines[index + 1].strip() if index + 1 < len(lines) else ""
        if _is_heading(line.strip(), before, after):
            shown = line.strip()
            number = _NUMBER.match(shown)
            start = at + len(line) - len(line.lstrip())
            told = number[1].rstrip(".:") if number else ""
            found.append(Heading(start, start + len(shown), shown, told))
        at += len(line)
    return found


def _is_heading(line: str, before: str, after: str) -> bool:
    words = line.split()
    if not 1 <= len(words) <= MOST_HEADING_WORDS or len(line) > MOST_HEADING_CHARS:
        return False
    letters = [char for char in line if char.isalpha()]
    if len(letters) < 4 or _GOES_ON.search(line.rstrip(":")) or " | " in line:
        return False
    if after and not (after[0].isupper() or not after[0].isalpha()):
        return False
    bare = _NUMBER.sub("", line, count=1)
    if not bare[:1].isupper():
        return False
    if line.isupper() or bare != line:
        return True
    ended = not before or before[-1] in ".!?:;"
    return ended and (not after or after[0].isupper() or after[0].isdigit())

"""Where quoted words stand: found by the words themselves, told apart by those around them.

The manner of W3C's TextQuoteSelector (https://www.w3.org/TR/annotation-model/#text-quote-selector):
letters and digits alone are compared, so that a reader who parts words or lines otherwise finds
them again. A long quote of which another reader has taken out a line, or put one in, is found by
its ends where nearly all words between are the same; that is told apart as altered.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile

from corpus.ids import fold

AROUND_CHARACTERS = 200
"""Words kept before and after a quote, to tell it from the same words elsewhere on the page."""
LONG_LETTERS = 200
"""Letters of a quote that may be found by its ends: some forty words."""
END_LETTERS = 30
"""Of each end: about six words, which rarely stand twice on a page."""
ALIKE = 0.9
"""Share of words in common from which an altered passage is the same one."""
_CLUSTER = re.compile(r"[^\W_][\u0300-\u036f]*")
_PLAIN = re.compile(r"[A-Za-z0-9]")


class Folded:
    """A text's letters and digits as they are compared, each with its place in the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        letters: list[str] = []
        self.places: list[int] = []
        for match in (_PLAIN if text.isascii() else _CLUSTER).finditer(text):
            folded = fold(match.group())
            letters.append(folded)
            self.places += [match.start()] * len(folded)
        self.letters = "".join(letters)

    def span(self, first: int, length: int) -> tuple[int, int]:
        """Return the characters of the text that letters `first` and so many more come from."""
        end = self.places[first + length - 1] + 1
        while end < len(self.text) and unicodedata.combining(self.text[end]):
            end += 1
        return self.places[first], end


@dataclass(frozen=True)
class Found:
    """A place where the words stand, and how much of what stood around them does too."""

    start: int
    end: int
    score: tuple[bool, int]


def find(page: Folded, prefix: str, quote: str, suffix: str) -> Found | None:
    """Return the place of a quote on a page that its surroundings speak for, or None."""
    words = Folded(quote).letters
    before, after = Folded(prefix).letters, Folded(suffix).letters
    best: Found | None = None
    at = page.letters.find(words) if words else -1
    while at >= 0:
        start, end = page.span(at, len(words))
        around = _same(reversed(page.letters[:at][-len(before) or at :]), reversed(before))
        around += _same(page.letters[at + len(words) :][: len(after)], after)
        found = Found(start, end, (_whole(page.text, start, end), around))
        if best is None or found.score > best.score:
            best = found
        at = page.letters.find(words, at + 1)
    return best


def find_altered(page: Folded, quote: str) -> Found | None:
    """Return where a long quote stands with few words more or less in it, or None.

    Both ends must stand as they were, once each, and nine tenths of all words in their order.
    """
    words = Folded(quote).letters
    if len(words) < LONG_LETTERS:
        return None
    head, tail = words[:END_LETTERS], words[-END_LETTERS:]
    first, last = page.letters.find(head), page.letters.rfind(tail)
    length = last + END_LETTERS - first
    if first < 0 or last < 0 or not 0.7 * len(words) <= length <= 1.4 * len(words):
        return None
    start, end = page.span(first, length)
    if _alike(quote, page.text[start:end]) < ALIKE:
        return None
    return Found(start, end, (False, 0))


def _alike(one: str, other: str) -> float:
    """Return the share of words that two texts have in common, in their order."""
    first, second = ([fold(word) for word in text.split()] for text in (one, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def _same(one: Iterable[str], other: Iterable[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _whole(text: str, start: int, end: int) -> bool:
    """Whether a stretch begins and ends where words do."""
    return not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the words before and after a stretch of a text, on one line each."""
    before = text[max(start - AROUND_CHARACTERS, 0) : start]
    after = text[end : end + AROUND_CHARACTERS]
    if start > AROUND_CHARACTERS:
        before = before.partition(" ")[2]
    if end + AROUND_CHARACTERS < len(text):
        after = after.rpartition(" ")[0]
    return " ".join(before.split()), " ".join(after.split())

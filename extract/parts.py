"""Texts without pages made into pages, within the limits of the settings."""

import re
from collections.abc import Iterable, Iterator

from corpus.errors import TooLarge
from corpus.settings import Settings
from extract.page import Page
from extract.text import mended

PART_CHARS = 8000
"""Formats without pages are cut into parts of about so many characters: two printed pages."""
PAGE_END = "\x0c"
_GAP = re.compile(r"\n(?:[ \t]*\n){2,}")


def in_parts(text: str, label: str | None = None, first: int = 1) -> Iterator[Page]:
    """Mend a text without pages and cut it into parts: at form feeds, else at paragraphs."""
    number = first - 1
    for sheet in text.split(PAGE_END):
        for part in _cut(mended(sheet)):
            number += 1
            yield Page(number, part, "text" if part.strip() else "blank", label)


def paged(text: str, before: str = "", after: str = "") -> str:
    """Return a text without the page ends that end no page: programs mark some twice.

    Empty paragraphs, by which people make room, leave one empty line. What is to stand
    before and after the text goes to its first and last page.
    """
    pages = [page for page in text.split(PAGE_END) if page.strip()] or [""]
    pages[0] = before + pages[0]
    pages[-1] += after
    return _GAP.sub("\n\n", PAGE_END.join(pages))


def bounded(pages: Iterable[Page], settings: Settings) -> Iterator[Page]:
    """Yield pages within the limits on their number and text; raises `TooLarge` beyond."""
    chars = 0
    for count, page in enumerate(pages, 1):
        if count > settings.max_pages:
            raise TooLarge(f"more than {settings.max_pages:,} pages (CORPUS_MAX_PAGES)")
        chars += len(page.text)
        check_chars(chars, settings)
        yield page


def gathered(pieces: Iterable[str], settings: Settings) -> str:
    """Return pieces of text as one; raises `TooLarge` as soon as they exceed the limit."""
    kept, chars = [], 0
    for piece in pieces:
        kept.append(piece)
        chars += len(piece)
        check_chars(chars, settings)
    return "".join(kept)


def check_chars(chars: int, settings: Settings) -> None:
    """Raise `TooLarge` where a file has more text than is kept."""
    if chars > settings.max_text_chars:
        raise TooLarge(f"more than {settings.max_text_chars:,} characters (CORPUS_MAX_TEXT_CHARS)")


def _cut(text: str) -> Iterator[str]:
    """Cut at the last paragraph or line end before the limit."""
    start = 0
    while len(text) - start > PART_CHARS:
        half, limit = start + PART_CHARS // 2, start + PART_CHARS
        at = max(text.rfind("\n\n", half, limit), 0) or max(text.rfind("\n", half, limit), 0)
        yield text[start : at or limit]
        start = at or limit
        while text.startswith("\n", start):
            start += 1
    yield text[start:]

"""Plain text in any encoding."""

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from charset_normalizer import from_bytes

from corpus.errors import Broken
from corpus.formats import HEAD_BYTES, wide
from corpus.settings import Settings
from extract.page import Page
from extract.parts import bounded, in_parts

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
}
_OLD = ("cp1252", "iso8859_14", "mac_roman", "cp850")
"""What British offices wrote in: Windows, Welsh Unix, old Macs, DOS; the likeliest first."""
_USUAL = frozenset("£€‘’“”–—•…©®™°½¼¾²³§×÷·éèêëáàâäîïíìôöóòûüúùŵŷẁẃẅỳÿçñÉÀÂÊÎÔÛŴŶÖÜÄåøæß\xa0\xad")
_ENOUGH = 0.7
"""Share of letters beyond ASCII that must be usual here; below it, any language is thought of."""
_MOST_BEYOND = 0.3
"""Share of bytes beyond ASCII in a text in Latin letters; in other scripts nearly all are."""
_ASCII = bytes(range(128))
_GUESS_BYTES = 200_000
_LONE = re.compile(r"[\udc80-\udcff]")
_POINTER = re.compile(rb"version https://git-lfs\.github\.com/spec/|[./]*/\.git/annex/objects/")
"""What stands for a large file in a copied repository."""


def decode(content: bytes) -> str:
    """Return bytes as text: by their mark, as UTF-8, as offices here wrote, else as they look.

    Single bytes that are damaged are marked; raises `Broken` where no encoding fits at all.
    """
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    encoding = wide(content[:HEAD_BYTES]) or ""
    if encoding:
        return content.decode(encoding, "replace")
    with suppress(UnicodeDecodeError):
        return content.decode("utf-8")
    return _mostly_utf8(content) or _office(content) or _guessed(content)


def _mostly_utf8(content: bytes) -> str | None:
    """Return UTF-8 in which a few bytes are damaged or written by Windows, read as Windows's."""
    text = content.decode("utf-8", "surrogateescape")
    lone = len(_LONE.findall(text))
    whole = sum(letter > "\x7f" for letter in text) - lone
    return _LONE.sub(_windows, text) if whole > 4 * lone else None


def _windows(lone: re.Match[str]) -> str:
    return bytes([ord(lone[0]) - 0xDC00]).decode("cp1252", "replace")


def _office(content: bytes) -> str | None:
    """Return the reading whose letters beyond ASCII are the most usual here."""
    best, most = None, -1.0
    if _beyond(content) > _MOST_BEYOND:
        return None
    for encoding in _OLD:
        with suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            beyond = [letter for letter in text[:_GUESS_BYTES] if letter > "\x7f"]
            share = sum(letter in _USUAL for letter in beyond) / max(len(beyond), 1)
            if share > most:
                best, most = text, share
    return best if most >= _ENOUGH else None


def _beyond(content: bytes) -> float:
    """Return the share of bytes beyond ASCII."""
    sample = content[:_GUESS_BYTES]
    return len(sample.translate(None, _ASCII)) / max(len(sample), 1)


def _guessed(content: bytes) -> str:
    best = from_bytes(content[:_GUESS_BYTES]).best()
    if best is None and _beyond(content) > _MOST_BEYOND:
        raise Broken("no text encoding fits its bytes")
    if best is None:
        return content.decode("cp1252", "replace")
    return content.decode(best.encoding, "replace")


def read_text(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield a text file in parts.

    Raises `Broken`, also for what only points to a file kept elsewhere, or `TooLarge`.
    """
    content = path.read_bytes()
    if len(content) < 1000 and _POINTER.match(content):
        raise Broken("it only points to a file that git-annex or Git LFS keeps elsewhere")
    yield from bounded(in_parts(decode(content)), settings)


def read_nothing(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield no page: the file is empty, and says so by its outcome."""
    yield from ()

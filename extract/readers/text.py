"""Plain text in any encoding."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from charset_normalizer import from_bytes

from corpus.errors import Broken
from corpus.settings import Settings
from extract.page import Page, in_parts

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def decode(content: bytes) -> str:
    """Return bytes as text: by their mark, as UTF-8, as Windows wrote them, else as they look.

    Raises `Broken` where no encoding fits.
    """
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    for encoding in ("utf-8", "cp1252"):  # guessing first would turn Windows's £ into Ł
        with suppress(UnicodeDecodeError):
            return content.decode(encoding)
    best = from_bytes(content[:200_000]).best()
    if best is None:
        raise Broken("no text encoding fits its bytes")
    return content.decode(best.encoding, "replace")


def read_text(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield a text file in parts."""
    yield from in_parts(decode(path.read_bytes())[: settings.max_text_chars])


def read_nothing(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield no page: the file is empty, and says so by its outcome."""
    yield from ()

"""Procurement notices: the one page of an OCDS release."""

from collections.abc import Iterator
from pathlib import Path

from corpus import ocds
from corpus.settings import Settings
from extract.page import Page
from extract.parts import bounded
from extract.text import mended


def read_notice(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield the one page of a notice: title, description, items, lots, awards.

    Raises `Broken` or `TooLarge`.
    """
    text = mended(ocds.text(path.read_bytes()))
    yield from bounded([Page(1, text, "text" if text.strip() else "blank")], settings)

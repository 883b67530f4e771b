"""Procurement notices: the one page of an OCDS release."""

from collections.abc import Iterator
from pathlib import Path

from corpus import ocds
from corpus.settings import Settings
from extract.page import Page, clean


def read_notice(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield the one page of a notice: title, description, items, lots, awards."""
    text = clean(ocds.text(path.read_bytes()))[: settings.max_text_chars]
    yield Page(1, text, "text" if text.strip() else "blank")

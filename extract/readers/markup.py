"""XML of no kind that has a reader of its own: the text of its elements, a line each."""

from collections.abc import Iterator
from pathlib import Path

from corpus.settings import Settings
from extract.page import Page
from extract.parts import bounded, gathered, in_parts
from extract.readers.package import damaged, parse


def read_xml(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield the text of an XML file in parts. Raises `Broken` or `TooLarge`."""
    with damaged("XML"):
        pieces = (" ".join(text.split()) for text in parse(path.read_bytes()).itertext())
        text = gathered((f"{piece}\n" for piece in pieces if piece), settings)
    yield from bounded(in_parts(text), settings)

"""HTML: the main text of a page, or all of its text where no main part stands out."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import trafilatura
from lxml import etree, html
from w3lib.encoding import html_body_declared_encoding

from corpus.settings import Settings
from extract.page import Page
from extract.parts import bounded, check_chars, in_parts
from extract.readers.package import damaged
from extract.readers.text import decode


def read_html(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield the readable text of an HTML file in parts; scripts and styles are no text.

    Raises `Broken` or `TooLarge`.
    """
    with damaged("HTML"):
        source = _decoded(path.read_bytes())
        check_chars(len(source), settings)
        text = html_text(source)
    yield from bounded(in_parts(text), settings)


def _decoded(content: bytes) -> str:
    """Return the source; what it declares of its encoding is asked where its bytes are no UTF-8."""
    with suppress(UnicodeDecodeError):
        return content.decode("utf-8-sig")
    declared = html_body_declared_encoding(content[:4096])
    if declared and declared != "cp1252":  # which is also what servers declare unasked
        with suppress(LookupError, UnicodeDecodeError):
            return content.decode(declared)
    return decode(content)


def html_text(source: str) -> str:
    """Return what an HTML page says: its main part, or all where none stands out."""
    main = trafilatura.extract(
        source, include_tables=True, include_comments=False, favor_recall=True
    )
    return main or _all_text(source)


def _all_text(source: str) -> str:
    """Return the text of everything that is shown."""
    try:
        root = html.document_fromstring(
            source.encode("utf-8", "replace"),
            parser=html.HTMLParser(encoding="utf-8", no_network=True),
        )
    except (etree.ParserError, ValueError):
        return ""
    for element in root.xpath("//script | //style | //noscript | //template"):
        element.drop_tree()
    lines = (" ".join(line.split()) for line in root.itertext())
    return "\n".join(line for line in lines if line)

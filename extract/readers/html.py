"""HTML: the main text of a page, or all of its text where no main part stands out."""

from collections.abc import Iterator
from pathlib import Path

import trafilatura
from lxml import etree, html

from corpus.settings import Settings
from extract.page import Page, in_parts
from extract.readers.text import decode


def read_html(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield the readable text of an HTML file in parts; scripts and styles are no text."""
    source = decode(path.read_bytes())[: settings.max_text_chars]
    main = trafilatura.extract(
        source, include_tables=True, include_comments=False, favor_recall=True
    )
    yield from in_parts(main or _all_text(source))


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

"""HTML: the main text of a page, or all of its text where no main part stands out."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import trafilatura
from lxml import etree, html
from w3lib.encoding import html_body_declared_encoding

from corpus.settings import Settings
from extract.page import Page
from extract.parts import bounded, check_chars, in_parts
from extract.readers.package import damaged
from extract.readers.text import decode

ENOUGH = 0.5
"""Share of what a page shows that its main part must hold to be taken for the whole."""
_UNSHOWN = frozenset(
    ["head", "nav", "script", "style", "noscript", "template", "svg", "select", "button"]
)
_MARGINS = frozenset(["header", "footer", "aside"])
_CELLS = frozenset(["td", "th"])
_LINES = "br div li tr dt dd ul ol dl table caption pre form fieldset legend option figure"
_PARAGRAPHS = "p h1 h2 h3 h4 h5 h6 section article main blockquote hr"
_BLOCKS = {
    **dict.fromkeys(_LINES.split(), "\n"),
    **dict.fromkeys(_PARAGRAPHS.split(), "\n\n"),
}


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
    """Return what an HTML page says: the part it marks as its main one, else what stands out.

    Where neither holds half of what is shown outside menus, all of that is returned: a list of
    links or a table of results is no running text, and still what the page is about.
    """
    try:
        root = html.document_fromstring(
            source.encode("utf-8", "replace"),
            parser=html.HTMLParser(encoding="utf-8", no_network=True),
        )
    except (etree.ParserError, ValueError):
        return ""
    marked = root.xpath("(//main | //*[@role='main'])[not(ancestor::main)]")
    text = "\n\n".join(filter(None, (_shown(part, _UNSHOWN) for part in marked)))
    if text:
        return text
    whole = _shown(root, _UNSHOWN | _MARGINS)
    main = trafilatura.extract(
        source, include_tables=True, include_comments=False, favor_recall=True
    )
    return main if main and len(main) > ENOUGH * len(whole) else whole


def _shown(root: Any, unshown: frozenset[str]) -> str:
    """Return the text of everything that is shown: blocks as lines, cells parted by bars."""
    pieces: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        name = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if name in unshown:
                walk.skip_subtree()
                continue
            bar = name in _CELLS and element.getprevious() is not None
            pieces += (" | " if bar else _BLOCKS.get(name, ""), _one_line(element.text))
            continue
        pieces.append(_BLOCKS.get(name, ""))
        if element is not root:
            pieces.append(_one_line(element.tail))
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _one_line(text: str | None) -> str:
    return (text or "").replace("\n", " ")

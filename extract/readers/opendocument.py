"""OpenDocument: texts, sheets and slides (ODT, ODS, ODP), straight from their XML."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from corpus.errors import Broken, Encrypted, Unsupported
from corpus.settings import Settings
from extract.page import Page
from extract.parts import PAGE_END, bounded, gathered, in_parts, paged
from extract.readers.package import Package, attribute, local, opened
from extract.text import mended

_GONE = frozenset(
    ["tracked-changes", "annotation", "ruby-text", "forms", "title", "desc", "settings"]
)
"""Left out: what tracked changes struck out, comments, readings above characters, tooltips."""
_LITERAL = {"tab": "\t", "line-break": "\n", "soft-page-break": ""}
MOST_REPEATED = 100
"""Times that a repeated cell or row is written out; sheets repeat empty ones a million times."""


def read_odf(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield the pages of an OpenDocument file: pages of text, sheets, or slides with their notes.

    Raises `Broken`, `Encrypted`, `TooLarge`, or `Unsupported` for formulas, charts and databases.
    """
    with opened(path, settings, "OpenDocument file") as package:
        if "META-INF/manifest.xml" in package.names and _locked(package):
            raise Encrypted("the OpenDocument file needs a password")
        if "content.xml" not in package.names:
            raise Broken("damaged OpenDocument file: it has no content")
        body = package.xml("content.xml").find("{*}body")
        content = next((part for part in body if local(part) in _KINDS), None)
        if content is None:
            raise Unsupported("an OpenDocument file that is no text, sheet, slide or drawing")
        yield from bounded(_KINDS[local(content)](package, content, settings), settings)


def _locked(package: Package) -> bool:
    manifest = package.xml("META-INF/manifest.xml")
    return next(manifest.iter("{*}encryption-data"), None) is not None


def _text_pages(package: Package, content: Any, settings: Settings) -> Iterator[Page]:
    """Yield a text's pages as they were last drawn; headers come first and footers last, once."""
    text = gathered(_blocks(content), settings)
    headers, footers = (
        gathered(_margins(package, kind), settings) for kind in ("header", "footer")
    )
    yield from in_parts(paged(text, headers, footers))


def _margins(package: Package, kind: str) -> Iterator[str]:
    """Yield what stands in the headers or footers, each text once."""
    if "styles.xml" not in package.names:
        return
    margins = package.xml("styles.xml").iter(*(f"{{*}}{kind}{where}" for where in ("", "-left")))
    texts = (" ".join("".join(_blocks(margin)).split()) for margin in margins)
    yield from (f"{text}\n\n" for text in dict.fromkeys(texts) if text and not text.isdigit())


def _sheets(_: Package, content: Any, settings: Settings) -> Iterator[Page]:
    """Yield the sheets, each cut into parts where it is long."""
    number = 1
    for sheet in content.iterfind("{*}table"):
        text = gathered(_rows(sheet), settings)
        for page in in_parts(text, attribute(sheet, "name") or None, number):
            number += 1
            yield page


def _slides(_: Package, content: Any, settings: Settings) -> Iterator[Page]:
    """Yield one page a slide or drawing, its notes after it."""
    for number, slide in enumerate(content.iterfind("{*}page"), 1):
        text = mended(gathered(_blocks(slide), settings)).strip()
        yield Page(number, text, "text" if text else "blank")


_KINDS: dict[str, Callable[[Package, Any, Settings], Iterator[Page]]] = {
    "text": _text_pages,
    "spreadsheet": _sheets,
    "presentation": _slides,
    "drawing": _slides,
}


def _blocks(parent: Any) -> Iterator[str]:
    """Yield paragraphs and the rows of tables, whatever they are wrapped in."""
    for element in parent:
        name = local(element)
        if name in ("p", "h"):
            yield from _paragraph(element)
        elif name == "table":
            yield from _rows(element)
            yield "\n"
        elif name == "soft-page-break":
            yield PAGE_END
        elif name == "notes":  # of a slide
            said = "".join(_blocks(element)).strip()
            yield f"\nNotes:\n{said}\n" if said else ""
        elif name and name not in _GONE:
            yield from _blocks(element)


def _paragraph(element: Any) -> Iterator[str]:
    """Yield a paragraph, then the notes and text boxes that hang on it.

    A page that ends inside it ends before it: sentences stay whole.
    """
    aside: list[str] = []
    text = "".join(_inline(element, aside))
    if next(element.iter("{*}soft-page-break"), None) is not None:
        yield PAGE_END
    yield text + "\n\n"
    yield from (f"{piece}\n\n" for piece in aside)


def _inline(parent: Any, aside: list[str]) -> Iterator[str]:
    """Yield the text inside a paragraph; what stands beside it goes to `aside`."""
    yield parent.text or ""
    for element in parent:
        name = local(element)
        if name in _LITERAL:
            yield _LITERAL[name]
        elif name == "s":
            yield " " * min(int(attribute(element, "c") or 1), MOST_REPEATED)
        elif name == "note":
            yield _note(element, aside)
        elif name in ("text-box", "table"):
            _put(aside, "".join(_blocks(element)))
        elif name and name not in _GONE:
            yield from _inline(element, aside)
        yield element.tail or ""


def _note(element: Any, aside: list[str]) -> str:
    """Put a footnote or endnote aside and return the mark that leads to it."""
    mark = " ".join("".join(element.find("{*}note-citation").itertext()).split())
    body = "".join(_blocks(element.find("{*}note-body")))
    _put(aside, f"[{mark}] {' '.join(body.split())}")
    return f"[{mark}]"


def _put(aside: list[str], text: str) -> None:
    if text.strip():
        aside.append(text.strip())


def _rows(table: Any) -> Iterator[str]:
    """Yield a table's rows that say something, cells parted by bars."""
    for row in table:
        name = local(row)
        if name == "table-row":
            text = " | ".join(_cells(row)).rstrip(" |")
            if text:
                yield f"{text}\n" * _times(row, "number-rows-repeated")
        elif name.startswith("table-"):  # header rows, groups of rows
            yield from _rows(row)


def _cells(row: Any) -> Iterator[str]:
    for cell in row:
        if local(cell) == "table-cell":
            text = " ".join("".join(_blocks(cell)).replace(PAGE_END, " ").split())
            times = _times(cell, "number-columns-repeated")
            yield from [text] * (times if text else min(times, 1))


def _times(element: Any, name: str) -> int:
    return min(int(attribute(element, name) or 1), MOST_REPEATED)

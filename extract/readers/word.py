"""Word files (DOCX): text, tables, notes and text boxes in the order in which they are read."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from corpus.errors import Broken
from corpus.settings import Settings
from extract.page import Page
from extract.parts import PAGE_END, bounded, gathered, in_parts, paged
from extract.readers.package import Package, attribute, local, opened

DRAWN_END = "\x1f"
"""Where Word found a page full; XML cannot hold the sign."""
_GONE = frozenset(
    ["del", "moveFrom", "rt", "pPr", "rPr", "tblPr", "tcPr", "trPr", "sectPr", "instrText"]
)
"""Left out: what tracked changes struck out, readings above characters, settings, field codes."""
_LITERAL = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}


def read_docx(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield the pages of a DOCX as Word last drew them; without its marks, parts of two pages.

    Text that tracked changes put in is read, text they struck out is not, nor are comments.
    Headers stand before the first page, footers after the last, once each; a note follows the
    paragraph that it belongs to. Raises `Broken`, `Encrypted` or `TooLarge`.
    """
    with opened(path, settings, "DOCX") as package:
        main = _main_part(package)
        reading = _Reading(package, main)
        text = gathered(reading.blocks(package.xml(main)), settings)
        headers, footers = (
            gathered(_margins(package, main, kind, reading), settings)
            for kind in ("header", "footer")
        )
    yield from bounded(in_parts(paged(text, headers, footers)), settings)


def _main_part(package: Package) -> str:
    """Return the name of the part that holds the text."""
    mains = [*package.all_of("", "officeDocument"), *package.names & {"word/document.xml"}]
    if not mains:
        raise Broken("damaged DOCX: no part of it is a document")
    return mains[0]


def _margins(package: Package, main: str, kind: str, reading: "_Reading") -> Iterator[str]:
    """Yield what stands in the headers or footers, each text once."""
    texts = ("".join(reading.blocks(package.xml(name))) for name in package.all_of(main, kind))
    for text in dict.fromkeys(" ".join(text.split()) for text in texts):
        if text and not text.isdigit():
            yield f"{text}\n\n"


@dataclass
class _Reading:
    """One document as it is read: what its references lead to."""

    package: Package
    main: str
    _notes: dict[str, dict[str, Any]] = field(default_factory=dict)
    _aside: list[str] = field(default_factory=list)
    """Notes and text boxes of the paragraph that is being read: they follow it."""

    def blocks(self, parent: Any) -> Iterator[str]:
        """Yield paragraphs and the rows of tables, whatever they are wrapped in."""
        for element in parent:
            name = local(element)
            if name == "p":
                yield from self._paragraph(element)
            elif name == "tbl":
                yield from self._table(element)
            elif name == "AlternateContent":
                yield from self.blocks(_choice(element))
            elif name and name not in _GONE:
                yield from self.blocks(element)

    def _paragraph(self, element: Any) -> Iterator[str]:
        outer, self._aside = self._aside, []
        text = _ends_between("".join(self._inline(element)))
        aside, self._aside = self._aside, outer
        properties = element.find("{*}pPr")
        if properties is not None and _starts_page(properties):
            yield PAGE_END
        yield text + "\n\n"
        yield from (f"{piece}\n\n" for piece in aside)
        if properties is not None and _ends_section(properties):
            yield PAGE_END

    def _table(self, element: Any) -> Iterator[str]:
        """Yield a table row by row, cells parted by bars; tables in cells become their text."""
        for row in element.iter("{*}tr"):
            if _nearest(row, "tbl") is not element:
                continue
            if next(row.iter("{*}lastRenderedPageBreak"), None) is not None:
                yield PAGE_END
            cells = [cell for cell in row.iter("{*}tc") if _nearest(cell, "tr") is row]
            texts = [" ".join("".join(self.blocks(cell)).split()) for cell in cells]
            yield " | ".join(texts) + "\n" if any(texts) else ""
        yield "\n"

    def _inline(self, parent: Any) -> Iterator[str]:
        """Yield the text inside a paragraph; pages' ends stand as marks of their own."""
        for element in parent:
            name = local(element)
            special = _SPECIAL.get(name)
            if special:
                yield special(self, element)
            elif name in _LITERAL:
                yield _LITERAL[name]
            elif name == "AlternateContent":
                yield from self._inline(_choice(element))
            elif name and name not in _GONE and not _hidden(element):
                yield from self._inline(element)

    def _break(self, element: Any) -> str:
        return PAGE_END if attribute(element, "type") == "page" else "\n"

    def _symbol(self, element: Any) -> str:
        code = attribute(element, "char")
        return chr(int(code, 16)) if re.fullmatch("[0-9a-fA-F]{4}", code) else ""

    def _box(self, element: Any) -> str:
        """Put the text of a box aside: on paper it stands beside the paragraph."""
        text = "".join(self.blocks(element)).strip()
        if text:
            self._aside.append(text)
        return ""

    def _picture(self, element: Any) -> str:
        """Read the text boxes of an old drawing."""
        for box in element.iter("{*}txbxContent"):
            self._box(box)
        return ""

    def _note(self, element: Any) -> str:
        kind = local(element).removesuffix("Reference") + "s"
        number = attribute(element, "id")
        note = self._notes_of(kind).get(number)
        text = " ".join("".join(self.blocks(note)).split()) if note is not None else ""
        if text:
            self._aside.append(f"[{number}] {text}")
        return f"[{number}]" if text else ""

    def _notes_of(self, kind: str) -> dict[str, Any]:
        """Return the notes of a kind by number, read once."""
        if kind not in self._notes:
            parts = self.package.all_of(self.main, kind)
            notes = chain.from_iterable(self.package.xml(part) for part in parts)
            self._notes[kind] = {attribute(note, "id"): note for note in notes}
        return self._notes[kind]

    def _diagram(self, element: Any) -> str:
        """Put the words of a diagram aside; they lie in a part of their own."""
        _, part = self.package.related(self.main).get(attribute(element, "dm"), ("", ""))
        if part:
            self._aside += diagram_words(self.package, part)
        return ""


_SPECIAL: dict[str, Callable[[_Reading, Any], str]] = {
    "t": lambda _, element: element.text or "",
    "br": _Reading._break,
    "lastRenderedPageBreak": lambda *_: DRAWN_END,
    "sym": _Reading._symbol,
    "txbxContent": _Reading._box,
    "pict": _Reading._picture,
    "footnoteReference": _Reading._note,
    "endnoteReference": _Reading._note,
    "relIds": _Reading._diagram,
}


def diagram_words(package: Package, part: str) -> Iterator[str]:
    """Yield the words of a diagram's points, each on its own."""
    for point in package.xml(part).iter("{*}pt"):
        words = " ".join("".join(text.text or "" for text in point.iter("{*}t")).split())
        if words:
            yield words


def _choice(element: Any) -> Any:
    """Return the one of a drawing's variants that holds text: all say the same."""
    variants = [variant for variant in element if local(variant) in ("Choice", "Fallback")]
    telling = (v for v in variants if v.find(".//{*}txbxContent") is not None)
    return next(telling, variants[0] if variants else ())


def _nearest(element: Any, name: str) -> Any:
    return next(element.iterancestors(f"{{*}}{name}"), None)


def _hidden(element: Any) -> bool:
    """Whether a run is marked as not to be shown."""
    mark = element.find("{*}rPr/{*}vanish") if local(element) == "r" else None
    return mark is not None and attribute(mark, "val") not in ("0", "false", "off")


def _starts_page(properties: Any) -> bool:
    mark = properties.find("{*}pageBreakBefore")
    return mark is not None and attribute(mark, "val") not in ("0", "false", "off")


def _ends_section(properties: Any) -> bool:
    section = properties.find("{*}sectPr")
    kind = section.find("{*}type") if section is not None else None
    return section is not None and (kind is None or attribute(kind, "val") != "continuous")


def _ends_between(text: str) -> str:
    """Move a page's end out of the sentences: to where less of the paragraph is in its way."""
    if DRAWN_END not in text:
        return text
    first, _, rest = text.partition(DRAWN_END)
    whole = text.replace(DRAWN_END, "")
    return PAGE_END + whole if len(first) <= len(rest) else whole + PAGE_END

"""Slides (PPTX): a slide is a page, with what its shapes, tables, diagrams and notes say."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus.errors import Broken
from corpus.settings import Settings
from extract.page import Page
from extract.parts import bounded, gathered
from extract.readers.package import Package, attribute, local, opened
from extract.readers.word import diagram_words
from extract.text import mended

_LITERAL = {"br": "\n", "tab": "\t"}


def read_pptx(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield one page a slide: shapes in their order, groups opened, then the speaker's notes.

    Raises `Broken`, `Encrypted` or `TooLarge`.
    """
    with opened(path, settings, "PPTX") as package:
        yield from bounded(_slides(package, settings), settings)


def _slides(package: Package, settings: Settings) -> Iterator[Page]:
    mains = package.all_of("", "officeDocument")
    if not mains:
        raise Broken("damaged PPTX: no part of it is a presentation")
    parts = package.related(mains[0])
    listed = package.xml(mains[0]).iter("{*}sldId")
    names = [parts.get(_relation(slide), ("", ""))[1] for slide in listed]
    if any(not name for name in names):
        raise Broken("damaged PPTX: a slide is missing")
    for number, name in enumerate(names, 1):
        text = mended(gathered(_slide(package, name), settings)).strip()
        yield Page(number, text, "text" if text else "blank")


def _relation(slide: Any) -> str:
    """Return the relation id of a listed slide; its plain `id` is another number."""
    ids = (value for key, value in slide.attrib.items() if key.endswith("}id"))
    return str(next(ids, ""))


def _slide(package: Package, name: str) -> Iterator[str]:
    yield from _blocks(package, name, package.xml(name))
    for notes in package.all_of(name, "notesSlide"):
        shapes = package.xml(notes).iter("{*}sp")
        said = (shape for shape in shapes if _placeholder(shape) == "body")
        text = "".join(piece for shape in said for piece in _blocks(package, notes, shape))
        if text.strip():
            yield f"\nNotes:\n{text}"


def _placeholder(shape: Any) -> str:
    """Return what a shape of the layout is for: numbers and dates of notes are no text."""
    found = shape.find(".//{*}ph")
    return attribute(found, "type") or "body" if found is not None else ""


def _blocks(package: Package, part: str, parent: Any) -> Iterator[str]:
    """Yield paragraphs, rows of tables and diagrams, in the order of the file."""
    for element in parent:
        name = local(element)
        if name == "p":
            yield _paragraph(element) + "\n"
        elif name == "tbl":
            for row in element.iter("{*}tr"):
                cells = ("".join(_blocks(package, part, cell)) for cell in row.iter("{*}tc"))
                yield " | ".join(" ".join(cell.split()) for cell in cells) + "\n"
        elif name == "relIds":
            _, diagram = package.related(part).get(attribute(element, "dm"), ("", ""))
            if diagram:
                yield from (f"{words}\n" for words in diagram_words(package, diagram))
        elif name == "AlternateContent":
            yield from _blocks(package, part, next(iter(element), ()))
        elif name:
            yield from _blocks(package, part, element)


def _paragraph(element: Any) -> str:
    found = (_LITERAL.get(local(piece), piece.text or "") for piece in _text(element))
    return "".join(found)


def _text(element: Any) -> Iterator[Any]:
    return (piece for piece in element.iter() if local(piece) in ("t", "br", "tab"))

"""Compound files: Word and PowerPoint of before 2007, told apart by what is at their root."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import olefile
from lxml import etree

from corpus.errors import Broken, Encrypted, Unsupported
from corpus.settings import Settings
from extract.page import Page
from extract.parts import PAGE_END, bounded, in_parts
from extract.readers.mail import read_msg
from extract.readers.package import damaged, local, parse
from extract.readers.sheets import read_xls
from extract.readers.text import decode
from extract.readers.tools import missing, output

_ENCRYPTED_FLAG = 0x0100
_UNSAID = frozenset(["bookinfo", "colspec", "indexterm"])


def read_compound(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield the pages of a compound file, whatever it was taken for.

    Raises `Broken`, `Encrypted`, `TooLarge`, or `Unsupported` for kinds that are not read.
    """
    with damaged("compound file"):
        with olefile.OleFileIO(path) as compound:
            names = {entry[0].lower() for entry in compound.listdir(streams=True)}
            if "encryptedpackage" in names or _locked(compound, names):
                raise Encrypted("the file needs a password")
        for name, reader in _READERS.items():
            if name in names:
                yield from reader(path, settings)
                return
    raise Unsupported("a compound file (OLE) that is not of Word, Excel, PowerPoint or Outlook")


def _locked(compound: Any, names: set[str]) -> bool:
    """Whether Word or PowerPoint says that the file is encrypted. Source: [MS-DOC] 2.5.2."""
    if "worddocument" in names:
        with compound.openstream("WordDocument") as stream:
            return bool(int.from_bytes(stream.read(12)[10:], "little") & _ENCRYPTED_FLAG)
    return "encryptedsummary" in names


def read_doc(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield the text of a Word file of before 2007, as antiword or else catdoc reads it.

    Raises `Broken`, `OutOfTime`, `TooLarge`, or `Unsupported` where neither is installed.
    """
    if missing("antiword", "catdoc"):
        raise Unsupported(
            "Word files of before 2007 are read by antiword or catdoc, and neither is installed "
            "(Debian: apt install antiword catdoc; then corpus extract --retry)"
        )
    told = output("antiword", "-m", "UTF-8.txt", "-x", "db", path=path, settings=settings)
    text = _book(told) if told else ""
    if not text.strip():
        text = _plain("catdoc", "-w", path=path, settings=settings)
    yield from bounded(in_parts(text), settings)


def _plain(program: str, *arguments: str, path: Path, settings: Settings) -> str:
    told = output(program, "-d", "utf-8", *arguments, path=path, settings=settings)
    if told is None:
        raise Broken(f"{program} cannot read it")
    return decode(told).strip("\x0c\n ")


def _book(content: bytes) -> str:
    """Return the text of antiword's DocBook; empty where that is malformed."""
    try:
        pieces = "".join(_said(parse(content)))
    except etree.XMLSyntaxError:
        return ""
    pages = ("\n".join(map(str.strip, page.split("\n"))) for page in pieces.split(PAGE_END))
    return PAGE_END.join(page.strip() for page in pages if page.strip())


def _said(element: Any) -> Iterator[str]:
    """Yield paragraphs, and rows of tables with cells parted by bars."""
    yield _line(element.text)
    for child in element:
        name = local(child)
        if name == "row":
            cells = (" ".join("".join(_said(cell)).split()) for cell in child.iterfind("entry"))
            yield " | ".join(cells) + "\n"
        elif name == "beginpage":
            yield PAGE_END
        elif name == "footnote":
            yield f" [{' '.join(''.join(_said(child)).split())}] "
        elif name == "title" and local(element) == "book":  # a property of the file
            continue
        elif name and name not in _UNSAID:
            yield from _said(child)
            yield "\n\n" if name in ("para", "title") else ""
        yield _line(child.tail)


def _line(text: str | None) -> str:
    """Return text as one line: antiword breaks and indents for the eye."""
    if not text or not text.strip():
        return " " if text and "\n" not in text else ""
    return f"{' ' * text[0].isspace()}{' '.join(text.split())}{' ' * text[-1].isspace()}"


def read_ppt(path: Path, settings: Settings) -> Iterator[Page]:
    """Yield the text of slides of before 2007, as catppt reads them.

    Raises `Broken`, `OutOfTime`, `TooLarge`, or `Unsupported` where it is not installed.
    """
    if missing("catppt"):
        raise Unsupported(
            "PowerPoint files of before 2007 are read by catppt, which is not installed "
            "(Debian: apt install catdoc; then corpus extract --retry)"
        )
    yield from bounded(in_parts(_plain("catppt", path=path, settings=settings)), settings)


_READERS = {
    "__properties_version1.0": read_msg,
    "powerpoint document": read_ppt,
    "worddocument": read_doc,
    "workbook": read_xls,
    "book": read_xls,
}
"""A stream at the root, and who reads the file that has it."""

"""What office files of today have in common: XML parts in a ZIP, opened within limits."""

import posixpath
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree

from corpus.errors import Broken, Encrypted, ReadingError, TooLarge
from corpus.settings import Settings


@contextmanager
def damaged(kind: str) -> Iterator[None]:
    """Turn whatever a reader trips over into `Broken`: libraries fail in too many ways to list."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what libraries think of odd files is nobody's concern
        try:
            yield
        except (ReadingError, MemoryError):
            raise
        except Exception as error:  # whatever a library trips over in a hostile file
            raise Broken(f"damaged {kind}: {type(error).__name__}: {error}") from error


def parse(content: bytes) -> Any:
    """Return the root of an XML document: no entities, no network.

    Raises `Broken` where it declares entities, or lxml's own error where it is malformed.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(content, parser)
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(dtd.iterentities(), None) is not None:
        raise Broken("its XML declares entities")
    return root


def local(element: Any) -> str:
    """Return an element's name without its namespace; none of comments and instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Any, name: str) -> str:
    """Return an attribute by its name in whatever namespace, or an empty text."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return ""


class Package:
    """The parts of an office file, by name; external targets do not exist for it."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.names = frozenset(archive.namelist())

    def xml(self, name: str) -> Any:
        """Return the root of a part."""
        return parse(self._archive.read(name))

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Return the parts that a part refers to: kind and name by relation id.

        Links to the outside and to parts that are not there are left out.
        """
        folder, name = posixpath.split(part)
        listing = posixpath.join(folder, "_rels", f"{name}.rels")
        if listing not in self.names:
            return {}
        found = {}
        for relation in self.xml(listing):
            target = unquote(relation.get("Target", ""))
            there = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            if relation.get("TargetMode") != "External" and there in self.names:
                found[relation.get("Id", "")] = (relation.get("Type", ""), there)
        return found

    def all_of(self, part: str, kind: str) -> list[str]:
        """Return the names of the parts of a kind (`header`, `notesSlide`) that a part has."""
        return [name for there, name in self.related(part).values() if there.endswith("/" + kind)]


@contextmanager
def opened(path: Path, settings: Settings, kind: str) -> Iterator[Package]:
    """Open an office file within the limits on unpacking.

    Raises `Broken`, `Encrypted` or `TooLarge`.
    """
    with damaged(kind), zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        unpacked = sum(member.file_size for member in members)
        limit = min(settings.max_unpacked_bytes, path.stat().st_size * settings.max_unpacked_ratio)
        if unpacked > limit:
            raise TooLarge(f"unpacks to {unpacked:,} bytes; the limit is {limit:,}")
        if any(member.flag_bits & 1 for member in members):
            raise Encrypted(f"the {kind} needs a password")
        yield Package(archive)

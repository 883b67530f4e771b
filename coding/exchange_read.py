"""REFI-QDA in: what another program says was coded, as rows of our own files.

The archive is a stranger's: nothing is unpacked to disk, its parts are bounded, its XML may hold
no entities, and no file beside it is opened.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from coding.anchors import around
from coding.codings import COLUMNS
from coding.exchange import Given, Project, flat, guid
from corpus.errors import CorpusError
from corpus.settings import Settings

MOST_XML_BYTES = 200 * 1024 * 1024
MOST_PARTS = 100_000
MOST_DEEP = 40
"""Folders of codes below each other."""
_DESCRIBED = ("sample", "codebook", "adjudicated", "document", "page")
_PAGE = re.compile(r"[0-9a-f]{16}-\d{4,}")


class BadExchange(CorpusError):
    """A file of another program is damaged, hostile or something else."""


@dataclass(frozen=True)
class Lookup:
    """What our own names are in another program's file."""

    codes: dict[str, tuple[str, str]]
    coders: dict[str, str]
    pages: dict[str, str]


def lookup(project: Project, coders: dict[str, str], pages: list[str]) -> Lookup:
    """Return how ids and names in a file are understood: our ids first, then names."""
    codes: dict[str, tuple[str, str]] = {}
    for node in flat(project.codes):
        if node.code:
            codes[node.guid] = (node.code, node.value)
            codes.setdefault("/".join(node.path).casefold(), (node.code, node.value))
            if node.value == "yes" and len(node.path) == 2:
                codes.setdefault(node.path[-1].casefold(), (node.code, node.value))
                label = node.definition.partition(".")[0].casefold()
                codes.setdefault(label, (node.code, node.value))
    who = {guid("coder", coder): coder for coder in coders}
    for coder, name in coders.items():
        who |= {coder.casefold(): coder, (name or coder).casefold(): coder}
    return Lookup(codes, who, {guid("page", page): page for page in pages})


def read_qdpx(path: Path, known: Lookup, settings: Settings) -> Given:
    """Return the codings of a project; raises `BadExchange`."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check(path, archive, settings)
            return _Reading(path, archive, known).given()
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise BadExchange(f"{path}: is no REFI-QDA project ({error})") from error


def read_qdc(path: Path) -> list[tuple[tuple[str, ...], str, str]]:
    """Return path of names, id and description of the codes of a codebook; raises `BadExchange`."""
    if path.stat().st_size > MOST_XML_BYTES:
        raise BadExchange(f"{path}: is larger than {MOST_XML_BYTES // 2**20} MB")
    root = _parsed(path, path.read_bytes())
    return [(names, _guid(e), _text(e, "Description")) for names, e in _codes(path, root)]


def _check(path: Path, archive: zipfile.ZipFile, settings: Settings) -> None:
    """Refuse an archive that is a bomb, is encrypted, or names places outside itself."""
    parts = archive.infolist()
    packed = sum(part.compress_size for part in parts)
    unpacked = sum(part.file_size for part in parts)
    ratio = settings.max_unpacked_ratio
    if len(parts) > MOST_PARTS or unpacked > settings.max_unpacked_bytes:
        raise BadExchange(f"{path}: holds {len(parts):,} parts, {unpacked:,} bytes: too many")
    if unpacked > 1024 * 1024 and unpacked > ratio * max(packed, 1):
        raise BadExchange(f"{path}: unpacks to more than {ratio} times its size")
    for part in parts:
        pieces = part.filename.replace("\\", "/").split("/")
        if part.filename.startswith(("/", "\\")) or ".." in pieces or ":" in pieces[0]:
            raise BadExchange(f"{path}: names a place outside itself: {part.filename[:80]!r}")
        if part.flag_bits & 1:
            raise BadExchange(f"{path}: is encrypted")


def _parsed(path: Path, content: bytes) -> etree._Element:
    """Parse XML without entities, external or internal."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise BadExchange(f"{path}: is not XML ({error})") from error
    if root.getroottree().docinfo.doctype:
        raise BadExchange(f"{path}: declares a document type, which no exchange needs")
    return root


def _named(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the children of a name; the namespace is not asked: programs have misspelt it."""
    for child in element:
        if isinstance(child.tag, str) and etree.QName(child).localname == name:
            yield child


def _text(element: etree._Element, name: str) -> str:
    child = next(_named(element, name), None)
    return "" if child is None else "".join(child.itertext()).strip()


def _guid(element: etree._Element, name: str = "guid") -> str:
    return str(element.get(name) or "").strip("{}").lower()


def _codes(
    path: Path, element: etree._Element, above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], etree._Element]]:
    """Yield path of names and element of every code, those that hold others before them."""
    if len(above) > MOST_DEEP:
        raise BadExchange(f"{path}: its codes lie more than {MOST_DEEP} deep")
    for name in ("CodeBook", "Codes"):
        for child in _named(element, name):
            yield from _codes(path, child, above)
    for child in _named(element, "Code"):
        names = (*above, str(child.get("name") or ""))
        yield names, child
        yield from _codes(path, child, names)


class _Reading:
    """One project being read."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, known: Lookup) -> None:
        self._path, self._archive, self._known = path, archive, known
        self._parts = {part.filename.lower(): part for part in archive.infolist()}
        self._root = _parsed(path, self._content("project.qde"))
        self._given = Given()
        self._codes = {_guid(e): names for names, e in _codes(path, self._root)}
        self._users: dict[str, str] = {}
        for users in _named(self._root, "Users"):
            for user in _named(users, "User"):
                named = (str(user.get("id") or ""), str(user.get("name") or ""))
                self._users[_guid(user)] = next(filter(None, named), "")
        self._notes = {
            _guid(note): _text(note, "PlainTextContent")
            for notes in _named(self._root, "Notes")
            for note in _named(notes, "Note")
        }

    def given(self) -> Given:
        """Return what the project says."""
        for sources in _named(self._root, "Sources"):
            for source in sources:
                if isinstance(source.tag, str):
                    self._source(source)
        return self._given

    def _content(self, name: str) -> bytes:
        part = self._parts.get(name.lower())
        if part is None:
            raise BadExchange(f"{self._path}: holds no {name}")
        with self._archive.open(part) as stream:  # what it says of its size may be a lie
            content = stream.read(MOST_XML_BYTES + 1)
        if len(content) > MOST_XML_BYTES:
            raise BadExchange(f"{self._path}: {name} is larger than {MOST_XML_BYTES // 2**20} MB")
        return content

    def _source(self, source: etree._Element) -> None:
        selections = list(_named(source, "PlainTextSelection"))
        name = str(source.get("name") or _guid(source))
        kind = etree.QName(source).localname
        if kind != "TextSource":
            self._wrong(name, f"a {kind} is not read; only texts are")
            return
        if not selections:
            return
        at_start = _PAGE.match(name)
        page = self._known.pages.get(_guid(source)) or (at_start.group() if at_start else "")
        if not page:
            self._wrong(name, "is no page of this corpus: neither its id nor its name is one")
            return
        try:
            text = self._source_text(source)
        except (BadExchange, UnicodeDecodeError) as error:
            self._wrong(name, f"its text cannot be read ({error})")
            return
        for selection in selections:
            self._selection(name, page, text, selection)

    def _source_text(self, source: etree._Element) -> str:
        given = str(source.get("plainTextPath") or "")
        if not given:
            content = next(_named(source, "PlainTextContent"), None)
            return "" if content is None else "".join(content.itertext())
        kind, _, file = given.partition("://")
        if kind != "internal":
            raise BadExchange("it lies outside the project")
        return self._content(f"sources/{file}").decode("utf-8-sig")

    def _selection(self, name: str, page: str, text: str, selection: etree._Element) -> None:
        try:
            start = int(selection.get("startPosition") or "")
            end = int(selection.get("endPosition") or "")
        except ValueError:
            start = end = -1
        if not 0 <= start < end <= len(text):
            self._wrong(name, f"a selection from {start} to {end} does not lie in the text")
            return
        prefix, suffix = around(text, start, end)
        words = {"prefix": prefix, "quote": text[start:end], "suffix": suffix, "page": page}
        for coding in _named(selection, "Coding"):
            self._coding(f"{name}, {start}-{end}", words, selection, coding)

    def _coding(
        self, where: str, words: dict[str, str], selection: etree._Element, coding: etree._Element
    ) -> None:
        code = next((_guid(ref, "targetGUID") for ref in _named(coding, "CodeRef")), "")
        names = self._codes.get(code, ())
        found = self._code(code, names)
        if found is None:
            self._wrong(where, f"the code `{'/'.join(names) or code}` is none of the codebook's")
            return
        user = _guid(coding, "creatingUser") or _guid(selection, "creatingUser")
        who = self._users.get(user, "")
        coders = self._known.coders
        coder = coders.get(user) or coders.get(who.casefold()) or who
        at = coding.get("creationDateTime") or selection.get("creationDateTime") or ""
        refs = [_guid(ref, "targetGUID") for ref in _named(coding, "NoteRef")]
        row = dict.fromkeys(COLUMNS, "") | words | _described(_text(selection, "Description"))
        row |= {"code": found[0], "value": found[1], "coder": coder, "coded_at": str(at)}
        row["note"] = " ".join(filter(None, (self._notes.get(ref, "") for ref in refs)))
        self._given.rows.append((where, row))

    def _code(self, code: str, names: tuple[str, ...]) -> tuple[str, str] | None:
        """Return our code and value for an id, or for its names from the whole path down."""
        known = self._known.codes
        paths = ["/".join(names[n:]).casefold() for n in range(len(names))]
        return next((known[key] for key in (code, *paths) if key in known), None)

    def _wrong(self, where: str, what: str) -> None:
        self._given.problems.append(f"{self._path}: {where}: {what}")


def _described(text: str) -> dict[str, str]:
    """Return what we wrote into the description of a selection, where it is there."""
    pairs = (line.partition(": ") for line in text.splitlines())
    return {key: value.strip() for key, _, value in pairs if key in _DESCRIBED}

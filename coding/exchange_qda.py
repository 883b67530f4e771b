"""REFI-QDA out: projects (`.qdpx`) and codebooks (`.qdc`), as programs for coding exchange them.

The standard (https://www.qdasoftware.org, version 1.5; its schema of 18 March 2019 is under the
MIT licence) orders the elements as they are written here. Places in a text count code points from
0, the end exclusive.
"""

import zipfile
from io import BytesIO
from itertools import groupby

from lxml import etree

from coding.exchange import ORIGIN, CodeNode, Project, Source, guid
from corpus.store import Row

PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
QDE = "project.qde"
FOLDER = "sources"
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)
"""What a ZIP can say at the earliest: the same project gives the same bytes."""
_SPOKEN = {ord(c): "\ufffd" for c in map(chr, range(32)) if c not in "\t\n\r"} | {
    0xFFFE: "\ufffd",
    0xFFFF: "\ufffd",
}
"""Characters that XML cannot hold."""


def qdpx(project: Project) -> bytes:
    """Return a project as the bytes of a `.qdpx` file."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, QDE, _xml(_project(project)))
        for source in project.sources:
            text = source.text.encode("utf-8", "replace")
            _put(archive, f"{FOLDER}/{source.guid}.txt", text)
    return out.getvalue()


def qdc(project: Project) -> bytes:
    """Return a codebook as the bytes of a `.qdc` file."""
    root = etree.Element(f"{{{CODEBOOK}}}CodeBook", nsmap={None: CODEBOOK}, origin=ORIGIN)
    codes = _add(root, "Codes")
    for node in project.codes:
        _code(codes, node)
    return _xml(root)


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    about = zipfile.ZipInfo(name, _FIRST_DATE)
    about.compress_type = zipfile.ZIP_DEFLATED
    about.external_attr = 0o644 << 16
    archive.writestr(about, content)


def _xml(root: etree._Element) -> bytes:
    told: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return told


def _add(parent: etree._Element, tag: str, text: str = "", /, **attributes: str) -> etree._Element:
    """Add an element of the parent's namespace; attributes without a value are left out."""
    told = {key: value.translate(_SPOKEN) for key, value in attributes.items() if value}
    child = etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{tag}", **told)
    if text:
        child.text = text.translate(_SPOKEN)
    return child


def _code(parent: etree._Element, node: CodeNode) -> None:
    codable = "true" if node.code else "false"
    element = _add(parent, "Code", guid=node.guid, name=node.path[-1], isCodable=codable)
    if node.definition:
        _add(element, "Description", node.definition)
    for below in node.below:
        _code(element, below)


def _project(project: Project) -> etree._Element:
    root = etree.Element(f"{{{PROJECT}}}Project", nsmap={None: PROJECT})
    root.set("name", project.title.translate(_SPOKEN))
    root.set("origin", ORIGIN)
    if project.coders:
        users = _add(root, "Users")
        for coder, name in project.coders.items():
            _add(users, "User", guid=guid("coder", coder), name=name or coder, id=coder)
    codes = _add(_add(root, "CodeBook"), "Codes")
    for node in project.codes:
        _code(codes, node)
    notes: list[Row] = []
    if project.sources:
        sources, nodes = _add(root, "Sources"), project.nodes()
        for source in project.sources:
            _source(sources, source, nodes)
            notes += [row for row in source.codings if row["note"]]
    if notes:
        told = _add(root, "Notes")
        for row in notes:
            _note(told, row)
    return root


def _source(parent: etree._Element, source: Source, nodes: dict[tuple[str, str], CodeNode]) -> None:
    element = _add(
        parent,
        "TextSource",
        guid=source.guid,
        name=source.name,
        plainTextPath=f"internal://{source.guid}.txt",
    )
    for _, rows in groupby(source.codings, key=_selection_key):
        _selection(element, source, list(rows), nodes)


def _selection_key(row: Row) -> tuple[int, int, str, int, str, str]:
    """Return what shares a selection: some programs keep the coder of a selection alone."""
    told = (row["start"], row["end"], row["coder"], row["adjudicated"])
    return (*told, row["sample"] or "", row["codebook"] or "")


def _selection(
    parent: etree._Element,
    source: Source,
    rows: list[Row],
    nodes: dict[tuple[str, str], CodeNode],
) -> None:
    row = rows[0]
    user, at = guid("coder", row["coder"]), min(each["coded_at"] for each in rows)
    words = source.text[row["start"] : row["end"]]
    element = _add(
        parent,
        "PlainTextSelection",
        guid=guid("selection", source.page, *map(str, _selection_key(row))),
        name=" ".join(words.split())[:80],
        startPosition=str(row["start"]),
        endPosition=str(row["end"]),
        creatingUser=user,
        creationDateTime=at,
    )
    if told := described(row):
        _add(element, "Description", told)
    for each in rows:
        coding = _add(
            element,
            "Coding",
            guid=guid("coding", each["coding"]),
            creatingUser=user,
            creationDateTime=each["coded_at"],
        )
        _add(coding, "CodeRef", targetGUID=nodes[each["code"], each["value"]].guid)
        if each["note"]:
            _add(coding, "NoteRef", targetGUID=guid("note", each["coding"]))


def described(row: Row) -> str:
    """Return what REFI-QDA has no place for, as lines that are understood when read back."""
    told = {"sample": row["sample"], "codebook": row["codebook"]}
    told["adjudicated"] = "yes" if row["adjudicated"] else ""
    if row["cited_document"] != row["document"] or row["cited_page"] != row["page"]:
        told |= {"document": row["cited_document"], "page": row["cited_page"]}
    return "\n".join(f"{key}: {value}" for key, value in told.items() if value)


def _note(parent: etree._Element, row: Row) -> None:
    note = _add(
        parent,
        "Note",
        guid=guid("note", row["coding"]),
        name=f"Note on {row['code']}",
        creatingUser=guid("coder", row["coder"]),
        creationDateTime=row["coded_at"],
    )
    _add(note, "PlainTextContent", row["note"])

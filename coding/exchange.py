"""What is exchanged with other programs: coders, codes, pages and what was said of their words.

The same corpus gives the same ids (UUIDs of version 5), so the same bytes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from coding.codings import FIELDS, YES_NO
from corpus.codebook import GROUPS, Codebook
from corpus.store import Row, Store

NAMESPACE = UUID("5f0c9d0e-0b7e-5f0a-9a3e-6d1f6b0c4e21")
"""Of all our ids; drawn once."""
ORIGIN = "Council Corpus"
JUDGED = "judged"
"""The folder of what is judged besides the codes."""
NOT_GIVEN = "not given"
"""The folder of codes that a coder expressly did not give."""


@dataclass(frozen=True)
class CodeNode:
    """A code, or a folder of codes, as other programs know them."""

    path: tuple[str, ...]
    definition: str = ""
    code: str = ""
    value: str = ""
    below: tuple["CodeNode", ...] = ()

    @property
    def guid(self) -> str:
        """Its id."""
        return guid("code", *self.path)


@dataclass(frozen=True)
class Source:
    """A page with its text and the codings on it."""

    page: str
    name: str
    url: str
    sha256: str
    number: int
    text: str
    codings: tuple[Row, ...]

    @property
    def guid(self) -> str:
        """Its id."""
        return guid("page", self.page)


@dataclass(frozen=True)
class Project:
    """Everything that is exchanged."""

    title: str
    coders: dict[str, str]
    codes: tuple[CodeNode, ...]
    sources: tuple[Source, ...] = ()
    left_out: int = 0
    """Codings whose words stand nowhere, so that no place can be given for them."""

    def nodes(self) -> dict[tuple[str, str], CodeNode]:
        """Return the node of each code and value."""
        return {(node.code, node.value): node for node in flat(self.codes) if node.code}


def guid(*parts: str) -> str:
    """Return the id of something ours."""
    return str(uuid5(NAMESPACE, "\x1f".join(parts)))


def flat(nodes: Iterable[CodeNode]) -> Iterable[CodeNode]:
    """Yield nodes and all below them."""
    for node in nodes:
        yield node
        yield from flat(node.below)


def code_tree(codebook: Codebook, codes: Iterable[tuple[str, str]] = ()) -> tuple[CodeNode, ...]:
    """Return the codebook as a tree: groups, codes, and a folder of what else is judged.

    `codes` are the codes and values in use: those not in the codebook any more get a place too.
    """
    tree = []
    for group in GROUPS:
        below = tuple(
            CodeNode((group, code.code), _definition(code), code.code, "yes")
            for code in codebook.codes
            if code.group == group
        )
        tree += [CodeNode((group,), below=below)] if below else []
    known = {node.code for node in flat(tree) if node.code}
    used = sorted(set(codes))
    old = [code for code, value in used if value == "yes" and code not in known | set(FIELDS)]
    tree += _folder("no longer in the codebook", [(code, "yes") for code in old])
    tree.append(CodeNode((JUDGED,), below=tuple(_field(name) for name in FIELDS)))
    tree += _folder(NOT_GIVEN, [(c, v) for c, v in used if v == "no" and c not in FIELDS])
    return tuple(tree)


def _definition(code: Any) -> str:
    not_when = f"\nNot when: {code.not_when}" if code.not_when else ""
    return f"{code.label}. {code.definition}{not_when}"


def _folder(name: str, codes: list[tuple[str, str]]) -> list[CodeNode]:
    below = tuple(CodeNode((name, code), code=code, value=value) for code, value in codes)
    return [CodeNode((name,), below=below)] if below else []


def _field(name: str) -> CodeNode:
    below = tuple(
        CodeNode((JUDGED, name, value), code=name, value=value)
        for value in FIELDS.get(name, YES_NO)
    )
    return CodeNode((JUDGED, name), below=below)


def project(store: Store, codebook: Codebook, coders: dict[str, str], sample: str = "") -> Project:
    """Return the codings of a corpus, or of a sample, with the pages they stand on."""
    rows = store.rows(
        "select * from codings where state != 'forgotten' and (? = '' or sample = ?) "
        'order by page, start, "end", coder, adjudicated, code, coding',
        (sample, sample),
    )
    standing = [row for row in rows if row["page"]]
    pages: dict[str, list[Row]] = {}
    for row in standing:
        pages.setdefault(row["page"], []).append(row)
    who = sorted({row["coder"] for row in standing})
    return Project(
        codebook.title or ORIGIN,
        {coder: coders.get(coder, "") for coder in who},
        code_tree(codebook, [(row["code"], row["value"]) for row in standing]),
        tuple(_source(store, page, codings) for page, codings in sorted(pages.items())),
        len(rows) - len(standing),
    )


def _source(store: Store, page: str, codings: list[Row]) -> Source:
    sql = (
        "select p.text, p.number, p.sha256, d.title, d.url from pages p left join documents d on "
        "d.document = ? where p.page = ?"
    )
    row = store.rows(sql, (codings[0]["document"], page))[0]
    name = f"{page} {row['title'] or codings[0]['document'] or ''}, page {row['number']}"
    url, text = row["url"] or "", one_line_ends(row["text"] or "")
    return Source(page, name, url, row["sha256"], row["number"], text, tuple(codings))


def one_line_ends(text: str) -> str:
    """Return a text with line feeds alone and as many characters, so that places stay true.

    Programs that read a text file count a carriage return and a line feed as one character.
    """
    return text.replace("\r\n", " \n").replace("\r", "\n")


@dataclass
class Given:
    """What another program's file says: rows of codings, and what could not be understood."""

    rows: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Where in the file (a name for people), and the coding as a row of our own files."""
    problems: list[str] = field(default_factory=list)

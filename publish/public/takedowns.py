"""What people decided: `study/takedowns.csv` (what comes down) and `study/privacy.csv`. Reads only.

takedowns.csv: `item` (a document or a page), `action` (`withhold`: it stays in the corpus and is
published nowhere; `forget`: it is erased, by `corpus forget --takedowns`), `reason`, `asked_on`.
privacy.csv: `item` (as `corpus publish` lists it), `decision` (`publish` or `withhold`), `by`,
`decided_on`, `note`. Both may be missing. Name no person in either: they lie in the study.
"""

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from corpus.authored import read_csv
from corpus.errors import BadStudy
from corpus.ids import HASH_LENGTH
from corpus.study import is_date

TAKEDOWNS = "takedowns.csv"
TAKEDOWN_COLUMNS = ("item", "action", "reason", "asked_on")
ACTIONS = ("withhold", "forget")
PRIVACY = "privacy.csv"
PRIVACY_COLUMNS = ("item", "decision", "by", "decided_on", "note")
DECISIONS = ("publish", "withhold")
_PAGE = re.compile(rf"[0-9a-f]{{{HASH_LENGTH}}}-\d{{4,7}}")


@dataclass(frozen=True)
class Takedown:
    """One request: a document or a page that comes down."""

    item: str
    action: str
    reason: str
    asked_on: str

    @property
    def is_page(self) -> bool:
        """Whether it names a page and not a document."""
        return _PAGE.fullmatch(self.item) is not None


def takedowns(study: Path) -> list[Takedown]:
    """Return the study's takedowns; raises `BadStudy` with file and line."""
    path = study / TAKEDOWNS
    if not path.is_file():
        return []
    found = []
    for line, row in read_csv(path, TAKEDOWN_COLUMNS):
        one = Takedown(**{name: value.strip() for name, value in row.items()})
        if problem := _problem(one):
            raise BadStudy(path, line, problem)
        found.append(one)
    return found


def _problem(one: Takedown) -> str:
    if not one.item:
        return "`item` is empty: it names a document or a page"
    if one.action not in ACTIONS:
        return f"`action` is `{one.action}`; it must be one of {', '.join(ACTIONS)}"
    if one.asked_on and not is_date(one.asked_on):
        return f"`asked_on` is `{one.asked_on}`; dates are written YYYY-MM-DD"
    if one.is_page and one.action == "forget":
        return "a page alone cannot be forgotten: name its document, or withhold the page"
    return ""


def decisions(study: Path) -> dict[str, str]:
    """Return what a person decided on each finding; raises `BadStudy` with file and line."""
    path = study / PRIVACY
    if not path.is_file():
        return {}
    found: dict[str, str] = {}
    for line, row in read_csv(path, PRIVACY_COLUMNS):
        if row["decision"] not in DECISIONS:
            known = ", ".join(DECISIONS)
            raise BadStudy(path, line, f"`decision` is `{row['decision']}`; known are {known}")
        if found.setdefault(row["item"], row["decision"]) != row["decision"]:
            raise BadStudy(path, line, f"`{row['item']}` is decided twice, and otherwise")
    return found


@dataclass(frozen=True)
class Hidden:
    """What must not be published: documents, files by their hash, and single pages."""

    documents: frozenset[str]
    files: frozenset[str]
    pages: frozenset[str]
    unknown: tuple[str, ...] = ()
    """Items of the list that the corpus does not hold."""

    def names(self, value: object, *, pages: bool = True) -> bool:
        """Whether a value is one of these, or the id of something on them."""
        if not isinstance(value, str):
            return False
        if value in self.documents or value in self.files:
            return True
        page = _PAGE.match(value)
        if page is None:
            return False
        return value[:HASH_LENGTH] in self._prefixes or (pages and page[0] in self.pages)

    @cached_property
    def _prefixes(self) -> frozenset[str]:
        return frozenset(sha256[:HASH_LENGTH] for sha256 in self.files)


def hidden(connection: sqlite3.Connection, wanted: Iterable[Takedown]) -> Hidden:
    """Return what is reached: all versions, and every document of the same bytes."""
    wanted = list(wanted)
    held = connection.execute("select document, sha256 from captures where sha256 is not null")
    pairs = {(row[0], row[1]) for row in held.fetchall()}
    named = {one.item for one in wanted if not one.is_page}
    documents, files = set(named), set[str]()
    while True:
        files |= {sha256 for document, sha256 in pairs if document in documents}
        more = {document for document, sha256 in pairs if sha256 in files} - documents
        if not more:
            break
        documents |= more
    pages = frozenset(one.item for one in wanted if one.is_page)
    known = {document for document, _ in pairs} | _dead(connection)
    unknown = sorted(named - known) + sorted(p for p in pages if not _has(connection, p))
    return Hidden(frozenset(documents), frozenset(files), pages, tuple(unknown))


def _dead(connection: sqlite3.Connection) -> set[str]:
    """Return the documents that were forgotten: a list may still name them."""
    return {row[0] for row in connection.execute("select document from tombstones")}


def _has(connection: sqlite3.Connection, page: str) -> bool:
    found = connection.execute("select 1 from pages where page = ?", (page,)).fetchone()
    return found is not None


def titles(connection: sqlite3.Connection, gone: Hidden) -> set[str]:
    """Return the titles of documents that were taken down: a system may be called by one."""
    found = connection.execute("select document, title from documents where title <> ''")
    return {title for document, title in found if document in gone.documents}

"""What the page of a document shows."""

import sqlite3
from dataclasses import dataclass
from itertools import groupby

from corpus.citation import Cited
from corpus.citing import cited
from publish.database import Row, first, rows
from publish.figures import listed

MENTIONS_SHOWN = 100
PASSAGES_SHOWN = 100


@dataclass(frozen=True)
class OnPage:
    """The mentions of one page of a document."""

    page: str
    number: int
    printed: str | None
    mentions: list[Row]
    report: Row | None = None


@dataclass(frozen=True)
class Document:
    """A document with its file, versions, evidence and failures."""

    document: Row
    captures: list[Row]
    twins: list[Row]
    codes: list[Row]
    on_pages: list[OnPage]
    found: int
    counted: int
    offset: int
    pages: list[Row]
    reports: list[Row]
    passages: list[Row]
    notice: Row | None
    systems: list[Row]
    failures: list[Row]
    cited: Cited

    @property
    def next_offset(self) -> int | None:
        """Where the next mentions begin, if there are more."""
        after = self.offset + MENTIONS_SHOWN
        return after if after < self.found else None


def one_document(
    connection: sqlite3.Connection, name: str, *, offset: int = 0, site: str = ""
) -> Document | None:
    """Return a document and what hangs on it, or None; `site` is the address it is cited under."""
    document = first(connection, "document", document=name)
    known = cited(connection, "document", name, site=site)
    if not document or not known:
        return None
    sha256 = document["sha256"]
    reports = rows(connection, "document_reports", sha256=sha256)
    codes = rows(connection, "document_codes", sha256=sha256)
    mentions = rows(
        connection, "document_mentions", sha256=sha256, limit=MENTIONS_SHOWN, offset=offset
    )
    return Document(
        document=document,
        captures=rows(connection, "document_captures", document=name),
        twins=rows(connection, "document_twins", document=name, sha256=sha256),
        codes=codes,
        on_pages=_by_page(mentions, reports),
        found=sum(code["found"] for code in codes),
        counted=sum(code["counted"] for code in codes),
        offset=offset,
        pages=rows(connection, "document_pages", sha256=sha256),
        reports=reports,
        passages=_passages(connection, sha256),
        notice=_notice(connection, name),
        systems=rows(connection, "document_systems", document=name),
        failures=rows(connection, "failures", document=name, sha256=sha256),
        cited=known,
    )


def forgotten(connection: sqlite3.Connection, name: str) -> bool:
    """Whether a document was erased on request."""
    return first(connection, "tombstone", document=name) is not None


def _by_page(mentions: list[Row], reports: list[Row]) -> list[OnPage]:
    """Group mentions, which come in the order of the pages; each page with its report."""
    found = []
    for page, group in groupby(mentions, key=lambda mention: str(mention["page"])):
        members = list(group)
        number = members[0]["number"]
        report = next((r for r in reports if r["first_page"] <= number <= r["last_page"]), None)
        found.append(OnPage(page, number, members[0]["printed"], members, report))
    return found


def _passages(connection: sqlite3.Connection, sha256: str | None) -> list[Row]:
    passages = rows(connection, "document_passages", sha256=sha256, limit=PASSAGES_SHOWN)
    return [passage | {"codes": listed(passage["codes"])} for passage in passages]


def _notice(connection: sqlite3.Connection, name: str) -> Row | None:
    notice = first(connection, "document_notice", document=name)
    if not notice:
        return None
    return notice | {"suppliers": listed(notice["suppliers"]), "cpv": listed(notice["cpv"])}

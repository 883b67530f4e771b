"""Procurement notices: a list to narrow, and one with what it belongs to."""

import sqlite3
from dataclasses import dataclass

from corpus.citation import Cited
from corpus.citing import cited
from publish.councils import with_suppliers
from publish.database import Row, first, rows, rows_if_here
from publish.figures import listed

PER_PAGE = 50
MENTIONS_SHOWN = 50


@dataclass(frozen=True)
class Wanted:
    """What the list of notices is narrowed to, and where it begins."""

    council: str = ""
    stage: str = ""
    year: str = ""
    supplier: str = ""
    mentioning: str = ""
    offset: int = 0


@dataclass(frozen=True)
class Notices:
    """A page of the list; `stages` are those that it can be narrowed to."""

    wanted: Wanted
    shown: list[Row]
    stages: list[Row]
    council: Row | None
    supplier: str
    """The name of the supplier it is narrowed to, by a name or by the id of an entity."""


@dataclass(frozen=True)
class Notice:
    """One notice; `links` is None where the copy has no table of them."""

    notice: Row
    procurement: list[Row]
    links: list[Row] | None
    products: list[Row]
    mentions: list[Row]
    cited: Cited


def all_notices(connection: sqlite3.Connection, wanted: Wanted) -> Notices:
    """Return a page of the notices, the latest first."""
    found = rows(connection, "notices", limit=PER_PAGE, **vars(wanted))
    council = first(connection, "council", council=wanted.council) if wanted.council else None
    stages = rows(connection, "notice_stages")
    firm = first(connection, "entity", entity=wanted.supplier) if wanted.supplier else None
    supplier = (firm or {}).get("name") or wanted.supplier
    return Notices(wanted, with_suppliers(found), stages, council, supplier)


def one_notice(connection: sqlite3.Connection, name: str, site: str = "") -> Notice | None:
    """Return a notice, or None; `site` is the address under which it is cited."""
    notice = first(connection, "notice", document=name)
    known = cited(connection, "notice", name, site=site)
    if not notice or not known:
        return None
    mentions = rows(
        connection, "document_mentions", sha256=notice["sha256"], limit=MENTIONS_SHOWN, offset=0
    )
    return Notice(
        notice | {"suppliers": listed(notice["suppliers"]), "cpv": listed(notice["cpv"])},
        with_suppliers(rows_if_here(connection, "notice_procurement", document=name) or []),
        rows_if_here(connection, "notice_links", document=name),
        rows_if_here(connection, "notice_products", document=name) or [],
        mentions,
        known,
    )

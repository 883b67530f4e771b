"""What of the corpus is cited: pages, mentions, documents, notices, topics, the corpus itself."""

import sqlite3
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from corpus.addresses import web_link
from corpus.citation import CORPUS, Cited

GENRES = {
    "pack": "Reports pack",
    "foi": "Freedom of information response",
    "atrs": "Algorithmic transparency record",
    "notice": "Procurement notice",
    "other": "Council paper",
}
"""Kinds of documents as a bibliography names them; the others by their own name."""
THINGS = ("page", "mention", "document", "notice", "topic")
"""What has an id and a page of its own, and is cited by it."""

_DOCUMENT = """
    select d.document, d.title, d.kind, d.url, d.origin_url, d.published_on, d.item_number,
           f.sha256, f.pages, coalesce(c.official_name, c.name) as council, s.publisher,
           coalesce(s.title, d.source) as source, s.licence, m.committee, m.held_on,
           n.buyer_name, n.ocid, n.stage,
           (select max(a.fetched_at) from captures a
             where a.document = d.document and a.sha256 = f.sha256) as fetched_at
    from documents d left join files f on f.sha256 = coalesce(:sha256, d.sha256)
    left join councils c on c.council = d.council left join sources s on s.source = d.source
    left join meetings m on m.meeting = d.meeting left join notices n on n.document = d.document"""
_PAGE = """
    select p.page, p.number, p.label, p.sha256, f.document
    from pages p join files f on f.sha256 = p.sha256 where p.page = :page"""
_REPORT = "select title, item_number from page_reports where page = :page"
_MENTION = "select mention, page, quote from mentions where mention = :mention"
_TOPIC = """
    select t.topic, t.number, t.label, t.model, m.fitted_at
    from topics t join topic_models m on m.model = t.model where t.topic = :topic"""
_MENTIONING = """
    where exists (select 1 from mentions x where x.sha256 = d.sha256 and x.counted = 1)
    order by d.document limit :limit offset :offset"""

Row = dict[str, Any]


def cited(connection: sqlite3.Connection, thing: str, name: str, *, site: str = "") -> Cited | None:
    """Return how the page, mention, document, notice or topic with an id is cited, or None.

    `site` is the address at which readers reach the site, where it has one.
    """
    link = _link(site, thing, name)
    if thing == "page":
        return _page(connection, name, link)
    if thing == "mention":
        return _mention(connection, name, link)
    if thing == "topic":
        return _topic(connection, name, link)
    return _document(connection, name, thing, link) if thing in THINGS else None


def mentioning(
    connection: sqlite3.Connection, *, site: str = "", limit: int = -1, offset: int = 0
) -> Iterator[Cited]:
    """Yield the documents with a counted mention, by id: the bibliography of the corpus."""
    values = {"sha256": None, "limit": limit, "offset": offset}
    for row in _rows(connection, _DOCUMENT + _MENTIONING, **values):
        yield _whole(row, "document", _link(site, "document", row["document"]))


def release(version: str, issued: str, *, author: str, link: str = "", licence: str = "") -> Cited:
    """Return how a release of the corpus is cited; `issued` is its date, ISO 8601."""
    return Cited(
        id=f"release-{version}",
        thing="release",
        kind="dataset",
        title=f"{CORPUS}: council papers and procurement notices about predictive analytics",
        author=author,
        issued=issued,
        link=link,
        version=version,
        licence=licence,
    )


def _link(site: str, thing: str, name: str) -> str:
    return f"{site.rstrip('/')}/{thing}/{quote(name, safe='')}" if site else ""


def _rows(connection: sqlite3.Connection, sql: str, **values: Any) -> Iterator[Row]:
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, tuple(row), strict=True)) for row in cursor)


def _first(connection: sqlite3.Connection, sql: str, **values: Any) -> Row | None:
    return next(_rows(connection, sql, **values), None)


def _document(
    connection: sqlite3.Connection, name: str, thing: str, link: str, sha256: str | None = None
) -> Cited | None:
    """Return a document in its latest version, or in the one whose hash is given."""
    sql = f"{_DOCUMENT} where d.document = :document"
    row = _first(connection, sql, document=name, sha256=sha256)
    return _whole(row, thing, link) if row else None


def _whole(row: Row, thing: str, link: str) -> Cited:
    return Cited(
        id=row["document"],
        thing=thing,
        kind="notice" if row["kind"] == "notice" else "paper",
        title=row["title"] or "Untitled",
        author=_author(row),
        issued=row["published_on"] or row["held_on"] or "",
        accessed=row["fetched_at"] or "",
        url=web_link(row["origin_url"]) or web_link(row["url"]) or "",
        link=link,
        genre=_genre(row),
        committee=row["committee"] or "",
        held_on=row["held_on"] or "",
        item=row["item_number"] or "",
        pages=row["pages"],
        sha256=row["sha256"] or "",
        licence=row["licence"] or "",
    )


def _author(row: Row) -> str:
    """Return the institution: the buyer of a notice, the council, else who published it."""
    buyer = row["buyer_name"] if row["kind"] == "notice" else None
    return str(buyer or row["council"] or row["publisher"] or row["source"] or "")


def _genre(row: Row) -> str:
    kind = row["kind"] or "other"
    told = [GENRES.get(kind, kind.capitalize()), row["stage"], row["ocid"]]
    return ", ".join(part for part in told if part)


def _page(connection: sqlite3.Connection, name: str, link: str, **more: str) -> Cited | None:
    """Return a page of a document; inside a pack, of the report that it belongs to."""
    row = _first(connection, _PAGE, page=name)
    if not row:
        return None
    whole = _document(connection, row["document"] or "", "page", link, row["sha256"])
    whole = whole or Cited(name, "page", "paper", "Untitled", "", sha256=row["sha256"])
    report = _first(connection, _REPORT, page=name)
    told: Row = {"id": name, "page": row["number"], "printed": row["label"] or ""} | more
    if report and report["title"]:
        told |= {"title": report["title"], "container": whole.title}
        told["item"] = report["item_number"] or ""
    return Cited(**(vars(whole) | told))


def _mention(connection: sqlite3.Connection, name: str, link: str) -> Cited | None:
    row = _first(connection, _MENTION, mention=name)
    if not row:
        return None
    return _page(connection, row["page"], link, id=name, thing="mention", quote=row["quote"] or "")


def _topic(connection: sqlite3.Connection, name: str, link: str) -> Cited | None:
    row = _first(connection, _TOPIC, topic=name)
    if not row:
        return None
    return Cited(
        id=name,
        thing="topic",
        kind="dataset",
        title=f"Topic {row['number']}: {row['label']}",
        author=CORPUS,
        issued=row["fitted_at"] or "",
        link=link,
        genre="Topic model",
        version=row["model"],
    )

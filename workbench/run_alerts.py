"""Looking at saved searches: what each finds now, what has changed, written down and told."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from corpus.retrieval.query import parse
from corpus.store import Row, Store, now
from workbench.atom import Entry, write_feed, write_whole
from workbench.checks import feeds_folder
from workbench.digest import digest
from workbench.news import Change, Item, Looked, because, compare
from workbench.saved import Saved

DIGEST = "digest.md"
NEWEST = 200
"""Entries of a feed."""
_CURRENT = """
    (m.counted = 1 or (m.reason like 'duplicate of %' and exists (
        select 1 from page_duplicates q join pages o on o.page = q."first" where q.page = m.page
        and not exists (select 1 from documents e where e.sha256 = o.sha256
                        and e.gone_at is null))))
"""
"""Counted, or not counted for the sake of a page that no document has any more."""
_MENTIONS = f"""
    select m.mention as item, min(d.document) as document, m.page, m.term, m.quote,
        coalesce(m."before", '') || m.quote || coalesce(m."after", '') as text,
        coalesce(m.stance, '') as stance
    from mentions m join documents d on d.sha256 = m.sha256 and d.gone_at is null
    where {_CURRENT} {{conditions}} group by m.mention
"""
_PAGES = """
    select p.page as item, min(d.document) as document, p.page, '' as term,
        cast(p.number as text) as quote, '' as text, '' as stance
    from pages p join documents d on d.sha256 = p.sha256 and d.gone_at is null
    where 1 {conditions} group by p.page
"""
_ABOUT = """
    select d.council, d.title, d.published_on, coalesce(d.origin_url, d.url) as url,
        d.first_seen_at, d.gone_at, d.sha256 from documents d where d.document = ?
"""


def look(store: Store, saved: Sequence[Saved], *, write: bool = True) -> list[Looked]:
    """Look at every saved search; with `write`, keep what was found, the feeds and the digest.

    Searches that the study no longer has are dropped with their news.
    """
    looked = [_one(store, one, write) for one in saved]
    if write:
        _drop(store, {one.alert for one in saved})
        write_feeds(store, saved)
        write_whole(digest_path(store.path), digest(looked).encode())
    return looked


def digest_path(corpus: Path) -> Path:
    """Return where the digest of the last look lies."""
    return feeds_folder(corpus) / DIGEST


def _one(store: Store, saved: Saved, write: bool) -> Looked:
    found = finds(store, saved)
    before = store.rows("select * from alerts where alert = ?", (saved.alert,))
    began = not before or before[0]["definition"] != saved.definition
    held = {} if began else _held(store, saved.alert)
    changes = [] if began else compare(held, found)
    last = "" if began else before[0]["last_at"]
    rows = [_row(store, saved, _reasoned(store, one, last)) for one in changes]
    counts = Counter(row["kind"] for row in rows)
    if write:
        _keep(store, saved, None if began else before[0]["since"], found, rows)
    told = {kind: counts[kind] for kind in ("new", "changed", "gone")}
    return Looked(saved.alert, saved.title, len(found), began, **told, changes=rows)


def finds(store: Store, saved: Saved) -> dict[str, Item]:
    """Return what a saved search finds now, by id."""
    conditions, values = _conditions(saved)
    sql = (_MENTIONS if saved.of_mentions else _PAGES).format(conditions=conditions)
    return {row["item"]: Item(**row) for row in store.rows(sql, values)}


def _conditions(saved: Saved) -> tuple[str, list[str]]:
    """Return what a saved search asks for as SQL, and its values."""
    columns = {"codes": "m.code", "terms": "m.term", "stances": "m.stance"}
    columns |= {"councils": "d.council", "sources": "d.source", "kinds": "d.kind"}
    parts, values = [], []
    for name, column in columns.items():
        given = getattr(saved, name)
        if given:
            parts.append(f"and {column} in ({', '.join('?' * len(given))})")
            values += given
    if saved.search:
        page = "m.page" if saved.of_mentions else "p.page"
        parts.append(
            f"and {page} in (select g.page from pages_fts t join pages g on g.rowid = t.rowid "
            "where pages_fts match ?)"
        )
        values.append(parse(saved.search).match)
    return " ".join(parts), values


def _held(store: Store, alert: str) -> dict[str, Item]:
    columns = "item, document, page, term, quote, text, stance"
    rows = store.rows(f"select {columns} from alert_items where alert = ?", (alert,))
    return {row["item"]: Item(**row) for row in rows}


def _reasoned(store: Store, change: Change, last: str) -> Change:
    """Return a change with its reason, as far as the corpus knows it."""
    about = _about(store, change.item.document)
    if change.kind == "new" and about and about["first_seen_at"] < last:
        held = str(about["first_seen_at"])[:10]
        return because(change, f"found now in a paper that is held since {held}")
    if change.kind == "gone":
        return because(change, _gone(store, change.item, about))
    return change


def _gone(store: Store, item: Item, about: Row | None) -> str:
    """Say why something is not found any more."""
    if about is None:
        return "the document is not held any more"
    if about["gone_at"]:
        return f"the paper is gone from its site since {about['gone_at'][:10]}"
    if not item.page.startswith(str(about["sha256"])[:16]):
        return "the paper was replaced, and its new version does not say it"
    rows = store.rows("select counted, reason from mentions where mention = ?", (item.item,))
    if rows and not rows[0]["counted"]:
        return f"it does not count any more: {rows[0]['reason']}"
    return "the codebook, or the text as it is read now, no longer has it"


def _about(store: Store, document: str) -> Row | None:
    rows = store.rows(_ABOUT, (document,))
    return rows[0] if rows else None


def _row(store: Store, saved: Saved, change: Change) -> Row:
    """Return a change as a row of `alert_changes`."""
    about = _about(store, change.item.document) or {}
    was = change.was
    before = "" if was is None else was.text if was.text != change.item.text else was.stance
    row = {"alert": saved.alert, **asdict(change.item), "kind": change.kind, "at": now()}
    row |= {name: about.get(name) for name in ("council", "title", "published_on", "url")}
    return row | {"was": before, "why": change.why}


def _keep(
    store: Store, saved: Saved, since: str | None, found: dict[str, Item], changes: list[Row]
) -> None:
    """Write what was found, all of it or nothing."""
    with store.db.atomic():
        row: Row = {"alert": saved.alert, "title": saved.title, "definition": saved.definition}
        row |= {"since": since or now(), "last_at": now(), "items": len(found)}
        store.db.table("alerts").upsert(row, pk="alert")
        store.db.execute("delete from alert_items where alert = ?", (saved.alert,))
        items = [{"alert": saved.alert, **asdict(one)} for one in found.values()]
        store.db.table("alert_items").insert_all(items)
        store.db.table("alert_changes").insert_all(changes)


def _drop(store: Store, kept: set[str]) -> None:
    """Remove what belongs to saved searches that are no more."""
    gone = {row["alert"] for row in store.rows("select alert from alerts")} - kept
    for alert in gone:
        with store.db.atomic():
            for table in ("alert_changes", "alert_items", "alerts"):
                store.db.execute(f"delete from {table} where alert = ?", (alert,))
        _feed_path(store, alert).unlink(missing_ok=True)


def write_feeds(store: Store, saved: Sequence[Saved]) -> None:
    """Write the feed of each saved search from its news."""
    for one in saved:
        rows = store.rows(
            "select * from alert_changes where alert = ? order by change desc limit ?",
            (one.alert, NEWEST),
        )
        entries = [_entry(row) for row in rows]
        write_feed(_feed_path(store, one.alert), f"Council Corpus: {one.title}", entries)


def _feed_path(store: Store, alert: str) -> Path:
    return feeds_folder(store.path) / f"alert-{alert}.xml"


def _entry(row: Row) -> Entry:
    title = row["title"] or row["document"]
    text = "\n".join(part for part in (row["text"], row["was"], row["why"]) if part)
    return Entry(
        key=f"{row['alert']} {row['item']} {row['kind']} {row['at']}",
        title=f"{row['kind']}: {title}" + (f" ({row['council']})" if row["council"] else ""),
        at=row["at"],
        text=text,
        link=row["url"] if str(row["url"] or "").startswith(("http://", "https://")) else "",
    )

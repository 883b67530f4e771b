"""Forgetting: a document's original, text and everything derived, and that it stays out."""

from collections.abc import Sequence

from corpus.errors import CorpusError, UnknownDocument
from corpus.retrieval.lsi import erase_pages
from corpus.retrieval.lsi import words as words_of
from corpus.screened import Side
from corpus.store import Store, now
from corpus.texts import drop_pages


def forget(store: Store, documents: Sequence[str], reason: str) -> int:
    """Erase documents and leave tombstones; return how many files went with them.

    Bytes that another document holds too would stay readable there: then all of them must be
    named. Raises `UnknownDocument`, or `CorpusError` naming the others.
    """
    files = {sha256 for document in documents for sha256 in _versions(store, document)}
    _check_others(store, files, documents)
    words = _words(store, files)
    with store.db.atomic():
        for document in documents:
            _bury(store, document, reason)
        for sha256 in sorted(files):
            _erase(store, sha256)
        store.db.execute("delete from suggestions")  # learnt from all texts, these among them
        store.db.execute("insert into pages_fts (pages_fts) values ('optimize')")
    erase_pages(store.files.folder / "models" / "lsi", files, lambda: _lost(store, words))
    with Side(store) as side:
        side.drop(*files)
    for sha256 in files:
        store.files.remove(sha256)
    store.db.execute("vacuum")  # what was deleted or replaced, now or before, leaves the file too
    store.db.execute("pragma wal_checkpoint(truncate)")
    return len(files)


def _words(store: Store, files: set[str]) -> set[str]:
    """Return the words that stand on the pages of some files."""
    found: set[str] = set()
    for sha256 in sorted(files):
        for row in store.rows("select text from pages where sha256 = ?", (sha256,)):
            found |= set(words_of(row["text"] or ""))
    return found


def _lost(store: Store, words: set[str]) -> set[str]:
    """Return the words that stand on no page any more: nobody may learn that they ever did."""
    sql = "select 1 from pages_fts where pages_fts match ? limit 1"
    return {word for word in words if store.value(sql, (f'"{word}"',)) is None}


def _versions(store: Store, document: str) -> list[str]:
    """Return the hashes of all bytes that a document ever had.

    A document forgotten before has them in its tombstones: forgetting may have been interrupted.
    """
    found = store.rows(
        "select sha256 from captures where document = ?1 union "
        "select sha256 from tombstones where document = ?1",
        (document,),
    )
    if not found:
        raise UnknownDocument(f"There is no document `{document}`; `corpus search` shows ids.")
    return [row["sha256"] for row in found]


def _check_others(store: Store, files: set[str], documents: Sequence[str]) -> None:
    """Refuse while another document holds the same bytes."""
    for sha256 in sorted(files):
        others = {
            row["document"]
            for row in store.rows("select document from captures where sha256 = ?", (sha256,))
        } - set(documents)
        if others:
            raise CorpusError(
                f"The same bytes are also held as {', '.join(sorted(others))}. Name "
                "these documents too, so that nothing of them stays."
            )


def _bury(store: Store, document: str, reason: str) -> None:
    """Remove a document's rows and leave its tombstone, one for each version it had."""
    store.db.table("tombstones").upsert_all(
        [
            {"document": document, "sha256": sha256, "reason": reason, "at": now()}
            for sha256 in _versions(store, document)
        ],
        pk=("document", "sha256"),
    )
    store.db.execute(
        "delete from failures where subject = (select url from documents where document = ?)",
        (document,),
    )
    store.db.execute(
        "delete from visits where sha256 in (select sha256 from captures where document = :of) "
        "or url = (select url from documents where document = :of)",
        {"of": document},
    )
    _forget_suppliers(store, document)
    for table in (
        *("procurements", "notices", "captures", "codings", "misses", "changes"),
        *("alert_items", "alert_changes", "notice_suppliers", "system_steps", "documents"),
    ):
        store.db.execute(f"delete from {table} where document = ?", (document,))
    store.db.execute("delete from codings where cited_document = ?", (document,))
    for table in ("links", "system_wordings"):
        store.db.execute(f'delete from {table} where ? in ("first", "second")', (document,))
    store.db.execute(
        "update claim_mentions set present = null, document = null, page = null, quote = null, "
        "state = 'erased', why = 'it was erased on request' where document = ?",
        (document,),
    )
    _forget_names(store)


def _forget_names(store: Store) -> None:
    """Take the title of a document that is gone off the system that is called by it."""
    store.db.execute(
        "update systems set name = '' where product is null and not exists (select 1 from "
        "system_steps s join documents d using (document) where s.system = systems.system "
        "and d.title = systems.name)"
    )


def _forget_suppliers(store: Store, document: str) -> None:
    """Remove the names of suppliers that stand in no other notice."""
    store.db.execute(
        "delete from entity_names where name in (select name from notice_suppliers "
        "where document = ?1) and name not in (select name from notice_suppliers "
        "where document != ?1) and notices > 0",
        (document,),
    )


def _erase(store: Store, sha256: str) -> None:
    """Remove a file's rows in every table."""
    drop_pages(store, sha256)
    store.db.execute("update files set compared_with = null")  # what repeated it may count now
    for table in ("mentions", "reports", "signatures", "screenings", "files"):
        store.db.execute(f"delete from {table} where sha256 = ?", (sha256,))
    store.db.execute(
        "delete from failures where subject = ? or subject like ?", (sha256, f"{sha256[:16]}-%")
    )

"""Pages that go: all that hangs on them goes too, in every table."""

from corpus.ids import page_id
from corpus.store import Store


def drop_pages(store: Store, sha256: str, *, after: int = 0) -> None:
    """Delete a file's pages from number `after` + 1 on, and what was derived from them.

    People's codings of them stay, without a page: they are anchored by the words they quote.
    """
    pages = {"last": page_id(sha256, after), "end": f"{sha256[:16]}."}
    store.db.execute(
        f"delete from passage_topics where passage in (select passage from passages "
        f"where {_within('page')})",
        pages,
    )
    store.db.execute(f"update codings set page = null where {_within('page')}", pages)
    for table in ("mentions", "passages", "page_words", "page_tables"):
        store.db.execute(f"delete from {table} where {_within('page')}", pages)
    _part(store, pages)
    store.db.execute(f"delete from reports where {_within('report')}", pages)
    store.db.execute(f"delete from pages where {_within('page')}", pages)


def _within(column: str) -> str:
    """Return SQL for "is one of these pages": a full stop stands after the hyphen of page ids."""
    return f'"{column}" > :last and "{column}" < :end'


def _part(store: Store, pages: dict[str, str]) -> None:
    """Take pages out of their families: what repeated them may count now, and is compared anew."""
    store.db.execute(
        "update files set found_with = iif(found_with is null, null, ''), compared_with = null "
        "where sha256 in (select p.sha256 from page_duplicates d join pages p on p.page = d.page "
        f"where d.{_within('first').replace('and ', 'and d.')})",
        pages,
    )
    for table, column, other in (
        ("page_duplicates", "page", "first"),
        ("similarities", "first", "second"),
    ):
        store.db.execute(
            f"delete from {table} where ({_within(column)}) or ({_within(other)})", pages
        )

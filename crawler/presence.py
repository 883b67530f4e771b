"""Whether documents are still there: gone after three misses on different days, and back again."""

from collections.abc import Set

from corpus.store import Store, now
from corpus.study import Source

UNLISTED = "no longer listed"
MISSES = 3
"""So many days on which a document was not there while its site answered, and it counts as gone."""
_HELD = """
    select d.document from documents d left join meetings m on m.meeting = d.meeting
    where d.source = ? and d.council = ? and substr(coalesce(m.held_on, d.published_on), 1, 7) = ?
"""


class Presence:
    """Notes what a run finds again, misses and finds replaced."""

    def __init__(self, store: Store, crawl: int) -> None:
        self._store = store
        self._crawl = crawl

    def found(self, document: str) -> None:
        """Note that a document is there: its misses are over, and if it was gone, it is back."""
        self._store.db.execute("delete from misses where document = ?", (document,))
        gone = self._store.value("select gone_at from documents where document = ?", (document,))
        if gone:
            self._store.db.execute(
                "update documents set gone_at = null where document = ?", (document,)
            )
            self.changed(document, "returned")

    def missed(self, document: str, reason: str) -> None:
        """Note that a document was not there today, though its site answered."""
        instant = now()
        self._store.db.execute(
            "insert or ignore into misses (document, missed_on, reason) values (?, ?, ?)",
            (document, instant[:10], reason),
        )
        misses = self._store.value("select count(*) from misses where document = ?", (document,))
        if misses >= MISSES and not self._store.value(
            "select gone_at from documents where document = ?", (document,)
        ):
            self._store.db.execute(
                "update documents set gone_at = ? where document = ?", (instant, document)
            )
            self.changed(document, "gone")

    def looked(self, source: Source, council: str, month: str, seen: set[str]) -> None:
        """Note what was missing in a month that has been looked at without any trouble."""
        held = self._store.db.execute(_HELD, (source.source, council, month)).fetchall()
        for (document,) in held:
            if document not in seen:
                self.missed(document, UNLISTED)

    def listed(self, source: Source, documents: Set[str]) -> None:
        """Note what is missing in a source's whole list, and what is back in it.

        One that is listed and could not be had when it was asked for is not back.
        """
        sql = "select document from documents where source = ?"
        for (document,) in self._store.db.execute(sql, (source.source,)).fetchall():
            if document not in documents:
                self.missed(document, UNLISTED)
            elif self._reasons(document) == {UNLISTED}:
                self.found(document)

    def _reasons(self, document: str) -> set[str]:
        sql = "select reason from misses where document = ?"
        return {reason for (reason,) in self._store.db.execute(sql, (document,))}

    def changed(self, document: str, kind: str) -> None:
        """Record that a document was `replaced`, is `gone` or has `returned`."""
        self._store.db.table("changes").insert(
            {
                "document": document,
                "kind": kind,
                "sha256": self._store.value(
                    "select sha256 from documents where document = ?", (document,)
                ),
                "at": now(),
                "crawl": self._crawl,
            }
        )

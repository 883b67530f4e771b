"""The one place that writes collected documents: files, documents, versions, notices, visits."""

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from corpus import formats
from corpus.ids import sha256
from corpus.store import Store, now
from crawler.presence import Presence


@dataclass(frozen=True)
class Found:
    """A document as found: its identity, what the source says of it, and its bytes."""

    document: str
    source: str
    kind: str
    title: str
    url: str
    content: bytes = field(repr=False)
    name: str = ""
    council: str | None = None
    origin_url: str | None = None
    published_on: str | None = None
    meeting: str | None = None
    item_number: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    notice: dict[str, Any] | None = None


class Keeper:
    """Keeps what one run finds, inside transactions that the caller opens."""

    def __init__(self, store: Store, crawl: int) -> None:
        self._store = store
        self._crawl = crawl
        self.presence = Presence(store, crawl)

    def keep(self, found: Found) -> str:
        """Keep a document and return `kept`, `unchanged` or `forgotten`."""
        digest = sha256(found.content)
        if self._forgotten(found.document, digest):
            return "forgotten"
        latest = self._store.value(
            "select sha256 from documents where document = ?", (found.document,)
        )
        self._file(found, digest)
        self.presence.found(found.document)
        self._document(found, digest)
        if latest == digest:
            self._asked_again(found, digest)
            return "unchanged"
        self._capture(found, digest)
        if latest:
            self.presence.changed(found.document, "replaced")
        return "kept"

    def seen(self, document: str) -> None:
        """Note that a document was found again, as it was."""
        self.presence.found(document)
        self._store.db.execute(
            "update documents set last_seen_at = ? where document = ?", (now(), document)
        )

    def visit(
        self,
        source: str,
        url: str,
        outcome: str,
        *,
        reason: str | None = None,
        status: int | None = None,
        etag: str | None = None,
        sha256: str | None = None,
        redirected_to: str | None = None,
    ) -> None:
        """Record a request that mattered."""
        self._store.db.table("visits").insert(
            {
                "crawl": self._crawl,
                "source": source,
                "url": url,
                "status": status,
                "outcome": outcome,
                "reason": reason,
                "fetched_at": now(),
                "etag": etag,
                "sha256": sha256,
                "redirected_to": redirected_to,
            }
        )

    def _forgotten(self, document: str, digest: str) -> bool:
        return bool(
            self._store.value(
                "select 1 from tombstones where document = ? or sha256 = ?", (document, digest)
            )
        )

    def _file(self, found: Found, digest: str) -> None:
        held = self._store.value("select path from files where sha256 = ?", (digest,))
        if held:  # the original may have been lost: then it comes back
            self._store.files.put(found.content, digest, PurePath(held).suffix)
            return
        kind = (
            formats.OCDS if found.notice is not None else formats.sniff(found.content, found.name)
        )
        self._store.db.table("files").insert(
            {
                "sha256": digest,
                "bytes": len(found.content),
                "mime": kind.mime,
                "path": self._store.files.put(found.content, digest, kind.suffix),
                "document": found.document,
            }
        )

    def _document(self, found: Found, digest: str) -> None:
        seen = now()
        row = {
            name: getattr(found, name)
            for name in (
                "document",
                "source",
                "council",
                "kind",
                "title",
                "url",
                "origin_url",
                "published_on",
                "meeting",
                "item_number",
            )
        }
        first = self._store.value(
            "select first_seen_at from documents where document = ?", (found.document,)
        )
        self._store.db.table("documents").upsert(
            row
            | {
                "sha256": digest,
                "first_seen_at": first or seen,
                "last_seen_at": seen,
                "gone_at": None,
            },
            pk="document",
        )
        if found.notice is not None:
            self._store.db.table("notices").upsert(
                {"document": found.document, "council": found.council} | found.notice, pk="document"
            )

    def _asked_again(self, found: Found, digest: str) -> None:
        """Keep a new ETag of the same bytes, or they would be downloaded in every crawl."""
        if found.etag or found.last_modified:
            self._store.db.execute(
                "update captures set etag = ?, last_modified = ? where capture = (select "
                "max(capture) from captures where document = ? and sha256 = ?)",
                (found.etag, found.last_modified, found.document, digest),
            )

    def _capture(self, found: Found, digest: str) -> None:
        self._store.db.table("captures").insert(
            {
                "document": found.document,
                "sha256": digest,
                "fetched_at": now(),
                "etag": found.etag,
                "last_modified": found.last_modified,
            }
        )


def keep_checks(store: Store, checks: list[dict[str, Any]]) -> None:
    """Record what `corpus sources check` found, a row for each council or service."""
    with store.db.atomic():
        rows = [check | {"council": check["council"] or None} for check in checks]
        store.db.table("source_checks").insert_all(rows)

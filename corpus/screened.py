"""Text that is kept aside: what was screened and names no term, compressed beside the corpus.

A study that says `keep: mentioning` keeps such text in `screened.db`. It is not searched, and every
answer says so; a changed codebook is applied to it, and what becomes relevant moves back among the
pages, under the same ids. `files.kept_in` says where a file's text is. What is written twice
because a command was killed stands among the pages; `corpus doctor` removes the other.
"""

import base64
import json
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any

from corpus.language.lexicon import Lexicon
from corpus.progress import progress
from corpus.store import Batch, Row, Store
from corpus.texts import drop_pages

ASIDE = "screened.db"
"""What `files.kept_in` says of text that is kept aside; empty for text among the pages."""
AT_ONCE = 200
"""Files whose text is moved in one go: some thousand pages."""
TO_PUT_ASIDE = """select f.sha256, s.pages from files f join screenings s using (sha256)
    where f.kept_in is null and f.outcome = 'screened' and s.hits = '{}'
    and not exists (select 1 from pages p where p.sha256 = f.sha256
        and p.outcome != 'text' and p.outcome = 'ocr-queued')
    and not exists (select 1 from codings c join pages p using (page) where p.sha256 = f.sha256)
    order by f.sha256 limit ?"""
"""Scans that wait for OCR stay among the pages, and so does what people have judged."""
READ_ALREADY = """update files set outcome = ? where sha256 = ? and mime != 'application/pdf'
    and outcome in ('read', 'screened')"""
"""Formats other than PDF are read in full at once: a hit alone tells read from screened."""


def side_path(corpus: Path) -> Path:
    """Return where the text of a corpus is kept aside: `screened.db`, or `NAME-screened.db`."""
    return corpus.with_name(ASIDE if corpus.stem == "corpus" else f"{corpus.stem}-{ASIDE}")


class Side:
    """The side file of a corpus; made when something is put into it."""

    def __init__(self, store: Store) -> None:
        self.path = side_path(store.path)
        self._store = store
        self._connection: sqlite3.Connection | None = None
        self._moved: list[str] = []

    def __enter__(self) -> "Side":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        """Drop what has moved among the pages: by now it is durable there."""
        if self._moved and kind is None:
            self.drop(*self._moved)
        if self._connection is not None:
            self._connection.close()

    def _open(self) -> sqlite3.Connection | None:
        if self._connection is None and self.path.is_file():
            self._connection = sqlite3.connect(self.path)
            self._connection.execute("pragma secure_delete = on")
        return self._connection

    def put(self, texts: list[tuple[str, int, bytes]]) -> None:
        """Keep (hash, number of pages, packed text) of files; durable when this returns."""
        if self._connection is None:
            self._connection = sqlite3.connect(self.path)
            self._connection.execute("pragma secure_delete = on")
            self._connection.execute(
                "create table if not exists texts "
                "(sha256 text primary key, pages integer, content blob)"
            )
        with self._connection as connection:
            connection.executemany("insert or replace into texts values (?, ?, ?)", texts)

    def get(self, sha256: str) -> dict[str, Any] | None:
        """Return a file's rows of `pages`, and of `page_words`, as they were."""
        connection = self._open()
        sql = "select content from texts where sha256 = ?"
        row = connection.execute(sql, (sha256,)).fetchone() if connection else None
        return unpacked(row[0]) if row else None

    def held(self) -> Iterator[tuple[str, int, bytes]]:
        """Yield (hash, number of pages, packed text) of every file, by hash."""
        connection = self._open()
        if connection is not None:
            yield from connection.execute("select * from texts order by sha256")

    def drop(self, *files: str) -> None:
        """Delete the text of files, and its bytes."""
        connection = self._open()
        if connection is not None:
            with connection:
                connection.executemany(
                    "delete from texts where sha256 = ?", [(sha256,) for sha256 in files]
                )

    def bring_back(self, sha256: str) -> None:
        """Put a file's text among the pages again; the caller commits before this is closed."""
        kept = self.get(sha256)
        if kept is None:  # lost: the file is read again
            self._store.db.execute(
                "update files set kept_in = null, screened_with = '' where sha256 = ?", (sha256,)
            )
            return
        self._store.db.table("pages").insert_all(kept["pages"])
        self._store.db.table("page_words").insert_all(
            [
                {"page": page, "words": base64.b64decode(words)}
                for page, words in kept["words"].items()
            ]
        )
        self._store.db.execute(
            "update files set kept_in = null, found_with = iif(found_with is null, null, '') "
            "where sha256 = ?",
            (sha256,),
        )
        self._moved.append(sha256)


def packed(pages: list[Row], words: dict[str, bytes]) -> bytes:
    """Return a file's text as it is kept aside."""
    told = {
        "pages": pages,
        "words": {page: base64.b64encode(held).decode() for page, held in words.items()},
    }
    return zlib.compress(json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def unpacked(content: bytes) -> dict[str, Any]:
    """Return what `packed` was given; raises `zlib.error` or `ValueError` where it is damaged."""
    found: dict[str, Any] = json.loads(zlib.decompress(content).decode("utf-8", "surrogatepass"))
    return found


def put_aside(store: Store, side: Side) -> int:
    """Move the text of files without a hit to the side file; return how many files."""
    moved = 0
    while files := store.rows(TO_PUT_ASIDE, (AT_ONCE,)):
        side.put([_packed(store, file["sha256"], file["pages"]) for file in files])
        with Batch(store) as batch:
            for file in files:
                with batch.document():
                    _leave(store, file["sha256"])
        moved += len(files)
    return moved


def _packed(store: Store, sha256: str, count: int) -> tuple[str, int, bytes]:
    pages = store.rows("select * from pages where sha256 = ? order by number", (sha256,))
    words = store.rows(
        "select page, words from page_words join pages using (page) where sha256 = ? order by page",
        (sha256,),
    )
    return sha256, count, packed(pages, {row["page"]: row["words"] for row in words})


def _leave(store: Store, sha256: str) -> None:
    """Remove a file's pages from the corpus, and say where they are."""
    drop_pages(store, sha256)
    store.db.execute("delete from signatures where sha256 = ?", (sha256,))
    store.db.execute(
        "update files set kept_in = ?, split_with = null, signed_with = null, "
        "compared_with = null where sha256 = ?",
        (ASIDE, sha256),
    )


def bring_all_back(store: Store, side: Side, condition: str = "true") -> int:
    """Move text back among the pages; return of how many files."""
    files = store.rows(
        "select sha256 from files f join screenings s using (sha256) "
        f"where f.kept_in is not null and {condition} order by sha256"
    )
    with Batch(store) as batch:
        for file in files:
            with batch.document():
                side.bring_back(file["sha256"])
    return len(files)


def rescreen(store: Store, lexicon: Lexicon, side: Side) -> int:
    """Apply a changed codebook to the kept text: no file is opened, no request made.

    Text that was kept aside and has a hit now moves among the pages. Returns the files looked at.
    """
    stale = store.rows(
        "select sha256, kept_in from screenings join files using (sha256) "
        "where lexicon != ? order by sha256",
        (lexicon.version,),
    )
    if not stale:
        return 0
    with (
        progress("screening the kept text again", len(stale), unit="files") as advance,
        Batch(store, advance) as batch,
    ):
        for file in stale:
            with batch.document():
                _rescreen_one(store, lexicon, side, file)
    return len(stale)


def _rescreen_one(store: Store, lexicon: Lexicon, side: Side, file: Row) -> None:
    sha256 = file["sha256"]
    if file["kept_in"]:
        texts = [page["text"] for page in (side.get(sha256) or {"pages": []})["pages"]]
    else:
        rows = store.rows("select text from pages where sha256 = ?", (sha256,))
        texts = [row["text"] for row in rows]
    hits = sum((lexicon.hits(text) for text in texts), start=lexicon.hits(""))
    told = json.dumps(dict(sorted(hits.items())))
    store.db.table("screenings").update(sha256, {"hits": told, "lexicon": lexicon.version})
    store.db.execute(READ_ALREADY, ("read" if hits else "screened", sha256))
    if hits and file["kept_in"]:
        side.bring_back(sha256)


def damaged(side: Side, kept: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Yield (what is wrong, hash) of the side file; `kept` are the files it must have, by pages."""
    if not side.path.is_file():
        yield from ((f"its text is not in {side.path.name}", sha256) for sha256 in kept)
        return
    told = _integrity(side.path)
    if told != "ok":
        yield f"{side.path.name} is damaged: {told}", ""
        return
    found = set()
    for sha256, pages, content in side.held():
        found.add(sha256)
        if sha256 not in kept:
            yield f"{side.path.name} holds text of no file that is kept there", sha256
        elif not _sound(content, sha256) or pages != kept[sha256]:
            yield f"its text in {side.path.name} is damaged", sha256
    yield from ((f"its text is not in {side.path.name}", one) for one in sorted(set(kept) - found))


def _integrity(path: Path) -> str:
    """Return "ok", or what SQLite says of a damaged file."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            return str(connection.execute("pragma integrity_check").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)


def _sound(content: bytes, sha256: str) -> bool:
    try:
        return all(page["sha256"] == sha256 for page in unpacked(content)["pages"])
    except (zlib.error, ValueError, KeyError, TypeError):
        return False

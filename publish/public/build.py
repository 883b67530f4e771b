"""Writes a published corpus: the columns that may be published, screened, into a file of its own.

The corpus is only read, in one transaction, so that a build may go on meanwhile. Rows come in the
order of their keys and hold no time of publishing: the same corpus and study give the same bytes.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.ids import HASH_LENGTH
from corpus.progress import progress
from corpus.published import PUBLISHED_ID
from corpus.store import Store
from corpus.study import Study
from publish.public.allowlist import allowed
from publish.public.coders import A_PERSON, coders, unnamed
from publish.public.policy import NONE, extents
from publish.public.run_tables import keys, make_index, make_tables, make_views, quoted
from publish.public.takedowns import Hidden, decisions, hidden, takedowns, titles
from publish.public.treatments import (
    GAP,
    Row,
    Screener,
    Withheld,
    address,
    around_mention,
    evidence,
    excerpt,
    passage,
)

AT_ONCE = 500
"""Rows written in one go."""
COUNTED_ON_PAGES = ("pages", "mentions", "passages", "passage_topics")
"""Where a page that was taken down keeps its rows, without words: the figures stay the same."""
BY_PAGE = ("pages", "mentions", "passages")


@dataclass
class Published:
    """What was written: rows by table, pages by extent, and what was withheld."""

    tables: dict[str, int] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    withheld: list[Withheld] = field(default_factory=list)
    hidden: Hidden = field(default_factory=lambda: Hidden(frozenset(), frozenset(), frozenset()))
    coders: int = 0
    bytes: int = 0


def build(store: Store, study: Study, target: Path) -> Published:
    """Write what may be published of a corpus to `target`, which is written over.

    Raises `BadStudy` where what people decided cannot be understood. Verify it afterwards
    (`publish.public.verify`), and put it in place.
    """
    with closing(sqlite3.connect(target, isolation_level=None)) as into, _snapshot(store):
        for pragma in ("page_size = 4096", "journal_mode = off", "synchronous = off"):
            into.execute(f"pragma {pragma}")
        into.execute("begin")
        told = _Publication(store, study, into).write()
        into.execute(f"pragma application_id = {PUBLISHED_ID}")
        into.execute("commit")
    told.bytes = target.stat().st_size
    return told


@contextmanager
def _snapshot(store: Store) -> Iterator[None]:
    """Read the corpus as it is now, whatever is written to it meanwhile."""
    connection = store.db.conn
    if connection.in_transaction:
        yield
        return
    connection.execute("begin")
    try:
        yield
    finally:
        connection.rollback()


class _Publication:
    """One publication, table by table."""

    def __init__(self, store: Store, study: Study, into: sqlite3.Connection) -> None:
        self.store, self.into, self.allowed = store, into, allowed()
        sources = store.rows("select source, licence from sources order by source")
        wanted = takedowns(study.folder)
        self.told = Published(sources=extents(study, sources), hidden=hidden(store.db.conn, wanted))
        self.wanted = wanted
        private = _private(store.path.parent, study.folder)
        self.screener = Screener(decisions(study.folder), private)
        self.coders = coders(store)
        self.extent_of = self._extents()
        self.names: set[str] = set()
        self.titles_down = titles(store.db.conn, self.told.hidden)

    def write(self) -> Published:
        """Write everything, the index last."""
        make_tables(self.store.db.conn, self.into, self.allowed)
        tables = [name for name in self.allowed.tables if name not in BY_PAGE]
        self._pages()
        for table in tables:
            self._table(table)
        self._takedowns()
        self._added()
        make_index(self.into)
        make_views(self.store.db.conn, self.into)
        self.told.withheld = sorted(
            self.screener.withheld, key=lambda w: (w.subject, w.place, w.kind, w.item)
        )
        self.told.coders = len(self.coders)
        for table in (*self.allowed.tables, *self.allowed.added):
            count = self.into.execute(f'select count(*) from "{table}"').fetchone()
            self.told.tables[table] = count[0]
        return self.told

    def _extents(self) -> dict[str, str]:
        """Return how much of each file's text is published, by the source of its document."""
        rows = self.store.db.execute(
            "select f.sha256, d.source from files f join documents d on d.document = f.document"
        )
        return {row[0]: self.told.sources.get(row[1], "extracts") for row in rows}

    def _rows(self, table: str) -> Iterator[Row]:
        """Yield a table's rows in the order of its key, without those that were taken down."""
        columns = quoted(self.allowed.columns(table))
        by = quoted(keys(self.store.db.conn, table)) or "rowid"
        cursor = self.store.db.execute(f'select {columns} from "{table}" order by {by}')
        names = [told[0] for told in cursor.description]
        for values in cursor:
            row = dict(zip(names, values, strict=True))
            if not self._is_hidden(table, row):
                yield row

    def _is_hidden(self, table: str, row: Row) -> bool:
        treatments = self.allowed.tables[table]
        pages = table not in COUNTED_ON_PAGES
        return any(
            self.told.hidden.names(row[name], pages=pages)
            for name, treatment in treatments.items()
            if treatment in ("id", "known")
        )

    def _insert(self, table: str, rows: Iterable[Row]) -> None:
        """Write rows, some at a time."""
        columns = self.allowed.columns(table)
        marks = ", ".join("?" * len(columns))
        how = "insert or ignore" if self._may_meet(table) else "insert"
        sql = f'{how} into "{table}" ({quoted(columns)}) values ({marks})'
        block: list[tuple[Any, ...]] = []
        for row in rows:
            block.append(tuple(row[name] for name in columns))
            if len(block) == AT_ONCE:
                self.into.executemany(sql, block)
                block = []
        self.into.executemany(sql, block)

    def _may_meet(self, table: str) -> bool:
        """Whether screening may make two keys of a table equal: two names taken out are one."""
        treatments = self.allowed.tables.get(table, {})
        return any(
            treatments.get(name) in ("words", "excerpt") for name in keys(self.store.db.conn, table)
        )

    def _table(self, table: str) -> None:
        self._insert(table, self._treated(table))

    def _treated(self, table: str) -> Iterator[Row]:
        """Yield the rows of a table as they are published."""
        treatments = self.allowed.tables[table]
        named = [
            name
            for name in keys(self.store.db.conn, table)
            if treatments.get(name) in ("plain", "id", "known")  # words are not to be repeated
        ]
        if table == "tombstones":
            yield from self._tombstones()
            return
        for row in self._rows(table):
            subject = ":".join(str(row[key]) for key in named)
            told = {name: self._value(table, name, treatments[name], row, subject) for name in row}
            if all(treatments[n] != "known" or told[n] in self.names for n in told):
                yield told
            if table in ("files", "documents"):
                self.names |= {str(row["sha256"]), str(row["document"])}
            if table == "system_steps":
                self.names.add(str(row["system"]))

    def _value(self, table: str, name: str, treatment: str, row: Row, subject: str) -> Any:
        value, of_file = row[name], self._file_of(row)
        if (table, name) == ("systems", "name") and value in self.titles_down:
            return None
        if treatment == "words":
            return self.screener.words(value, subject, f"{table}.{name}", of_file[:HASH_LENGTH])
        if treatment == "excerpt":
            short = excerpt(value, self.extent_of.get(of_file, "extracts"))
            return self.screener.words(short, subject, f"{table}.{name}", of_file[:HASH_LENGTH])
        if treatment == "address":
            return address(value)
        if treatment == "coder":
            return self.coders.get(value, value if value == "terms" else A_PERSON)
        if treatment == "told":
            bare = unnamed(value, self.coders)
            return self.screener.words(bare, subject, f"{table}.{name}", of_file[:HASH_LENGTH])
        return value

    def _file_of(self, row: Row) -> str:
        """Return the file that a row speaks of: its hash, or the hash that its page begins with."""
        if row.get("sha256"):
            return str(row["sha256"])
        page = row.get("page") or row.get("first") or ""
        return self._by_prefix().get(str(page)[:HASH_LENGTH], "")

    def _by_prefix(self) -> dict[str, str]:
        if not hasattr(self, "_prefixes"):
            self._prefixes = {sha256[:HASH_LENGTH]: sha256 for sha256 in self.extent_of}
        return self._prefixes

    def _tombstones(self) -> Iterator[Row]:
        """Yield what was erased, once a document and without the reason."""
        sql = "select document, min(at) as at from tombstones group by document order by 1"
        known = {row["document"]: row["at"] for row in self.store.rows(sql)}
        for one in self.wanted:
            if not one.is_page:
                known.setdefault(one.item, one.asked_on or None)
        for document in self.told.hidden.documents:
            known.setdefault(document, None)
        yield from ({"document": name, "at": known[name]} for name in sorted(known))
        self.names |= set(known)

    def _takedowns(self) -> None:
        """Note the requests themselves, so that the list of what is withheld is whole."""
        for one in sorted(self.told.hidden.documents):
            self.screener.withheld.append(
                Withheld("", one, "documents", "takedown", "request", "taken down on request", "")
            )

    def _pages(self) -> None:
        """Write pages with their mentions and passages, whose places move with the text."""
        count = self.store.value("select count(*) from pages")
        done: Counter[str] = Counter()
        blocks: dict[str, list[Row]] = {name: [] for name in (*BY_PAGE, "page_extents")}
        with progress("screening pages for publication", count, unit="pages") as advance:
            for row in self._rows("pages"):
                for name, rows in self._page(row).items():
                    blocks[name] += rows
                done[blocks["page_extents"][-1]["extent"]] += 1
                if len(blocks["pages"]) >= AT_ONCE:
                    self._flush(blocks, advance)
            self._flush(blocks, advance)
        self.told.pages = dict(sorted(done.items()))

    def _flush(self, blocks: dict[str, list[Row]], advance: Callable[[int], None]) -> None:
        advance(len(blocks["pages"]))
        for name, rows in blocks.items():
            self._insert(name, rows)
            rows.clear()

    def _page(self, row: Row) -> dict[str, list[Row]]:
        """Return a page's rows in each table that is written by page."""
        page, text = row["page"], row["text"] or ""
        mentions, passages = self._of_page("mentions", page), self._of_page("passages", page)
        kept = [around_mention(each, text) for each in mentions if each["start"] is not None]
        kept += [(p["start"], p["end"]) for p in passages if p["start"] is not None]
        extent = self.extent_of.get(row["sha256"], NONE)
        down = page in self.told.hidden.pages
        cutting, told = self.screener.page(page, text, kept, extent, down=down)
        of_file = page[:HASH_LENGTH]
        published = cutting.text
        extra = {"page": page, "extent": told, "withheld": _taken(cutting, GAP)}
        row["text"] = None if told == NONE or row["text"] is None else published
        for name in ("label", "reason"):
            row[name] = self.screener.words(row[name], page, f"pages.{name}", of_file)
        return {
            "pages": [row],
            "mentions": [each | evidence(each, text, cutting) for each in mentions],
            "passages": [self._passage(each, cutting, of_file) for each in passages],
            "page_extents": [extra],
        }

    def _passage(self, row: Row, cutting: Any, of_file: str) -> Row:
        place = "passages.heading"
        heading = self.screener.words(row["heading"], row["page"], place, of_file)
        return row | passage(row, cutting) | {"heading": heading}

    def _of_page(self, table: str, page: str) -> list[Row]:
        columns = quoted(self.allowed.columns(table))
        key = quoted(keys(self.store.db.conn, table))
        sql = f'select {columns} from "{table}" where page = ? order by {key}'
        return [row for row in self.store.rows(sql, (page,)) if not self._is_hidden(table, row)]

    def _added(self) -> None:
        self._insert("withheld", self.screener.summary())
        self._insert("publication", _facts(self.told))


def _taken(cutting: Any, gap: str) -> int:
    return sum(cut.mark != gap for cut in cutting.cuts)


def _facts(told: Published) -> list[Row]:
    """Return what the publication says of itself; no time, so that equal ones are equal."""
    by_extent: dict[str, list[str]] = {}
    for source, extent in sorted(told.sources.items()):
        by_extent.setdefault(extent, []).append(source)
    facts = {f"sources published as {name}": ", ".join(s) for name, s in by_extent.items()}
    facts |= {f"pages {name}": str(count) for name, count in told.pages.items()}
    facts["documents taken down"] = str(len(told.hidden.documents))
    facts["pages taken down"] = str(len(told.hidden.pages))
    return [{"name": name, "value": value} for name, value in sorted(facts.items())]


def _private(*folders: Path) -> tuple[str, ...]:
    """Return the names of folders that must not get out: they tell of a person's machine."""
    found = {str(folder.resolve()) for folder in (*folders, Path.home())}
    return tuple(sorted(name for name in found if len(Path(name).parts) > 2))

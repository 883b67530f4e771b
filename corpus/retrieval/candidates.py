"""Pages worth a closer look for a question: by its words, from the index, and by its place.

Up to DEPTH of each way, or twice as many by place where the words are on too many pages, narrowed
by the filters of a search: looked up in SQL by a command, which asks once, or known already, where
a site asks often.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from corpus.retrieval.lsi import Floats, Index, counted, words
from corpus.retrieval.search import Filters, page_condition

Rows = NDArray[np.int64]
DEPTH = 100
"""Candidates from the words and from the LSI, each: their pages are read."""
MOST_POSTINGS = 50_000
"""Pages scored for the words, rarest word first: a tenth of a second."""
LIKEST = 20 * DEPTH
"""Where these hold too few pages of a filter, all pages are looked up; where every word is on more
than MOST_POSTINGS pages, these alone are candidates, as far as needed to have DEPTH with a word."""


@dataclass(frozen=True)
class Candidate:
    """A page that may be meant: its row in `pages`, its stems, and its place in the index."""

    rowid: int
    page: str
    stems: Counter[str]
    row: int | None

    @cached_property
    def length(self) -> int:
        """How many stems it has."""
        return self.stems.total()


@dataclass(frozen=True)
class Places:
    """Which rows of the index are which rows of `pages`: read once for many searches."""

    rowids: Rows
    """By row of the index; -1 where the page is gone."""
    rows: Rows
    """By row number in `pages`; -1 where the page is in no index."""

    @property
    def nbytes(self) -> int:
        """What it takes to keep."""
        return int(self.rowids.nbytes + self.rows.nbytes)

    def of(self, found: Iterable[int]) -> dict[int, int | None]:
        """Return the rows of the index by row numbers in `pages`; one read since has none."""
        row = {n: int(self.rows[n]) if n < len(self.rows) else -1 for n in found}
        return {n: at if at >= 0 else None for n, at in row.items()}


@dataclass(frozen=True)
class Among:
    """Filters already looked up: `allows` says which rows of `pages` they let pass."""

    places: Places
    allows: Callable[[Rows], NDArray[np.bool_]]


@dataclass(frozen=True)
class Question:
    """A query as words, stems and a place in the LSI."""

    words: dict[str, str]
    """Words in the order typed, with their stems."""
    stems: Counter[str]
    place: Floats


def question(index: Index, query: str) -> Question:
    """Understand a query; where all its words are stop words, they are meant."""
    stems = index.fit.stems
    known = {word: stem for word in words(query) if (stem := stems.stem(word))}
    times = counted(stems(query))
    return Question(known, times, index.fit.fold(times))


def read_places(connection: sqlite3.Connection, index: Index) -> Places:
    """Look up every page of an index: a second or two for a million, through one index."""
    found = connection.execute("select page, rowid from pages order by page").fetchall()
    pages = np.array([page for page, _ in found], dtype=index.pages.dtype)
    numbers = np.fromiter((rowid for _, rowid in found), np.int64, len(found))
    rowids, rows = np.full(index.rows, -1), np.full(int(numbers.max(initial=0)) + 1, -1)
    if len(pages):
        at = np.minimum(np.searchsorted(pages, index.pages), len(pages) - 1)
        held = np.flatnonzero(pages[at] == index.pages)
        rowids[held] = numbers[at[held]]
        rows[rowids[held]] = held
    return Places(rowids, rows)


def candidates(
    connection: sqlite3.Connection,
    index: Index,
    asked: Question,
    filters: Filters,
    among: Among | None,
) -> list[Candidate]:
    """Return the pages worth a closer look, in the order of their ids."""
    if among:
        return _known(connection, index, asked, filters, among)
    return _looked_up(connection, index, asked, filters)


def _looked_up(
    connection: sqlite3.Connection, index: Index, asked: Question, filters: Filters
) -> list[Candidate]:
    """Return the pages where the filters are looked up in SQL."""
    likeness = index.likeness(asked.place)
    if all_common(index, asked):
        likest = _by_place(connection, index, likeness, filters, LIKEST)
        rows = index.rows_of(likest)
        known = {likest[page]: rows[page] for page in likest if page in rows}
        return _likest(connection, index, asked, known)
    by_place = _by_place(connection, index, likeness, filters, DEPTH)
    by_page = dict(list(by_place.items())[:DEPTH]) | _by_words(connection, index, asked, filters)
    rows = index.rows_of(by_page)
    return _read(connection, index, {rowid: rows.get(page) for page, rowid in by_page.items()})


def _known(
    connection: sqlite3.Connection, index: Index, asked: Question, filters: Filters, among: Among
) -> list[Candidate]:
    """Return the pages where the filters are looked up already.

    Every page's likeness is reckoned beside the look into the index of words: each takes about a
    tenth of a second for a million pages, and neither holds up the other.
    """
    common, rowids = all_common(index, asked), among.places.rowids
    with ThreadPoolExecutor(1) as beside:
        reckoned = beside.submit(index.likeness, asked.place)
        worded = [] if common else _best_by_words(connection, index, asked, among)
        likeness = reckoned.result()
    allowed = None
    if filters.given():
        here = np.flatnonzero(rowids >= 0)
        allowed = here[among.allows(rowids[here])]
    near = index.nearest(likeness, LIKEST if common else DEPTH, allowed)
    at = {n: row for n, row in zip(rowids[near].tolist(), near.tolist(), strict=True) if n >= 0}
    if common:
        return _likest(connection, index, asked, at)
    return _read(connection, index, among.places.of(worded) | at)


def _likest(
    connection: sqlite3.Connection, index: Index, asked: Question, likest: Mapping[int, int]
) -> list[Candidate]:
    """Return the first of the likest pages, and further ones where few have any of the words.

    `likest`: their row numbers in `pages` and rows of the index, likest first.
    """
    order = list(likest)
    read = _read(connection, index, {n: likest[n] for n in order[: 2 * DEPTH]})
    lacking = DEPTH - sum(not asked.stems.keys().isdisjoint(page.stems) for page in read)
    if lacking <= 0:
        return read
    further = _with_words(connection, asked, order[2 * DEPTH :], lacking)
    read += _read(connection, index, {n: likest[n] for n in further})
    return sorted(read, key=lambda page: page.page)


def _best_by_words(
    connection: sqlite3.Connection, index: Index, asked: Question, among: Among
) -> list[int]:
    """Return the rows of the best pages with any of the words that the filters let pass."""
    sql = "select rowid, bm25(pages_fts) from pages_fts where pages_fts match ?"
    flat = chain.from_iterable(connection.execute(sql, (_any_of(index, asked),)))
    found = np.fromiter(flat, np.float64).reshape(-1, 2)
    left = found[among.allows(found[:, 0].astype(np.int64))]
    best = np.lexsort((left[:, 0], left[:, 1]))[:DEPTH]
    return [int(rowid) for rowid in left[best, 0]]


def all_common(index: Index, asked: Question) -> bool:
    """Whether every word is on more pages than can be scored while somebody waits."""
    pages = index.fit.pages_with(asked.stems)
    return min(pages.values()) * _spread(index) > MOST_POSTINGS


def _spread(index: Index) -> float:
    """Return how many pages there are for each that was fitted."""
    return index.rows / max(index.fit.pages, 1)


def _with_words(
    connection: sqlite3.Connection, asked: Question, rowids: list[int], most: int
) -> list[int]:
    """Return the first of some rows of `pages` that have any of the words."""
    found: list[int] = []
    match = " OR ".join(f'"{word}"' for word in asked.words)
    for start in range(0, len(rowids), DEPTH):
        part = rowids[start : start + DEPTH]
        marks = ",".join(map(str, part))
        sql = f"select rowid from pages_fts where pages_fts match ? and rowid in ({marks})"
        held = {row[0] for row in connection.execute(sql, (match,))}
        found += [rowid for rowid in part if rowid in held]
        if len(found) >= most:
            break
    return found[:most]


def _read(
    connection: sqlite3.Connection, index: Index, rows: dict[int, int | None]
) -> list[Candidate]:
    """Return pages, by row number and row of the index, with their stems, by their ids."""
    marks = ",".join(map(str, rows))
    sql = f"select rowid, page, text from pages where rowid in ({marks}) order by page"
    return [
        Candidate(rowid, page, index.fit.stems.count(text or ""), rows[rowid])
        for rowid, page, text in connection.execute(sql)
    ]


def _by_words(
    connection: sqlite3.Connection, index: Index, asked: Question, filters: Filters
) -> dict[str, int]:
    """Return page and rowid of the best pages with any of the words."""
    condition, values = page_condition(filters, "s.rowid")
    sql = (
        "with best as materialized (select rowid as id from pages_fts s where pages_fts match "
        f":match {condition} order by bm25(pages_fts), rowid limit {DEPTH}) "
        "select p.page, p.rowid from best join pages p on p.rowid = best.id"
    )
    return dict(connection.execute(sql, values | {"match": _any_of(index, asked)}).fetchall())


def _any_of(index: Index, asked: Question) -> str:
    """Return what finds pages with any of the words; of too many pages, common words go first."""
    spread = _spread(index)
    pages = index.fit.pages_with(asked.words.values())
    rarest = sorted(asked.words, key=lambda word: (pages[asked.words[word]], word))
    used, postings = rarest[:1], pages[asked.words[rarest[0]]] * spread
    for word in rarest[1:]:
        postings += pages[asked.words[word]] * spread
        if postings > MOST_POSTINGS:
            break
        used.append(word)
    return " OR ".join(f'"{word}"' for word in used)


def _by_place(
    connection: sqlite3.Connection, index: Index, likeness: Floats, filters: Filters, most: int
) -> dict[str, int]:
    """Return page and rowid of the pages nearest in the LSI that the filters let pass.

    `most` of them, or up to LIKEST where these were looked through for the filters; of a narrow
    filter all, where there are fewer.
    """
    given = bool(filters.given())
    nearest = index.nearest(likeness, LIKEST if given else most)
    found = _allowed(connection, index.pages[nearest], filters)
    if given and len(found) < min(most, 2 * DEPTH) and len(nearest) == LIKEST:
        condition, values = page_condition(filters, "p.rowid")
        every = connection.execute(f"select p.page from pages p where 1 {condition}", values)
        among = np.array([row[0] for row in every], dtype=index.pages.dtype)
        left = index.nearest(likeness, most, np.flatnonzero(np.isin(index.pages, among)))
        found = _allowed(connection, index.pages[left], filters)
    return dict(found)


def _allowed(
    connection: sqlite3.Connection, pages: Sequence[bytes] | NDArray[np.bytes_], filters: Filters
) -> list[tuple[str, int]]:
    """Return the pages that exist and that the filters let pass, in the order given."""
    names = [page.decode() for page in pages]
    condition, values = page_condition(filters, "p.rowid")
    known: dict[str, int] = {}
    for at in range(0, len(names), 500):
        part = {f"p{n}": name for n, name in enumerate(names[at : at + 500])}
        marks = ",".join(f":{name}" for name in part)
        sql = f"select p.page, p.rowid from pages p where p.page in ({marks}) {condition}"
        known |= dict(connection.execute(sql, values | part).fetchall())
    return [(name, known[name]) for name in names if name in known]

"""Pages by meaning as well as by word: BM25, a fitted LSI, and what the first pages teach.

Candidates come from the full-text index (any of the words) and from the LSI. Both scores, each
divided by its largest, are added; the best pages then lend the query their words (RM3: Lavrenko &
Croft 2001, Abdul-Jaleel et al. 2004) and their place in the LSI (Rocchio 1971), and the candidates
are ranked again. `docs/method.md` says how the constants were chosen.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.lsi import Floats, Index, counted, idf, open_index, unit, words
from corpus.published import is_published
from corpus.search import Filters, page_condition

Rows = NDArray[np.int64]

DEPTH = 100
"""Candidates from the words and from the LSI, each: their pages are read."""
K1, B = 1.2, 0.75
"""Of BM25, as FTS5 has them."""
FIRST_SHARE, LAST_SHARE = 0.1, 0.35
"""The LSI's share of the score before the first pages are heard, and after."""
TEACHERS = 5
"""Pages that lend their words."""
LENT_WORDS, LENT_SHARE = 50, 0.1
"""How many words they lend, and the share of these in the query."""
LENT_PLACE = 1.0
"""The weight of their place in the LSI beside the query's own."""
MOST_POSTINGS = 50_000
"""Pages scored for the words, rarest word first: a tenth of a second."""
LIKEST = 20 * DEPTH
"""Where these hold too few pages of a filter, all pages are looked up; where every word is on more
than MOST_POSTINGS pages, these alone are looked through for the words."""


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


@dataclass(frozen=True)
class Among:
    """Filters already looked up: `allows` says which rows of `pages` they let pass."""

    places: Places
    allows: Callable[[Rows], NDArray[np.bool_]]


@dataclass(frozen=True)
class Ranked:
    """A page found: its score, the query's words that stand on it, and lent words that do."""

    rowid: int
    page: str
    score: float
    matched: tuple[str, ...]
    related: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A query as words, stems and a place in the LSI."""

    words: dict[str, str]
    """Words in the order typed, with their stems."""
    stems: Counter[str]
    place: Floats


def folder_of(connection: sqlite3.Connection) -> Path:
    """Return where the index of a corpus lies, beside its database."""
    name = connection.execute("select file from pragma_database_list where name = 'main'")
    return Path(name.fetchone()[0]).parent / "files" / "models" / "lsi"


def index_of(connection: sqlite3.Connection) -> Index | None:
    """Open the index of a corpus, or None where `corpus build` has made none yet.

    A published corpus has none: the vectors of the corpus it was made of know what was withheld.
    """
    if is_published(connection):
        return None
    found = open_index(folder_of(connection))
    return found if found and found.rows else None


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


def rank(
    connection: sqlite3.Connection,
    index: Index,
    query: str,
    filters: Filters,
    among: Among | None = None,
) -> list[Ranked]:
    """Return the pages meant, best first; equal scores by page id. Reads up to 2 × DEPTH pages.

    `among` has the filters looked up by whoever searches often: SQLite gathers every page of a
    broad one anew, for each question.
    """
    asked = question(index, query)
    if not asked.stems:
        return []
    likeness = index.likeness(asked.place)
    found = (
        _known(connection, index, asked, likeness, filters, among)
        if among
        else _candidates(connection, index, asked, likeness, filters)
    )
    if not found:
        return []
    vectors = _vectors(index, found)
    share = {stem: n / asked.stems.total() for stem, n in asked.stems.items()}
    first = _mixed(_bm25(index, found, share), vectors @ asked.place, FIRST_SHARE)
    best = np.argsort(-first, kind="stable")[:TEACHERS]
    lent = _lent_words(index, [found[n] for n in best], first[best])
    weights = _joined(share, lent)
    place = unit(asked.place + LENT_PLACE * unit(vectors[best].mean(axis=0)))
    last = _mixed(_bm25(index, found, weights), vectors @ place, LAST_SHARE)
    order = np.argsort(-last, kind="stable")
    return [_ranked(found[n], float(last[n]), asked, lent) for n in order]


def _ranked(page: Candidate, score: float, asked: Question, lent: dict[str, float]) -> Ranked:
    matched = tuple(word for word, stem in asked.words.items() if stem in page.stems)
    related = [stem for stem in lent if stem in page.stems and stem not in asked.stems]
    return Ranked(page.rowid, page.page, round(score, 6), matched, tuple(related[:12]))


def _candidates(
    connection: sqlite3.Connection,
    index: Index,
    asked: Question,
    likeness: Floats,
    filters: Filters,
) -> list[Candidate]:
    """Return the pages worth a closer look, in the order of their ids."""
    by_page = _by_words(connection, index, asked, likeness, filters) | _by_place(
        connection, index, likeness, filters
    )
    rows = index.rows_of(by_page)
    return _read(connection, index, {rowid: rows.get(page) for page, rowid in by_page.items()})


def _known(
    connection: sqlite3.Connection,
    index: Index,
    asked: Question,
    likeness: Floats,
    filters: Filters,
    among: Among,
) -> list[Candidate]:
    """Return the pages worth a closer look where the filters are looked up already."""
    places = among.places
    if filters.given():
        allowed = among.allows(np.maximum(places.rowids, 0)) & (places.rowids >= 0)
        likeness = np.where(allowed, likeness, np.float32(-1))
    nearest = places.rowids[index.nearest(likeness, DEPTH)]
    worded = (
        _likest_with(connection, index, asked, places.rowids[index.nearest(likeness, LIKEST)])
        if _common(index, asked)
        else _best_by_words(connection, index, asked, among)
    )
    found = {*nearest[nearest >= 0].tolist(), *worded}
    held = {rowid for rowid in found if rowid < len(places.rows)}
    rows = {rowid: int(places.rows[rowid]) for rowid in held}
    return _read(connection, index, {n: rows[n] if rows.get(n, -1) >= 0 else None for n in found})


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


def _common(index: Index, asked: Question) -> bool:
    """Whether every word is on more pages than can be scored while somebody waits."""
    pages = index.fit.pages_with(asked.stems)
    return min(pages.values()) * _spread(index) > MOST_POSTINGS


def _spread(index: Index) -> float:
    """Return how many pages there are for each that was fitted."""
    return index.rows / max(index.fit.pages, 1)


def _likest_with(
    connection: sqlite3.Connection, index: Index, asked: Question, likest: Rows
) -> list[int]:
    """Return those of the likest rows of `pages`, likest first, that have any of the words."""
    found: list[int] = []
    for part in np.array_split(likest[likest >= 0], LIKEST // DEPTH):
        if len(found) < DEPTH:
            marks = ",".join(map(str, part.tolist()))
            sql = f"select rowid from pages_fts where pages_fts match ? and rowid in ({marks})"
            held = {row[0] for row in connection.execute(sql, (_any_of(index, asked),))}
            found += [rowid for rowid in part.tolist() if rowid in held]
    return found[:DEPTH]


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
    connection: sqlite3.Connection,
    index: Index,
    asked: Question,
    likeness: Floats,
    filters: Filters,
) -> dict[str, int]:
    """Return page and rowid of the best pages with any of the words."""
    if _common(index, asked):
        likest = _allowed(connection, index.pages[index.nearest(likeness, LIKEST)], filters)
        rows = np.fromiter((rowid for _, rowid in likest), np.int64, len(likest))
        worded = set(_likest_with(connection, index, asked, rows))
        return {page: rowid for page, rowid in likest if rowid in worded}
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
    connection: sqlite3.Connection, index: Index, likeness: Floats, filters: Filters
) -> dict[str, int]:
    """Return page and rowid of the pages nearest in the LSI that the filters let pass."""
    given = bool(filters.given())
    nearest = index.nearest(likeness, LIKEST if given else DEPTH)
    found = _allowed(connection, index.pages[nearest], filters)
    if given and len(found) < DEPTH and len(nearest) == LIKEST:
        condition, values = page_condition(filters, "p.rowid")
        every = connection.execute(f"select p.page from pages p where 1 {condition}", values)
        among = np.array([row[0] for row in every], dtype=index.pages.dtype)
        left = np.where(np.isin(index.pages, among), likeness, np.float32(-1))
        found = _allowed(connection, index.pages[index.nearest(left, DEPTH)], filters)
    return dict(found[:DEPTH])


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


def _vectors(index: Index, found: list[Candidate]) -> Floats:
    """Return the vectors of pages; a page without one is folded in."""
    return np.stack(
        [
            index.fit.fold(page.stems) if page.row is None else index.vectors[page.row]
            for page in found
        ]
    )


def _bm25(index: Index, found: list[Candidate], weights: dict[str, float]) -> Floats:
    """Return the weighted BM25 of pages (Robertson & Walker 1994)."""
    on = index.fit.pages_with(weights)
    worth = {stem: share * idf(index.fit.pages, on[stem]) for stem, share in weights.items()}
    scores = np.zeros(len(found), np.float32)
    for n, page in enumerate(found):
        damp = K1 * (1 - B + B * page.length / index.mean_length)
        scores[n] = sum(
            worth[stem] * times * (K1 + 1) / (times + damp)
            for stem in sorted(worth.keys() & page.stems.keys())
            if (times := page.stems[stem])
        )
    return scores


def _mixed(by_word: Floats, by_place: Floats, share: float) -> Floats:
    """Add two scores, each divided by its largest."""
    largest = [max(float(scores.max()), 1e-9) for scores in (by_word, by_place)]
    mixed: Floats = (1 - share) * by_word / largest[0] + share * by_place / largest[1]
    return mixed


def _lent_words(index: Index, pages: list[Candidate], scores: Floats) -> dict[str, float]:
    """Return the stems that set the first pages apart, with their shares (RM1 times IDF)."""
    likely: dict[str, float] = {}
    for page, score in zip(pages, scores.tolist(), strict=True):
        for stem, times in page.stems.items():
            likely[stem] = likely.get(stem, 0.0) + max(score, 0.0) * times / page.length
    on = index.fit.pages_with(likely)
    worth = {stem: much * idf(index.fit.pages, on[stem]) for stem, much in likely.items()}
    best = sorted(worth.items(), key=lambda each: (-each[1], each[0]))[:LENT_WORDS]
    total = sum(weight for _, weight in best) or 1.0
    return {stem: weight / total for stem, weight in best}


def _joined(own: dict[str, float], lent: dict[str, float]) -> dict[str, float]:
    """Return the query's words and the lent ones, with their shares."""
    stems = own.keys() | lent.keys()
    share = LENT_SHARE if lent else 0.0
    return {s: (1 - share) * own.get(s, 0.0) + share * lent.get(s, 0.0) for s in stems}

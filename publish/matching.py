"""All that a search finds, in the order asked for, and one screen of it grouped by document."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.retrieval.candidates import Among
from corpus.retrieval.finding import meant
from corpus.retrieval.lsi import Index
from corpus.retrieval.meaning import Ranked, rank
from corpus.retrieval.search import Filters, Hit, hits_of
from publish.facets import passing
from publish.shelf import Ints, Mask, Shelf

PER_SCREEN = 10
"""Documents on one screen of results."""
PAGES_EACH = 3
"""Pages shown of each: the others are one click away."""
MOST_RANKED = 3000
"""Pages put in order for the screens: nobody reads the thousandth; the counts are of all."""
SORTS = {"rank": "best first", "newest": "newest first", "oldest": "oldest first"}
_MATCHING = "select rowid, bm25(pages_fts) from pages_fts where pages_fts match ?"
_HOLDING = "select rowid from pages_fts where pages_fts match ?"

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Matches:
    """Pages by row number, each with a score that is better when smaller."""

    rows: Ints
    scores: Floats
    ranked: dict[int, Ranked] | None = None
    """By meaning: what is known of each page."""

    @property
    def nbytes(self) -> int:
        """What it takes to keep."""
        return int(self.rows.nbytes + self.scores.nbytes)

    def only(self, mask: Mask) -> "Matches":
        """Return some of them."""
        return replace(self, rows=self.rows[mask], scores=self.scores[mask])


@dataclass(frozen=True)
class Group:
    """A document's hits on one screen, and how many of its pages match in all."""

    hits: tuple[Hit, ...]
    pages: int

    @property
    def first(self) -> Hit:
        """The page that speaks for the document: the best, or the first where none was ranked."""
        return self.hits[0]


def by_words(connection: sqlite3.Connection, match: str) -> Matches:
    """Return every page that matches: one pass through the index, unsorted."""
    flat = chain.from_iterable(connection.execute(_MATCHING, (match,)))
    found = np.fromiter(flat, np.float64).reshape(-1, 2)
    return Matches(found[:, 0].astype(np.int64), found[:, 1].copy())


def holding(connection: sqlite3.Connection, match: str) -> Matches:
    """Return every page that matches, unranked: to be counted, in a third of the time."""
    flat = chain.from_iterable(connection.execute(_HOLDING, (match,)))
    found = np.fromiter(flat, np.int64)
    return Matches(found, np.zeros(len(found)))


def by_meaning(
    connection: sqlite3.Connection,
    query: str,
    filters: Filters,
    index: Index,
    among: Among,
) -> Matches:
    """Return the pages nearest in meaning; none where there is no word for it."""
    found = rank(connection, index, query, filters, among)
    return Matches(
        np.fromiter((each.rowid for each in found), np.int64),
        np.fromiter((-each.score for each in found), np.float64),
        {each.rowid: each for each in found},
    )


def allowed(shelf: Shelf, found: Ints, filters: Filters) -> Mask:
    """Say which pages are on the shelf and let pass by the filters."""
    mask = shelf.on_shelf(found)
    mask[mask] = passing(shelf, found[mask], filters)
    return mask


def narrowed(shelf: Shelf, matches: Matches, filters: Filters) -> Matches:
    """Return the matches that are on the shelf and that the filters let pass."""
    return matches.only(allowed(shelf, matches.rows, filters))


def oldest_first(shelf: Shelf, filters: Filters, found: Iterable[int]) -> list[int]:
    """Put row numbers of pages in order of their dates, those that the filters let pass.

    Pages that came since the shelf was made are last, whatever the filters: they are not known.
    """
    rows = np.fromiter(found, np.int64)
    new = rows[~shelf.on_shelf(rows)]
    matches = narrowed(shelf, Matches(rows, np.zeros(len(rows))), filters)
    return [*ordered(shelf, matches, "oldest").rows.tolist(), *new.tolist()]


def ordered(shelf: Shelf, matches: Matches, sort: str, most: int | None = None) -> Matches:
    """Return matches in the order asked for; equal ones by page id, which outlives a rebuild.

    `most`: at least so many of the first are enough; a sort of a million takes a second.
    """
    matches = _first(matches, _leading(shelf, matches, sort), most)
    file = shelf.file_of[matches.rows]
    keys: list[NDArray[Any]] = [shelf.number_of[matches.rows], file, matches.scores]
    if sort != "rank":
        keys.append(_leading(shelf, matches, sort))
    order = np.lexsort(keys)
    return replace(matches, rows=matches.rows[order], scores=matches.scores[order])


def _leading(shelf: Shelf, matches: Matches, sort: str) -> NDArray[Any]:
    """Return what is sorted by first: the score, or a date, undated papers last."""
    if sort == "rank":
        return matches.scores
    known = shelf.seen if sort == "seen" else shelf.dates
    dates = known[shelf.file_of[matches.rows]]
    ascending = dates if sort == "oldest" else -dates
    return np.where(dates == 0, np.iinfo(np.int64).max, ascending)


def _first(matches: Matches, keys: NDArray[Any], most: int | None) -> Matches:
    if most is None or len(keys) <= most:
        return matches
    last = np.partition(keys, most - 1)[most - 1]
    return matches.only(keys <= last)


@dataclass(frozen=True)
class Documents:
    """Matches by document, in the order of the best of each."""

    matches: Matches
    """The first `MOST_RANKED` and their equals, in order."""
    codes: Ints
    """The document of each of these."""
    order: Ints
    pages: Ints
    """How many pages match, by document."""

    @property
    def total(self) -> int:
        """Documents with a match."""
        return int(np.count_nonzero(self.pages))

    def screen(self, number: int) -> list[tuple[Ints, int]]:
        """Return the matches shown of each document of a screen (from 1), and its page count."""
        shown = self.order[(number - 1) * PER_SCREEN : number * PER_SCREEN]
        return [
            (np.flatnonzero(self.codes == code)[:PAGES_EACH], int(self.pages[code]))
            for code in shown.tolist()
        ]


def documents(shelf: Shelf, matches: Matches, sort: str = "rank") -> Documents:
    """Group matches by document."""
    pages = np.bincount(shelf.codes("document", matches.rows), minlength=1)
    first = ordered(shelf, matches, sort, MOST_RANKED)
    codes = shelf.codes("document", first.rows)
    found, places = np.unique(codes, return_index=True)
    return Documents(first, codes, found[np.argsort(places, kind="stable")], pages)


def groups(
    connection: sqlite3.Connection, found: Documents, number: int, match: str
) -> Iterator[Group]:
    """Yield the documents of a screen with their hits."""
    screen = found.screen(number)
    places = list(chain.from_iterable(at.tolist() for at, _ in screen))
    hits = {hit.row: hit for hit in hits_at(connection, found.matches, places, match)}
    for at, pages in screen:
        own = [hits[row] for row in found.matches.rows[at].tolist() if row in hits]
        if own:
            yield Group(tuple(own), pages)


def hits_at(
    connection: sqlite3.Connection, matches: Matches, places: list[int], match: str
) -> list[Hit]:
    """Return the hits at some places of the matches, with their words marked."""
    wanted = [(int(matches.rows[n]), float(matches.scores[n])) for n in places]
    if matches.ranked is None:
        return list(hits_of(connection, match, wanted))
    return meant(connection, [matches.ranked[row] for row, _ in wanted])

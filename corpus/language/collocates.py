"""Collocates: words that stand near a word or code more often than elsewhere.

The words within the window of every occurrence are compared with all other words of the selection:
G² of the whole table (Dunning 1993), log ratio (Hardie 2014) and MI (Church & Hanks 1990), with DP
(Gries 2008) over the documents in which the word stands. A word in two windows is counted once.
"""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from corpus.language.association import (
    Pair,
    dispersion,
    log_likelihood_of_table,
    log_ratio,
    mutual_information,
    significant,
)
from corpus.language.keyness import LEVEL, MIN_COUNT, MIN_DOCUMENTS, Side
from corpus.language.kwic import Node, occurrences
from corpus.language.selection import Selection
from corpus.language.wordcounts import (
    Bound,
    Counts,
    Document,
    characters,
    documents,
    plain_words,
    tabled,
    texts,
)

WINDOW = 5
"""Words on either side: the usual span since Sinclair (1991)."""
SORTS = ("log-likelihood", "log-ratio", "mi", "count")


@dataclass(frozen=True)
class Collocate:
    """A word near the node and its figures; `total` is its count in the whole selection.

    `count` and `documents`: within the window; `expected` there if it kept no company;
    `log_likelihood` (G²), `p`, `q`, `sure` as for keywords; `log_ratio`, `mi` (binary logarithms);
    `dispersion` (DP) over the documents with the node.
    """

    word: str
    count: int
    total: int
    expected: float
    documents: int
    log_likelihood: float
    p: float
    q: float
    sure: bool
    log_ratio: float
    mi: float
    dispersion: float

    def as_row(self) -> dict[str, Any]:
        """Return the figures by name."""
        return asdict(self)


@dataclass(frozen=True)
class Collocates:
    """The collocates of a node, with what was counted: windows and the rest of the selection."""

    node: str
    occurrences: int
    window: int
    near: Side
    elsewhere: Side
    tested: int
    level: float
    collocates: tuple[Collocate, ...]


def collocates(
    connection: sqlite3.Connection,
    node: Node,
    *,
    window: int = WINDOW,
    selection: Selection | None = None,
    min_count: int = MIN_COUNT,
    min_documents: int = MIN_DOCUMENTS,
    sort: str = "log-likelihood",
    level: float = LEVEL,
    limit: int | None = 50,
    most_chars: int | None = None,
    advance: Callable[[int], None] = lambda count: None,
) -> Collocates:
    """Find the words that keep company with a node; reads every page of the selection.

    Repeated pages are left out. Raises `NoSuchName` for a code or term that is not there and
    `TooMuchText` where the selection has more than `most_chars` characters.
    """
    chosen = Selection(**{**asdict(selection or Selection()), "once": True})
    if most_chars is not None:  # known before a common word was marked wherever it stands
        Bound(most_chars).expect(characters(connection, chosen))
    places = _places(connection, node, chosen)
    windows = _Windows(connection, places, window)
    kept: list[Document] = []
    both = tabled(windows.of(documents(connection, chosen), kept, advance), kept)
    near = both.among(list(range(0, len(kept), 2))) if both.size else both
    rest = both.among(list(range(1, len(kept), 2))) if both.size else both
    found, tested = _compared(near, rest, min_count, min_documents, sort, level, limit)
    return Collocates(
        node=node.told,
        occurrences=sum(map(len, places.values())),
        window=window,
        near=Side("window", int(np.count_nonzero(near.table.sum(axis=1))), near.size),
        elsewhere=Side("elsewhere", len(rest.documents), rest.size),
        tested=tested,
        level=level,
        collocates=found,
    )


def _places(
    connection: sqlite3.Connection, node: Node, selection: Selection
) -> dict[str, list[tuple[int, int]]]:
    """Return where the node stands, by page: characters from and to."""
    found: dict[str, list[tuple[int, int]]] = {}
    for place in occurrences(connection, node, selection):
        found.setdefault(place["page"], []).append((place["start"], place["end"]))
    return found


class _Windows:
    """Cuts the words of documents into those within a window and those outside of all."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        places: dict[str, list[tuple[int, int]]],
        window: int,
    ) -> None:
        self._connection = connection
        self._places = places
        self._window = window

    def of(
        self, found: list[Document], kept: list[Document], advance: Callable[[int], None]
    ) -> Iterator[list[str]]:
        """Yield of each document the words near, then the words elsewhere; both may be empty."""
        for document in found:
            near: list[str] = []
            rest: list[str] = []
            for page, text in texts(self._connection, document, "pages"):
                self._cut(text, self._places.get(page, ()), near, rest)
            advance(1)
            kept += [document, document]
            yield near
            yield rest

    def _cut(self, text: str, places: Any, near: list[str], rest: list[str]) -> None:
        """Share out the words of a page; those of the node itself go to neither side."""
        if not places:
            rest += plain_words(text)
            return
        marks: list[int] = []
        words: list[str] = []
        at = 0
        for start, end in sorted(places):
            before = plain_words(text[at:start]) if start > at else []
            words += before
            marks.append(len(words))
            at = max(at, end)
        words += plain_words(text[at:])
        inside = {
            n
            for mark in marks
            for n in range(max(mark - self._window, 0), min(mark + self._window, len(words)))
        }
        for n, word in enumerate(words):
            (near if n in inside else rest).append(word)


def _compared(
    near: Counts,
    rest: Counts,
    min_count: int,
    min_documents: int,
    sort: str,
    level: float,
    limit: int | None,
) -> tuple[tuple[Collocate, ...], int]:
    """Return the words that stand near more often than elsewhere, best first."""
    if not near.size or not rest.size:
        return (), 0
    often = np.flatnonzero((near.totals >= min_count) & (near.in_documents >= min_documents))
    pair = Pair.of(near.totals[often], rest.totals[often], near.size, rest.size)
    likelihood = log_likelihood_of_table(pair)
    p, sure, q = significant(likelihood, level)
    figures = {
        "count": pair.a.astype(int),
        "total": (pair.a + pair.b).astype(int),
        "expected": pair.expected[0],
        "documents": near.in_documents[often],
        "log_likelihood": likelihood,
        "p": p,
        "q": q,
        "sure": sure,
        "log_ratio": log_ratio(pair),
        "mi": mutual_information(pair),
        "dispersion": dispersion(near.table)[often],
    }
    by = figures[sort.replace("-", "_")]
    drawn = pair.a > pair.expected[0]
    chosen = [int(n) for n in np.argsort(-by, kind="stable") if drawn[n]]
    shown = chosen if limit is None else chosen[:limit]
    return tuple(_collocate(near.words[often[n]], figures, n) for n in shown), int(often.size)


def _collocate(word: str, figures: dict[str, Any], n: int) -> Collocate:
    values = {name: column[n].item() for name, column in figures.items()}
    for name, value in values.items():
        if isinstance(value, float) and name not in ("p", "q"):
            values[name] = round(value, 4)
    return Collocate(word=word, **values)

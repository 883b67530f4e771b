"""Keywords: words that one group of documents uses more, or less, than another.

Log-likelihood says how sure (Rayson & Garside 2000), log ratio and %DIFF how much (Hardie 2014;
Gabrielatos & Marchi 2011), DP and the count of documents whether it is a habit of the group or of
one paper (Gries 2008). Repeated pages are counted once.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from corpus.language.association import (
    Pair,
    dispersion,
    log_likelihood,
    log_ratio,
    percent_difference,
    significant,
)
from corpus.language.selection import NoSuchName, Selection
from corpus.language.wordcounts import Counts, Document, count, documents

BY = ("year", "nation", "council_type", "kind", "council", "source")
DIRECTIONS = ("over", "under", "both")
SORTS = ("log-likelihood", "log-ratio")
LEVEL = 0.01
"""Family-wise level of Bonferroni's correction and false discovery rate of Benjamini-Hochberg's."""
MIN_COUNT = 5
"""Occurrences on both sides together: below, chi-square is no approximation (Rayson 2003)."""
MIN_DOCUMENTS = 2
"""Documents in which the word stands: what one paper alone says is no habit of a group."""
MILLION = 1_000_000


@dataclass(frozen=True)
class Side:
    """One side of a comparison: its name and its denominators."""

    name: str
    documents: int
    words: int


@dataclass(frozen=True)
class Keyword:
    """A word and its figures.

    `count` and `documents` of either side, per million words; `log_likelihood` (G²), its `p` and
    Benjamini-Hochberg's `q`; `sure`: it survives Bonferroni's correction; `log_ratio` (binary
    logarithm), `percent_difference` (None where the other side has none); `dispersion` (DP, 0 even
    to 1) in the documents of the side that uses it more.
    """

    word: str
    count_a: int
    count_b: int
    per_million_a: float
    per_million_b: float
    documents_a: int
    documents_b: int
    log_likelihood: float
    p: float
    q: float
    sure: bool
    log_ratio: float
    percent_difference: float | None
    dispersion: float

    def as_row(self) -> dict[str, Any]:
        """Return the figures by name."""
        return asdict(self)


@dataclass(frozen=True)
class Keyness:
    """The keywords of a comparison, with both denominators and the number of words tested."""

    a: Side
    b: Side
    by: str
    unit: str
    tested: int
    level: float
    ungrouped: int
    keywords: tuple[Keyword, ...]


def groups(found: Sequence[Document], by: str) -> Counter[str]:
    """Count documents by group; what has no year, council or kind has no group."""
    values = (getattr(document, by) for document in found)
    return Counter(str(value) for value in values if value)


def keyness(
    connection: sqlite3.Connection,
    by: str,
    group: str,
    against: str | None = None,
    *,
    unit: str = "passages",
    selection: Selection | None = None,
    min_count: int = MIN_COUNT,
    min_documents: int = MIN_DOCUMENTS,
    direction: str = "over",
    sort: str = "log-likelihood",
    level: float = LEVEL,
    limit: int | None = 50,
    most_chars: int | None = None,
    advance: Callable[[int], None] = lambda count: None,
) -> Keyness:
    """Compare the words of a group with those of another, or of all other groups.

    `by` is one of `BY`, `unit` one of `UNITS`. Raises `NoSuchName` for a group without documents
    and `TooMuchText` beyond `most_chars` characters.
    """
    if by not in BY:
        raise NoSuchName(f"`{by}` is no grouping; there are {', '.join(BY)}.")
    found = documents(connection, selection or Selection())
    sizes = groups(found, by)
    for name in filter(None, (group, against)):
        _refuse_unknown(name, by, sizes)
    wanted = [d for d in found if _side(d, by, group, against) is not None]
    advance(len(found) - len(wanted))
    counts = count(connection, wanted, unit, most_chars=most_chars, advance=advance)
    sides = [_side(document, by, group, against) for document in counts.documents]
    first = counts.among([n for n, side in enumerate(sides) if side == 0])
    second = counts.among([n for n, side in enumerate(sides) if side == 1])
    keywords, tested = compared(
        first,
        second,
        min_count=min_count,
        min_documents=min_documents,
        direction=direction,
        sort=sort,
        level=level,
        limit=limit,
    )
    return Keyness(
        a=_told(group, first),
        b=_told(against or f"not {group}", second),
        by=by,
        unit=unit,
        tested=tested,
        level=level,
        ungrouped=len(found) - sizes.total(),
        keywords=keywords,
    )


def _refuse_unknown(name: str, by: str, sizes: Counter[str]) -> None:
    if name in sizes:
        return
    largest = ", ".join(f"{value} ({count:,})" for value, count in sizes.most_common(12))
    raise NoSuchName(
        f"No document with text has the {by.replace('_', ' ')} `{name}`. There are: "
        f"{largest or 'none'}."
    )


def _side(document: Document, by: str, group: str, against: str | None) -> int | None:
    """Return 0 or 1 for the side a document stands on, None for neither."""
    value = getattr(document, by)
    if value == group:
        return 0
    return 1 if value and (against is None or value == against) else None


def _told(name: str, counts: Counts) -> Side:
    return Side(name, len(counts.documents), counts.size)


def compared(
    first: Counts,
    second: Counts,
    *,
    min_count: int = MIN_COUNT,
    min_documents: int = MIN_DOCUMENTS,
    direction: str = "over",
    sort: str = "log-likelihood",
    level: float = LEVEL,
    limit: int | None = 50,
) -> tuple[tuple[Keyword, ...], int]:
    """Return the keywords of two counts over the same words, best first, and how many were tested.

    Tested are the words that occur often enough; the corrections are for so many tests. Two equal
    figures are ordered by the word.
    """
    if not first.size or not second.size:
        return (), 0
    pair = Pair.of(first.totals, second.totals, first.size, second.size)
    spread = first.in_documents + second.in_documents
    often = np.flatnonzero((pair.a + pair.b >= min_count) & (spread >= min_documents))
    kept = Pair(pair.a[often], pair.b[often], pair.words_a, pair.words_b)
    likelihood, ratio = log_likelihood(kept), log_ratio(kept)
    p, sure, q = significant(likelihood, level)
    figures = {
        "count_a": kept.a.astype(int),
        "count_b": kept.b.astype(int),
        "per_million_a": kept.a / pair.words_a * MILLION,
        "per_million_b": kept.b / pair.words_b * MILLION,
        "documents_a": first.in_documents[often],
        "documents_b": second.in_documents[often],
        "log_likelihood": likelihood,
        "p": p,
        "q": q,
        "sure": sure,
        "log_ratio": ratio,
        "percent_difference": percent_difference(kept),
        "dispersion": np.where(
            kept.a >= kept.expected[0],
            dispersion(first.table)[often],
            dispersion(second.table)[often],
        ),
    }
    chosen = _chosen(kept, likelihood, ratio, direction, sort)
    shown = chosen if limit is None else chosen[:limit]
    return tuple(_keyword(first.words[often[n]], figures, n) for n in shown), int(often.size)


def _chosen(pair: Pair, likelihood: Any, ratio: Any, direction: str, sort: str) -> list[int]:
    """Return the places of the words to be shown, best first; words come in alphabetical order."""
    over = pair.a > pair.expected[0]
    fits = {"over": over, "under": ~over & (likelihood > 0), "both": likelihood >= 0}[direction]
    size = likelihood if sort == "log-likelihood" else np.abs(ratio)
    order = np.argsort(-size, kind="stable")
    return [int(n) for n in order if fits[n]]


def _keyword(word: str, figures: dict[str, Any], n: int) -> Keyword:
    values = {name: column[n].item() for name, column in figures.items()}
    for name, value in values.items():
        if isinstance(value, float) and name not in ("p", "q"):
            values[name] = round(value, 4)
    if values["percent_difference"] == float("inf"):
        values["percent_difference"] = None
    return Keyword(word=word, **values)

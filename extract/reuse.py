"""The same passage in the papers of two councils: a supplier's paragraph, a copied policy.

Every page keeps some of its twelve-word runs, chosen by winnowing (Schleimer, Wilkerson and Aiken
2003): of any 40 words that two pages share, at least two of the same runs are kept on both. What
very many councils share is law or custom, and is left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from extract.duplicates import Array, grams, word_hashes

RUN_WORDS = 12
WINDOW = 14
LEAST_WORDS = 40
"""A shorter passage is a title, an address or a phrase."""
LEAST_RUNS = 2
MOST_COUNCILS = 8
"""A run of words that more councils share is not looked at: statutes, standard headings, forms."""


@dataclass(frozen=True)
class Candidate:
    """Two pages (positions, the smaller first) that share runs; `weight` is 1 where nobody else
    has them and falls with every further council."""

    first: int
    second: int
    weight: float


@dataclass(frozen=True)
class Shared:
    """Words `first_start` to `first_end` of one page are words `second_start` … of another."""

    first_start: int
    first_end: int
    second_start: int
    second_end: int


def fingerprints(words: Sequence[str]) -> Array:
    """Return the kept runs of a page, sorted: the smallest of each window of runs."""
    runs = grams(word_hashes(words), RUN_WORDS) & np.uint64(0xFFFFFFFF)
    if len(runs) < WINDOW:
        return np.empty(0, dtype="<u4")
    windows = np.lib.stride_tricks.sliding_window_view(runs, WINDOW)
    return np.unique(windows.min(axis=1)).astype("<u4")


def candidates(
    prints: Array, pages: Array, owners: Sequence[frozenset[str]], ranks: Array
) -> list[Candidate]:
    """Return the pages of different councils that share enough runs few others have.

    `prints[i]` stands on page `pages[i]`; owners and ranks are by page. Of each council the first
    page with a run stands for all its others.
    """
    names = sorted({"+".join(sorted(owner)) for owner in owners})
    number = {name: index for index, name in enumerate(names)}
    council = np.array([number["+".join(sorted(owner))] for owner in owners], dtype=np.int64)
    order = np.lexsort((ranks[pages], council[pages], prints))
    prints, pages = prints[order], pages[order]
    new = np.ones(len(prints), dtype=bool)
    new[1:] = (prints[1:] != prints[:-1]) | (council[pages][1:] != council[pages][:-1])
    prints, pages = prints[new], pages[new]
    weights: dict[tuple[int, int], list[float]] = {}
    for low, high in _groups(prints):
        share = 1 / (high - low - 1)
        for first, second in combinations(sorted(pages[low:high].tolist()), 2):
            if owners[first] and owners[second] and not owners[first] & owners[second]:
                weights.setdefault((first, second), []).append(share)
    return [
        Candidate(first, second, round(sum(shares) / len(shares), 3))
        for (first, second), shares in sorted(weights.items())
        if len(shares) >= LEAST_RUNS
    ]


def _groups(prints: Array) -> Iterator[tuple[int, int]]:
    """Yield where each run begins and ends that two to `MOST_COUNCILS` councils have."""
    if not len(prints):
        return
    cuts = np.flatnonzero(prints[1:] != prints[:-1]) + 1
    starts = np.concatenate(([0], cuts))
    ends = np.concatenate((cuts, [len(prints)]))
    held = (ends - starts >= 2) & (ends - starts <= MOST_COUNCILS)
    yield from zip(starts[held].tolist(), ends[held].tolist(), strict=True)


def shared(first: Sequence[str], second: Sequence[str]) -> list[Shared]:
    """Return the passages of at least `LEAST_WORDS` words that two pages share, in order."""
    places: dict[int, int] = {}
    for at, run in enumerate(grams(word_hashes(first), RUN_WORDS).tolist()):
        places.setdefault(run, at)
    found: list[Shared] = []
    done = 0
    for at, run in enumerate(grams(word_hashes(second), RUN_WORDS).tolist()):
        if at < done or run not in places:
            continue
        one = _extended(first, second, places[run], at, done)
        if one.second_end - one.second_start >= LEAST_WORDS:
            found.append(one)
            done = one.second_end
    return found


def _extended(
    first: Sequence[str], second: Sequence[str], here: int, there: int, floor: int
) -> Shared:
    """Return the longest passage of equal words around two places, from `floor` on."""
    start = 0
    while (
        here - start > 0
        and there - start > floor
        and first[here - start - 1] == second[there - start - 1]
    ):
        start += 1
    end = 0
    while (
        here + end < len(first)
        and there + end < len(second)
        and first[here + end] == second[there + end]
    ):
        end += 1
    return Shared(here - start, here + end, there - start, there + end)

"""Fits the LSI of the pages: which stems are terms, and the axes on which texts are compared.

Pure: `run_semantics.py` writes. Deerwester et al. 1990; the truncated decomposition is gensim's
stochastic one (Halko, Martinsson & Tropp 2011) with a fixed seed, in one thread.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from corpus.retrieval.lsi import TERM_BYTES, Floats, weigh

DIMENSIONS = 200
FEWEST_WITH = 2
"""Pages that a term stands on at least."""
MOST_TERMS = 100_000
"""The commonest: 80 MB of axes."""
POWER_ITERATIONS = 2
SEED = 1
TOPICAL = frozenset(
    [
        *("amount", "bill", "bottom", "call", "computer", "cry", "describe", "detail", "empty"),
        *("fill", "find", "fire", "front", "full", "interest", "mill", "move", "serious", "show"),
        *("side", "sincere", "system", "thick", "thin", "top"),
    ]
)
"""Words of gensim's list of stop words that people search for: a fire, a bill, a system."""


@dataclass(frozen=True)
class Axes:
    """The terms in byte order, the pages that have each, and terms × dimensions."""

    pages: int
    terms: NDArray[np.bytes_]
    found: NDArray[np.int32]
    axes: Floats


@cache
def stop_words() -> tuple[str, ...]:
    """Return the words that say nothing about a page, in order."""
    from gensim.parsing.preprocessing import STOPWORDS

    return tuple(sorted(STOPWORDS - TOPICAL))


def fit_axes(texts: Sequence[Counter[str]], dimensions: int = DIMENSIONS) -> Axes | None:
    """Fit the axes on the stems of pages; None where they have too few terms to tell apart."""
    found = Counter(stem for text in texts for stem in text)
    terms = _terms(found)
    dimensions = min(dimensions, len(texts) - 1, len(terms) - 1)
    if dimensions < 2:
        return None
    from gensim.models import LsiModel  # a second, which a build without new pages spares

    numbers = {stem: n for n, stem in enumerate(terms)}
    on = np.array([found[stem] for stem in terms], dtype=np.int32)
    with threadpool_limits(1):  # sums in another order would be another model
        model = LsiModel(
            [list(_weighted(text, numbers, on, len(texts))) for text in texts],
            id2word=dict(enumerate(terms)),
            num_topics=dimensions,
            power_iters=POWER_ITERATIONS,
            random_seed=SEED,
        )
    axes = np.ascontiguousarray(model.projection.u, dtype=np.float32)
    return Axes(len(texts), np.array([t.encode() for t in terms], f"S{TERM_BYTES}"), on, axes)


def _terms(found: Counter[str]) -> list[str]:
    """Return the stems that are terms, in the order of their bytes."""
    fit = [stem for stem, n in found.items() if n >= FEWEST_WITH]
    commonest = sorted(fit, key=lambda stem: (-found[stem], stem))[:MOST_TERMS]
    return sorted(commonest, key=str.encode)


def _weighted(
    text: Counter[str], numbers: dict[str, int], on: NDArray[np.int32], pages: int
) -> Iterable[tuple[int, float]]:
    """Return a text as gensim takes it: number and weight of each term."""
    known = sorted((numbers[stem], times) for stem, times in text.items() if stem in numbers)
    if not known:
        return []
    rows = np.array([row for row, _ in known])
    weights = weigh([times for _, times in known], on[rows], pages)
    return zip(rows.tolist(), weights.tolist(), strict=True)

"""Coherence of topics' words in texts: NPMI and C_v, as gensim computes them, counted once.

NPMI: Bouma 2009, Aletras and Stevenson 2013, in windows of 10 words; C_v: Röder, Both and
Hinneburg 2015, in windows of 110. One pass over the texts serves every model compared; texts may
come from a stream. The tests hold both equal to gensim's `CoherenceModel`.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

WINDOWS = {"npmi": 10, "c_v": 110}
EPSILON = 1e-12
TEXTS_AT_ONCE = 500

Matrix = NDArray[np.float64]


class Together:
    """In how many windows of texts words stand, alone and two by two."""

    def __init__(self, words: Iterable[str], texts: Iterable[list[str]], window: int) -> None:
        self._numbers = {word: number for number, word in enumerate(sorted(set(words)))}
        self._windows = 0
        size = len(self._numbers)
        self._counts: Matrix = np.zeros((size, size))
        for part in _parts(texts, TEXTS_AT_ONCE):
            self._add(part, window)

    def _add(self, texts: list[list[str]], window: int) -> None:
        """Count texts; a span is a word and the windows in a row that it stands in."""
        spans: list[tuple[int, int, int]] = []
        at = 0
        for text in texts:
            ids = [self._numbers.get(word, -1) for word in text]
            spans += ((word, at + start, at + end) for word, start, end in _spans(ids, window))
            at += max(len(ids) - window, 0) + 1
        words, starts, ends = np.array(spans, dtype=np.int64).reshape(-1, 3).T
        lengths = ends - starts
        before = np.repeat(np.cumsum(lengths) - lengths, lengths)
        rows = np.arange(lengths.sum()) - before + np.repeat(starts, lengths)
        places = (rows, np.repeat(words, lengths))
        found = csr_matrix((np.ones(len(rows)), places), shape=(at, len(self._numbers)))
        self._counts += (found.T @ found).toarray()
        self._windows += at

    def npmi(self, words: Sequence[str]) -> Matrix:
        """Return normalised pointwise mutual information of words two by two, -1 to 1."""
        ids = [self._numbers[word] for word in words]
        joint = self._counts[np.ix_(ids, ids)] / max(self._windows, 1)
        alone = np.maximum(np.diag(joint), EPSILON)
        found: Matrix = np.log((joint + EPSILON) / np.outer(alone, alone))
        return found / -np.log(joint + EPSILON)


def _spans(ids: list[int], window: int) -> Iterator[tuple[int, int, int]]:
    """Yield words of a text with the first window they stand in and the one after the last.

    As in gensim, a word that leaves a window on the left is gone until it comes in on the right,
    even where it stands twice in it.
    """
    last = max(len(ids) - window, 0)
    standing = {word: 0 for word in ids[:window] if word >= 0}
    for at in range(1, last + 1):
        gone, new = ids[at - 1], ids[at + window - 1]
        if gone in standing:
            yield gone, standing.pop(gone), at
        if new >= 0:
            standing.setdefault(new, at)
    for word, start in standing.items():
        yield word, start, last + 1


def _parts(texts: Iterable[list[str]], size: int) -> Iterator[list[list[str]]]:
    going = iter(texts)
    while part := list(islice(going, size)):
        yield part


def npmi(together: Together, words: Sequence[str]) -> float:
    """Return the mean NPMI of a topic's words two by two."""
    pairs = together.npmi(words)
    number = len(words)
    if number < 2:
        return 0.0
    return float((pairs.sum() - np.trace(pairs)) / (number * (number - 1)))


def c_v(together: Together, words: Sequence[str]) -> float:
    """Return the mean cosine of each word's NPMI with the topic's words and all words' sum."""
    rows = together.npmi(words)
    whole = rows.sum(axis=0)
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(whole)
    return float(np.mean(rows @ whole / np.where(lengths > 0, lengths, 1)))


MEASURES = {"npmi": npmi, "c_v": c_v}


def coherence(
    measure: str,
    models: Sequence[Sequence[Sequence[str]]],
    texts: Iterable[list[str]],
    window: int | None = None,
) -> list[list[float]]:
    """Return the coherence (`npmi` or `c_v`) of each topic of each model, in one pass.

    `window`: number of words, by default the measure's own; one as long as the longest text makes
    whole texts the windows, as where the order of words is lost.
    """
    words = (word for model in models for topic in model for word in topic)
    together = Together(words, texts, window or WINDOWS[measure])
    return [[MEASURES[measure](together, topic) for topic in model] for model in models]

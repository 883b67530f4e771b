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
Ids = NDArray[np.int64]


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
        held = [self._held(text, window) for text in texts]
        rows, columns, at = [], [], 0
        for ids in held:
            seen, places = np.nonzero(ids >= 0)
            rows.append(seen + at)
            columns.append(ids[seen, places])
            at += len(ids)
        shape = (at, len(self._numbers))
        pairs = (np.concatenate(rows), np.concatenate(columns))
        found = csr_matrix((np.ones(len(pairs[0])), pairs), shape=shape)
        found.sum_duplicates()
        found.data[:] = 1
        self._counts += (found.T @ found).toarray()
        self._windows += at

    def _held(self, text: list[str], window: int) -> Ids:
        """Return the words of each window of a text by number (windows × words), -1: another."""
        ids = np.array([self._numbers.get(word, -1) for word in text], dtype=np.int64)
        if len(ids) <= window:
            return ids[np.newaxis, :]
        return np.lib.stride_tricks.sliding_window_view(ids, window)

    def npmi(self, words: Sequence[str]) -> Matrix:
        """Return normalised pointwise mutual information of words two by two, -1 to 1."""
        ids = [self._numbers[word] for word in words]
        joint = self._counts[np.ix_(ids, ids)] / max(self._windows, 1)
        alone = np.maximum(np.diag(joint), EPSILON)
        found: Matrix = np.log((joint + EPSILON) / np.outer(alone, alone))
        return found / -np.log(joint + EPSILON)


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
    measure: str, models: Sequence[Sequence[Sequence[str]]], texts: Iterable[list[str]]
) -> list[list[float]]:
    """Return the coherence (`npmi` or `c_v`) of each topic of each model, in one pass."""
    words = (word for model in models for topic in model for word in topic)
    together = Together(words, texts, WINDOWS[measure])
    return [[MEASURES[measure](together, topic) for topic in model] for model in models]

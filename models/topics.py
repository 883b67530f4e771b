"""What every topic model has: words it knows, topics over them, and the order they are shown in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Array = NDArray[np.float32]
Bow = list[tuple[int, int]]

MOST_WORDS = 20_000
RELEVANCE = 0.7
"""How words are ranked (Sievert and Shirley 2014): 1 by their share of the topic, 0 by how much
larger that is than their share of the corpus. Coherence times diversity of the words shown is best
at 0.7 on Cranfield, CACM and council papers; less costs coherence."""


@dataclass(frozen=True)
class Vocabulary:
    """The words a model knows, sorted, and texts counted in them (texts × words).

    `years`: of each text, empty where it is not known; `guides`: for each code of the codebook the
    numbers of the words it is said with. Only dynamic and guided topics ask for them.
    """

    words: tuple[str, ...]
    counts: csr_matrix
    years: tuple[str, ...] = ()
    guides: tuple[tuple[str, tuple[int, ...]], ...] = ()

    @classmethod
    def build(cls, texts: Iterable[list[str]], no_below: int, no_above: float) -> "Vocabulary":
        """Keep the words of at least `no_below` texts and at most the share `no_above` of them.

        `texts` is gone through twice and never held.
        """
        from gensim.corpora import Dictionary

        dictionary = Dictionary(texts)
        dictionary.filter_extremes(no_below=no_below, no_above=no_above, keep_n=MOST_WORDS)
        words = tuple(sorted(dictionary.token2id))
        return cls(words, matrix(count(texts, words), len(words)))

    @cached_property
    def bows(self) -> list[Bow]:
        """The texts as (word number, count) pairs."""
        ends = self.counts.indptr
        return [
            [
                (int(word), int(number))
                for word, number in zip(
                    self.counts.indices[a:b], self.counts.data[a:b], strict=True
                )
            ]
            for a, b in pairwise(ends)
        ]

    def __len__(self) -> int:
        """Return the number of texts."""
        return int(self.counts.shape[0])

    def some(self, rows: NDArray[np.intp]) -> "Vocabulary":
        """Return the same words with only these texts."""
        years = tuple(self.years[row] for row in rows) if self.years else ()
        return Vocabulary(self.words, self.counts[rows], years, self.guides)


def count(texts: Iterable[list[str]], words: Sequence[str]) -> Iterable[Bow]:
    """Yield texts as (word number, count) pairs, in the order of the words."""
    numbers = {word: number for number, word in enumerate(words)}
    for text in texts:
        counted: dict[int, int] = {}
        for word in text:
            number = numbers.get(word)
            if number is not None:
                counted[number] = counted.get(number, 0) + 1
        yield sorted(counted.items())


def matrix(bows: Iterable[Bow], words: int) -> csr_matrix:
    """Return counted texts as a sparse matrix (texts × words)."""
    starts, columns, values = [0], list[int](), list[int]()
    for bow in bows:
        columns.extend(word for word, _ in bow)
        values.extend(number for _, number in bow)
        starts.append(len(columns))
    shape = (len(starts) - 1, words)
    return csr_matrix((values, columns, starts), shape=shape, dtype=np.float64)


ARRAYS = ("topic_words", "background", "idf", "damping", "priors", "period_words")
"""Of a fitted model."""


@dataclass(frozen=True)
class Fitted:
    """A fitted model.

    `topic_words` (k × words): for LDA lambda, the posterior's word counts; for NMF the weights of
    the words, whose inverse document frequency and damping are `idf` and `damping`; for LSI the
    loadings, of either sign. `background` is how often each word stands in the corpus; without it
    words are ranked by share alone. `priors` (k): how common each topic is expected to be, for HDP.
    `names`: of guided topics, the code each was led by, or nothing. `period_words` (periods × k ×
    10): numbers of the words of a topic in each of the `periods`, -1 where there are none.
    `asked`: how many topics were asked for, where more were than are kept.
    """

    words: tuple[str, ...]
    topic_words: Array
    seed: int
    algorithm: str = "lda"
    background: Array | None = None
    idf: Array | None = None
    damping: Array | None = None
    priors: Array | None = None
    names: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    period_words: NDArray[np.int32] | None = None
    asked: int = 0

    @property
    def k(self) -> int:
        """Number of topics."""
        return int(self.topic_words.shape[0])

    def shares(self) -> Array:
        """Return each topic's distribution over words (k × words, rows sum to 1)."""
        weights = np.maximum(self.topic_words, 0)
        totals = weights.sum(axis=1, keepdims=True)
        return np.asarray(weights / np.where(totals > 0, totals, 1), dtype=np.float32)

    def relevance(self) -> Array:
        """Return by how much each word belongs to each topic (k × words)."""
        shares, lift = self.shares().astype(np.float64) + 1e-12, self.lift()
        if lift is None:
            return np.asarray(np.log(shares), dtype=np.float32)
        ranked = RELEVANCE * np.log(shares) + (1 - RELEVANCE) * np.log(lift)
        return np.asarray(ranked, dtype=np.float32)

    def lift(self) -> NDArray[np.float64] | None:
        """Return how many times larger a word's share of a topic is than that of the corpus."""
        if self.background is None:
            return None
        shares = self.shares().astype(np.float64) + 1e-12
        return np.asarray(shares / (self.background / self.background.sum()), dtype=np.float64)

    def top(self, most: int) -> list[list[tuple[str, float]]]:
        """Return the `most` relevant words of each topic with their share, ties by word."""
        shares = self.shares()
        return [
            [(self.words[i], float(share[i])) for i in _best(row, most)]
            for row, share in zip(self.relevance(), shares, strict=True)
        ]

    def ordered(self, sizes: NDArray[np.floating]) -> "Fitted":
        """Return the model with its topics numbered by size, the largest first."""
        order = np.argsort(-np.asarray(sizes, dtype=np.float64), kind="stable")
        return self.only(order)

    def only(self, topics: NDArray[np.intp]) -> "Fitted":
        """Return the model with these of its topics, in this order."""
        told = self.period_words
        return replace(
            self,
            topic_words=np.ascontiguousarray(self.topic_words[topics]),
            priors=None if self.priors is None else self.priors[topics],
            names=tuple(self.names[topic] for topic in topics) if self.names else (),
            period_words=None if told is None else np.ascontiguousarray(told[:, topics]),
        )


def _best(row: Array, most: int) -> NDArray[np.intp]:
    return np.lexsort((np.arange(len(row)), -row))[:most]


def shares_of(weights: NDArray[np.floating]) -> Array:
    """Return weights as shares (rows sum to 1); a text that says nothing has equal shares."""
    totals = weights.sum(axis=1, keepdims=True)
    equal = np.full_like(weights, 1 / weights.shape[1])
    np.divide(weights, totals, out=equal, where=totals > 0)
    return np.asarray(equal, dtype=np.float32)

"""Topic models: gensim's LDA, started from NMF topics, the same bit for bit every time.

gensim's defaults give weak topics (one pass, a random start). Started from the topics of an NMF of
sublinear TF-IDF, LDA reaches higher coherence in fewer passes; one process and one thread keep it
reproducible. LDA: Blei, Ng and Jordan 2003; online variational Bayes: Hoffman et al. 2010.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from gensim.corpora import Dictionary
from gensim.models import LdaModel
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.decomposition import NMF
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfTransformer
from threadpoolctl import threadpool_limits

Array = NDArray[np.float32]
Bow = list[tuple[int, int]]

CHUNK = 2000
PASSES = 10
DECAY = 0.7
OFFSET = 10
ETA = 0.01
"""Prior on words: small, so that topics are few words each."""


@dataclass(frozen=True)
class Vocabulary:
    """The words a model knows, sorted, and texts counted in them."""

    words: tuple[str, ...]
    bows: tuple[Bow, ...]

    @classmethod
    def build(cls, texts: Sequence[list[str]], no_below: int, no_above: float) -> "Vocabulary":
        """Keep the words of at least `no_below` texts and at most the share `no_above` of them."""
        dictionary = Dictionary(texts)
        dictionary.filter_extremes(no_below=no_below, no_above=no_above, keep_n=20_000)
        words = tuple(sorted(dictionary.token2id))
        return cls(words, tuple(count(texts, words)))


def count(texts: Sequence[list[str]], words: tuple[str, ...]) -> list[Bow]:
    """Return texts as (word number, count) pairs."""
    numbers = {word: number for number, word in enumerate(words)}
    found = []
    for text in texts:
        counted: dict[int, int] = {}
        for word in text:
            if word in numbers:
                counted[numbers[word]] = counted.get(numbers[word], 0) + 1
        found.append(sorted(counted.items()))
    return found


@dataclass(frozen=True)
class Fitted:
    """A fitted model: `topic_words` holds lambda, the posterior's word counts (k × words)."""

    words: tuple[str, ...]
    topic_words: Array
    seed: int

    @property
    def k(self) -> int:
        """Number of topics."""
        return int(self.topic_words.shape[0])

    def shares(self) -> Array:
        """Return each topic's distribution over words (k × words, rows sum to 1)."""
        rows: Array = self.topic_words / self.topic_words.sum(axis=1, keepdims=True)
        return rows

    def top(self, most: int) -> list[list[tuple[str, float]]]:
        """Return the `most` likeliest words of each topic, best first, ties by word."""
        return [
            [(self.words[i], float(row[i])) for i in np.lexsort((np.arange(len(row)), -row))[:most]]
            for row in self.shares()
        ]

    def infer(self, bows: Sequence[Bow]) -> Array:
        """Return each text's shares of the topics (texts × k).

        The random state is set anew for each text, so that an answer depends on the text alone and
        not on what was asked before.
        """
        model = _restore(self)
        found = np.zeros((len(bows), self.k), dtype=np.float32)
        with threadpool_limits(1):
            for row, bow in enumerate(bows):
                model.random_state = np.random.RandomState(self.seed)
                gamma, _ = model.inference([bow])
                found[row] = gamma[0] / gamma[0].sum()
        return found


def fit(vocabulary: Vocabulary, k: int, seed: int) -> Fitted:
    """Fit `k` topics; topics are numbered by the words they hold, most first."""
    with threadpool_limits(1):
        model = _model(vocabulary.words, k, seed)
        _start_from(model, _nmf(vocabulary, k, seed), vocabulary)
        model.update(
            list(vocabulary.bows), chunksize=CHUNK, passes=PASSES, decay=DECAY, offset=OFFSET
        )
        topic_words = model.state.get_lambda().astype(np.float32)
    order = np.argsort(-topic_words.sum(axis=1), kind="stable")
    return Fitted(vocabulary.words, topic_words[order], seed)


def _model(words: tuple[str, ...], k: int, seed: int) -> Any:
    return LdaModel(
        id2word=dict(enumerate(words)),
        num_topics=k,
        random_state=seed,
        chunksize=CHUNK,
        decay=DECAY,
        offset=OFFSET,
        eta=ETA,
        alpha="symmetric",
        eval_every=None,
        minimum_probability=0.0,
        dtype=np.float32,
    )


def _nmf(vocabulary: Vocabulary, k: int, seed: int) -> Array:
    """Return the topics of a non-negative factorisation (k × words), the start of the LDA."""
    rows, columns, values = [], [], []
    for row, bow in enumerate(vocabulary.bows):
        for column, number in bow:
            rows.append(row)
            columns.append(column)
            values.append(number)
    shape = (len(vocabulary.bows), len(vocabulary.words))
    counts = csr_matrix((values, (rows, columns)), shape=shape, dtype=np.float64)
    weighted = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a start need not have converged
        model = NMF(n_components=k, init="nndsvda", random_state=seed, max_iter=300)
        model.fit(weighted)
    return np.asarray(model.components_, dtype=np.float32)


def _start_from(model: Any, topics: Array, vocabulary: Vocabulary) -> None:
    """Give a model the word counts it would have had the texts been made of `topics`."""
    shares = (topics + 1e-6) / (topics + 1e-6).sum(axis=1, keepdims=True)
    tokens = sum(number for bow in vocabulary.bows for _, number in bow)
    model.state.sstats[...] = shares * (tokens / len(topics))
    model.sync_state()


def _restore(fitted: Fitted) -> Any:
    """Return the gensim model of a fitted one."""
    model = _model(fitted.words, fitted.k, fitted.seed)
    model.state.sstats[...] = fitted.topic_words - ETA
    model.sync_state()
    return model

"""Topics over years: each period has topics of its own, and a second factorisation joins them.

Dynamic topic modelling by two layers of matrix factorisation (Greene and Cross 2017, on debates of
a parliament): the topics of all periods, as texts of their best words, are factorised again. What a
topic is called by then changes from period to period, and a topic may be missing from one. gensim's
LdaSeqModel does the same by variational inference, in hours where this takes seconds.
"""

from itertools import accumulate

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.preprocessing import normalize

from corpus.errors import NoTopics
from models.nmf import Matrix, Weighted, factors, model_of, topics_of, weighted
from models.topics import Fitted, Vocabulary

FEWEST_TEXTS = 30
"""A period with fewer is joined to the next."""
TEXTS_PER_TOPIC = 6
KEPT_WORDS = 20
SHOWN = 10
Period = tuple[str, NDArray[np.intp]]


def fit(vocabulary: Vocabulary, k: int, seed: int) -> Fitted:
    """Fit `k` topics over periods; numbered by the words they hold, most first.

    Raises `NoTopics` where fewer than two periods have enough dated texts.
    """
    periods = periods_of(vocabulary.years)
    texts = weighted(vocabulary)
    own = [_topics(texts.matrix[rows], k) for _, rows in periods]
    stacked = np.vstack([_best_words(topics) for topics in own])
    k = min(k, len(stacked))
    belongs, joined = factors(csr_matrix(stacked), k)
    sizes = np.asarray((texts.matrix @ joined.T).sum(axis=0)).ravel()
    return model_of(
        vocabulary,
        texts,
        joined,
        sizes,
        seed,
        algorithm="dynamic",
        periods=tuple(name for name, _ in periods),
        period_words=_period_words(own, belongs, texts),
    )


def periods_of(years: tuple[str, ...]) -> list[Period]:
    """Return years, or years in a row with too few texts of their own, and their texts.

    Raises `NoTopics` where there are fewer than two.
    """
    told = np.array(years)
    found: list[list[str]] = []
    for year in sorted(set(years) - {""}):
        if found and np.isin(told, found[-1]).sum() < FEWEST_TEXTS:
            found[-1].append(year)
        else:
            found.append([year])
    if len(found) > 1 and np.isin(told, found[-1]).sum() < FEWEST_TEXTS:
        last = found.pop()
        found[-1] += last
    if len(found) < 2:
        raise NoTopics(
            f"Topics over years need two periods with {FEWEST_TEXTS} dated, distinct passages "
            f"each; there {'is one' if found else 'are none'}."
        )
    return [(_named(group), np.flatnonzero(np.isin(told, group))) for group in found]


def _named(years: list[str]) -> str:
    return years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}"


def _topics(texts: csr_matrix, k: int) -> Matrix:
    """Return a period's topics, fewer where it has few texts."""
    return topics_of(texts, max(2, min(k, texts.shape[0] // TEXTS_PER_TOPIC)))[1]


def _best_words(topics: Matrix) -> Matrix:
    """Return topics of length 1 without all but their best words, as Greene and Cross do."""
    least = np.sort(topics, axis=1)[:, -KEPT_WORDS, None]
    return np.asarray(normalize(np.where(topics >= least, topics, 0)), dtype=np.float64)


def _period_words(own: list[Matrix], belongs: Matrix, texts: Weighted) -> NDArray[np.int32]:
    """Return the best words of the topic's own topics in each period (periods × k × 10)."""
    found = np.full((len(own), belongs.shape[1], SHOWN), -1, dtype=np.int32)
    ends = list(accumulate(len(topics) for topics in own))
    for period, (topics, end) in enumerate(zip(own, ends, strict=True)):
        strongest = belongs[end - len(topics) : end].argmax(axis=1)
        for topic in np.unique(strongest):
            together = topics[strongest == topic].sum(axis=0) * np.sqrt(texts.scale)
            found[period, topic] = np.argsort(-together, kind="stable")[:SHOWN]
    return found

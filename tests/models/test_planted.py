"""Planted topics: ten known topics of unequal size come back as well as by the best peer."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.decomposition import NMF, LatentDirichletAllocation
from sklearn.feature_extraction.text import TfidfTransformer

from models.fitting import fit
from models.topics import Vocabulary

K, WORDS, TEXTS, LENGTH = 10, 600, 1500, 60
Topics = NDArray[np.float64]


def planted(seed: int) -> tuple[Topics, Vocabulary]:
    """Texts drawn from ten sparse topics, the largest eight times as frequent as the smallest."""
    chance = np.random.default_rng(seed)
    topics = chance.dirichlet(np.full(WORDS, 0.05), size=K)
    sizes = np.geomspace(8, 1, K)
    mixtures = chance.dirichlet(sizes / sizes.sum(), size=TEXTS)
    counts = np.array([chance.multinomial(LENGTH, mixture @ topics) for mixture in mixtures])
    texts = [
        [f"w{word:03}" for word, times in enumerate(row) for _ in range(times)] for row in counts
    ]
    vocabulary = Vocabulary.build(texts, 2, 1.0)
    numbers = [int(word[1:]) for word in vocabulary.words]
    return topics[:, numbers], vocabulary


def match(found: Topics, known: Topics) -> float:
    """Return the mean cosine of topics matched one to one."""
    one, other = (
        rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        for rows in (found, known)
    )
    cosines = one @ other.T
    return float(cosines[linear_sum_assignment(-cosines)].mean())


@pytest.mark.parametrize("seed", [1])
def test_planted_topics_come_back(seed: int) -> None:
    known, vocabulary = planted(seed)
    weighted = TfidfTransformer().fit_transform(vocabulary.counts)
    peers = {
        "nmf": NMF(K, random_state=seed, max_iter=400).fit(weighted).components_,
        "lda": LatentDirichletAllocation(K, random_state=seed).fit(vocabulary.counts).components_,
    }
    best = max(match(found, known) for found in peers.values())
    factorised = fit(vocabulary, K, seed, "nmf")
    assert factorised.idf is not None
    ours = {
        "nmf": match(factorised.topic_words / factorised.idf, known),
        "lda": match(fit(vocabulary, K, seed, "lda").topic_words, known),
    }
    assert ours["lda"] >= 0.95 * best, (ours, best)
    assert ours["nmf"] >= 0.95 * best, (ours, best)

"""A consensus over resampled fits: only topics that come back are kept.

A factorisation of all texts as in `nmf`, and others of random four fifths of them. Their topics are
matched one to one (Hungarian method), a topic is kept where on average half of its ten best words
come back, and its weights are the median of all its matches, as in consensus factorisation of
genes (Kotliar et al. 2019). Seeds alone would all give one answer: the start is deterministic.
"""

from dataclasses import replace

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.preprocessing import normalize

from corpus.errors import NoTopics
from models.nmf import Matrix, model_of, topics_of, weighted
from models.topics import Fitted, Vocabulary

RUNS = 6
SHARE = 0.8
STABLE = 0.5
TOP = 10


def fit(vocabulary: Vocabulary, k: int, seed: int) -> Fitted:
    """Fit `k` topics and keep the stable ones; numbered by the words they hold, most first.

    Raises `NoTopics` where fewer than two are stable.
    """
    texts = weighted(vocabulary)
    sizes, topics = topics_of(texts.matrix, k)
    whole = model_of(vocabulary, texts, topics, None, seed)
    chance = np.random.default_rng(seed)
    size = max(int(len(vocabulary) * SHARE), 1)
    matches, overlaps = [normalize(topics)], []
    for _ in range(RUNS):
        rows = np.sort(chance.choice(len(vocabulary), size, replace=False))
        other = normalize(topics_of(texts.matrix[rows], k)[1])
        matches.append(other[linear_sum_assignment(-(matches[0] @ other.T))[1]])
        overlaps.append(_overlap(whole, matches[-1] * texts.scale))
    steady = np.flatnonzero(np.mean(overlaps, axis=0) >= STABLE)
    if len(steady) < 2:
        raise NoTopics(
            f"Of {k} topics {len(steady)} come back from resampled passages: there is no "
            "consensus. Ask for fewer topics, or use more passages."
        )
    agreed = np.median(matches, axis=0)[steady]
    sizes = sizes[steady] * np.linalg.norm(topics, axis=1)[steady]
    return model_of(vocabulary, texts, agreed, sizes, seed, algorithm="consensus", asked=k)


def _overlap(whole: Fitted, matched: Matrix) -> Matrix:
    """Return the overlap (Jaccard) of the words shown of each topic and of its match."""
    other = replace(whole, topic_words=matched.astype(np.float32))
    shown = [[{word for word, _ in topic} for topic in model.top(TOP)] for model in (whole, other)]
    return np.array([len(one & two) / len(one | two) for one, two in zip(*shown, strict=True)])

"""Hierarchical Dirichlet process by gensim: it finds the number of topics itself.

Online variational inference (Wang, Paisley and Blei 2011). `k` is the most topics it may find; of
those it opens, the ones that hold less than a hundredth of the words are left out.
"""

import numpy as np
from gensim.models import HdpModel
from threadpoolctl import threadpool_limits

from models.topics import Fitted, Vocabulary

ROUNDS = 10
"""Times that it goes through the texts: once, as gensim does, leaves every topic near the mean."""
DECAY, OFFSET = 0.6, 1.0
TOPICS_OF_A_TEXT = 10
SMALLEST = 0.01


def fit(vocabulary: Vocabulary, k: int, seed: int) -> Fitted:
    """Fit at most `k` topics; topics are numbered by the words they hold, most first."""
    names = dict(enumerate(vocabulary.words))
    with threadpool_limits(1):
        model = HdpModel(
            vocabulary.bows,
            names,
            kappa=DECAY,
            tau=OFFSET,
            K=min(TOPICS_OF_A_TEXT, max(k, 2)),
            T=max(k, 2),
            random_state=np.random.RandomState(seed),
        )
        for _ in range(ROUNDS - 1):
            model.update(vocabulary.bows)
        alpha, words = model.hdp_to_lda()
    tokens = float(vocabulary.counts.sum())
    sizes = alpha / alpha.sum()
    fitted = Fitted(
        vocabulary.words,
        np.asarray(words * sizes[:, None] * tokens + model.m_eta, dtype=np.float32),
        seed,
        "hdp",
        np.asarray(vocabulary.counts.sum(axis=0), dtype=np.float32).ravel() + 1e-6,
        priors=np.asarray(alpha, dtype=np.float32),
        asked=k,
    )
    order = np.argsort(-sizes, kind="stable")
    return fitted.only(order[sizes[order] >= min(SMALLEST, np.sort(sizes)[-2:].min())])

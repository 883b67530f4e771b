"""Latent Dirichlet allocation by gensim, started from NMF topics, the same bit for bit every time.

gensim's defaults give weak topics (one pass, a random start). Started from the topics of an NMF of
sublinear TF-IDF, LDA reaches higher coherence in fewer passes; one process and one thread keep it
reproducible. LDA: Blei, Ng and Jordan 2003; online variational Bayes: Hoffman et al. 2010.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from gensim.models import LdaModel
from threadpoolctl import threadpool_limits

from models import nmf
from models.topics import Array, Bow, Fitted, Vocabulary

CHUNK = 2000
PASSES = 10
DECAY = 0.7
OFFSET = 10
ETA = 0.01
"""Prior on words: small, so that topics are few words each."""


def fit(vocabulary: Vocabulary, k: int, seed: int) -> Fitted:
    """Fit `k` topics; topics are numbered by the words they hold, most first."""
    start = nmf.fit(vocabulary, k, seed, damping=0).topic_words
    with threadpool_limits(1):
        model = _model(vocabulary.words, k, seed, "symmetric")
        _start_from(model, start, float(vocabulary.counts.sum()))
        model.update(vocabulary.bows, chunksize=CHUNK, passes=PASSES, decay=DECAY, offset=OFFSET)
        topic_words = model.state.get_lambda().astype(np.float32)
    background = np.asarray(vocabulary.counts.sum(axis=0), dtype=np.float32).ravel() + 1e-6
    fitted = Fitted(vocabulary.words, topic_words, seed, "lda", background)
    return fitted.ordered(topic_words.sum(axis=1))


def _model(words: tuple[str, ...], k: int, seed: int, alpha: Any) -> Any:
    return LdaModel(
        id2word=dict(enumerate(words)),
        num_topics=k,
        random_state=seed,
        chunksize=CHUNK,
        decay=DECAY,
        offset=OFFSET,
        eta=ETA,
        alpha=alpha,
        eval_every=None,
        minimum_probability=0.0,
        dtype=np.float32,
    )


def _start_from(model: Any, topics: Array, tokens: float) -> None:
    """Give a model the word counts it would have had the texts been made of `topics`."""
    shares = (topics + 1e-6) / (topics + 1e-6).sum(axis=1, keepdims=True)
    model.state.sstats[...] = shares * (tokens / len(topics))
    model.sync_state()


def _restore(fitted: Fitted) -> Any:
    """Return the gensim model of a fitted one."""
    alpha = "symmetric" if fitted.priors is None else fitted.priors
    model = _model(fitted.words, fitted.k, fitted.seed, alpha)
    model.state.sstats[...] = fitted.topic_words - ETA
    model.sync_state()
    return model


def infer(fitted: Fitted, bows: Sequence[Bow]) -> Array:
    """Return each text's shares of the topics (texts × k).

    The random state is set anew for each text, so that an answer depends on the text alone and
    not on what was asked before.
    """
    model = _restore(fitted)
    found = np.zeros((len(bows), fitted.k), dtype=np.float32)
    with threadpool_limits(1):
        for row, bow in enumerate(bows):
            model.random_state = np.random.RandomState(fitted.seed)
            gamma, _ = model.inference([bow])
            found[row] = gamma[0] / gamma[0].sum()
    return found


def perplexity(fitted: Fitted, bows: Sequence[Bow]) -> float:
    """Return the perplexity of unseen texts by the variational bound: the lower, the better."""
    model = _restore(fitted)
    with threadpool_limits(1):
        return float(2 ** -model.log_perplexity(list(bows), total_docs=len(bows)))

"""Latent semantic indexing (Deerwester et al. 1990) by gensim: the classic to compare with.

Its dimensions are not topics: words load on them with either sign, and a text may lie against one.
What is shown of a dimension are the words of its stronger side, and a text's share of it is how
far it lies to that side.
"""

from collections.abc import Sequence

import numpy as np
from gensim.matutils import Sparse2Corpus
from gensim.models import LsiModel
from threadpoolctl import threadpool_limits

from models.nmf import idf_of, weigh
from models.topics import Array, Bow, Fitted, Vocabulary, matrix, shares_of


def fit(vocabulary: Vocabulary, k: int, seed: int) -> Fitted:
    """Fit `k` dimensions; they are numbered by the variance they hold, most first."""
    idf = idf_of(vocabulary.counts)
    texts = weigh(vocabulary.counts, idf)
    names = dict(enumerate(vocabulary.words))
    with threadpool_limits(1):
        corpus = Sparse2Corpus(texts, documents_columns=False)
        model = LsiModel(corpus, num_topics=k, id2word=names, random_seed=seed)
        loadings = model.projection.u.T
    return Fitted(
        vocabulary.words,
        np.ascontiguousarray(_turned(loadings), dtype=np.float32),
        seed,
        "lsi",
        np.asarray(texts.sum(axis=0) + 1e-9, dtype=np.float32).ravel(),
        idf.astype(np.float32),
    )


def _turned(loadings: Array) -> Array:
    """Return dimensions with their stronger side positive: their sign means nothing."""
    signs = np.where((loadings**3).sum(axis=1, keepdims=True) < 0, -1, 1)
    return np.asarray(loadings * signs, dtype=np.float32)


def infer(fitted: Fitted, bows: Sequence[Bow]) -> Array:
    """Return each text's shares of the dimensions (texts × k): how far it lies to their side."""
    if fitted.idf is None:
        raise ValueError("this model has no weights for words")
    texts = weigh(matrix(bows, len(fitted.words)), fitted.idf)
    loadings = np.asarray(fitted.topic_words.T, dtype=np.float64)
    return shares_of(np.maximum(texts @ loadings, 0))

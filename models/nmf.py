"""Non-negative matrix factorisation (Lee and Seung 1999) of damped, sublinear TF-IDF.

Started from a singular value decomposition (NNDSVD: Boutsidis and Gallopoulos 2008), it needs no
luck: the same texts give the same topics. Rows are of length 1 and each word's column is divided
by a power of its own length: frequent words no longer draw every topic to themselves. Measured
on Cranfield, CACM and council papers against undamped, binary, sparser and heavier weightings.
"""

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import nnls
from scipy.sparse import csr_matrix, diags
from sklearn.decomposition import NMF
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

from models.topics import Array, Bow, Fitted, Vocabulary, matrix, shares_of

PASSES = 200
START = 1
"""Of the random projection behind the decomposition: one start for every seed."""
DAMPING = 0.7
"""Between 0, which leaves columns as they are, and 1, which makes rare words as loud as any."""
RIDGE = 1e-9
"""Keeps topics that came out alike apart for the solver; far below any weight."""


def fit(vocabulary: Vocabulary, k: int, seed: int, damping: float = DAMPING) -> Fitted:
    """Fit `k` topics; topics are numbered by the words they hold, most first."""
    idf = _idf(vocabulary.counts)
    weighted = weigh(vocabulary.counts, idf)
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=0)).ravel())
    scale = np.where(lengths > 0, lengths, 1) ** damping
    texts, topics = _factors(weighted @ diags(1 / scale), k)
    topic_words = topics * scale
    fitted = Fitted(
        vocabulary.words,
        topic_words.astype(np.float32),
        seed,
        "nmf",
        np.asarray(weighted.sum(axis=0) + 1e-9, dtype=np.float32).ravel(),
        idf.astype(np.float32),
        scale.astype(np.float32),
    )
    return fitted.ordered(texts.sum(axis=0) * topic_words.sum(axis=1))


def _factors(weighted: csr_matrix, k: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return texts × topics and topics × words."""
    model = NMF(k, init="nndsvd", random_state=START, max_iter=PASSES)
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the last passes change no top word
        texts = model.fit_transform(weighted.tocsr())
    return texts, model.components_


def _idf(counts: csr_matrix) -> NDArray[np.float64]:
    """Return inverse document frequencies, smoothed as scikit-learn does."""
    held = np.bincount(counts.indices, minlength=counts.shape[1])
    idf: NDArray[np.float64] = np.log((1 + counts.shape[0]) / (1 + held)) + 1
    return idf


def weigh(counts: csr_matrix, idf: NDArray[np.floating]) -> csr_matrix:
    """Return sublinear TF-IDF, rows of length 1 (texts × words)."""
    weighted = counts.astype(np.float64)
    weighted.data = (1 + np.log(weighted.data)) * idf[weighted.indices]
    return normalize(weighted)


def infer(fitted: Fitted, bows: Sequence[Bow]) -> Array:
    """Return each text's shares of the topics (texts × k): non-negative least squares.

    Each text is solved alone, so that an answer depends on the text and the model only.
    """
    if fitted.idf is None or fitted.damping is None:
        raise ValueError("this is not a factorisation")
    weighted = weigh(matrix(bows, len(fitted.words)), fitted.idf)
    topics = fitted.topic_words.astype(np.float64) / fitted.damping
    found = np.zeros((len(bows), fitted.k))
    with threadpool_limits(1):
        gram = topics @ topics.T
        lower = cholesky(gram + RIDGE * np.trace(gram) * np.eye(fitted.k), lower=True)
        for row in range(len(bows)):
            part = slice(weighted.indptr[row], weighted.indptr[row + 1])
            words = weighted.indices[part]
            toward = topics[:, words] @ (weighted.data[part] / fitted.damping[words])
            found[row] = nnls(lower.T, solve_triangular(lower, toward, lower=True))[0]
    return shares_of(found * fitted.topic_words.sum(axis=1))

"""Non-negative matrix factorisation (Lee and Seung 1999) of damped, sublinear TF-IDF.

Started from a singular value decomposition (NNDSVD: Boutsidis and Gallopoulos 2008), it needs no
luck: the same texts give the same topics. Rows are of length 1 and each word's column is divided
by a power of its own length: frequent words no longer draw every topic to themselves. Measured
on Cranfield, CACM and council papers against undamped, binary, sparser and heavier weightings.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import nnls
from scipy.sparse import csr_matrix, diags
from sklearn.decomposition import NMF
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

from models.checkpoint import once
from models.topics import Array, Bow, Fitted, Vocabulary, matrix, shares_of

Matrix = NDArray[np.float64]

PASSES = 200
START = 1
"""Of the random projection behind the decomposition: one start for every seed."""
DAMPING = 0.7
"""Between 0, which leaves columns as they are, and 1, which makes rare words as loud as any."""
RIDGE = 1e-9
"""Keeps topics that came out alike apart for the solver; far below any weight."""


@dataclass(frozen=True)
class Weighted:
    """Texts as they are factorised (`matrix`, texts × words), and what they were made with.

    `plain` is the same before its columns were divided by `scale`.
    """

    matrix: csr_matrix
    plain: csr_matrix
    idf: NDArray[np.float64]
    scale: NDArray[np.float64]


def weighted(vocabulary: Vocabulary, damping: float = DAMPING) -> Weighted:
    """Return texts weighed and damped."""
    idf = idf_of(vocabulary.counts)
    plain = weigh(vocabulary.counts, idf)
    lengths = np.sqrt(np.asarray(plain.multiply(plain).sum(axis=0)).ravel())
    scale = np.where(lengths > 0, lengths, 1) ** damping
    damped = (plain @ diags(1 / scale)).tocsr()
    damped.sort_indices()  # a solver would do so in place: sums must not depend on who came first
    return Weighted(damped, plain, idf, scale)


def fit(vocabulary: Vocabulary, k: int, seed: int, damping: float = DAMPING) -> Fitted:
    """Fit `k` topics; topics are numbered by the words they hold, most first."""
    texts = weighted(vocabulary, damping)
    sizes, topics = topics_of(texts.matrix, k)
    return model_of(vocabulary, texts, topics, sizes, seed)


def model_of(
    vocabulary: Vocabulary,
    texts: Weighted,
    topics: Matrix,
    sizes: Matrix | None,
    seed: int,
    **more: Any,
) -> Fitted:
    """Return the model of factorised `topics` (k × words), numbered by `sizes` times their words.

    Without `sizes` they stay in their order. `more`: what `Fitted` has beyond words and weights.
    """
    topic_words = topics * texts.scale
    more = {"algorithm": "nmf"} | more
    model = Fitted(
        vocabulary.words,
        topic_words.astype(np.float32),
        seed,
        background=np.asarray(texts.plain.sum(axis=0) + 1e-9, dtype=np.float32).ravel(),
        idf=texts.idf.astype(np.float32),
        damping=texts.scale.astype(np.float32),
        **more,
    )
    return model if sizes is None else model.ordered(sizes * topic_words.sum(axis=1))


def factors(
    texts: csr_matrix, k: int, start: tuple[Matrix, Matrix] | None = None
) -> tuple[Matrix, Matrix]:
    """Return texts × topics and topics × words, from a start of these two or from NNDSVD."""
    model = NMF(k, init="custom" if start else "nndsvd", random_state=START, max_iter=PASSES)
    given = {"W": start[0], "H": start[1]} if start else {}
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the last passes change no top word
        found = model.fit_transform(texts, **given)
    return found, model.components_


def topics_of(texts: csr_matrix, k: int) -> tuple[Matrix, Matrix]:
    """Return how much of all texts each topic has, and topics × words; kept in a long fit."""

    def made() -> dict[str, Matrix]:
        shares, topics = factors(texts, k)
        return {"sizes": shares.sum(axis=0), "topics": topics}

    found = once(f"factors-{k}", (texts, k, START, PASSES), made)
    return found["sizes"], found["topics"]


def idf_of(counts: csr_matrix) -> NDArray[np.float64]:
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
    texts = weigh(matrix(bows, len(fitted.words)), fitted.idf)
    topics = fitted.topic_words.astype(np.float64) / fitted.damping
    found = np.zeros((len(bows), fitted.k))
    with threadpool_limits(1):
        gram = topics @ topics.T
        lower = cholesky(gram + RIDGE * np.trace(gram) * np.eye(fitted.k), lower=True)
        for row in range(len(bows)):
            part = slice(texts.indptr[row], texts.indptr[row + 1])
            words = texts.indices[part]
            toward = topics[:, words] @ (texts.data[part] / fitted.damping[words])
            found[row] = nnls(lower.T, solve_triangular(lower, toward, lower=True))[0]
    return shares_of(found * fitted.topic_words.sum(axis=1))

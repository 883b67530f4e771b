"""The algorithms there are, behind one interface: fit, and infer with what was fitted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models import consensus, dynamic, guided, hdp, lda, lsi, nmf
from models.topics import Array, Bow, Fitted, Vocabulary

DEFAULT = "nmf"
"""Chosen by measurement (docs/method.md, section 4)."""
MOST_FOUND = 100
"""Topics that an algorithm which finds their number itself may find."""


@dataclass(frozen=True)
class Algorithm:
    """How one kind of model is fitted and applied, and perplexity where it has a meaning.

    `swept`: fits of several numbers of topics may be compared; the others take the number that is
    best by the default, or find their own (`finds_k`).
    """

    fit: Callable[[Vocabulary, int, int], Fitted]
    infer: Callable[[Fitted, Sequence[Bow]], Array]
    perplexity: Callable[[Fitted, Sequence[Bow]], float] | None = None
    swept: bool = False
    finds_k: bool = False


ALGORITHMS = {
    "nmf": Algorithm(nmf.fit, nmf.infer, swept=True),
    "lda": Algorithm(lda.fit, lda.infer, lda.perplexity, swept=True),
    "consensus": Algorithm(consensus.fit, nmf.infer),
    "guided": Algorithm(guided.fit, nmf.infer),
    "dynamic": Algorithm(dynamic.fit, nmf.infer),
    "hdp": Algorithm(hdp.fit, lda.infer, finds_k=True),
    "lsi": Algorithm(lsi.fit, lsi.infer),
}


def fit(vocabulary: Vocabulary, k: int, seed: int, algorithm: str = DEFAULT) -> Fitted:
    """Fit `k` topics: the same texts, number, seed and algorithm give the same bytes."""
    return ALGORITHMS[algorithm].fit(vocabulary, k, seed)


def infer(fitted: Fitted, bows: Sequence[Bow]) -> Array:
    """Return each text's shares of the topics (texts × k), by the model as it was fitted."""
    return ALGORITHMS[fitted.algorithm].infer(fitted, bows)

"""The algorithms there are, behind one interface: fit, and infer with what was fitted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models import lda, nmf
from models.topics import Array, Bow, Fitted, Vocabulary

DEFAULT = "nmf"
"""Chosen by measurement (docs/method.md, section 4)."""


@dataclass(frozen=True)
class Algorithm:
    """How one kind of model is fitted and applied, and perplexity where it has a meaning."""

    fit: Callable[[Vocabulary, int, int], Fitted]
    infer: Callable[[Fitted, Sequence[Bow]], Array]
    perplexity: Callable[[Fitted, Sequence[Bow]], float] | None = None


ALGORITHMS = {
    "nmf": Algorithm(nmf.fit, nmf.infer),
    "lda": Algorithm(lda.fit, lda.infer, lda.perplexity),
}


def fit(vocabulary: Vocabulary, k: int, seed: int, algorithm: str = DEFAULT) -> Fitted:
    """Fit `k` topics: the same texts, number, seed and algorithm give the same bytes."""
    return ALGORITHMS[algorithm].fit(vocabulary, k, seed)


def infer(fitted: Fitted, bows: Sequence[Bow]) -> Array:
    """Return each text's shares of the topics (texts × k), by the model as it was fitted."""
    return ALGORITHMS[fitted.algorithm].infer(fitted, bows)

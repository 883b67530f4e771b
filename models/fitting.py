"""The algorithms there are, behind one interface: fit, and infer with what was fitted."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models import consensus, dynamic, guided, hdp, lda, lsi, nmf
from models.checkpoint import Arrays, once
from models.topics import ARRAYS, Array, Bow, Fitted, Vocabulary

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
    given = (vocabulary.words, vocabulary.counts, vocabulary.years, vocabulary.guides, k, seed)
    made = once(
        f"{algorithm}-{k}-{seed}",
        given,
        lambda: _as_arrays(ALGORITHMS[algorithm].fit(vocabulary, k, seed)),
    )
    return _from_arrays(vocabulary.words, made)


TOLD = ("seed", "algorithm", "names", "periods", "asked")


def _as_arrays(fitted: Fitted) -> Arrays:
    """Return a model as arrays; its words are those of what it was fitted on."""
    told = {name: getattr(fitted, name) for name in TOLD}
    arrays = {name: getattr(fitted, name) for name in ARRAYS}
    known = {name: array for name, array in arrays.items() if array is not None}
    return known | {"told": np.array(json.dumps(told))}


def _from_arrays(words: tuple[str, ...], made: Arrays) -> Fitted:
    told = json.loads(str(made["told"]))
    arrays = {name: made[name] for name in ARRAYS if name in made}
    fitted = Fitted(words, **(told | arrays))
    return replace(fitted, names=tuple(fitted.names), periods=tuple(fitted.periods))


def infer(fitted: Fitted, bows: Sequence[Bow]) -> Array:
    """Return each text's shares of the topics (texts × k), by the model as it was fitted."""
    return ALGORITHMS[fitted.algorithm].infer(fitted, bows)

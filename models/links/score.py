"""What speaks for a link, weighed: weights that are documented, or learnt from people's decisions.

The score is a logistic function of the weighted sum. The weights below were set by hand: a product
named by chance stays under one half, one that a paper is about, or that a notice awards by number,
is above it. Once people have decided enough, scikit-learn's logistic regression takes over.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.ids import short_hash

FEWEST_DECISIONS = 60
FEWEST_OF_EACH = 15
"""Accepted and refused at least, of one kind of link, before weights are learnt from them."""
REGULAR = 1.0
"""scikit-learn's C: weights of a few dozen decisions are held near nought."""

PRODUCT = {
    "bias": -1.3,
    "named": 2.0,
    "title": 1.0,
    "speaks": 1.4,
    "technique": 0.5,
    "supplier_number": 1.4,
    "supplier_name": 1.0,
    "supplier_in_text": 0.8,
    "reference": 2.5,
    "context": 2.5,
    "alone": -0.8,
    "elsewhere": -2.5,
    "other_supplier": -3.5,
    "ambiguous": -1.2,
}
"""Of a link between a document and a product."""
DOCUMENTS = {
    "bias": -3.6,
    "reference": 4.5,
    "supplier": 2.4,
    "value": 1.8,
    "words": 4.0,
    "title": 1.5,
    "technique": 0.5,
    "in_order": 0.4,
    "years_apart": -0.5,
    "other_product": -2.5,
}
"""Of a link between two documents."""
BY_HAND = {"product": PRODUCT, "documents": DOCUMENTS}
DIGITS = 4

Features = Mapping[str, float]


@dataclass(frozen=True)
class Weights:
    """The weights of one kind of link, and of how many decisions they were learnt (0: by hand)."""

    kind: str
    weights: Mapping[str, float]
    decisions: int = 0

    @property
    def version(self) -> str:
        """What changes when any weight does."""
        return short_hash(self.kind, *(f"{k}={v}" for k, v in sorted(self.weights.items())))

    def score(self, features: Features) -> float:
        """Return the strength of a link, 0 to 1."""
        total = self.weights.get("bias", 0.0)
        total += sum(self.weights.get(name, 0.0) * value for name, value in features.items())
        return round(1 / (1 + math.exp(-max(min(total, 30), -30))), DIGITS)


def by_hand(kind: str) -> Weights:
    """Return the documented weights of a kind of link."""
    return Weights(kind, BY_HAND[kind])


def learnt(kind: str, decided: Sequence[tuple[Features, bool]]) -> Weights:
    """Return weights learnt from decisions, or those by hand where there are too few.

    Features are as they are stored, in the order of their names: the same decisions give the same
    weights.
    """
    accepted = sum(1 for _, yes in decided if yes)
    if len(decided) < FEWEST_DECISIONS or min(accepted, len(decided) - accepted) < FEWEST_OF_EACH:
        return by_hand(kind)
    from sklearn.linear_model import LogisticRegression

    names = sorted(set(BY_HAND[kind]) - {"bias"})
    rows = sorted(([f.get(name, 0.0) for name in names], yes) for f, yes in decided)
    fitted = LogisticRegression(C=REGULAR, max_iter=1000)
    fitted.fit([row for row, _ in rows], [yes for _, yes in rows])
    weights = {n: round(float(w), 3) for n, w in zip(names, fitted.coef_[0], strict=True)}
    weights["bias"] = round(float(fitted.intercept_[0]), 3)
    return Weights(kind, weights, len(decided))

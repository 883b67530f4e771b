"""What to code next, and how likely a text is to be evidence: a classifier trained on codings.

TF-IDF of words and pairs, logistic regression, probabilities by Platt's scaling (1999) from
predictions across documents. Next comes what the classifier is least sure of (Lewis & Gale 1994)
and what is least like what was chosen already (maximal marginal relevance, Carbonell & Goldstein
1998). Nothing is drawn by lot: the same codings give the same order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import Pipeline, make_pipeline

from corpus.errors import CorpusError

FOLDS = 5
NEEDED, NEEDED_EACH = 40, 10
"""Texts judged, and of either kind: fewer give figures that are noise."""
BINS = 5
DIVERSITY = 0.5
"""How much being unlike the texts chosen before weighs against being unsure."""
RESAMPLES, SEED = 1000, 1
MOST_RANKED = 5000
"""Texts compared with each other; the least sure of them, where there are more."""


class TooFewCodings(CorpusError):
    """Too little was judged to train on."""


@dataclass(frozen=True)
class Text:
    """A text that may be judged, the document it stands in, and what was judged, if anything.

    `about` is None where nobody judged it, where it is marginal, and where coders differ;
    `to_code`: nobody did.
    """

    id: str
    document: str
    text: str
    about: bool | None = None
    to_code: bool = True


@dataclass(frozen=True)
class Interval:
    """A figure with its interval over resampled documents."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Reliability:
    """How good the classifier is on documents it was not trained on.

    `auc`: a text that is evidence stands before one that is not; `average_precision`;
    `brier`: mean squared error of the probabilities (0 is best); `calibration_error`: mean gap
    of probability and share in bins (0 is best); `prevalence` is the share that is evidence.
    """

    texts: int
    documents: int
    prevalence: float
    auc: Interval
    average_precision: Interval
    brier: Interval
    calibration_error: Interval


def check(texts: Sequence[Text]) -> None:
    """Raise `TooFewCodings` where there is too little to train on."""
    yes = sum(text.about is True for text in texts)
    no = sum(text.about is False for text in texts)
    documents = len({text.document for text in texts if text.about is not None})
    if yes + no < NEEDED or min(yes, no) < NEEDED_EACH or documents < FOLDS:
        raise TooFewCodings(
            f"{yes + no} texts were judged ({yes} yes, {no} no, in {documents} documents); at "
            f"least {NEEDED} are needed, {NEEDED_EACH} of each, in {FOLDS} documents. Draw some "
            "with `corpus code sample --of passages` and `--of pages`, code them, then "
            "`corpus code import`."
        )


def model(texts: Sequence[Text]) -> Any:
    """Train a calibrated classifier on what was judged."""
    check(texts)
    judged = sorted((t for t in texts if t.about is not None), key=lambda text: text.id)
    labels = np.array([text.about for text in judged])
    groups = np.array([text.document for text in judged])
    words = [text.text for text in judged]
    folds = list(_folds().split(words, labels, groups))
    fitted = CalibratedClassifierCV(_pipeline(), method="sigmoid", cv=folds, ensemble=False)
    return fitted.fit(words, labels)


def _pipeline() -> Pipeline:
    words = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2, max_features=200_000)
    return make_pipeline(words, LogisticRegression(C=10, class_weight="balanced", max_iter=2000))


def _folds() -> StratifiedGroupKFold:
    return StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)


def out_of_fold(texts: Sequence[Text]) -> Any:
    """Return a probability for each judged text from a model that saw none of its document."""
    check(texts)
    judged = [text for text in texts if text.about is not None]
    labels = np.array([text.about for text in judged])
    groups = np.array([text.document for text in judged])
    found = np.zeros(len(judged))
    for train, test in _folds().split(judged, labels, groups):
        part = [judged[n] for n in train]
        inner = list(_folds().split(part, labels[train], groups[train]))
        fitted = CalibratedClassifierCV(_pipeline(), method="sigmoid", cv=inner, ensemble=False)
        fitted.fit([text.text for text in part], labels[train])
        found[test] = fitted.predict_proba([judged[n].text for n in test])[:, 1]
    return found


def reliability(texts: Sequence[Text]) -> Reliability:
    """Cross-validate the classifier by document; intervals are of resampled documents (95 %)."""
    judged = [text for text in texts if text.about is not None]
    scores = out_of_fold(texts)
    labels = np.array([bool(text.about) for text in judged])
    names = sorted({text.document for text in judged})
    places = [[n for n, text in enumerate(judged) if text.document == name] for name in names]
    rng = np.random.default_rng(SEED)
    draws = [
        np.concatenate([places[n] for n in rng.integers(0, len(names), len(names))])
        for _ in range(RESAMPLES)
    ]

    def told(figure: Any) -> Interval:
        drawn = [float(figure(labels[d], scores[d])) for d in draws if 0 < labels[d].sum() < len(d)]
        low, high = np.quantile(drawn, [0.025, 0.975])
        return Interval(float(figure(labels, scores)), float(low), float(high))

    return Reliability(
        texts=len(judged),
        documents=len(names),
        prevalence=float(labels.mean()),
        auc=told(roc_auc_score),
        average_precision=told(average_precision_score),
        brier=told(brier_score_loss),
        calibration_error=told(calibration_error),
    )


def calibration_error(labels: Any, scores: Any) -> float:
    """Return the expected calibration error over bins of equal width (Naeini et al. 2015)."""
    bins = np.minimum((np.asarray(scores) * BINS).astype(int), BINS - 1)
    gaps = [
        abs(float(np.mean(labels[bins == n])) - float(np.mean(scores[bins == n])))
        * float(np.mean(bins == n))
        for n in range(BINS)
        if (bins == n).any()
    ]
    return sum(gaps)


@dataclass(frozen=True)
class Next:
    """A text to code: how likely it is to be evidence, and how unsure the classifier is."""

    id: str
    document: str
    relevance: float
    uncertainty: float


def next_to_code(texts: Sequence[Text], limit: int = 50) -> list[Next]:
    """Rank the texts nobody judged by what coding them would teach, the most first."""
    fitted = model(texts)
    open_ = sorted((t for t in texts if t.about is None and t.to_code), key=lambda text: text.id)
    if not open_:
        return []
    relevance = fitted.predict_proba([text.text for text in open_])[:, 1]
    unsure = 1 - np.abs(2 * relevance - 1)
    kept = np.argsort(-np.round(unsure, 9), kind="stable")[:MOST_RANKED]
    vectors = (
        fitted.calibrated_classifiers_[0].estimator[0].transform([open_[n].text for n in kept])
    )
    order = _diverse(unsure[kept], vectors, limit)
    return [
        Next(
            open_[kept[n]].id,
            open_[kept[n]].document,
            round(float(relevance[kept[n]]), 4),
            round(float(unsure[kept[n]]), 4),
        )
        for n in order
    ]


def _diverse(unsure: Any, vectors: Any, limit: int) -> list[int]:
    """Choose one text after another: unsure, and unlike those chosen before."""
    nearest = np.zeros(len(unsure))
    chosen: list[int] = []
    for _ in range(min(limit, len(unsure))):
        worth = (1 - DIVERSITY) * unsure - DIVERSITY * nearest
        worth[chosen] = -np.inf
        best = int(np.argmax(np.round(worth, 9)))
        chosen.append(best)
        like = np.asarray((vectors @ vectors[best].T).todense()).ravel()
        nearest = np.maximum(nearest, like)
    return chosen

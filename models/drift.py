"""Whether passages that came after a fit are like those it was fitted on.

Two signs: words the model does not know, and topics in other proportions (Jensen-Shannon distance,
0 to 1). Either counts where it is larger than chance: further than 95 of 100 random draws, as
many, from the passages fitted on.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.store import Store
from models.keep import Kept, mark

FEWEST = 30
"""Fewer new passages say nothing."""
MANY = 0.25
"""Of all passages: from here on topics of their own may be among the new ones."""
UNKNOWN = 0.05
FAR = 0.1
DRAWS = 100
QUANTILE = 0.95
AT_ONCE = 10_000
Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Drift:
    """How many passages came since the fit, and what is said of them."""

    new: int
    said: str
    refit: bool = False


def drift(store: Store, model: str, kept: Kept) -> Drift:
    """Compare the passages that a model was fitted on with those that came afterwards."""
    if kept.read is None:
        return Drift(0, "")
    new = list(_new(store, kept.read))
    if not new:
        return Drift(0, "No passage came since the fit.")
    if len(new) < FEWEST:
        return Drift(len(new), f"{len(new)} passages came since the fit: too few to judge.")
    signs = [
        *_many(len(new), store.value("select count(*) from passages")),
        *_unknown(store, kept, new),
        *_moved(store, model, new),
    ]
    if not signs:
        return Drift(len(new), f"{len(new):,} new passages are like those it was fitted on.")
    return Drift(len(new), f"Refit (`corpus topics fit`): {'; '.join(signs)}.", refit=True)


def _new(store: Store, known: NDArray[np.uint64]) -> Iterator[str]:
    """Yield the passages that are not among those fitted on, in order."""
    found = store.db.execute("select passage from passages order by passage")
    while rows := found.fetchmany(AT_ONCE):
        marks = np.array([mark(row[0]) for row in rows], dtype=np.uint64)
        places = np.minimum(np.searchsorted(known, marks), len(known) - 1)
        yield from (
            row[0] for row, old in zip(rows, known[places] == marks, strict=True) if not old
        )


def _many(new: int, all_: int) -> list[str]:
    return [f"{new / all_:.0%} of the passages are new"] if new >= MANY * all_ else []


def _unknown(store: Store, kept: Kept, new: Sequence[str]) -> list[str]:
    """Say how many more words the model does not know, if they are many more."""
    before = kept.options.get("unknown")
    if before is None:
        return []
    from models.tokens import join_phrases, tokens

    texts = (
        tokens(store.value("select text from passages where passage = ?", (passage,)), kept.stop)
        for passage in new
    )
    share = unknown(kept.fitted.words, join_phrases(texts, kept.phrases))
    told = (
        f"it does not know {share:.0%} of their words, and {before:.0%} of those it was fitted on"
    )
    return [told] if share >= before + UNKNOWN else []


def unknown(known: Iterable[str], texts: Iterable[list[str]]) -> float:
    """Return the share of the texts' words that are not among the `known`."""
    words = frozenset(known)
    all_ = missing = 0
    for text in texts:
        all_ += len(text)
        missing += sum(word not in words for word in text)
    return round(missing / all_, 4) if all_ else 0.0


def _moved(store: Store, model: str, new: Sequence[str]) -> list[str]:
    """Say how far the topics' proportions moved, if further than chance would."""
    shares, is_new = _shares(store, model, frozenset(new))
    old = shares[~is_new]
    if not len(old) or not is_new.any():
        return []
    far = _distance(shares[is_new], old)
    chance = np.random.default_rng(1)
    size = int(is_new.sum())
    draws = [_distance(old[chance.integers(0, len(old), size)], old) for _ in range(DRAWS)]
    usual = float(np.quantile(draws, QUANTILE))
    told = f"their topics' proportions are {far:.2f} away, where chance alone makes {usual:.2f}"
    return [told] if far > max(usual, FAR) else []


def _shares(store: Store, model: str, new: frozenset[str]) -> tuple[Matrix, NDArray[np.bool_]]:
    """Return passages × topics, and which passages are new."""
    topics = store.rows("select topic from topics where model = ? order by number", (model,))
    numbers = {row["topic"]: number for number, row in enumerate(topics)}
    places: dict[str, int] = {}
    triples = [
        (places.setdefault(passage, len(places)), numbers[topic], weight)
        for passage, topic, weight in store.db.execute(
            "select passage, topic, weight from passage_topics where model = ? order by passage",
            (model,),
        )
    ]
    found = np.zeros((len(places), len(numbers)))
    for row, column, weight in triples:
        found[row, column] = weight
    return found, np.array([passage in new for passage in places], dtype=bool)


def _distance(one: Matrix, other: Matrix) -> float:
    from scipy.spatial.distance import jensenshannon

    return float(jensenshannon(one.sum(axis=0), other.sum(axis=0), base=2))

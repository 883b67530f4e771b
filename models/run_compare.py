"""Models of several numbers of topics, fitted to be compared; what is compared once is kept."""

from collections.abc import Sequence
from statistics import fmean
from typing import Any

import numpy as np

from corpus.progress import progress
from corpus.store import Row, Store, now
from models.checkpoint import checkpoints
from models.evaluate import overlap, quality, shown_words, stability, verdict
from models.fitting import ALGORITHMS, DEFAULT, fit
from models.prepare import Prepared, prepared
from models.run import candidates, unfinished
from models.topics import Fitted

OTHER_SEEDS = 2
HELD_OUT = 10
"""Every so manieth passage is held out for perplexity."""


def compare(
    store: Store,
    numbers: Sequence[int],
    *,
    seed: int = 1,
    algorithm: str = DEFAULT,
    unit: str = "passages",
) -> list[Row]:
    """Return a row for each number of topics; those compared before are not fitted again.

    May be interrupted at any moment: each row and each fit is kept as it is ready. Raises
    `NoTopics` where there are too few passages.
    """
    with checkpoints(unfinished(store)), prepared(store, unit=unit) as ready:
        allowed = candidates(ready.vocabulary, numbers, ask_all=True)
        ids = {f"{algorithm}-{k}-{seed}-{ready.fingerprint}": k for k in allowed}
        kept = {row["comparison"] for row in store.rows("select comparison from topic_choices")}
        missing = {name: k for name, k in ids.items() if name not in kept}
        with progress("comparing topic models", sum(missing.values())) as advance:
            for name, k in missing.items():
                row = _compared(ready, fit(ready.vocabulary, k, seed, algorithm))
                with store.db.atomic():
                    store.db.table("topic_choices").insert(
                        {"comparison": name, "corpus": ready.fingerprint} | row
                    )
                advance(k)
    marks = ", ".join("?" * len(ids))
    query = f"select * from topic_choices where comparison in ({marks}) order by k"
    return store.rows(query, tuple(ids))


def _compared(ready: Prepared, fitted: Fitted) -> dict[str, Any]:
    """Return the figures of one model."""
    judged = quality(fitted, ready.texts)
    resampled = round(fmean(stability(fitted, ready.vocabulary)), 4)
    return {
        "algorithm": fitted.algorithm,
        "k": fitted.k,
        "seed": fitted.seed,
        "unit": ready.unit,
        "passages": ready.units,
        "npmi": judged.npmi,
        "c_v": judged.c_v,
        "exclusivity": judged.exclusivity,
        "diversity": judged.diversity,
        "stability_seeds": _over_seeds(ready, fitted),
        "stability_resamples": resampled,
        "perplexity": _held_out(ready, fitted),
        "verdict": verdict(ready.units, resampled, judged.npmi, ready.unit),
        "compared_at": now(),
    }


def _over_seeds(ready: Prepared, fitted: Fitted) -> float:
    """Return the mean overlap of the words shown with those under other seeds."""
    own = shown_words(fitted)
    seeds = range(fitted.seed + 1, fitted.seed + 1 + OTHER_SEEDS)
    others = (fit(ready.vocabulary, fitted.k, seed, fitted.algorithm) for seed in seeds)
    return round(fmean(float(overlap(own, shown_words(o)).mean()) for o in others), 4)


def _held_out(ready: Prepared, fitted: Fitted) -> float | None:
    """Return the perplexity of held out passages under a model of the others, where it has one."""
    perplexity = ALGORITHMS[fitted.algorithm].perplexity
    if perplexity is None:
        return None
    rows = np.arange(len(ready.vocabulary))
    out = rows % HELD_OUT == 0
    model = fit(ready.vocabulary.some(rows[~out]), fitted.k, fitted.seed, fitted.algorithm)
    return round(perplexity(model, ready.vocabulary.some(rows[out]).bows), 2)

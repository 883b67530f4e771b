"""How far coders agree: percent, Cohen's kappa, Krippendorff's alpha, with intervals.

Cohen (1960), A coefficient of agreement for nominal scales, Educational and Psychological
Measurement 20, 37-46: kappa, by scikit-learn. Krippendorff (2011), Computing Krippendorff's
alpha-reliability (https://repository.upenn.edu/asc_papers/43): alpha for nominal data, any number
of coders, missing values; written here, for the library that has it is under the GPL.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

RESAMPLES = 2000
LEVEL = 0.95
SEED = 1

Judgements = Mapping[Any, Mapping[str, str]]
"""For each unit, what each coder said who judged it."""


@dataclass(frozen=True)
class Figure:
    """A coefficient with its interval; None where it cannot be told, and `note` says why."""

    value: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Agreement:
    """How far the coders of one field agree.

    `units` are those that two or more judged; `percent` is the share of pairs of judgements that
    agree. `kappa` is told for two coders.
    """

    field: str
    units: int
    judgements: int
    coders: tuple[str, ...]
    values: dict[str, int]
    percent: float | None
    alpha: Figure
    kappa: Figure | None


def agreement(field: str, judged: Judgements) -> Agreement:
    """Return how far the coders agree on a field."""
    shared = {unit: dict(said) for unit, said in judged.items() if len(said) > 1}
    coders = tuple(sorted({coder for said in shared.values() for coder in said}))
    values = Counter(value for said in shared.values() for value in said.values())
    pairs = [
        one == other
        for said in shared.values()
        for one, other in combinations([said[coder] for coder in sorted(said)], 2)
    ]
    both = [(s[coders[0]], s[coders[1]]) for s in shared.values()] if len(coders) == 2 else None
    return Agreement(
        field,
        len(shared),
        sum(values.values()),
        coders,
        dict(sorted(values.items())),
        sum(pairs) / len(pairs) if pairs else None,
        krippendorff([list(said.values()) for said in shared.values()]),
        None if both is None else cohen(both),
    )


def pairwise(field: str, judged: Judgements) -> list[Agreement]:
    """Return how far each two coders agree, over the units both judged."""
    coders = sorted({coder for said in judged.values() for coder in said})
    found = []
    for pair in combinations(coders, 2):
        both = {
            unit: {coder: said[coder] for coder in pair}
            for unit, said in judged.items()
            if all(coder in said for coder in pair)
        }
        if both:
            found.append(agreement(field, both))
    return found


def _degenerate(values: Sequence[str]) -> str:
    """Say why chance-corrected agreement cannot be told, or nothing."""
    if not values:
        return "nothing was judged by two coders"
    if len(set(values)) == 1:
        return f"all say `{values[0]}`: agreement beyond chance cannot be told"
    return ""


def cohen(pairs: Sequence[tuple[str, str]]) -> Figure:
    """Return Cohen's kappa of two coders, with the interval of a bootstrap over units."""
    from sklearn.metrics import cohen_kappa_score

    note = _degenerate([value for pair in pairs for value in pair])
    if note:
        return Figure(None, note=note)
    one, other = zip(*pairs, strict=True)
    value = float(cohen_kappa_score(one, other))
    return Figure(value, *_interval(_kappas(pairs)))


def _kappas(pairs: Sequence[tuple[str, str]]) -> "Array":
    """Return kappa of each resample: the cells of the table of two coders are drawn anew."""
    import numpy as np

    names = sorted({value for pair in pairs for value in pair})
    table = np.zeros((len(names), len(names)))
    for one, other in pairs:
        table[names.index(one), names.index(other)] += 1
    drawn = _resampled(table.ravel()).reshape(-1, len(names), len(names)) / len(pairs)
    observed = np.trace(drawn, axis1=1, axis2=2)
    expected = (drawn.sum(axis=1) * drawn.sum(axis=2)).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Array = np.where(expected < 1, (observed - expected) / (1 - expected), np.nan)
    return found


def krippendorff(units: Sequence[Sequence[str]]) -> Figure:
    """Return Krippendorff's alpha for nominal values; units judged once are left out."""
    import numpy as np

    pairable = [sorted(values) for values in units if len(values) > 1]
    note = _degenerate([value for values in pairable for value in values])
    if note:
        return Figure(None, note=note)
    names = sorted({value for values in pairable for value in values})
    patterns = Counter(map(tuple, pairable))
    counts = np.array([[pattern.count(name) for name in names] for pattern in patterns], float)
    times = np.array(list(patterns.values()), float)
    value = float(_alphas(counts, times[None, :])[0])
    return Figure(value, *_interval(_alphas(counts, _resampled(times))))


def _alphas(counts: "Array", times: "Array") -> "Array":
    """Return alpha where pattern p of values (its `counts`) occurs `times[i, p]` often.

    Of a unit with m values, each pair adds 1 / (m - 1) to the coincidences.
    """
    import numpy as np

    m = counts.sum(axis=1)
    matching = (counts * (counts - 1)).sum(axis=1) / (m - 1)
    total = times @ m
    of_value = times @ counts
    observed = 1 - (times @ matching) / total
    expected = 1 - (of_value * (of_value - 1)).sum(axis=1) / (total * (total - 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Array = np.where(expected > 0, 1 - observed / expected, np.nan)
    return found


def _resampled(counts: "Array") -> "Array":
    """Return the counts of resamples of the units, drawn with replacement."""
    import numpy as np

    rng = np.random.default_rng(SEED)
    total = int(counts.sum())
    return rng.multinomial(total, counts / total, size=RESAMPLES).astype(float)


def _interval(values: "Array") -> tuple[float | None, float | None]:
    """Return the percentiles of a bootstrap; none where most resamples leave nothing to tell."""
    import numpy as np

    told = values[~np.isnan(values)]
    if len(told) < len(values) / 2:
        return None, None
    low, high = np.quantile(told, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def overlap(judged: Judgements, coders: tuple[str, str]) -> float | None:
    """Return the F1 of one coder's sets of codes against the other's, pooled over units.

    A judgement is a text of codes parted by spaces.
    """
    same = given = 0
    for said in judged.values():
        one, other = (set(said[coder].split()) for coder in coders)
        same += len(one & other)
        given += len(one) + len(other)
    return 2 * same / given if given else None

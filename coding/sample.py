"""Samples drawn so that the same corpus, options and seed give the same items.

Each unit's place in the draw is the hash of its id and the seed: no order of rows, no library's
random numbers, and a unit added to the corpus moves no other.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

MOST_STRATA = 2000
"""More are a mistake: a stratum for each council and year and term."""


@dataclass(frozen=True)
class Unit:
    """Something that may be drawn, and the stratum it is in."""

    id: str
    stratum: str = ""


@dataclass(frozen=True)
class Stratum:
    """How many there are and how many were drawn: what any estimate is made from."""

    population: int
    drawn: int


@dataclass(frozen=True)
class Drawn:
    """The units drawn, in the order in which they are to be judged, and the frame."""

    units: list[Unit]
    strata: dict[str, Stratum]

    @property
    def population(self) -> int:
        """How many units could have been drawn."""
        return sum(stratum.population for stratum in self.strata.values())


class TooManyStrata(ValueError):
    """The units fall into more strata than anyone can want."""


def rank(seed: int, *parts: str) -> str:
    """Return a unit's place in the draw."""
    return hashlib.sha256("\x1f".join((str(seed), *parts)).encode()).hexdigest()


def draw(population: Iterable[Unit], *, size: int, per_stratum: int | None, seed: int) -> Drawn:
    """Draw `per_stratum` of each stratum, or `size` in proportion to the strata.

    In proportion, each stratum gives at least one where `size` allows. Raises `TooManyStrata`.
    """
    strata: dict[str, list[tuple[str, Unit]]] = defaultdict(list)
    for unit in population:
        strata[unit.stratum].append((rank(seed, unit.id), unit))
    if len(strata) > MOST_STRATA:
        raise TooManyStrata(f"{len(strata):,} strata; take fewer of --by")
    counts = {name: len(units) for name, units in sorted(strata.items())}
    wanted = (
        {name: min(per_stratum, count) for name, count in counts.items()}
        if per_stratum
        else allocate(counts, size, seed)
    )
    chosen = [
        unit for name, n in wanted.items() for _, unit in sorted(strata[name], key=_first)[:n]
    ]
    chosen.sort(key=lambda unit: rank(seed, "order", unit.id))
    frame = {name: Stratum(count, wanted[name]) for name, count in counts.items()}
    return Drawn(chosen, frame)


def _first(ranked: tuple[str, Unit]) -> str:
    return ranked[0]


def allocate(counts: dict[str, int], size: int, seed: int = 0) -> dict[str, int]:
    """Share out a size in proportion to counts, by largest remainders, one each at least.

    Where there are more strata than the size, the seed says which of them give one.
    """
    size = min(size, sum(counts.values()))
    if size < len(counts):
        given = sorted(counts, key=lambda name: rank(seed, "stratum", name))[:size]
        return {name: int(name in given) for name in counts}
    exact = {name: size * count / sum(counts.values()) for name, count in counts.items()}
    shares = {name: max(1, int(exact[name])) for name in counts}
    while (left := size - sum(shares.values())) != 0:
        step = 1 if left > 0 else -1
        able = [name for name in counts if step > 0 or shares[name] > 1]
        name = max(able, key=lambda n: (step * (exact[n] - shares[n]), rank(seed, n)))
        shares[name] += step
    return shares


def allot(units: Sequence[Unit], coders: Sequence[str], double: float) -> list[tuple[str, ...]]:
    """Return who codes each unit: a share of them two coders, the rest one, in turn."""
    if not coders:
        return [()] * len(units)
    twice = round(double * len(units)) if len(coders) > 1 else 0
    pairs = list(combinations(coders, 2))
    return [
        pairs[n % len(pairs)] if n < twice else (coders[n % len(coders)],)
        for n in range(len(units))
    ]

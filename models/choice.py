"""The number of topics: which the figures speak for, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Any]
STABLE = 0.5
"""Half of the shown words come back when a fifth of the passages is left out."""
NEARLY = 0.95
"""Within a twentieth of the best score, the smaller number is easier to read and to label."""


@dataclass(frozen=True)
class Choice:
    """The number of topics recommended, if any, and the reasons in sentences."""

    k: int | None
    reasons: tuple[str, ...]


def recommend(rows: Sequence[Figures]) -> Choice:
    """Recommend a number of topics from compared models, or none where none is stable.

    Among the stable ones, the smallest whose coherence times diversity is nearly the best.
    """
    stable = [row for row in rows if row["stability_resamples"] >= STABLE]
    if not stable:
        best = max((row["stability_resamples"] for row in rows), default=0.0)
        return Choice(None, (_unstable(best),))
    most = max(_score(row) for row in stable)
    good = [row for row in stable if _score(row) >= NEARLY * most] if most > 0 else stable
    chosen = min(good, key=lambda row: row["k"])
    return Choice(chosen["k"], tuple(_reasons(chosen, rows, stable)))


def _score(row: Figures) -> float:
    return float(row["npmi"] * row["diversity"])


def _unstable(best: float) -> str:
    return (
        f"No number of topics is stable: the best keeps {best:.0%} of its words when a fifth of "
        f"the passages is left out; {STABLE:.0%} are asked for. Use more passages or fewer topics."
    )


def _reasons(
    chosen: Figures,
    rows: Sequence[Figures],
    stable: Sequence[Figures],
) -> list[str]:
    """Say in sentences what speaks for the number chosen."""
    found = [
        f"{len(stable)} of {len(rows)} models are stable (at least {STABLE:.0%} of the words shown "
        f"come back from resampled passages); this one keeps {chosen['stability_resamples']:.0%}.",
        f"Its coherence times diversity, {_score(chosen):.3f} (NPMI {chosen['npmi']:.3f} × "
        f"{chosen['diversity']:.2f}), is the best of these or within a twentieth of it, "
        "with the fewest topics.",
    ]
    higher = [row["k"] for row in rows if row not in stable and _score(row) > _score(chosen)]
    if higher:
        told = ", ".join(map(str, higher))
        found.append(f"k = {told} would score higher and is not stable.")
    return found

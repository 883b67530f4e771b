"""Column charts as plain geometry: templates draw them as SVG, with a table beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 720
LETTER_WIDTH = 11
"""Units that a letter of a label needs on a phone, where the picture is small."""


@dataclass(frozen=True)
class Column:
    """One column: where it is drawn, and what it says."""

    label: str
    value: float
    x: float
    y: float
    width: float
    height: float
    labelled: bool

    @property
    def middle(self) -> float:
        """The middle of the column, where its label stands."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True)
class Columns:
    """A chart: its columns, its size, its largest value."""

    columns: tuple[Column, ...]
    height: float
    largest: float
    width: float = WIDTH


def columns(values: Sequence[tuple[str, float]], height: float = 110) -> Columns:
    """Lay out a column for each (label, value); labels are thinned where they would touch."""
    largest = max((value for _, value in values), default=0)
    step = min(WIDTH / len(values), 90) if values else WIDTH
    labelled = _labelled([label for label, _ in values], step)
    return Columns(
        tuple(
            _column(
                index,
                label,
                value,
                step,
                height * value / largest if largest else 0,
                height,
                index in labelled,
            )
            for index, (label, value) in enumerate(values)
        ),
        height,
        largest,
    )


def by_years(years: Sequence[dict[str, Any]]) -> tuple[Columns, Columns]:
    """Lay out mentions by year, and the documents searched below them."""
    mentions = [(str(year["year"]), year["mentions"] or 0) for year in years]
    searched = [(str(year["year"]), year["searched"] or 0) for year in years]
    return columns(mentions), columns(searched, height=60)


def _labelled(labels: Sequence[str], step: float) -> set[int]:
    """Return which labels are written: from the last one on, those that touch no other."""
    kept: set[int] = set()
    free = float("inf")
    for index in reversed(range(len(labels))):
        middle, half = (index + 0.5) * step, LETTER_WIDTH * len(labels[index]) / 2
        if middle + half <= free:
            kept.add(index)
            free = middle - half
    return kept


def _column(
    index: int, label: str, value: float, step: float, tall: float, height: float, labelled: bool
) -> Column:
    tall = max(tall, 1.0) if value else 0.0
    return Column(
        label=label,
        value=value,
        x=round(index * step + step * 0.14, 1),
        y=round(height - tall, 1),
        width=round(step * 0.72, 1),
        height=round(tall, 1),
        labelled=labelled,
    )

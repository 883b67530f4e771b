"""Column charts as plain geometry: templates draw them as SVG, with a table beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 720
LABEL_WIDTH = 34
"""Units that a label of four digits needs."""


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
    every = max(1, -(-LABEL_WIDTH // max(int(step), 1)))
    return Columns(
        tuple(
            _column(
                index, label, value, step, height * value / largest if largest else 0, height, every
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


def _column(
    index: int, label: str, value: float, step: float, tall: float, height: float, every: int
) -> Column:
    tall = max(tall, 1.0) if value else 0.0
    return Column(
        label=label,
        value=value,
        x=round(index * step + step * 0.14, 1),
        y=round(height - tall, 1),
        width=round(step * 0.72, 1),
        height=round(tall, 1),
        labelled=index % every == 0,
    )

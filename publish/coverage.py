"""The ledger as a table: councils down, months across, one source and year at a time."""

import sqlite3
from dataclasses import dataclass

from publish.database import Row, rows
from publish.health import checks

MONTHS = tuple(f"{month:02d}" for month in range(1, 13))


@dataclass(frozen=True)
class Line:
    """A council's twelve months; None where the ledger has no entry."""

    council: str | None
    name: str
    months: list[Row | None]


@dataclass(frozen=True)
class Coverage:
    """What was looked at: the sums by source and state, and one source's year in full."""

    states: list[Row]
    sources: dict[str, str]
    years: list[str]
    source: str | None
    year: str | None
    lines: list[Line]
    used: list[str]
    collected: list[Row]
    checks: list[Row]
    """What is asserted of the sources, the failing ones first."""


def coverage(connection: sqlite3.Connection, source: str | None, year: str | None) -> Coverage:
    """Return the ledger; the first source and its latest year where none is asked for."""
    states = rows(connection, "coverage_states")
    titles = {row["source"]: row["title"] for row in states}
    chosen = source if source in titles else next(iter(titles), None)
    years = [r["year"] for r in rows(connection, "coverage_years") if r["source"] == chosen]
    shown = year if year in years else next(iter(years), None)
    cells = rows(connection, "coverage_cells", source=chosen, year=shown) if shown else []
    return Coverage(
        states=states,
        sources=titles,
        years=years,
        source=chosen,
        year=shown,
        lines=_lines(cells),
        used=sorted({cell["state"] for cell in cells}),
        collected=rows(connection, "sources"),
        checks=checks(connection),
    )


def _lines(cells: list[Row]) -> list[Line]:
    found: dict[tuple[str, str | None], dict[str, Row]] = {}
    for cell in cells:
        found.setdefault((cell["name"], cell["council"]), {})[str(cell["month"])[5:7]] = cell
    return [
        Line(council, name, [months.get(month) for month in MONTHS])
        for (name, council), months in found.items()
    ]

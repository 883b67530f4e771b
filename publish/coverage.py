"""The ledger as a table: councils down, months across, one source and year at a time."""

import sqlite3
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from publish.database import Row, rows
from publish.health import checks
from publish.wording import STATES, number, plural

MONTHS = tuple(f"{month:02d}" for month in range(1, 13))
_CELL = Markup('<td class="state {}" title="{}">{}{}</td>')
_SEEN = Markup(" <span>{}</span>")
_NOT_LOOKED = Markup('<td class="state empty"><span class="unseen">not looked at</span></td>')


@dataclass(frozen=True)
class Line:
    """A council's twelve months; None where the ledger has no entry."""

    council: str | None
    name: str
    months: list[Row | None]


@dataclass(frozen=True)
class Ledger:
    """What is the same whichever source and year are shown: counted once."""

    states: list[Row]
    years: dict[str, list[str]]
    """Of each source, the latest first."""
    collected: list[Row]
    checks: list[Row]
    """What is asserted of the sources, the failing ones first."""

    @property
    def sources(self) -> dict[str, str]:
        """The sources that were looked at, with their titles."""
        return {row["source"]: row["title"] for row in self.states}

    def chosen(self, source: str | None, year: str | None) -> tuple[str | None, str | None]:
        """Return what is shown: the first source and its latest year where none is asked for."""
        shown = source if source in self.sources else next(iter(self.sources), None)
        years = self.years.get(shown or "", [])
        return shown, year if year in years else next(iter(years), None)


@dataclass(frozen=True)
class Coverage:
    """What was looked at of one source in one year, in full."""

    source: str | None
    year: str | None
    lines: list[Line]
    used: list[str]


def ledger(connection: sqlite3.Connection) -> Ledger:
    """Return what was looked at, in sums."""
    years: dict[str, list[str]] = {}
    for row in rows(connection, "coverage_years"):
        years.setdefault(row["source"], []).append(row["year"])
    states = rows(connection, "coverage_states")
    return Ledger(states, years, rows(connection, "sources"), checks(connection))


def coverage(connection: sqlite3.Connection, source: str | None, year: str | None) -> Coverage:
    """Return one source's year in full."""
    cells = rows(connection, "coverage_cells", source=source, year=year) if year else []
    return Coverage(source, year, _lines(cells), sorted({cell["state"] for cell in cells}))


def month_cell(cell: Row | None) -> Markup:
    """Draw one month of the ledger: five thousand of them are a page."""
    if cell is None:
        return _NOT_LOOKED
    return _drawn(*(cell[name] for name in ("state", "reason", "seen", "read", "mentioning")))


@lru_cache(maxsize=4096)
def _drawn(
    state: str | None,
    reason: str | None,
    seen: int | None,
    read: int | None,
    mentioning: int | None,
) -> Markup:
    """Draw a cell; most are like another one. Markup escapes what it is given."""
    known = state or "?"
    sign, title = STATES.get(known, (known[:1], known))
    title += f": {reason}" if reason else ""
    if seen:
        title += (
            f"; {plural(seen, 'document')} listed, {number(read or 0)} read, "
            f"{number(mentioning or 0)} with a mention"
        )
    shown = _SEEN.format(seen) if seen else ""
    return _CELL.format(known if known in STATES else "", title, sign, shown)


def _lines(cells: list[Row]) -> list[Line]:
    found: dict[tuple[str, str | None], dict[str, Row]] = {}
    for cell in cells:
        found.setdefault((cell["name"], cell["council"]), {})[str(cell["month"])[5:7]] = cell
    return [
        Line(council, name, [months.get(month) for month in MONTHS])
        for (name, council), months in found.items()
    ]

"""The councils: what was looked at in each, what was found, and what was not looked at."""

import sqlite3
from dataclasses import dataclass

from publish.charts import Columns, by_years
from publish.coverage import MONTHS, Line
from publish.database import Row, first, rows
from publish.figures import by_year, listed

PER_PAGE = 100
PAPERS_SHOWN = 25
NOTICES_SHOWN = 10
BEST_FIRST = (
    *("searched", "term-searched", "none-published", "failed", "blocked", "robots-refused"),
    *("unsupported", "url-unknown", "not-looked"),
)
"""States of the coverage; the first that a council has anywhere is told of it."""


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to, and where it begins."""

    nation: str = ""
    type: str = ""
    name: str = ""
    offset: int = 0

    def takes(self, council: Row) -> bool:
        """Whether a council belongs to the list; abolished ones do where something is of them."""
        return (
            self.nation in ("", council["nation"])
            and self.type in ("", council["type"])
            and self.name.casefold() in (council["name"] or "").casefold()
            and (not council["end_on"] or bool(council["documents"]))
        )


@dataclass(frozen=True)
class Councils:
    """A page of the list, what it is a part of, and what it can be narrowed to."""

    wanted: Wanted
    shown: list[Row]
    found: int
    current: int
    looked: int
    mentioning: int
    nations: list[str]
    types: list[str]


@dataclass(frozen=True)
class Council:
    """One council, with everything its page shows."""

    council: Row
    years: list[Row]
    drawn: tuple[Columns, Columns]
    sums: dict[str, int]
    lines: list[Line]
    states: list[str]
    last_looked: str | None
    codes: list[Row]
    systems: list[Row]
    topics: list[Row]
    papers: list[Row]
    offset: int
    notices: list[Row]


def every_council(connection: sqlite3.Connection) -> list[Row]:
    """Return all councils with their figures; counts the whole corpus: keep the answer."""
    return [row | {"state": best_state(row["states"])} for row in rows(connection, "councils")]


def best_state(states: str | None) -> str:
    """Return the state told of a council that has several; `not-looked` where it has none."""
    given = set((states or "").split(","))
    return next((state for state in BEST_FIRST if state in given), "not-looked")


def listed_councils(known: list[Row], wanted: Wanted) -> Councils:
    """Return a page of the list."""
    current = [row for row in known if not row["end_on"]]
    found = [row for row in known if wanted.takes(row)]
    return Councils(
        wanted=wanted,
        shown=found[wanted.offset : wanted.offset + PER_PAGE],
        found=len(found),
        current=len(current),
        looked=sum(bool(row["looked"] or row["searched"]) for row in current),
        mentioning=sum(bool(row["mentioning"]) for row in current),
        nations=sorted({row["nation"] for row in known if row["nation"]}),
        types=sorted({row["type"] for row in known if row["type"]}),
    )


def one_council(connection: sqlite3.Connection, code: str, offset: int = 0) -> Council | None:
    """Return a council, or None; `offset` is where its papers begin."""
    council = first(connection, "council", council=code)
    if not council:
        return None
    years = rows(connection, "council_figures", council=code)
    cells = rows(connection, "council_coverage", council=code)
    codes = rows(connection, "council_codes", council=code)
    return Council(
        council=council,
        years=by_year(years),
        drawn=by_years(by_year(years)),
        sums=_sums(years),
        lines=_lines(cells),
        states=sorted({cell["state"] for cell in cells if cell["state"]}),
        last_looked=max((cell["looked_at"] for cell in cells if cell["looked_at"]), default=None),
        codes=[row for row in codes if row["group"] != "supplier_product"],
        systems=[row for row in codes if row["group"] == "supplier_product"],
        topics=rows(connection, "council_topics", council=code),
        papers=rows(connection, "council_papers", council=code, limit=PAPERS_SHOWN, offset=offset),
        offset=offset,
        notices=with_suppliers(
            rows(connection, "council_notices", council=code, limit=NOTICES_SHOWN)
        ),
    )


def with_suppliers(notices: list[Row]) -> list[Row]:
    """Return notices with their suppliers as a list."""
    return [notice | {"suppliers": listed(notice["suppliers"])} for notice in notices]


def _sums(years: list[Row]) -> dict[str, int]:
    names = ("documents", "notices", "searched", "mentioning", "mentions")
    return {name: sum(year[name] or 0 for year in years) for name in names}


def _lines(cells: list[Row]) -> list[Line]:
    """Return a line for each year and source, the latest year first."""
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for cell in cells:
        year, month = str(cell["month"])[:4], str(cell["month"])[5:7]
        found.setdefault((year, cell["title"]), {})[month] = cell
    return [
        Line(None, f"{year} {title}", [months.get(month) for month in MONTHS])
        for (year, title), months in found.items()
    ]

"""The front page's figures: each beside what it is a part of."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from corpus.scope import Scope, scope
from publish.cartogram import Cartogram, cartogram
from publish.database import Row, first, rows
from publish.topics import chosen
from publish.wording import GROUPS

CODES_PER_GROUP = 6


@dataclass(frozen=True)
class Front:
    """All that the front page tells."""

    figures: Row
    scope: Scope
    outcomes: list[Row]
    without_text: dict[str, int]
    years: list[Row]
    map: Cartogram
    newest: list[Row]
    changed: list[Row]
    groups: list[tuple[str, list[Row]]]
    coverage: list[Row]
    sources: list[Row]
    topics: list[Row]

    @property
    def looked(self) -> int:
        """Current councils of which something was searched."""
        return self.map.counts["found"] + self.map.counts["none"]

    @property
    def pages_with_text(self) -> int:
        """Pages a search can find."""
        return int(self.figures["pages"]) - sum(self.without_text.values())


def front(connection: sqlite3.Connection) -> Front:
    """Count everything the front page shows."""
    years = rows(connection, "years")
    model = chosen(connection)
    return Front(
        figures=first(connection, "figures") or {},
        scope=scope(connection),
        outcomes=rows(connection, "file_outcomes"),
        without_text={r["outcome"]: r["pages"] for r in rows(connection, "pages_without_text")},
        years=years,
        map=cartogram(connection),
        newest=rows(connection, "newest"),
        changed=rows(connection, "changed"),
        groups=_groups(rows(connection, "codes")),
        coverage=_states(rows(connection, "coverage_states")),
        sources=[with_caveats(source) for source in rows(connection, "sources")],
        topics=rows(connection, "topics", model=model["model"]) if model else [],
    )


def by_year(years: list[Row]) -> list[Row]:
    """Return a row per year from the first to the last, empty years included, undated last."""
    counted = {row["year"]: row for row in years}
    dated = sorted(int(year) for year in counted if year)
    whole = bool(dated) and dated[-1] - dated[0] < 100
    shown = list(range(dated[0], dated[-1] + 1)) if whole else dated
    nothing = dict.fromkeys(("year", "documents", "searched", "mentioning", "mentions"), 0)
    found = [nothing | counted.get(str(year), {}) | {"year": str(year)} for year in shown]
    return found + ([counted[None] | {"year": "undated"}] if None in counted else [])


def _groups(codes: list[Row]) -> list[tuple[str, list[Row]]]:
    """Return the codes found most, per group of the codebook."""
    found: dict[str, list[Row]] = {group: [] for group in GROUPS}
    for code in codes:
        if code["mentions"]:
            found.setdefault(code["group"] or "other", []).append(code)
    return [
        (GROUPS.get(group, group), members[:CODES_PER_GROUP])
        for group, members in found.items()
        if members
    ]


def _states(states: list[Row]) -> list[Row]:
    """Add up the coverage of all sources, by state."""
    months: dict[str, int] = {}
    for row in states:
        months[row["state"]] = months.get(row["state"], 0) + row["months"]
    return [
        {"state": state, "months": count}
        for state, count in sorted(months.items(), key=lambda each: -each[1])
    ]


def with_caveats(source: Row) -> Row:
    """Return a source with its caveats as a list."""
    return source | {"caveats": listed(source["caveats"])}


def listed(text: str | None) -> list[Any]:
    """Return a JSON list of the database as a list; anything else is empty."""
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return []
    return found if isinstance(found, list) else []

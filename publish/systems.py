"""What the pages of systems show: who uses what since when, and each system's timeline."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from publish.database import Row, first, rows

MOST_SYSTEMS = 2000
"""In one page; the rest is in the data."""
FILTERS = ("product", "council", "status")
STEPS = {
    "pipeline": ("Early engagement", "the market is asked"),
    "tender": ("Tender", "a supplier is sought"),
    "award": ("Award", "a supplier was chosen"),
    "contract": ("Contract", "a contract was made or changed"),
    "cancellation": ("Procurement ended", "no supplier was chosen"),
    "termination": ("Contract ended", "the contract was ended"),
    "business-case": ("Business case", "it is proposed: the ask, not the answer"),
    "agenda": ("Agenda", "it is put to a meeting: the ask, not the answer"),
    "report": ("Report", "officers report or propose"),
    "decision": ("Decision", "it was decided"),
    "minutes": ("Minutes", "a meeting decided or noted"),
    "dpia": ("Data protection impact assessment", "risks to people's data were assessed"),
    "equality": ("Equality assessment", "effects on groups of people were assessed"),
    "scrutiny": ("Scrutiny", "members looked into it"),
    "audit": ("Audit", "auditors looked into it"),
    "record": ("Transparency record", "the council publishes what it uses"),
    "answer": ("Freedom of information", "the council answered a question"),
    "appendix": ("Appendix", "an appendix speaks of it"),
    "paper": ("Paper", "a paper speaks of it"),
}
"""Kinds of step in words, and what a document of the kind can show."""
STATUSES = ("planned", "tendered", "bought", "in use", "not in use", "stopped", "cancelled")


@dataclass(frozen=True)
class Use:
    """One product across councils."""

    product: str
    name: str
    systems: tuple[Row, ...]

    @property
    def since(self) -> str | None:
        """Date of the first evidence anywhere."""
        return min((s["first_on"] for s in self.systems if s["first_on"]), default=None)


@dataclass(frozen=True)
class Systems:
    """The page of all systems: reviewed, only proposed, by product, stopped, and their scope."""

    asked: dict[str, str | None]
    scope: Row
    reviewed: list[Row]
    proposed: list[Row]
    uses: list[Use]
    stopped: list[Row]
    wordings: list[Row]


@dataclass(frozen=True)
class Life:
    """The page of one system."""

    system: Row
    steps: list[Row]
    undated: list[Row]
    names: list[Row]
    wordings: list[Row]
    others: list[Row]


def all_systems(connection: sqlite3.Connection, asked: dict[str, str | None]) -> Systems:
    """Return the systems asked for, with what they were seen in."""
    found = [_read(r, connection) for r in rows(connection, "systems", **asked, limit=MOST_SYSTEMS)]
    reviewed = [row for row in found if row["steps"]]
    current = [row for row in reviewed if not row["continued_by"]]
    return Systems(
        asked=asked,
        scope=first(connection, "systems_scope") or {},
        reviewed=reviewed,
        proposed=[row for row in found if not row["steps"]],
        uses=_uses(current),
        stopped=[row for row in current if row["stopped_on"]],
        wordings=rows(connection, "system_wordings", system=None),
    )


def _read(row: Row, connection: sqlite3.Connection) -> Row:
    """Return a system with its lists as lists, and its codes with their labels."""
    told = {name: _list(row[name]) for name in ("suppliers", "councils", "stopped_why")}
    told["stopped_why"] = [_label(connection, code) for code in told["stopped_why"]]
    return row | told


def _list(text: str | None) -> list[str]:
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return []
    return [str(one) for one in found] if isinstance(found, list) else []


def _label(connection: sqlite3.Connection, code: str) -> str:
    found = connection.execute("select label from codes where code = ?", (code,)).fetchone()
    return str(found[0] if found else code)


def _uses(found: Iterable[Row]) -> list[Use]:
    """Return the products with a system, those of most councils first."""
    by: dict[str, list[Row]] = defaultdict(list)
    for row in found:
        if row["product"]:
            by[row["product"]].append(row)
    made = [Use(name, held[0]["name"] or name, tuple(held)) for name, held in by.items()]
    return sorted(made, key=lambda use: (-len(use.systems), use.name))


def one_system(connection: sqlite3.Connection, name: str) -> Life | None:
    """Return a system with its timeline, or None."""
    found = first(connection, "system", system=name)
    if not found:
        return None
    system = _read(found, connection)
    steps = [
        row | {"suppliers": _list(row["suppliers"])}
        for row in rows(connection, "system_steps", system=name)
    ]
    product = system["product"]
    others = rows(
        connection, "systems", product=product, council=None, status=None, limit=MOST_SYSTEMS
    )
    return Life(
        system=system,
        steps=[step for step in steps if step["on"]],
        undated=[step for step in steps if not step["on"]],
        names=rows(connection, "system_names", entity=product) if product else [],
        wordings=rows(connection, "system_wordings", system=name),
        others=[row for row in others if product and row["system"] != name and row["steps"]],
    )


def months(days: int | None) -> str:
    """Return a number of days as years and months, as people say it."""
    count = round((days or 0) / 30.44)
    years, rest = divmod(count, 12)
    parts = [
        f"{number} {word}{'s' * (number != 1)}"
        for number, word in ((years, "year"), (rest, "month"))
        if number
    ]
    return " and ".join(parts) or "less than a month"

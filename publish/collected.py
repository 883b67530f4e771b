"""Where the corpus comes from and what became of it: sources, changes, the way of the method."""

import sqlite3
from dataclasses import dataclass

from corpus.describe import TABLES, VIEWS
from publish.database import Row, first, rows, rows_if_here
from publish.figures import listed
from publish.topics import chosen

CHANGES_SHOWN = 50
REFUSED = ("blocked", "robots-refused")


@dataclass(frozen=True)
class Changes:
    """A page of the changes, the latest first, and how many there are of each kind."""

    kinds: list[Row]
    shown: list[Row]
    kind: str
    offset: int

    @property
    def found(self) -> int:
        """How many there are, of the kind that is shown."""
        return sum(row["changes"] for row in self.kinds if self.kind in ("", row["kind"]))


@dataclass(frozen=True)
class Method:
    """The steps from councils to passages; None where a copy does not tell."""

    steps: Row
    outcomes: list[Row]
    reasons: list[Row]
    screeners: list[Row] | None
    readers: list[Row] | None
    programs: list[Row] | None
    codings: Row | None
    model: Row | None


def sources(connection: sqlite3.Connection) -> list[Row]:
    """Return the sources of the study with when and how they answered."""
    states, doors = _by_source(rows(connection, "source_states")), {}
    if (found := rows_if_here(connection, "source_doors")) is not None:
        doors = _by_source(found)
    return [
        source
        | {"caveats": listed(source["caveats"]), "states": states.get(source["source"], [])}
        | {"doors": doors.get(source["source"], [])}
        for source in rows(connection, "every_source")
    ]


def _by_source(found: list[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = {}
    for row in found:
        grouped.setdefault(row["source"], []).append(row)
    return grouped


def changes(connection: sqlite3.Connection, kind: str, offset: int) -> Changes:
    """Return a page of the changes, of one kind or of all."""
    kinds = rows(connection, "change_kinds")
    kind = kind if kind in {row["kind"] for row in kinds} else ""
    shown = rows(connection, "changes", kind=kind, limit=CHANGES_SHOWN, offset=offset)
    return Changes(kinds, shown, kind, offset)


def method(connection: sqlite3.Connection) -> Method:
    """Count the steps of the method: run it under a long limit and keep the answer."""
    codings = rows_if_here(connection, "method_codings")
    return Method(
        steps=first(connection, "method") or {},
        outcomes=rows(connection, "file_outcomes"),
        reasons=rows(connection, "method_reasons"),
        screeners=rows_if_here(connection, "method_screeners"),
        readers=rows_if_here(connection, "method_readers"),
        programs=rows_if_here(connection, "method_programs"),
        codings=codings[0] if codings else None,
        model=chosen(connection),
    )


def tables(connection: sqlite3.Connection) -> list[Row]:
    """Return the tables and views of this copy that are described, as they can be downloaded."""
    present = {row[0] for row in connection.execute("select name from sqlite_master")}
    told = [
        {"name": name, "title": table.title, "about": table.description, "nature": table.nature}
        for name, table in TABLES.items()
    ]
    told += [
        {
            "name": name,
            "title": name.replace("_", " ").capitalize(),
            "about": about,
            "nature": "view",
        }
        for name, about in VIEWS.items()
    ]
    return [row for row in told if row["name"] in present and row["name"] != "page_words"]

"""What a narrowed search reaches: the coverage of the chosen filters, in figures and in words."""

import sqlite3
from collections import Counter
from dataclasses import dataclass

from corpus.scope import Scope
from corpus.search import Filters
from publish.database import Row, rows
from publish.wording import STATES, plural

OF_COUNCIL = ("council", "type", "nation", "year")
"""Filters that say which council-months are meant."""
OF_DOCUMENT = (*OF_COUNCIL, "kind")
"""Filters that say which documents are meant; the others say what must stand in them."""
LOOKED = ("searched", "term-searched", "none-published")


@dataclass(frozen=True)
class Census:
    """Every document and every council-month, by what a search may be narrowed to."""

    documents: list[Row]
    months: list[Row]
    councils: list[Row]


@dataclass(frozen=True)
class Reach:
    """The denominator of a narrowed search, and what was looked at for it."""

    scope: Scope
    months: dict[str, int]
    councils: int
    """Current councils that the filters mean."""
    searched: int
    """Of these, those with a document whose text is searched."""
    narrowed: bool

    @property
    def sentences(self) -> list[str]:
        """Say what was looked at; nothing where there is no ledger to say it from."""
        return [*self._of_councils(), *self._of_months()]

    def _of_councils(self) -> list[str]:
        if not self.narrowed or not self.councils:
            return []
        if self.councils == 1:
            return [] if self.searched else ["No paper of this council is searched: not a zero."]
        return [
            f"Papers of {self.searched:,} of {plural(self.councils, 'council')} are searched; "
            "the others are not zeros."
        ]

    def _of_months(self) -> list[str]:
        total = sum(self.months.values())
        if not total:
            return ["The ledger has no month for this: what is here was imported."]
        looked = sum(self.months.get(state, 0) for state in LOOKED)
        parts = [
            f"{count:,} {STATES.get(state, ('', state))[1].split(':')[0]}"
            for state, count in sorted(self.months.items(), key=_place)
        ]
        return [f"Looked at: {looked:,} of {plural(total, 'council-month')} ({'; '.join(parts)})."]


def _place(month: tuple[str, int]) -> tuple[int, int]:
    """Put the most frequent state first, equal ones in the order of their list."""
    known = list(STATES)
    return -month[1], known.index(month[0]) if month[0] in known else len(known)


def census(connection: sqlite3.Connection) -> Census:
    """Count the corpus once, by all that a search may be narrowed to."""
    return Census(
        rows(connection, "census"), rows(connection, "looked"), rows(connection, "current_councils")
    )


def reach(counted: Census, filters: Filters) -> Reach:
    """Return what the filters reach."""
    given = filters.given()
    documents: Counter[str] = Counter()
    councils = set()
    for row in _meant(counted.documents, given, OF_DOCUMENT):
        documents[row["state"]] += row["documents"]
        if row["state"] == "searchable" and row["council"]:
            councils.add(row["council"])
    months: Counter[str] = Counter()
    for row in _meant(counted.months, given, OF_COUNCIL):
        months[row["state"]] += row["months"]
    current = {row["council"] for row in _meant(counted.councils, given, OF_COUNCIL[:3])}
    searchable, aside = documents.pop("searchable", 0), documents.pop("aside", 0)
    return Reach(
        Scope(searchable, dict(documents), aside),
        dict(months),
        len(current),
        len(current & councils),
        any(name in given for name in OF_DOCUMENT),
    )


def _meant(found: list[Row], given: dict[str, str], names: tuple[str, ...]) -> list[Row]:
    wanted = {name: given[name] for name in names if name in given}
    return [row for row in found if all(row[name] == value for name, value in wanted.items())]

"""What a narrowed search reaches: the coverage of the chosen filters, in figures and in words."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.retrieval.search import Filters
from corpus.scope import Scope
from publish.database import Row, rows
from publish.wording import STATES, plural

OF_COUNCIL = ("council", "type", "nation", "year")
"""Filters that say which council-months are meant."""
OF_DOCUMENT = (*OF_COUNCIL, "kind")
"""Filters that say which documents are meant; the others say what must stand in them."""
SEARCHED = ("searchable", "aside")
"""States of a document whose text was searched, wherever it is kept now."""
LOOKED = ("searched", "term-searched", "none-published")


@dataclass(frozen=True)
class Columns:
    """Rows of a count by column, as numbers: every search reads all of them.

    A value's number is its place in `values`; what no row has is -1.
    """

    values: dict[str, dict[str | None, int]]
    numbers: dict[str, NDArray[np.int32]]
    times: NDArray[np.int64]

    @classmethod
    def of(cls, found: list[Row], columns: Iterable[str], times: str | None = None) -> "Columns":
        """Take the columns of rows; `times` names the one that says how many a row stands for."""
        values: dict[str, dict[str | None, int]] = {}
        numbers = {}
        for name in columns:
            known = values[name] = {}
            each = (known.setdefault(row[name], len(known)) for row in found)
            numbers[name] = np.fromiter(each, np.int32, len(found))
        counted = (row[times] if times else 1 for row in found)
        return cls(values, numbers, np.fromiter(counted, np.int64, len(found)))

    def meant(self, given: dict[str, str], names: Iterable[str]) -> NDArray[np.bool_]:
        """Say which rows have all that is given of some columns."""
        found = np.ones(len(self.times), bool)
        for name in names:
            if name in given:
                found &= self.numbers[name] == self.values[name].get(given[name], -1)
        return found

    def counts(self, column: str, among: NDArray[np.bool_]) -> dict[str | None, int]:
        """Count some rows by the values of a column; those that none has are left out."""
        known = self.values[column]
        picked = self.numbers[column][among]
        found = np.bincount(picked, weights=self.times[among], minlength=len(known))
        return {value: int(found[n]) for value, n in known.items() if found[n]}


@dataclass(frozen=True)
class Census:
    """Every document and every council-month, by what a search may be narrowed to."""

    documents: Columns
    months: Columns
    councils: Columns

    @property
    def searched(self) -> dict[str | None, int]:
        """Documents whose text was searched, by council."""
        known, state = self.documents.values["state"], self.documents.numbers["state"]
        among = np.isin(state, [known[each] for each in SEARCHED if each in known])
        return self.documents.counts("council", among)


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
        Columns.of(rows(connection, "census"), (*OF_DOCUMENT, "state"), "documents"),
        Columns.of(rows(connection, "looked"), (*OF_COUNCIL, "state"), "months"),
        Columns.of(rows(connection, "current_councils"), OF_COUNCIL[:3]),
    )


def reach(counted: Census, filters: Filters) -> Reach:
    """Return what the filters reach."""
    given = filters.given()
    meant = counted.documents.meant(given, OF_DOCUMENT)
    documents = {str(state): n for state, n in counted.documents.counts("state", meant).items()}
    state = counted.documents.numbers["state"]
    searchable = state == counted.documents.values["state"].get("searchable", -1)
    councils = counted.documents.counts("council", meant & searchable)
    months = counted.months.counts("state", counted.months.meant(given, OF_COUNCIL))
    current = counted.councils.counts("council", counted.councils.meant(given, OF_COUNCIL[:3]))
    found, aside = documents.pop("searchable", 0), documents.pop("aside", 0)
    return Reach(
        Scope(found, documents, aside),
        {str(name): n for name, n in months.items()},
        len(current),
        len(current.keys() & councils.keys()),
        any(name in given for name in OF_DOCUMENT),
    )

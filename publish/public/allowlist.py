"""What may be published, column by column: `corpus/public.yaml`, read and checked."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import corpus.describe
from corpus.authored import own_yaml
from corpus.describe import TABLES, Table
from corpus.errors import CorpusError

TREATMENTS = ("plain", "id", "known", "words", "excerpt", "text", "address", "coder", "told")
"""What may be done with a column; any that is not named is absent."""
PATH = Path(corpus.describe.__file__).with_name("public.yaml")


class BadAllowlist(CorpusError):
    """The list of what may be published names something that does not exist, or names it twice."""


@dataclass(frozen=True)
class Allowed:
    """The tables and columns that may be published, with what is done to each column."""

    tables: dict[str, dict[str, str]]
    added: dict[str, Table]

    def columns(self, table: str) -> list[str]:
        """Return the columns of a published table, in the order of the corpus."""
        if table in self.added:
            return list(self.added[table].columns)
        return [name for name in TABLES[table].columns if name in self.tables[table]]

    def absent(self) -> list[tuple[str, str]]:
        """Return table and column of all that is not published."""
        return [
            (table, column)
            for table, told in TABLES.items()
            for column in told.columns
            if column not in self.tables.get(table, {})
        ]


@cache
def allowed() -> Allowed:
    """Return the packaged list; raises `BadAllowlist`."""
    told = own_yaml(PATH)
    tables = {name: _columns(name, given) for name, given in told["tables"].items()}
    return Allowed(tables, {name: _added(given) for name, given in told["added"].items()})


def _columns(table: str, given: dict[str, list[str]]) -> dict[str, str]:
    """Return each column's treatment; a column stands once, and exists."""
    if table not in TABLES:
        raise BadAllowlist(f"{PATH.name} names the table `{table}`, which no corpus has.")
    found: dict[str, str] = {}
    for treatment, columns in given.items():
        if treatment not in TREATMENTS:
            raise BadAllowlist(f"{PATH.name}: `{table}` has the unknown treatment `{treatment}`.")
        for column in columns:
            if column in found or column not in TABLES[table].columns:
                what = "twice" if column in found else "though it does not exist"
                raise BadAllowlist(f"{PATH.name} names `{table}.{column}` {what}.")
            found[column] = treatment
    return found


def _added(told: dict[str, Any]) -> Table:
    return Table(
        title=told["title"],
        nature="published",
        description=told["description"],
        columns=told["columns"],
        volatile=frozenset(),
        set_or_not=frozenset(),
        label=None,
        facets=tuple(told.get("facets", ())),
        sort=None,
    )

"""Every table and column, described once in `tables.yaml`: for Datasette, documentation and digest.

A test holds that file against the schema that the migrations make, so that neither can drift.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.authored import own_yaml


@dataclass(frozen=True)
class Table:
    """One table: what a row is, what each column means, and what the digest leaves out."""

    title: str
    nature: str
    description: str
    columns: dict[str, str]
    volatile: frozenset[str]
    set_or_not: frozenset[str]
    label: str | None
    facets: tuple[str, ...]
    sort: str | None

    @property
    def stable(self) -> list[str]:
        """SQL of what two equal runs have in common of a row, column by column."""
        return [
            f'"{name}" is null' if name in self.set_or_not else f'"{name}"'
            for name in self.columns
            if name not in self.volatile
        ]


def _table(told: dict[str, Any]) -> Table:
    return Table(
        title=told["title"],
        nature=told["nature"],
        description=told["description"],
        columns=told["columns"],
        volatile=frozenset(told.get("volatile", ())),
        set_or_not=frozenset(told.get("set_or_not", ())),
        label=told.get("label"),
        facets=tuple(told.get("facets", ())),
        sort=told.get("sort"),
    )


_TOLD = own_yaml(Path(__file__).with_name("tables.yaml"))
TABLES: dict[str, Table] = {name: _table(told) for name, told in _TOLD["tables"].items()}
VIEWS: dict[str, str] = _TOLD["views"]

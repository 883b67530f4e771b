"""Codings as judgements of units: which coder said what of which words, field by field."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from coding.codings import FIELDS
from corpus.ids import fold

Unit = tuple[str, ...]
Said = dict[Unit, dict[str, str]]


def unit_of(row: dict[str, Any]) -> Unit:
    """Return what tells the words judged from all others: where they were cited, and the words."""
    return (row["cited_page"], fold(row["prefix"]), fold(row["quote"]), fold(row["suffix"]))


def judgements(rows: Iterable[dict[str, Any]]) -> dict[str, Said]:
    """Return for each field and code what the coders said of each unit.

    Who said what a unit is about has read it for the codes: one he did not give is `no`. A code
    is compared where any coder gave it.
    """
    said: dict[str, Said] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        said[row["code"]][unit_of(row)][row["coder"]] = row["value"]
    about = said.get("about", {})
    for code in [code for code in said if code not in FIELDS]:
        for unit, coders in about.items():
            for coder in coders:
                said[code][unit].setdefault(coder, "no")
    return {name: dict(said[name]) for name in sorted(said, key=_order)}


def _order(name: str) -> tuple[bool, int, str]:
    fields = list(FIELDS)
    return (name not in FIELDS, fields.index(name) if name in FIELDS else 0, name)


def code_sets(said: dict[str, Said], coders: Sequence[str]) -> Said:
    """Return the codes each coder gave, parted by spaces, to units none of them finds beside it."""
    units = [
        unit
        for unit, who in said.get("about", {}).items()
        if all(who.get(coder, "no") != "no" for coder in coders)
    ]
    return {
        unit: {
            coder: " ".join(
                code
                for code, judged in said.items()
                if code not in FIELDS and judged.get(unit, {}).get(coder) == "yes"
            )
            for coder in coders
        }
        for unit in units
    }


def disagreements(said: dict[str, Said]) -> list[tuple[str, Unit, dict[str, str]]]:
    """Return field, unit and what was said, wherever two coders differ."""
    return [
        (field, unit, dict(sorted(coders.items())))
        for field, units in said.items()
        for unit, coders in sorted(units.items())
        if len(set(coders.values())) > 1
    ]

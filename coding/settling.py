"""Disagreements for a third reading: a file of codings whose values are to be filled in."""

from collections.abc import Iterable
from typing import Any

from coding.codings import COLUMNS
from coding.codings_file import as_csv
from coding.reading import disagreements, judgements, unit_of

SETTLING_COLUMNS = (*COLUMNS, "judgements")


def to_settle(
    rows: Iterable[dict[str, Any]], settled: Iterable[dict[str, Any]]
) -> list[dict[str, str]]:
    """Return a row for each disagreement that no adjudicated coding has settled yet."""
    rows = list(rows)
    done = {(unit_of(row), row["code"]) for row in settled}
    first = {unit_of(row): row for row in reversed(rows)}
    return [
        _row(first[unit], field, said)
        for field, unit, said in disagreements(judgements(rows))
        if (unit, field) not in done
    ]


def _row(row: dict[str, Any], field: str, said: dict[str, str]) -> dict[str, str]:
    told = dict.fromkeys(SETTLING_COLUMNS, "") | {
        name: row[name] or "" for name in ("prefix", "quote", "suffix", "sample", "codebook")
    }
    told |= {"document": row["cited_document"], "page": row["cited_page"], "code": field}
    return told | {
        "adjudicated": "yes",
        "judgements": "; ".join(f"{c}: {v}" for c, v in said.items()),
    }


def settling_sheet(rows: Iterable[dict[str, str]]) -> str:
    """Return the rows as CSV; `value`, `coder` and `coded_at` are for who settles to fill in."""
    ordered = sorted(rows, key=lambda row: (row["page"], row["quote"], row["code"]))
    return as_csv(SETTLING_COLUMNS, ordered)

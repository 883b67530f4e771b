"""Cells of a CSV that a spreadsheet shows and never runs.

The words of a paper or a notice are a stranger's. Excel, LibreOffice and Google Sheets take a cell
that begins with one of these characters for a formula, which can send the sheet's other cells
away; a leading apostrophe makes it text (https://owasp.org/www-community/attacks/CSV_Injection).
"""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def defused(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def write_csv(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows of the same columns as CSV, defused; without rows there is no head either."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else [])
        if rows:
            writer.writeheader()
        writer.writerows({name: defused(cell) for name, cell in row.items()} for row in rows)

"""CSV that a spreadsheet shows and never runs.

The words of a paper or a notice are a stranger's. Excel, LibreOffice and Google Sheets take a cell
that begins with one of these characters for a formula, which can send the sheet's other cells
away; a leading apostrophe makes it text (https://owasp.org/www-community/attacks/CSV_Injection).
"""

import csv
from collections.abc import Iterable
from typing import Any

from datasette.views import base

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def defused(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


class _Writer:
    """A CSV writer that defuses what it writes."""

    def __init__(self, stream: Any) -> None:
        self._writer = csv.writer(stream)

    def writerow(self, row: Iterable[Any]) -> Any:
        """Write a row; return what the stream's `write` returned: Datasette awaits it."""
        return self._writer.writerow([defused(cell) for cell in row])


class _Csv:
    """What Datasette's view uses of the module `csv`."""

    writer = _Writer


def defuse_exports() -> None:
    """Let Datasette write CSV with our writer.

    Datasette 0.65 has no hook between a query and its CSV: `register_output_renderer` cannot take
    `csv`, which the view answers before it asks the plugins. So the name it uses is replaced.
    """
    base.csv = _Csv

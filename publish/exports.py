"""CSV of the site with cells that a spreadsheet shows and never runs (`corpus.cells`)."""

import csv
from collections.abc import Iterable
from typing import Any

from datasette.views import base

from corpus.cells import defused


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

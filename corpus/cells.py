"""Cells of a CSV that a spreadsheet shows and never runs.

The words of a paper or a notice are a stranger's. Excel, LibreOffice and Google Sheets take a cell
that begins with one of these characters for a formula, which can send the sheet's other cells
away; a leading apostrophe makes it text (https://owasp.org/www-community/attacks/CSV_Injection).
"""

from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def defused(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell

"""`corpus quality`: how far the text can be trusted, and where OCR or a better copy would help."""

from typing import Any

import click

from corpus.command import Command, json_option, pass_command, say

MOST_LINES = 40
"""Councils printed; `--json` has all."""


@click.command()
@json_option
@pass_command
def quality(command: Command, as_json: bool) -> None:
    """Say where OCR or a better copy would help, most affected councils first.

    Queued: no usable text yet. Failed: OCR made nothing of the page, or its text is garbage.
    Suspect: the text may be wrong in every tenth word. Share: of the council's documents.

    \b
    Example:
      corpus quality --json
    """
    from corpus.unread import HELP, waiting
    from extract.readers.tesseract import installed

    with command.read() as store:
        rows = store.rows(HELP)
        scans = waiting(store, installed)
    more = len(rows) - MOST_LINES
    say(
        rows,
        as_json=as_json,
        lines=[
            *[_line(row) for row in rows[:MOST_LINES]],
            *([f"and {more:,} more: `corpus quality --json`"] if more > 0 else []),
            *(scans.lines or ["No page waits for OCR."]),
        ],
    )


def _line(row: dict[str, Any]) -> str:
    return (
        f"{row['council'] or '-':<5}{row['name'] or '-':<28.28}{row['documents_affected']:>6,} of "
        f"{row['documents']:,} documents ({row['share']:.0%}), {row['documents_failed']:,} "
        f"of them unopened; pages: {row['pages_queued']:,} queued, {row['pages_failed']:,} failed, "
        f"{row['pages_suspect']:,} suspect of {row['pages']:,}"
    )

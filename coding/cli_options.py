"""Options and answers that the commands for reading and measuring share."""

import csv
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.cells import defused
from corpus.command import say

if TYPE_CHECKING:
    pass

FILTERS = (
    ("council", "Only papers of this council, such as KEN."),
    ("nation", "Only papers of councils of this nation."),
    ("type", "Only papers of councils of this type, such as County."),
    ("kind", "Only papers of this kind, such as report."),
    ("year", "Only papers of this year."),
    ("source", "Only papers of this source."),
)
csv_option = click.option(
    "--csv",
    "csv_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the rows to this file as CSV.",
)


def selection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the filters to a command, which gets them as one `selection`."""

    @wraps(command)
    def with_selection(*given: Any, **more: Any) -> Any:
        from corpus.language.selection import Selection

        filters = {name: more.pop(name) for name, _ in FILTERS}
        return command(*given, selection=Selection(**filters), **more)

    for name, told in reversed(FILTERS):
        with_selection = click.option(f"--{name}", help=told)(with_selection)
    return with_selection


def node_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what is looked for to a command, which gets it as one `node`."""

    @wraps(command)
    def with_node(
        *given: Any,
        query: str | None,
        term: str | None,
        code: str | None,
        near: int | None,
        **more: Any,
    ) -> Any:
        from corpus.language.kwic import Node

        return command(*given, node=Node(query, term, code, near), **more)

    for option in (
        click.option("--near", type=click.IntRange(0, 100), help="Words stand so near each other."),
        click.option("--code", help="Counted mentions of this code instead of words."),
        click.option("--term", help="Counted mentions of this term instead of words."),
        click.argument("query", required=False),
    ):
        with_node = option(with_node)
    return with_node


min_count_option = click.option(
    "--min-count",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Words seen less often are left out.",
)
min_documents_option = click.option(
    "--min-documents",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="Words of fewer documents are left out.",
)


def answer(
    rows: Sequence[dict[str, Any]], as_json: bool, csv_path: Path | None, lines: list[str]
) -> None:
    """Print rows as JSON or lines, or write them to a file whose cells no spreadsheet runs."""
    if csv_path is not None:
        with csv_path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(list(rows[0]) if rows else [])
            writer.writerows([defused(value) for value in row.values()] for row in rows)
        lines = [f"{len(rows):,} rows written to {csv_path}."]
    say(list(rows), as_json=as_json, lines=lines)


def table(rows: Iterable[dict[str, Any]], heads: Sequence[str], mark: str = "") -> list[str]:
    """Return rows as aligned lines: the first column to the left, figures to the right."""
    shown = [[_cell(row[head]) for head in heads] for row in rows]
    flags = [" *" if mark and row[mark] else "" for row in rows] if isinstance(rows, list) else []
    titles = [head.replace("_", " ") for head in heads]
    widths = [max(map(len, column)) for column in zip(titles, *shown, strict=True)]
    lines = [
        "  ".join(
            f"{cell:<{width}}" if n == 0 else f"{cell:>{width}}"
            for n, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        for cells in (titles, *shown)
    ]
    return [line + flag for line, flag in zip(lines, ["", *flags], strict=True)]


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else plain(str(value))


def plain(text: str | None) -> str:
    """Return a stranger's words without control characters, for a terminal."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())

"""Commands for reading the corpus: `corpus kwic`, `corpus collocates`, `corpus keyness`."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.command import Command, json_option, pass_command

if TYPE_CHECKING:
    from corpus.language.keyness import Keyness
    from corpus.language.kwic import Line, Node
    from corpus.language.selection import Selection

from coding.cli_options import (
    answer,
    csv_option,
    min_count_option,
    min_documents_option,
    node_options,
    plain,
    selection_options,
    table,
)

SORTS = ("none", "left", "right", "date", "sample")
NARROWEST, CITED = 20, 14
"""Characters kept on either side, and those that the number and page of a line take."""


@click.command()
@node_options
@selection_options
@click.option(
    "--sort", type=click.Choice(SORTS), default="none", show_default=True, help="Order of lines."
)
@click.option("--once", is_flag=True, help="Leave out pages that repeat another.")
@click.option(
    "--width", type=click.IntRange(10, 1000), help="Characters on either side [default: fits]."
)
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=50, show_default=True)
@csv_option
@json_option
@pass_command
def kwic(
    command: Command,
    node: "Node",
    selection: "Selection",
    sort: str,
    once: bool,
    width: int | None,
    limit: int,
    csv_path: Path | None,
    as_json: bool,
) -> None:
    """Show words in context: a concordance, a line for each occurrence.

    QUERY is what `corpus search` takes: words, "phrases", OR, -without, begin*. Lines come as they
    are stored; --sort left, right or date orders all of them before the first are shown, and
    --sort sample draws a sample by chance that is the same each time.

    \b
    Examples:
      corpus kwic '"risk score"' --sort right --limit 30
      corpus kwic 'data match*' --near 3 --nation Wales
      corpus kwic --code predictive_analytics --sort sample --csv lines.csv
    """
    from dataclasses import replace

    from corpus.language import kwic as concordance

    with command.read() as store:
        connection = store.db.conn
        chosen = replace(selection, once=once)
        found = concordance.kwic(
            connection,
            node,
            selection=chosen,
            sort=sort,
            width=width or (concordance.WIDTH if csv_path or as_json else _width()),
            limit=limit,
        )
        pages = concordance.matching_pages(connection, node)
    rows = [line.as_row() for line in found]
    answer(rows, as_json, csv_path, concordance_lines(found, pages))


def _width() -> int:
    """Return the characters on either side that fit the terminal beside a short node."""
    columns = shutil.get_terminal_size((120, 24)).columns
    return max((columns - CITED - 20) // 2, NARROWEST)


def concordance_lines(found: Sequence["Line"], pages: int) -> list[str]:
    """Return the lines of a concordance, their nodes below each other, then what they cite."""
    from rich.cells import cell_len

    from corpus.language.kwic import cited

    numbers = cited(found)
    widest = max((cell_len(line.left) for line in found), default=0)
    nodes = [click.style(line.node, bold=True) for line in found]
    printed = [
        f"[{numbers[line.document]:>3}] {f'p. {line.number}':<7} "
        f"{' ' * (widest - cell_len(line.left))}{line.left}{node}{line.right}".rstrip()
        for line, node in zip(found, nodes, strict=True)
    ]
    documents = {line.document: line for line in reversed(found)}
    sources = [
        f"[{number:>3}] {plain(documents[name].title)} ({plain(documents[name].council) or '-'}, "
        f"{documents[name].date or 'undated'}) {name}"
        for name, number in numbers.items()
    ]
    summary = f"{len(found):,} lines of {len(numbers):,} documents; in all {pages:,} pages match."
    return [*printed, *([""] if found else []), *sources, *([""] if found else []), summary]


@click.command()
@node_options
@selection_options
@click.option(
    "--window",
    type=click.IntRange(1, 50),
    default=5,
    show_default=True,
    help="Words on either side that are its company.",
)
@min_count_option
@min_documents_option
@click.option(
    "--sort",
    type=click.Choice(("log-likelihood", "log-ratio", "mi", "count")),
    default="log-likelihood",
    show_default=True,
    help="Which measure ranks the words.",
)
@click.option("--limit", type=click.IntRange(1, 100_000), default=30, show_default=True)
@csv_option
@json_option
@pass_command
def collocates(
    command: Command, /, node: "Node", csv_path: Path | None, as_json: bool, **options: Any
) -> None:
    """Show the words that keep company with a word, term or code.

    Words within --window of every occurrence against all other words of the selection: G2 says how
    sure, log ratio and MI how strong, documents and DP (0 even, 1 in one paper) how widespread.
    Reads every page of the selection; repeated pages are left out.

    \b
    Examples:
      corpus collocates algorithm* --nation England
      corpus collocates --code risk_scoring --window 10 --sort log-ratio
    """
    from corpus.language.collocates import collocates as find
    from corpus.language.wordcounts import documents
    from corpus.progress import progress

    with command.read() as store:
        total = len(documents(store.db.conn, options["selection"]))
        with progress("counting words", total) as advance:
            found = find(store.db.conn, node, advance=advance, **options)
    rows = [each.as_row() for each in found.collocates]
    heads = ("word", "count", "total", "documents", "log_likelihood", "log_ratio", "mi")
    lines = [
        *table(rows, (*heads, "dispersion"), mark="sure"),
        "",
        f"{found.occurrences:,} occurrences of {found.node} in {found.near.documents:,} documents; "
        f"{found.near.words:,} words within {found.window}, {found.elsewhere.words:,} elsewhere.",
        _corrected(found.tested, found.level),
    ]
    answer(rows, as_json, csv_path, lines)


@click.command()
@click.option(
    "--by",
    type=click.Choice(("year", "nation", "council_type", "kind", "council", "source")),
    required=True,
    help="What makes the groups.",
)
@click.option("--group", required=True, help="The group looked at, such as 2024 or notice.")
@click.option("--against", help="The group it is compared with [default: all others].")
@click.option(
    "--unit",
    type=click.Choice(("passages", "pages")),
    default="passages",
    show_default=True,
    help="Words of the passages, or of every page with text.",
)
@selection_options
@min_count_option
@min_documents_option
@click.option(
    "--direction",
    type=click.Choice(("over", "under", "both")),
    default="over",
    show_default=True,
    help="Words the group uses more, less, or either.",
)
@click.option(
    "--sort",
    type=click.Choice(("log-likelihood", "log-ratio")),
    default="log-likelihood",
    show_default=True,
    help="Which measure ranks the words.",
)
@click.option("--limit", type=click.IntRange(1, 100_000), default=30, show_default=True)
@csv_option
@json_option
@pass_command
def keyness(
    command: Command,
    /,
    by: str,
    group: str,
    csv_path: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Show the words that one group of documents uses more than another.

    Log-likelihood (G2) says how sure a difference is, log ratio (1: twice as common) and %DIFF how
    large, documents and DP whether it is the group's habit or one paper's. A star: it survives
    Bonferroni's correction for all words tested. Repeated pages count once.

    \b
    Examples:
      corpus keyness --by kind --group notice
      corpus keyness --by year --group 2024 --against 2023 --unit pages
      corpus keyness --by nation --group Wales --direction under --csv wales.csv
    """
    from corpus.language.keyness import keyness as compare
    from corpus.language.wordcounts import documents
    from corpus.progress import progress

    with command.read() as store:
        total = len(documents(store.db.conn, options["selection"]))
        with progress("counting words", total) as advance:
            found = compare(store.db.conn, by, group, advance=advance, **options)
    rows = [each.as_row() for each in found.keywords]
    answer(rows, as_json, csv_path, keyness_lines(found, rows))
    if not found.a.words or not found.b.words:
        click.echo("One side has no words: nothing was compared.", err=True)


def keyness_lines(found: "Keyness", rows: list[dict[str, Any]]) -> list[str]:
    """Return the keywords as a table, with both denominators below."""
    heads = ("word", "count_a", "count_b", "documents_a", "documents_b", "log_likelihood")
    sides = [
        f"{letter}: {side.name}, {side.words:,} words of {found.unit} in {side.documents:,} "
        "documents."
        for letter, side in (("a", found.a), ("b", found.b))
    ]
    without = f"{found.ungrouped:,} documents have no {found.by.replace('_', ' ')}: on no side."
    columns = (*heads, "log_ratio", "percent_difference", "dispersion")
    return [
        *table(rows, columns, mark="sure"),
        "",
        *sides,
        *([without] if found.ungrouped else []),
        _corrected(found.tested, found.level),
    ]


def _corrected(tested: int, level: float) -> str:
    return f"{tested:,} words tested; *: significant at {level:g} after Bonferroni's correction."

"""Commands that use topics: `corpus topics trends`, `passages`, `codes`."""

from pathlib import Path
from typing import Any

import click

from corpus.command import Command, json_option, pass_command, say

DIMENSIONS = ("year", "nation", "type", "kind")
MOST_LINES = 60
"""Told on a terminal; `--csv` and `--json` have all."""
model_option = click.option("--model", help="Id of the model [default: the chosen one].")
topic_option = click.option("--topic", "number", type=click.IntRange(1), help="Only this number.")
csv_option = click.option(
    "--csv",
    "csv_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the rows to this file.",
)


def chosen(store: Any, model: str | None) -> str:
    """Return the id of the model asked for, or of the chosen one.

    Raises `NoTopics` where there is none.
    """
    from corpus.errors import NoTopics

    found = store.value(
        "select model from topic_models where iif(? is null, chosen = 1, model = ?)", (model, model)
    )
    if found is None and model:
        raise NoTopics(f"There is no topic model {model}. `corpus topics compare` lists them.")
    if found is None:
        raise NoTopics("No topic model yet. Fit one with `corpus topics fit`.")
    return str(found)


def _dimensions(_: click.Context, __: click.Parameter, given: str) -> list[str]:
    names = [name for name in given.split(",") if name]
    if unknown := [name for name in names if name not in DIMENSIONS]:
        raise click.BadParameter(f"there is no {unknown[0]}; give some of {','.join(DIMENSIONS)}.")
    return list(dict.fromkeys(names))


@click.command()
@click.option(
    "--by",
    callback=_dimensions,
    default="year",
    show_default=True,
    help="Any of year, nation, type (of council) and kind (paper or notice), crossed.",
)
@topic_option
@model_option
@csv_option
@json_option
@pass_command
def trends(
    command: Command,
    by: list[str],
    number: int | None,
    model: str | None,
    csv_file: Path | None,
    as_json: bool,
) -> None:
    """Show how common topics are, with the number of documents searched.

    A document holds a topic where a passage of it has the topic as its strongest. Shares come with
    95 % intervals (Wilson). A cell in which nothing was searched is left out: it is not a zero.

    \b
    Examples:
      corpus topics trends --by year,nation
      corpus topics trends --topic 3 --by type,kind --csv topic3.csv
    """
    from models.trends import prevalence

    with command.read() as store:
        rows = prevalence(store, chosen(store, model), by)
        labels = {
            row["topic"]: row for row in store.rows("select topic, number, label from topics")
        }
    told = [
        {"number": labels[row["topic"]]["number"], "label": labels[row["topic"]]["label"]} | row
        for row in rows
        if number in (None, labels[row["topic"]]["number"])
    ]
    lines = [
        f"{row['number']:>3}  {' · '.join(str(row[name]) for name in by) or 'all':<28}"
        f"{row['documents']:>6,} of {row['searched']:>7,} documents  {row['share']:6.1%} "
        f"({row['low']:.1%} to {row['high']:.1%})  {row['label'][:40]}"
        for row in told
    ]
    _answer(told, lines, csv_file, as_json)


@click.command()
@topic_option
@click.option(
    "--most",
    type=click.IntRange(1, 1000),
    default=5,
    show_default=True,
    help="Passages of each topic.",
)
@model_option
@csv_option
@json_option
@pass_command
def passages(
    command: Command,
    number: int | None,
    most: int,
    model: str | None,
    csv_file: Path | None,
    as_json: bool,
) -> None:
    """Show the passages closest to each topic: what a label is made from.

    \b
    Examples:
      corpus topics passages --topic 3
      corpus topics passages --most 20 --csv to-read.csv
    """
    from models.beside import closest

    with command.read() as store:
        rows = closest(store, chosen(store, model), number=number, most=most)
    lines = [
        line
        for row in rows
        for line in (
            f"{row['number']:>3}  {row['share']:6.1%}  {row['council'] or '-'}  "
            f"{row['published_on'] or 'undated'}  {row['title'] or row['document']}  {row['page']}",
            f"     {' '.join(row['text'].split())[:300]}",
        )
    ]
    _answer(rows, lines, csv_file, as_json)


@click.command()
@topic_option
@model_option
@csv_option
@json_option
@pass_command
def codes(
    command: Command, number: int | None, model: str | None, csv_file: Path | None, as_json: bool
) -> None:
    """Show which codes the passages of each topic hold, beside all other passages.

    Log ratio: 1 is twice as common as elsewhere, 2 four times. Log-likelihood says how sure that
    is.

    \b
    Example:
      corpus topics codes --topic 3
    """
    from models.beside import codes as crossed

    with command.read() as store:
        rows = crossed(store, chosen(store, model))
    told = [row for row in rows if number in (None, row["number"])]
    lines = [
        f"{row['number']:>3}  {row['code']:<32}{row['passages']:>5,} of {row['of']:>5,} passages  "
        f"{row['share']:6.1%} ({row['low']:.1%} to {row['high']:.1%})  "
        f"log ratio {row['log_ratio']:5.2f}  G² {row['log_likelihood']:8.1f}"
        for row in told
    ]
    _answer(told, lines, csv_file, as_json)


def _answer(
    rows: list[dict[str, Any]], lines: list[str], csv_file: Path | None, as_json: bool
) -> None:
    """Print rows, or write them."""
    if csv_file:
        from corpus.cells import write_csv

        write_csv(csv_file, rows)
    more = [f"… {len(lines) - MOST_LINES:,} lines more: --csv FILE or --json has them."]
    shown = lines if len(lines) <= MOST_LINES else [*lines[:MOST_LINES], *more]
    say(rows, as_json=as_json, lines=shown or ["Nothing: no passage has a topic of this model."])

"""Commands on people's tests of topics: `corpus topics intrusion`, `score`."""

from pathlib import Path

import click

from corpus.command import Command, json_option, pass_command, say
from models.cli_use import chosen, model_option


@click.command()
@click.argument("sheet", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--test",
    type=click.Choice(("words", "passages")),
    default="words",
    show_default=True,
    help="What the intruder is hidden among.",
)
@click.option(
    "--per-topic",
    type=click.IntRange(1, 20),
    default=1,
    show_default=True,
    help="Items for each topic.",
)
@click.option(
    "--seed", type=click.IntRange(0, 2**31), default=1, show_default=True, help="Seed of the draw."
)
@model_option
@json_option
@pass_command
def intrusion(
    command: Command,
    sheet: Path,
    test: str,
    per_topic: int,
    seed: int,
    model: str | None,
    as_json: bool,
) -> None:
    """Draw a sheet on which people find the word, or the passage, that does not belong.

    In a sheet (.csv) each row has choices a to f; the judge writes one letter into `answer`, a name
    into `judge` and a date into `judged_on`. A page (.html) is opened in a browser and saves such a
    sheet. A topic whose intruders are found no more often than by guessing is
    not one that people see.

    \b
    Examples:
      corpus topics intrusion words.csv
      corpus topics intrusion words.html
      corpus topics intrusion passages.csv --test passages --per-topic 3
    """
    from corpus.cells import write_csv
    from models.intrusion import page
    from models.intrusion import sheet as drawn

    with command.read() as store:
        rows = drawn(store, chosen(store, model), test, seed=seed, per_topic=per_topic)
    if sheet.suffix.lower() == ".html":
        sheet.write_text(page(rows, sheet.stem), encoding="utf-8")
    else:
        write_csv(sheet, rows)
    say(
        {"sheet": str(sheet), "items": len(rows)},
        as_json=as_json,
        lines=[
            f"{len(rows)} items in {sheet}.",
            "Next: fill in a copy for each judge, then `corpus topics score FILE…`.",
        ],
    )


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@model_option
@json_option
@pass_command
def score(command: Command, files: tuple[Path, ...], model: str | None, as_json: bool) -> None:
    """Take in filled-in sheets, and show how often people found the intruders.

    The sheets are copied into the study's folder `topic-tests`; `corpus build` reads them too.

    \b
    Examples:
      corpus topics score words-anna.csv words-ben.csv
      corpus topics score
    """
    from models.run_tests import load_tests, scores, take_in

    folder = command.study().folder
    with command.write() as store:
        name = chosen(store, model)
        new = take_in(list(files), folder)
        answers = load_tests(store, folder)
        rows = scores(store, name)
    say(
        {"files": new, "answers": answers, "scores": rows},
        as_json=as_json,
        lines=[
            *(
                f"{row['number']:>3}  {row['test']:<9}{row['found']:>4} of {row['judged']:>4} "
                f"found ({row['low']:.0%} to {row['high']:.0%}; by chance {row['by_chance']:.0%})  "
                f"{row['label'][:50]}"
                for row in rows
            ),
            f"{answers:,} answers in the study."
            if answers
            else "No answers yet. Draw a sheet with `corpus topics intrusion FILE.csv`.",
        ],
    )

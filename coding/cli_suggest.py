"""The command that suggests terms: `corpus codebook suggest`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coding.cli_options import answer, csv_option, selection_options, table
from corpus.command import Command, json_option, pass_command

if TYPE_CHECKING:
    from corpus.language.selection import Selection


@click.command()
@click.option("--code", help="Only what is near the terms of this code.")
@selection_options
@click.option("--limit", type=click.IntRange(1, 10_000), default=30, show_default=True)
@click.option(
    "--most-words", type=click.IntRange(1000), default=20_000_000, show_default=True,
    help="Words read at most; documents with passages come first.",
)  # fmt: skip
@click.option("--keep", is_flag=True, help="Keep the answer in the corpus: the site shows it.")
@csv_option
@json_option
@pass_command
def suggest(
    command: Command,
    /,
    code: str | None,
    selection: "Selection",
    keep: bool,
    csv_path: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Suggest words and phrases that the codebook lacks.

    Learnt from this corpus alone: near a known term in company (word2vec), and more common in the
    passages than elsewhere (log-likelihood). Look each up with `corpus kwic` before adding it: the
    codebook is never written. The same corpus gives the same answer. --keep replaces what the
    site's page of suggestions shows.

    \b
    Examples:
      corpus codebook suggest --limit 50
      corpus codebook suggest --code risk_scoring --csv terms.csv
      corpus codebook suggest --limit 200 --keep
    """
    from coding.run_suggest import keep as keep_in
    from coding.suggest import suggest as find
    from corpus.language.selection import NoSuchName
    from corpus.language.wordcounts import documents
    from corpus.progress import progress

    codebook = command.study().codebook
    if code and code not in {each.code for each in codebook.codes}:
        raise NoSuchName(f"The codebook has no code `{code}`; docs/codebook.md lists them.")
    with command.read() as store:
        total = len(documents(store.db.conn, selection))
        with progress("reading", total) as advance:
            found = find(
                store.db.conn,
                codebook,
                selection=selection,
                code=code,
                advance=advance,
                **options,
            )
    if keep:
        with command.write() as store:
            keep_in(store, found.suggestions)
    rows = [each.as_row() for each in found.suggestions]
    heads = ("phrase", "count", "documents", "in_passages", "nearest", "nearness", "log_ratio")
    lines = [
        *table(rows, (*heads, "example")),
        "",
        f"Learnt from {found.words:,} words of {found.documents:,} documents; passages hold "
        f"{found.passage_words:,} of them, phrases counted as one.",
    ]
    answer(rows, as_json, csv_path, lines)

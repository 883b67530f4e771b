"""The command that finds mentions and passages: `corpus find`."""

from dataclasses import asdict

import click

from corpus.command import Command, json_option, pass_command, say

MOST_NAMED = 10
"""So many documents are named in the answer for people."""


@click.command()
@json_option
@pass_command
def find(command: Command, as_json: bool) -> None:
    """Find mentions and passages on the pages, by the study's codebook.

    Every match of a term is kept, with whether it counts and why. A changed codebook is applied
    to the kept text, also to what is kept aside: no file is opened, nothing is fetched again. The
    answer says which documents became relevant: they were looked through before, and mention now.

    \b
    Example:
      corpus find --json
    """
    from coding.run import find as run
    from corpus.study import keep_study

    study = command.study()
    with command.write() as store:
        keep_study(store, study)
        done = run(store, study.codebook, study.precision_floor)
    say(
        asdict(done),
        as_json=as_json,
        lines=[
            f"{done.files:,} files with a hit looked through: {done.mentions:,} mentions, of which "
            f"{done.counted:,} count, in {done.passages:,} passages.",
            *changes(done.relevant, done.no_longer),
            *(f"{term} does not count: {why}" for term, why in done.left_out.items()),
        ],
    )


def changes(relevant: list[str], no_longer: list[str]) -> list[str]:
    """Say which documents mention now that did not, and which do so no more."""
    told = []
    for documents, what in (
        (relevant, "became relevant: looked through before, they mention now"),
        (no_longer, "mention no more"),
    ):
        if documents:
            more = len(documents) - MOST_NAMED
            names = ", ".join(documents[:MOST_NAMED])
            rest = f" and {more:,} more (`--json` names all)" if more > 0 else ""
            told.append(f"{len(documents):,} documents {what}: {names}{rest}.")
    return told

"""The command that finds mentions and passages: `corpus find`."""

from dataclasses import asdict

import click

from corpus.command import Command, json_option, pass_command, say


@click.command()
@json_option
@pass_command
def find(command: Command, as_json: bool) -> None:
    """Find mentions and passages on the pages, by the study's codebook.

    Every match of a term is kept, with whether it counts and why. A changed codebook is applied
    to the kept text: nothing is fetched again.

    \b
    Example:
      corpus find --json
    """
    from coding.run import find as run
    from corpus.study import keep_study

    study = command.study()
    with command.write() as store:
        keep_study(store, study)
        done = run(store, study.codebook)
    say(
        asdict(done),
        as_json=as_json,
        lines=[
            f"{done.files:,} files with a hit looked through: {done.mentions:,} mentions, of which "
            f"{done.counted:,} count, in {done.passages:,} passages."
        ],
    )

"""The command on the index of meaning: `corpus meaning`."""

from dataclasses import asdict

import click

from corpus.command import Command, json_option, pass_command, say


@click.command()
@click.option("--refit", is_flag=True, help="Fit the axes anew on the pages there are now.")
@json_option
@pass_command
def meaning(command: Command, refit: bool, as_json: bool) -> None:
    """Bring the index of meaning up to the pages: what `corpus search --meaning` ranks with.

    `corpus build` does the same. Pages that are new or were read anew get a vector by the axes in
    force; these are fitted anew once the corpus has twice the pages. May be interrupted.

    \b
    Examples:
      corpus meaning
      corpus meaning --refit
    """
    from models.run_semantics import understand

    with command.write() as store:
        done = understand(store, refit=refit)
    told = f"{done.pages:,} pages: {done.added:,} added, {done.dropped:,} taken out."
    fitted = ["The axes were fitted anew."] if done.fitted else []
    say(asdict(done), as_json=as_json, lines=[done.note] if done.note else [told, *fitted])

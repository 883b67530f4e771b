"""`corpus alerts`: what changed in saved searches."""

import click

from corpus.command import Command, json_option, pass_command, say


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what changed, keep nothing: it stays news.")
@click.option("--digest", "as_digest", is_flag=True, help="Print the digest, as Markdown.")
@json_option
@pass_command
def alerts(command: Command, dry_run: bool, as_digest: bool, as_json: bool) -> None:
    """Say what is new, changed or gone in the saved searches since they were last looked at.

    Searches are saved in study/alerts.yaml. Each has an Atom feed in the folder `NAME-feeds` beside
    the corpus, where `digest.md` tells of the last look. `corpus update` looks, too. What a search
    finds when it is new, or says something else than before, is no news.

    \b
    Examples:
      corpus alerts
      corpus alerts --dry-run --digest
    """
    from workbench.digest import digest
    from workbench.run_alerts import look
    from workbench.saved import FILE, load_saved

    study = command.study()
    saved = load_saved(study)
    with command.read() if dry_run else command.write() as store:
        looked = look(store, saved, write=not dry_run)
    nothing = [f"No search is saved. Write one into {study.folder / FILE}."]
    lines = [digest(looked).rstrip()] if as_digest else [one.line for one in looked] or nothing
    say([one.told() for one in looked], as_json=as_json, lines=lines)

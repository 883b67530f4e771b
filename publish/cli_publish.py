"""The command that publishes: `corpus publish`."""

from pathlib import Path
from typing import Any

import click

from corpus.command import Command, Exit, json_option, pass_command, say

REASONS_SHOWN = 8


@click.command()
@click.option("--dry-run", is_flag=True, help="Make and check everything, say it, keep nothing.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write [default: public.db beside the corpus].",
)
@click.option(
    "--withheld",
    "listing",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where what was withheld is listed, with its words, for a person to decide "
    "[default: NAME-withheld.csv beside the file]. It must not be published.",
)
@json_option
@pass_command
def publish(
    command: Command, dry_run: bool, output: Path | None, listing: Path | None, as_json: bool
) -> None:
    """Write what may be published of the corpus to public.db.

    Columns are copied by a list (corpus/public.yaml): what is not named there is absent, not
    hidden. Text is published in full or in extracts by its source's licence, and screened for
    personal data (docs/method.md). What the screen is not sure of is withheld, and listed for a
    person, whose decisions stand in the study's privacy.csv; takedowns.csv names what must come
    down. The file is checked before it takes the place of the one before. The corpus itself is
    only read.

    \b
    Examples:
      corpus publish --dry-run
      corpus publish
      corpus --corpus public.db serve
    """
    from publish.publication import publish as run

    target = output or command.path.with_name("public.db")
    study = command.study()
    with command.read() as store:
        done = run(store, study, target, listing=listing, dry_run=dry_run)
    say(done.as_dict(), as_json=as_json, lines=_lines(done))
    if done.problems:
        click.get_current_context().exit(Exit.CHECK_FAILED)


def _lines(done: Any) -> list[str]:
    told, verb = done.told, "would be" if done.dry_run else "are"
    pages = ", ".join(f"{count:,} {name}" for name, count in told.pages.items())
    lines = [
        f"{told.tables['documents']:,} documents and {told.tables['mentions']:,} mentions {verb} "
        f"published; pages: {pages or 'none'}.",
        *(
            f"  {extent}: {', '.join(sources)}"
            for extent, sources in sorted(done.sources_by_extent().items())
        ),
        *_withheld(done),
    ]
    if told.hidden.documents or told.hidden.pages:
        lines.append(
            f"Taken down: {len(told.hidden.documents)} documents, {len(told.hidden.pages)} pages."
        )
    lines += [f"takedowns.csv names {item}, which the corpus does not hold." for item in done.gone]
    if done.to_forget:
        lines.append(
            f"{len(done.to_forget)} documents are to be erased: `corpus forget --takedowns`."
        )
    if done.problems:
        lines += [f"problem: {problem}" for problem in done.problems]
        return [*lines, "Nothing was published. Please report this: the screen has a gap."]
    if not done.dry_run:
        lines.append(f"Written: {done.target} ({told.bytes / 1_000_000:.1f} MB).")
    return lines


def _withheld(done: Any) -> list[str]:
    """Say what was withheld, and what a person is to do about it."""
    if not done.told.withheld:
        return ["Nothing was withheld."]
    kinds = list(done.kinds().items())
    shown = ", ".join(f"{count:,} {kind}" for kind, count in kinds[:REASONS_SHOWN])
    lines = [f"Withheld: {shown}{' and others' if len(kinds) > REASONS_SHOWN else ''}."]
    if done.listing:
        lines.append(f"  listed in {done.listing}; keep it to yourself")
    if undecided := done.undecided():
        lines.append(
            f"  {undecided:,} of them are for a person to decide: see privacy.csv in "
            "docs/operating.md"
        )
    return lines

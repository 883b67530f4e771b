"""The command that publishes: `corpus publish`."""

import shlex
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
@click.option(
    "--to",
    metavar="FOLDER|PROVIDER",
    help="Then write a folder for a server (the file, a systemd unit, examples for Caddy and "
    "nginx), or deploy with `datasette publish` to cloudrun, heroku, fly or vercel.",
)
@click.option("--host", default="", help="The site's name on the web, for the folder's examples.")
@click.option(
    "--install",
    metavar="SPEC",
    help="What the host gives pip to get this software: a name, an address of a wheel or of a "
    "repository [default: council-corpus of this version].",
)
@json_option
@click.argument("more", nargs=-1, type=click.UNPROCESSED, metavar="[-- OPTIONS]")
@pass_command
def publish(
    command: Command,
    dry_run: bool,
    output: Path | None,
    listing: Path | None,
    to: str | None,
    host: str,
    install: str | None,
    as_json: bool,
    more: tuple[str, ...],
) -> None:
    """Write what may be published of the corpus to public.db.

    Columns are copied by a list (corpus/public.yaml): what is not named there is absent, not
    hidden. Text is published in full or in extracts by its source's licence, and screened for
    personal data (docs/method.md). What the screen is not sure of is withheld, and listed for a
    person, whose decisions stand in the study's privacy.csv; takedowns.csv names what must come
    down. The file is checked before it takes the place of the one before. The corpus itself is
    only read.

    Deploying to PROVIDER needs its own program, logged in (gcloud, heroku, flyctl, vercel); OPTIONS
    after -- are handed to `datasette publish`. With --dry-run the command is only printed.

    \b
    Examples:
      corpus publish --dry-run
      corpus publish
      corpus --corpus public.db serve
      corpus publish --to site/ --host corpus.example.org
      corpus publish --to cloudrun --dry-run -- --service council-corpus
    """
    from publish.public.deploy import PROVIDERS, is_host
    from publish.public.publication import publish as run

    if host and not is_host(host):
        raise click.UsageError(f"--host {host!r} is no name of a host, such as corpus.example.org.")
    if more and to not in PROVIDERS:
        raise click.UsageError(
            "Options after -- are for `datasette publish`: name a --to PROVIDER."
        )
    target = output or command.path.with_name("public.db")
    study = command.study()
    with command.read() as store:
        done = run(store, study, target, listing=listing, dry_run=dry_run)
    lines, deployed = _lines(done), {}
    if to and not done.problems:
        deployed = _deploy(target, to, dry_run, host, install, more)
        lines += deployed.pop("lines")
    say(done.as_dict() | deployed, as_json=as_json, lines=lines)
    if done.problems:
        click.get_current_context().exit(Exit.CHECK_FAILED)


def _deploy(
    target: Path, to: str, dry_run: bool, host: str, install: str | None, more: tuple[str, ...]
) -> dict[str, Any]:
    """Write the folder or deploy; return what is told, as data and as lines."""
    from publish.public import deploy

    spec = install or deploy.software()
    if to in deploy.PROVIDERS:
        told = shlex.join(deploy.command(to, Path("STAGED"), spec, more))
        lacks = deploy.PROVIDERS[to].lacks
        if not dry_run:
            deploy.deploy(target, to, install=spec, more=more)
            return {"deployed": to, "lines": [f"Deployed to {to}."]}
        needs = [f"  It needs {' and '.join(lacks)}."] if lacks else []
        return {"command": told, "needs": lacks, "lines": [f"Would run: {told}", *needs]}
    if dry_run:
        return {"folder": to, "lines": [f"Would write the folder {to} for a server."]}
    files = deploy.write_folder(target, Path(to), host=host, install=spec)
    line = f"Written: {to} ({len(files)} files). {Path(to) / 'README.md'} says how to set it up."
    return {"folder": to, "files": [path.name for path in files], "lines": [line]}


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

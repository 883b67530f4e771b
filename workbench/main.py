"""The console script `corpus`: each stage's cli.py, imported when it is asked for."""

import sqlite3
from pathlib import Path
from typing import IO, Any, ClassVar

import click

from corpus.command import Command
from corpus.errors import CorpusError, explained
from corpus.events import FORMATS, TEXT, as_json, event, log_as
from workbench.lazy import LazyGroup

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("workbench.demo:demo", "Build and serve a whole corpus from a fictional county."),
    "new": ("workbench.new:new", "Write a fresh study to start from, of any subject."),
    "crawl": ("crawler.cli:crawl", "Collect papers and notices from the study's sources."),
    "sources": ("crawler.cli_sources:sources", "Say what each source is and how it fares."),
    "import": ("crawler.cli:import_", "Bring in local files: folders, files, ZIPs."),
    "extract": ("extract.cli:extract", "Turn files into pages: screen all, read those with a hit."),
    "find": ("coding.cli:find", "Find mentions and passages on the pages."),
    "codebook": ("coding.cli_codebook:codebook", "Show, check, compare and try the codebook."),
    "code": ("workbench.code:code", "People's codings: sample, code, agree, settle, exchange."),
    "cite": ("workbench.cite:cite", "Cite a page, mention, document or topic, or everything."),
    "claims": ("coding.cli_claims:claims", "Say whether the evidence of claims still stands."),
    "topics": ("models.cli:topics", "Fit and show topic models."),
    "meaning": ("models.cli_semantics:meaning", "Bring the index of meaning up to the pages."),
    "links": ("workbench.links:links", "Propose, review and decide what belongs together."),
    "entities": ("models.cli_entities:entities", "Suppliers and products: which names are one."),
    "build": ("workbench.build:build", "Extract, find, model: whatever has no output yet."),
    "update": ("workbench.update:update", "Crawl what is due, build, check: for any scheduler."),
    "schedule": ("workbench.schedule:schedule", "Print, install or remove a timer for update."),
    "watch": ("workbench.watch:watch", "Update on a schedule, in the foreground."),
    "check": ("workbench.update:check", "Say whether what is asserted of the sources holds."),
    "alerts": ("workbench.alerts:alerts", "Say what changed in saved searches."),
    "publish": (
        "publish.cli_publish:publish",
        "Write what may be published to public.db.",
    ),
    "serve": ("publish.cli:serve", "Serve the corpus as a Datasette site on this machine."),
    "search": ("workbench.look:search", "Search the pages."),
    "kwic": ("coding.cli_reading:kwic", "Show words in context, with pages to cite."),
    "collocates": (
        "coding.cli_reading:collocates",
        "Show the words that keep company with a word.",
    ),
    "keyness": ("coding.cli_reading:keyness", "Show the words one group of papers uses more."),
    "reuse": ("extract.cli:reuse", "Show text that papers of two councils share."),
    "release": ("workbench.release:release", "Write a release to deposit, or check one."),
    "rebuild": ("workbench.rebuild:rebuild", "Make a corpus again from a release, and compare."),
    "methods": ("workbench.methods:methods", "Write methods section, protocol, flow diagram."),
    "notebook": ("workbench.jupyter:notebook", "Start JupyterLab with notebooks on this corpus."),
    "status": ("workbench.look:status", "Say what the corpus holds, with its denominators."),
    "coverage": ("workbench.look:coverage", "Say what was looked at, by source and month."),
    "quality": ("workbench.quality:quality", "Say where OCR or a better copy would help."),
    "doctor": ("workbench.care:doctor", "Check the corpus; print one hash per table."),
    "backup": ("workbench.care:backup", "Copy the corpus while it is in use, and verify the copy."),
    "vacuum": ("workbench.care:vacuum", "Give the space of deleted rows back to the disk."),
    "forget": ("workbench.care:forget", "Erase documents and keep them from coming back."),
    "county": ("demo.cli:county", "Serve the fictional county's sites alone."),
}
"""Command, where it is, and its summary: written here so that help need not import the stages."""


class Commands(LazyGroup):
    """All commands."""

    places: ClassVar[dict[str, str]] = {name: place for name, (place, _) in COMMANDS.items()}

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; an error the user can act on is one sentence and exit code 1."""
        try:
            return super().invoke(ctx)
        except (CorpusError, sqlite3.DatabaseError, OSError) as error:
            raise Told(explained(error, ctx.params["path"])) from error


class Told(click.ClickException):
    """What ends a command, as a sentence, or as an event where these are JSON."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Write it to stderr."""
        if as_json():
            event("error", self.format_message())
        else:
            super().show(file)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="council-corpus", prog_name="corpus")
@click.option(
    "--corpus",
    "path",
    type=click.Path(path_type=Path),
    envvar="CORPUS_DB",
    default=Path("corpus.db"),
    show_default=True,
    help="The database.",
)
@click.option(
    "--study",
    "study",
    type=click.Path(path_type=Path),
    envvar="CORPUS_STUDY",
    help="The study's folder [default: NAME-study/ beside NAME.db, else study/ here, else the "
    "packaged one].",
)
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=0,
    show_default=True,
    help="Seconds to wait for another writing command.",
)
@click.option(
    "--files",
    envvar="CORPUS_FILES",
    help="Where a new corpus keeps its originals, such as s3://bucket/folder [default: files/].",
)
@click.option(
    "--log-format",
    type=click.Choice(FORMATS),
    envvar="CORPUS_LOG_FORMAT",
    default=TEXT,
    show_default=True,
    help="How events are written to stderr: for people, or a line of JSON each.",
)
@click.pass_context
def main(
    ctx: click.Context,
    path: Path,
    study: Path | None,
    wait: float,
    files: str | None,
    log_format: str,
) -> None:
    """Council papers and procurement notices about predictive analytics, as a corpus.

    \b
    Try it:            corpus demo
    With own papers:   corpus import PATH, corpus build, corpus serve
    """
    log_as(log_format)
    ctx.obj = Command(path, study, wait, ctx.invoked_subcommand or "", files)


if __name__ == "__main__":
    main()

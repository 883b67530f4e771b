"""The commands that turn files into pages and say what these share: `corpus extract`, `reuse`."""

from dataclasses import asdict
from typing import Any

import click

from corpus.command import Command, finish, json_option, ocr_options, pass_command, say


@click.command()
@click.option("--all", "everything", is_flag=True, help="Read every PDF closely, hit or no hit.")
@click.option(
    "--jobs", type=click.IntRange(min=0), default=0, help="Worker processes [default: one a core]."
)
@click.option(
    "--retry",
    is_flag=True,
    help="Try files again that were too large, ran out of time or memory, or are of a kind "
    "that an older version did not read.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Read on the workers of this Dask scheduler, such as tcp://192.0.2.7:8786 (extra `dask`).",
)
@click.option("--dry-run", is_flag=True, help="Say what would be read, and why; read nothing.")
@ocr_options
@json_option
@pass_command
def extract(
    command: Command,
    everything: bool,
    jobs: int,
    retry: bool,
    scheduler: str | None,
    dry_run: bool,
    ocr_pages: int | None,
    as_json: bool,
) -> None:
    """Turn files into pages: look at all of them, read those with a hit.

    PDFium looks at every PDF in milliseconds a page; a file in which a technique, supplier or
    product of the codebook is named is then read by pdfplumber. Pages without usable text are read
    by Tesseract, where it is installed, some hundred in a run; the rest stays queued. A file that
    breaks a reader is a row in `failures`, and the run goes on. What another version of a reader
    has read is read again, under the same page ids; nothing else is read twice.

    \b
    Examples:
      corpus extract
      corpus extract --all --jobs 4
      corpus extract --ocr-pages 5000
      corpus extract --dry-run --json
      corpus extract --scheduler tcp://192.0.2.7:8786
    """
    from corpus.study import keep_study
    from extract.run import extract as run

    study = command.study()
    if dry_run:
        _say_plan(command, study, everything, ocr_pages, as_json)
        return
    with command.write() as store:
        keep_study(store, study)
        done = run(
            store,
            study.codebook,
            everything=everything,
            jobs=jobs,
            retry=retry,
            ocr_pages=ocr_pages,
            keep=study.keep,
            scheduler=scheduler,
        )
    say(
        asdict(done),
        as_json=as_json,
        lines=[
            f"{done.screened:,} files screened, {done.read:,} read closely, {done.rescreened:,} "
            f"screened again for a changed codebook, {done.ocr:,} pages read by OCR, "
            f"{done.failed:,} failed."
        ],
    )
    finish(done.failed)


def _say_plan(
    command: Command, study: Any, everything: bool, ocr_pages: int | None, as_json: bool
) -> None:
    """Print what a run would do."""
    from corpus.language.lexicon import Lexicon
    from extract.plan import plan

    with command.read() as store:
        found = plan(store, Lexicon(study.codebook), everything=everything, ocr_pages=ocr_pages)
    say(asdict(found), as_json=as_json, lines=found.lines)


@click.command()
@click.option("--council", help="Only passages that this council shares.")
@click.option(
    "--words",
    type=click.IntRange(min=0),
    default=40,
    show_default=True,
    help="Only passages of at least so many words.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="So many at most."
)
@json_option
@pass_command
def reuse(command: Command, council: str | None, words: int, limit: int, as_json: bool) -> None:
    """Show text that papers of two councils share: a supplier's paragraph, a copied policy.

    Passages of 40 words and more, the longest and rarest first: rarity is 1 where no third council
    has the words. What more than eight councils share is law or custom and is left out.

    \b
    Examples:
      corpus reuse
      corpus reuse --council KEN --words 80 --json
    """
    from extract.findings import line, shared_passages

    with command.read() as store:
        found = shared_passages(store, council=council, words=words, limit=limit)
    lines = [line(row) for row in found] or ["No passage is shared by papers of two councils."]
    say(found, as_json=as_json, lines=lines)

"""The command that turns files into pages: `corpus extract`."""

from dataclasses import asdict

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
@ocr_options
@json_option
@pass_command
def extract(
    command: Command,
    everything: bool,
    jobs: int,
    retry: bool,
    ocr_pages: int | None,
    as_json: bool,
) -> None:
    """Turn files into pages: look at all of them, read those with a hit.

    PDFium looks at every PDF in milliseconds a page; a file in which a technique, supplier or
    product of the codebook is named is then read by pdfplumber. Pages without usable text are read
    by Tesseract, where it is installed, some hundred in a run; the rest stays queued. A file that
    breaks a reader is a row in `failures`, and the run goes on.

    \b
    Examples:
      corpus extract
      corpus extract --all --jobs 4
      corpus extract --ocr-pages 5000
    """
    from corpus.study import keep_study
    from extract.run import extract as run

    study = command.study()
    with command.write() as store:
        keep_study(store, study)
        done = run(
            store,
            study.codebook,
            everything=everything,
            jobs=jobs,
            retry=retry,
            ocr_pages=ocr_pages,
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

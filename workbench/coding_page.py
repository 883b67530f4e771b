"""`corpus code page`: a sample coded by keyboard, one passage at a time, on this machine alone."""

from pathlib import Path

import click
import filelock

from corpus.command import Command, pass_command
from corpus.errors import CorpusError


@click.command()
@click.argument("sample")
@click.option("--coder", required=True, help="Who codes.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8002,
    show_default=True,
    help="Port on this machine; 0 takes a free one.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the page in the browser.")
@pass_command
def page(command: Command, sample: str, coder: str, port: int, open_browser: bool) -> None:
    """Code a sample by keyboard: one passage at a time, with its page beside it.

    Each answer is written to the study's folder `codings` at once: stop whenever you like, and go
    on where you stopped. What others said is not shown. The page listens on 127.0.0.1 alone.

    \b
    Example:
      corpus code page passages-1-3f2a --coder anna --open
    """
    from coding.bring_in import folder_of
    from coding.codings import BadRow
    from coding.run_codings import vocabulary
    from coding.session import Session
    from publish.serve import serve
    from workbench.coding_site import coding_site

    study = command.study()
    known = vocabulary(study)
    if coder not in known.coders:
        raise BadCoder(study.folder, coder)
    folder = folder_of(study)
    session = Session(study.folder, known, sample, coder)

    def ready(address: str) -> None:
        click.echo(f"Coding {sample} as {coder} at {address}/code (Ctrl-C stops it)")
        if open_browser:
            click.launch(f"{address}/code")

    folder.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(folder / f".{sample}-{coder}.lock", timeout=0)
    try:
        with lock, coding_site(session, study.codebook, BadRow) as extend:
            serve(command.path, port, ready=ready, extend=extend)
    except filelock.Timeout as error:
        raise CorpusError(f"{coder} is coding {sample} in another window.") from error


class BadCoder(CorpusError):
    """The study has no such coder."""

    def __init__(self, folder: Path, coder: str) -> None:
        super().__init__(
            f"`{coder}` is no coder yet: write `{coder}:` in {folder / 'coders.yaml'}."
        )

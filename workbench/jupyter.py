"""`corpus notebook`: JupyterLab on this corpus, in a folder of notebooks to start from."""

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from corpus.command import Command, json_option, pass_command, say
from corpus.errors import CorpusError, MissingPath

PACKAGED = Path(__file__).resolve().parent.parent / "notebooks"
"""In a checkout and in an installed wheel alike, beside the packages."""


@click.command()
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Work on copies in this folder [default: notebooks/ beside the corpus].",
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8888,
    show_default=True,
    help="Port on this machine.",
)
@click.option("--no-browser", is_flag=True, help="Print the address, open nothing.")
@click.option("--list", "only_list", is_flag=True, help="List the notebooks, start nothing.")
@json_option
@pass_command
def notebook(
    command: Command,
    folder: Path | None,
    port: int,
    no_browser: bool,
    only_list: bool,
    as_json: bool,
) -> None:
    """Start JupyterLab with the eight notebooks, on this corpus.

    Notebooks are copied where they are not there yet, so that yours are never overwritten. The
    corpus is opened read-only: a crawl or build may go on meanwhile. Needs the extra `notebooks`
    (pip install 'council-corpus[notebooks]').

    \b
    Examples:
      corpus notebook
      corpus --corpus county.db notebook --to my-notebooks --no-browser
    """
    if not command.path.is_file():
        raise MissingPath(f"There is no corpus at {command.path}: build one, or name --corpus.")
    place = folder or command.path.resolve().parent / "notebooks"
    names = [path.name for path in sorted(PACKAGED.glob("*.ipynb"))]
    if only_list:
        say({"folder": str(place), "notebooks": names}, as_json=as_json, lines=names)
        return
    if find_spec("jupyterlab") is None:
        raise CorpusError(
            "JupyterLab is not installed: pip install 'council-corpus[notebooks]' brings it."
        )
    copied = copy_notebooks(place)
    click.echo(f"{len(copied)} notebooks copied to {place}.", err=True)
    _start(command, place, port, no_browser)


def copy_notebooks(place: Path) -> list[Path]:
    """Copy the notebooks that `place` lacks, and return them; what is there stays as it is."""
    place.mkdir(parents=True, exist_ok=True)
    wanted = [(path, place / path.name) for path in sorted(PACKAGED.glob("*.ipynb"))]
    new = [(path, copy) for path, copy in wanted if not copy.exists()]
    for path, copy in new:
        shutil.copyfile(path, copy)
    return [copy for _, copy in new]


def _start(command: Command, place: Path, port: int, no_browser: bool) -> None:
    """Become JupyterLab: Ctrl-C and the exit code are its own."""
    os.environ["CORPUS_DB"] = str(command.path.resolve())
    options = [f"--port={port}", "--ip=127.0.0.1", f"--notebook-dir={place}"]
    options += ["--no-browser"] if no_browser else []
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", *options])  # noqa: S606

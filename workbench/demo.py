"""`corpus demo`: a whole corpus from a fictional county, over real HTTP on this machine."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click

from corpus.command import Command, Exit, pass_command
from corpus.errors import CorpusError

SINCE = "2023-01-01"
UNTIL = "2026-12-31"
"""The county's papers lie between these dates."""
COUNTY_PORT = 8011


@click.command()
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8001,
    show_default=True,
    help="Port of the site.",
)
@click.option("--no-serve", is_flag=True, help="Build the corpus, do not serve it.")
@pass_command
def demo(command: Command, port: int, no_serve: bool) -> None:
    """Build and serve a whole corpus from a fictional county.

    Seven councils, the procurement services and a dozen sites that refuse, are dead or have moved
    are served on this machine, crawled over HTTP, read, coded, modelled and shown; two invented
    readers have coded some of it. No network is needed.

    \b
    Examples:
      corpus demo
      corpus --corpus /tmp/county/corpus.db demo --no-serve
    """
    from corpus.settings import default_study
    from demo.study import write_study

    _refuse_real_corpus(command)
    study = command.path.with_name(f"{command.path.stem}-study")
    codebook = (command.study_folder or default_study()) / "codebook.yaml"
    with _county() as county:
        study.mkdir(parents=True, exist_ok=True)
        write_study(study, county.port, codebook)
        click.echo("1 of 3  Crawling the county's sites over HTTP", err=True)
        _run(
            command,
            study,
            "crawl",
            "--since",
            SINCE,
            "--until",
            UNTIL,
            resolver="demo.resolver.CountyResolver",
        )
    click.echo("2 of 3  Reading, coding, modelling", err=True)
    _run(command, study, "build")
    _code(command, study)
    _run(command, study, "code", "import")
    _run(command, study, "links", "propose")  # what people coded tells where a system stands
    click.echo(
        "The county holds broken, encrypted, refused and scanned papers on purpose: the "
        "failures above are part of the tour.",
        err=True,
    )
    if no_serve:
        return
    click.echo("3 of 3  Serving (stop with Ctrl-C)", err=True)
    _run(command, study, "serve", "--port", str(port))


def _code(command: Command, study: Path) -> None:
    """Write what the two invented readers say of the county's first passages."""
    from coding.codings_file import write_codings
    from coding.sheets import Item, answered, codings
    from demo.coders import CODED_AT, CODERS, PASSAGES, said

    with command.read() as store:
        rows = store.rows("select * from passages order by passage limit ?", (PASSAGES,))
    for coder in CODERS:
        told = []
        for number, row in enumerate(rows, 1):
            answers = answered(said(coder, number, row["stance"], json.loads(row["codes"])))
            place = {name: row[name] for name in ("document", "page")} | {"quote": row["text"]}
            empty = dict.fromkeys(("stratum", "title", "council", "date", "prefix", "suffix"), "")
            item = Item(sample="county", item=str(number), **place, **empty)
            told += codings(item, answers, coder=coder, at=CODED_AT)
        write_codings(study / "codings" / f"county-{coder}.csv", told)


def _county() -> Any:
    """Start the county on its own port, so that addresses are the same in every run, or on any."""
    from demo.server import CountyServer

    try:
        return CountyServer(COUNTY_PORT)
    except OSError:
        return CountyServer()


def _refuse_real_corpus(command: Command) -> None:
    """Keep fiction out of a researcher's own corpus."""
    from demo.study import council_codes

    fictional = council_codes()
    if not command.path.exists():
        command.path.parent.mkdir(parents=True, exist_ok=True)
        return
    with command.read() as store:
        real = store.value("select count(*) from councils") != store.value(
            f"select count(*) from councils where council in ({', '.join('?' * len(fictional))})",
            tuple(fictional),
        )
    if real:
        raise CorpusError(
            f"{command.path} holds a corpus of real councils. Name another file for "
            "the demo: corpus --corpus demo/corpus.db demo"
        )


def _run(command: Command, study: Path, *arguments: str, resolver: str = "") -> None:
    """Run one command as a user would: in a process of its own, under the lock of its own."""
    environment: dict[str, Any] = dict(os.environ)
    if resolver:
        environment["CORPUS_RESOLVER"] = resolver
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "workbench.main",
            "--corpus",
            str(command.path),
            "--study",
            str(study),
            "--wait",
            "30",
            *arguments,
        ],
        env=environment,
        check=False,
    )
    if done.returncode not in (Exit.DONE, Exit.SOME_FAILED):
        raise CorpusError(
            f"`corpus {arguments[0]}` ended with exit code {done.returncode}; its "
            "message stands above."
        )

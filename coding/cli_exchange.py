"""`corpus code export`: codings for other programs."""

from pathlib import Path
from typing import Any

import click

from corpus.command import Command, json_option, pass_command, say

KINDS = ("qdpx", "qdc", "annotations", "csv")


@click.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--to",
    "kind",
    type=click.Choice(KINDS),
    help="qdpx: a REFI-QDA project. qdc: its codebook alone. annotations: W3C Web Annotation, "
    "JSON-LD. csv: a row for each coding, with its place [default: by the path's ending].",
)
@click.option("--sample", default="", help="Only this sample's codings.")
@json_option
@pass_command
def export(command: Command, path: Path, kind: str | None, sample: str, as_json: bool) -> None:
    """Write codings, codes and the pages coded for other programs.

    The same corpus gives the same bytes. A coding whose words stand nowhere is left out, and
    counted; `corpus code status` lists it. A `.qdpx` comes back by `corpus code import`.

    \b
    Examples:
      corpus code export pilot.qdpx --sample pilot
      corpus code export codebook.qdc
      corpus code export codings.json --to annotations
    """
    from coding.codings import load_coders
    from coding.exchange import project

    study, chosen = command.study(), kind or _kind(path)
    with command.read() as store:
        told = project(store, study.codebook, load_coders(study.folder), sample)
    _write(path, _content(told, chosen))
    codings = sum(len(source.codings) for source in told.sources)
    answer = {"path": str(path), "kind": chosen, "pages": len(told.sources), "codings": codings}
    left = f"{told.left_out:,} codings stand nowhere and are left out: `corpus code status`."
    say(
        answer | {"coders": list(told.coders), "left_out": told.left_out},
        as_json=as_json,
        lines=[
            f"{codings:,} codings on {len(told.sources):,} pages written to {path}."
            if chosen != "qdc"
            else f"The codebook was written to {path}.",
            *([left] if told.left_out else []),
        ],
    )


def _kind(path: Path) -> str:
    """Return what the ending of a path stands for."""
    kinds = {".json": "annotations", ".jsonld": "annotations"}
    kinds |= {f".{kind}": kind for kind in KINDS}
    if path.suffix.lower() not in kinds:
        raise click.UsageError(f"what is {path.suffix or path} to be? Say --to {'|'.join(KINDS)}")
    return kinds[path.suffix.lower()]


def _content(told: Any, kind: str) -> bytes:
    from coding.exchange_annotations import annotations
    from coding.exchange_csv import table
    from coding.exchange_qda import qdc, qdpx

    if kind == "qdpx":
        return qdpx(told)
    if kind == "qdc":
        return qdc(told)
    return (annotations(told) if kind == "annotations" else table(told)).encode()


def _write(path: Path, content: bytes) -> None:
    """Write a file whole: it appears under its name when it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".part-{path.name}")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)

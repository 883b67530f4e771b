"""`corpus methods`: the methods section, the protocol and the flow diagram, from the database."""

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.command import Command, json_option, pass_command, say

if TYPE_CHECKING:
    from jinja2 import Environment

    from corpus.study import Study

STUDY_FILES = ("codebook.yaml", "councils.csv")
_MARKS = re.compile(r"([\\`*_\[\]<>|#{}!~])")


def md(text: object) -> str:
    """Return a stranger's text as plain words of Markdown, on one line."""
    line = " ".join(str(text).split())
    return _MARKS.sub(r"\\\1", line)


@cache
def _environment() -> "Environment":
    """Return the templates; they make Markdown, where `md` does the escaping."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = Path(__file__).parent / "templates"
    found = Environment(  # noqa: S701 - Markdown, not HTML
        loader=FileSystemLoader(folder), undefined=StrictUndefined, keep_trailing_newline=True
    )
    found.filters["md"] = md
    return found


def methods_text(figures: dict[str, Any]) -> str:
    """Return the methods section as Markdown."""
    return _environment().get_template("methods.md").render(f=figures)


def protocol_text(figures: dict[str, Any], study: "Study") -> str:
    """Return the search protocol as Markdown, for registration before the analysis."""
    from corpus.ids import sha256

    paths = [study.folder / name for name in STUDY_FILES]
    codes = study.codebook.codes
    groups = [
        {
            "name": group,
            "codes": [code.code for code in codes if code.group == group],
            "terms": sum(len(code.terms) for code in codes if code.group == group),
        }
        for group in dict.fromkeys(code.group for code in codes)
    ]
    return (
        _environment()
        .get_template("protocol.md")
        .render(
            f=figures,
            sources=list(study.sources.values()),
            codebook=study.codebook,
            terms=sum(len(code.terms) for code in codes),
            groups=groups,
            floor=study.precision_floor,
            hashes={path.name: sha256(path.read_bytes()) for path in paths if path.is_file()},
        )
    )


def written(figures: dict[str, Any], study: "Study") -> dict[str, str]:
    """Return every file of the methods by its name."""
    from workbench.flow import mermaid, steps, svg

    told = steps(figures)
    return {
        "methods.md": methods_text(figures),
        "protocol.md": protocol_text(figures, study),
        "flow.mmd": mermaid(told),
        "flow.svg": svg(told),
        "figures.json": json.dumps(figures, ensure_ascii=False, indent=2) + "\n",
    }


def write_all(folder: Path, texts: dict[str, str]) -> Iterable[Path]:
    """Write texts into a folder, which is made where it is not there; yield the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
        yield folder / name


@click.command()
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write methods.md, protocol.md, flow.mmd, flow.svg and figures.json here.",
)
@json_option
@pass_command
def methods(command: Command, folder: Path | None, as_json: bool) -> None:
    """Write the methods section, a protocol to register and a flow diagram, from the database.

    Without --to the methods section is printed; with --json its numbers. The same corpus gives the
    same text. The protocol is for before the analysis: what only people can say is left open in it.

    \b
    Examples:
      corpus methods
      corpus methods --to methods/
      corpus methods --json
    """
    from workbench.methods_figures import figures

    study = command.study()
    with command.read() as store:
        told = figures(store)
    if folder is None:
        say(told, as_json=as_json, lines=[methods_text(told).rstrip("\n")])
        return
    paths = [str(path) for path in write_all(folder, written(told, study))]
    say({"files": paths, "figures": told}, as_json=as_json, lines=paths)

"""`corpus release`: a folder to deposit, which others can check, cite and rebuild from."""

import json
import sqlite3
from collections.abc import Mapping
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.command import Command, Exit, json_option, pass_command, say
from corpus.errors import CorpusError

if TYPE_CHECKING:
    from corpus.store import Store
    from corpus.study import Study
    from publish.public.release import Released
    from publish.public.release_metadata import About

NEEDED = {"pyarrow": "Parquet", "rocrate": "RO-Crate"}
FLAWS_SHOWN = 20


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--verify", is_flag=True, help="Check a release against its manifest, offline.")
@click.option("--title", default="", help="Title of the release.")
@click.option("--version", "number", default="", help="Its version [default: date of the data].")
@click.option("--author", "authors", multiple=True, help="Who made it; give it for each.")
@click.option("--doi", default="", help="The DOI reserved for it, such as 10.5281/zenodo.1234.")
@click.option("--url", default="", help="Where it will be found.")
@json_option
@pass_command
def release(
    command: Command,
    folder: Path,
    verify: bool,
    title: str,
    number: str,
    authors: tuple[str, ...],
    doi: str,
    url: str,
    as_json: bool,
) -> None:
    """Write a release: public.db, CSV, Parquet, study, methods, topics, citation, manifest.

    Only what `corpus publish` lets out is in it: columns by list, text by licence, screened; what
    was withheld is listed with reasons. The same corpus gives the same bytes. Needs the extra
    `release` (pip install 'council-corpus[release]'); --verify needs nothing, not even a corpus,
    and ends with 3 where a file is not as it was.

    \b
    Examples:
      corpus release release-2026-11 --author "Department of Sociology" --version 2026-11
      corpus release release-2026-11 --verify
    """
    if verify:
        _verify(folder, as_json)
        return
    for name, what in NEEDED.items():
        if find_spec(name) is None:
            raise CorpusError(
                f"{what} needs the library {name}: pip install 'council-corpus[release]' brings it."
            )
    said: dict[str, Any] = {"title": title, "version": number, "authors": authors, "doi": doi}
    study = command.study()
    with command.read() as store:
        done = make(store, study, folder, said | {"url": url})
    say(
        {
            "folder": str(done.folder),
            "files": done.files,
            "bytes": done.bytes,
            "tables": done.tables,
            "withheld": done.withheld,
        },
        as_json=as_json,
        lines=[
            f"{done.files:,} files, {done.bytes / 1e6:,.1f} MB, {len(done.tables)} tables in "
            f"{done.folder}; {done.withheld:,} stretches withheld, listed in csv/withheld.csv.",
            f"Check it anywhere: corpus release {done.folder} --verify",
        ],
    )


def make(store: "Store", study: "Study", folder: Path, said: Mapping[str, Any]) -> "Released":
    """Write a release with methods, topics and a page to read first."""
    from publish.public.release import release as run
    from workbench.methods import written
    from workbench.methods_figures import figures
    from workbench.release_study import authored

    methods = written(figures(store), study)

    def extra(connection: sqlite3.Connection, about: "About") -> Mapping[str, str]:
        own = {f"methods/{name}": text for name, text in methods.items()}
        own |= topics(connection) | bibliography(connection, about)
        own |= authored(connection, study)
        return own | {"README.md": readme(connection, about)}

    software = version("council-corpus")
    return run(store, study, folder, software=software, extra=extra, said=said)


def _verify(folder: Path, as_json: bool) -> None:
    from publish.public import manifest

    found = manifest.flaws(folder)
    lines = [flaw.line for flaw in found[:FLAWS_SHOWN]]
    lines += [f"and {len(found) - FLAWS_SHOWN:,} more"] if len(found) > FLAWS_SHOWN else []
    say(
        {"whole": not found, "flaws": [{"file": f.path, "what": f.what} for f in found]},
        as_json=as_json,
        lines=lines or [f"All {len(manifest.read(folder)):,} files are as they were released."],
    )
    if found:
        click.get_current_context().exit(Exit.CHECK_FAILED)


def bibliography(connection: sqlite3.Connection, about: "About") -> dict[str, str]:
    """Return the release and every document with a counted mention, for Zotero and others."""
    from corpus.citation import FORMS
    from corpus.citing import mentioning
    from corpus.citing import release as itself

    link = f"https://doi.org/{about.doi}" if about.doi else about.url
    author = " and ".join(about.authors)
    own = itself(about.version, about.released_on, author=author, link=link)
    every = [own, *mentioning(connection)]
    suffixes = ("bib", "json", "ris")
    return {f"bibliography.{suffix}": FORMS[suffix].write(every) for suffix in suffixes}


def topics(connection: sqlite3.Connection) -> dict[str, str]:
    """Return each published topic model as JSON: its figures, topics and their words.

    Words come from the published table: a fitted model's whole vocabulary may hold names that the
    screen took out of the pages, and stays with the corpus.
    """
    found = {}
    for model in _rows(connection, "select * from topic_models order by model"):
        own = "select number, label, label_by, passages, weight, topic from topics where model = ?"
        told = _rows(connection, f"{own} order by number", model["model"])
        for topic in told:
            name = topic.pop("topic")
            sql = "select rank, term, weight from topic_terms where topic = ? order by rank"
            topic["terms"] = _rows(connection, sql, name)
        text = json.dumps(model | {"topics": told}, ensure_ascii=False, indent=2)
        found[f"models/{model['model']}.json"] = text + "\n"
    return found


def _rows(connection: sqlite3.Connection, sql: str, *values: Any) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, values)
    names = [told[0] for told in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def readme(connection: sqlite3.Connection, about: "About") -> str:
    """Return what a person who opens the folder reads first."""
    from jinja2 import Environment, FileSystemLoader

    from publish.public.release_metadata import licences
    from workbench.methods import md

    places = FileSystemLoader(Path(__file__).parent / "templates")
    environment = Environment(loader=places, keep_trailing_newline=True)  # noqa: S701 - Markdown
    environment.filters["md"] = md
    told = dict(connection.execute("select name, value from publication order by name").fetchall())
    return environment.get_template("release.md").render(
        about=about, licences=licences(connection), publication=told
    )

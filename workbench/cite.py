"""`corpus cite`: anything with an id as a citation, for a bibliography or a sentence."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from corpus.command import Command, pass_command
from corpus.errors import CorpusError

if TYPE_CHECKING:
    from corpus.citation import Cited
    from corpus.store import Store

FORMS = {"bibtex": "bib", "csl": "json", "ris": "ris", "text": "txt"}
RELEASE = "release"
SHAPES = (
    ("mention", re.compile(r"[0-9a-f]{16}-\d{4,}-[0-9a-f]{8}")),
    ("page", re.compile(r"[0-9a-f]{16}-\d{4,}")),
)
"""Ids whose form says what they name; a topic's is looked up, any other is a document's."""


class Unknown(CorpusError):
    """Nothing here has the id."""


@click.command()
@click.argument("ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every document with a counted mention.")
@click.option(
    "--format",
    "form",
    type=click.Choice(tuple(FORMS)),
    default="text",
    show_default=True,
    help="How it is written.",
)
@click.option("--site", default="", help="Address at which readers reach the site, for links.")
@pass_command
def cite(command: Command, ids: tuple[str, ...], everything: bool, form: str, site: str) -> None:
    """Cite pages, mentions, documents, notices and topics by their ids, or the corpus itself.

    The id of anything stands on its page of the site and in its table; `release` is the corpus as
    it is now. Each citation has who, what, when, which page, where, when it was fetched, and the
    SHA-256 of the file. BibTeX, CSL-JSON and RIS go into Zotero and its like.

    \b
    Examples:
      corpus cite ken-modgov-s12345
      corpus cite 4edafea4da0a9e83-0003 release --format bibtex
      corpus cite --all --format ris > papers.ris
    """
    from corpus.citation import FORMS as WRITTEN

    if everything == bool(ids):
        raise click.UsageError("Name ids, or say --all.")
    with command.read() as store:
        found = list(_all(store, site)) if everything else [_one(store, name, site) for name in ids]
    click.echo(WRITTEN[FORMS[form]].write(found), nl=False)


def _all(store: "Store", site: str) -> "Iterator[Cited]":
    """Yield the whole bibliography: the corpus itself and every document with evidence."""
    from corpus.citing import mentioning

    yield _release(store, site)
    yield from mentioning(store.db.conn, site=site)


def _one(store: "Store", name: str, site: str) -> "Cited":
    from corpus.citing import cited

    if name == RELEASE:
        return _release(store, site)
    known = next((thing for thing, shape in SHAPES if shape.fullmatch(name)), "")
    for thing in (known,) if known else ("document", "topic"):
        thing = _thing(store, thing, name)
        found = cited(store.db.conn, thing, name, site=site)
        if found:
            return found
    what = known or "document or topic"
    raise Unknown(f"There is no {what} `{name[:80]}`; `corpus search --json` shows ids.")


def _thing(store: "Store", thing: str, name: str) -> str:
    """Return what a document is called: a notice is cited by its own page."""
    sql = "select kind from documents where document = ?"
    return "notice" if thing == "document" and store.value(sql, (name,)) == "notice" else thing


def _release(store: "Store", site: str) -> "Cited":
    """Return the corpus as it is now: its version is the day until which it was collected."""
    from corpus.citation import CORPUS
    from corpus.citing import release

    sql = """select substr(coalesce((select max(coalesce(finished_at, started_at)) from crawls),
        (select max(published_on) from documents), ''), 1, 10)"""
    until = str(store.value(sql) or "undated")
    return release(until, until, author=f"{CORPUS} contributors", link=site)

"""The commands of the codebook: `corpus codebook show`, `check`, `diff`, `try` and `suggest`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from coding.cli_suggest import suggest
from corpus.command import Command, Exit, json_option, pass_command, say

BOOK = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def codebook() -> None:
    """Show, check, compare, try the codebook, and find what it lacks.

    \b
    Examples:
      corpus codebook show risk_scoring
      corpus codebook check
      corpus codebook diff old-codebook.yaml
      corpus codebook try passages.jsonl --json
      corpus codebook suggest --limit 50
    """


@codebook.command()
@click.argument("codes", nargs=-1)
@click.option("--group", help="Codes of one group: technique, use, benefit, concern, …")
@json_option
@pass_command
def show(command: Command, codes: tuple[str, ...], group: str | None, as_json: bool) -> None:
    """Show codes with their definitions and terms: all, those named, or those of a group.

    \b
    Examples:
      corpus codebook show
      corpus codebook show data_matching p_xantura
      corpus codebook show --group concern --json
    """
    from dataclasses import asdict

    from corpus.codebook import GROUPS

    book = command.study().codebook
    if group and group not in GROUPS:
        raise click.UsageError(f"no group `{group}`; the groups are {', '.join(GROUPS)}")
    known = {code.code for code in book.codes}
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise click.UsageError(f"no code `{unknown[0]}`; `corpus codebook show` lists them all")
    shown = [
        code
        for code in book.codes
        if (not codes or code.code in codes) and (not group or code.group == group)
    ]
    say(
        [asdict(code) for code in shown],
        as_json=as_json,
        lines=[_shown(code, full=bool(codes)) for code in shown],
    )


def _shown(code: Any, *, full: bool) -> str:
    if not full:
        return f"{code.group:17} {code.code:32} {len(code.terms):4} terms  {code.label}"
    phrases = "; ".join(term.phrase for term in code.terms)
    parts = [f"{code.code}: {code.label} ({code.group}, {code.precision})", code.definition]
    parts += [f"Not when: {code.not_when}"] if code.not_when else []
    parts += [f"Without a cue: {code.unmarked}", f"Terms: {phrases}"]
    parts += [f"  + {text}" for text in code.matches] + [f"  - {text}" for text in code.rejects]
    return "\n".join(parts) + "\n"


@codebook.command()
@click.argument("book", type=BOOK, required=False)
@json_option
@pass_command
def check(command: Command, book: Path | None, as_json: bool) -> None:
    """Read the codebook and run its examples; exit code 3 where one does not come out.

    BOOK is another codebook than the study's.

    \b
    Example:
      corpus codebook check study/codebook.yaml
    """
    from dataclasses import asdict

    from coding.trial import failures
    from corpus.codebook import load_codebook

    read = load_codebook(book) if book else command.study().codebook
    failed = failures(read)
    examples = sum(len(code.matches) + len(code.rejects) for code in read.codes)
    examples += len(read.stance.examples)
    terms = sum(len(code.terms) for code in read.codes)
    say(
        {"codes": len(read.codes), "terms": terms, "examples": examples}
        | {"failed": [asdict(one) for one in failed]},
        as_json=as_json,
        lines=[
            *(f"{one.code}: {one.problem}: {one.text}" for one in failed),
            f"{len(read.codes)} codes, {terms:,} terms; {examples - len(failed)} of {examples} "
            "examples come out as they say.",
        ],
    )
    if failed:
        click.get_current_context().exit(Exit.CHECK_FAILED)


@codebook.command()
@click.argument("old", type=BOOK)
@click.argument("new", type=BOOK, required=False)
@json_option
@pass_command
def diff(command: Command, old: Path, new: Path | None, as_json: bool) -> None:
    """Say what changed from OLD to NEW (the study's own), and what that adds and drops.

    Where there is a corpus, both are applied to its kept text; nothing is written.

    \b
    Examples:
      corpus codebook diff before.yaml
      git show HEAD~1:study/codebook.yaml > before.yaml && corpus codebook diff before.yaml --json
    """
    from dataclasses import asdict

    from coding.changes import authored, effects
    from coding.mentions import Finder
    from corpus.codebook import load_codebook
    from corpus.language.lexicon import Lexicon

    first = load_codebook(old)
    second = load_codebook(new) if new else command.study().codebook
    changes = authored(first, second)
    found = None
    if command.path.exists():
        with command.read() as store:
            finders = Finder(Lexicon(first)), Finder(Lexicon(second))
            found = effects(*finders, _pages(store))
    lines = [f"{one.what:8} {one.code} {one.term} {one.detail}".rstrip() for one in changes]
    say(
        {"changes": [asdict(one) for one in changes], "effects": found.row() if found else None},
        as_json=as_json,
        lines=[*(lines or ["Nothing changed."]), "", *_told(found)],
    )


def _pages(store: Any) -> Iterator[tuple[str, str]]:
    """Yield document and text of every page, with progress."""
    from corpus.progress import progress

    total = store.value("select count(*) from pages where outcome = 'text'")
    with progress("applying both codebooks", total) as advance:
        for row in store.db.query(
            "select f.document, p.text from pages p join files f using (sha256) "
            "where p.outcome = 'text' order by p.page"
        ):
            yield row["document"], row["text"]
            advance(1)


def _told(found: Any) -> list[str]:
    if found is None:
        return ["There is no corpus here to apply it to."]
    told = found.row()
    lines = [
        f"{one['code']:32} {one['before']:6,} counted  +{one['added']:,}  -{one['dropped']:,}\n"
        + "\n".join(f"    {text}" for text in one["examples"])
        for one in told["codes"]
    ]
    return [
        *lines,
        f"On {told['pages']:,} pages: {len(told['newly_mentioning']):,} documents begin to "
        f"mention, {len(told['no_longer_mentioning']):,} cease to.",
    ]


@codebook.command("try")
@click.argument("texts", type=click.File(encoding="utf-8"))
@click.option("--book", type=BOOK, help="Another codebook than the study's.")
@json_option
@pass_command
def try_(command: Command, texts: Any, book: Path | None, as_json: bool) -> None:
    """Apply the codebook to passages: JSON lines with `id` and `text`, or - for standard input.

    With --json, one answer a line: id, counted, stance, codes, boilerplate, and why.

    \b
    Example:
      corpus codebook try passages.jsonl --json > answers.jsonl
    """
    from coding.mentions import Finder
    from coding.trial import answer, texts_of
    from corpus.codebook import load_codebook
    from corpus.language.lexicon import Lexicon

    finder = Finder(Lexicon(load_codebook(book) if book else command.study().codebook))
    for name, text in texts_of(texts.read().splitlines(), texts.name):
        told = answer(finder, name, text)
        if as_json:
            click.echo(json.dumps(told.row(), ensure_ascii=False))
            continue
        verdict = f"counted, {told.stance}" if told.counted else "not counted"
        click.echo(f"{name}: {verdict}: {', '.join(told.codes) or 'no codes'}")
        for one in told.why:
            click.echo(f"    {one.quote} ({one.code}): {one.reason}")


codebook.add_command(suggest)

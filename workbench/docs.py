"""The generated parts of the documentation: pulled in by cog, checked by `make docs`."""

from dataclasses import fields
from importlib import import_module

import click

from corpus.codebook import GROUPS, Code, Term
from corpus.describe import TABLES, VIEWS
from corpus.settings import Settings
from corpus.study import Study


def schema() -> str:
    """Return every table with its columns, and what `corpus publish` does with each."""
    from publish.public.allowlist import allowed

    parts = []
    for name, table in (TABLES | allowed().added).items():
        published = allowed().tables.get(name, {})
        rows = "\n".join(
            f"| `{column}` | {text}{' *' if column in table.volatile | table.set_or_not else ''} "
            f"| {published.get(column, 'yes' if name in allowed().added else '')} |"
            for column, text in table.columns.items()
        )
        parts.append(
            f"## `{name}`: {table.title}\n\n*{table.nature}.* {table.description}\n\n"
            f"| column | meaning | published |\n| --- | --- | --- |\n{rows}\n"
        )
    views = "\n".join(f"- `{name}`: {text}" for name, text in VIEWS.items())
    return "\n" + "\n".join(parts) + f"\n## Views\n\n{views}\n\n"


def commands() -> str:
    """Return the help of every command."""
    from workbench.main import COMMANDS, main

    context = click.Context(main, info_name="corpus")
    parts = [f"## corpus\n\n```text\n{main.get_help(context)}\n```\n"]
    for name in COMMANDS:
        command = main.get_command(context, name)
        if command:
            parts += _help(command, name, context)
    return "\n" + "\n".join(parts) + "\n"


def _help(command: click.Command, name: str, parent: click.Context) -> list[str]:
    """Return the help of a command and of those below it."""
    context = click.Context(command, info_name=name, parent=parent)
    found = [f"## {context.command_path}\n\n```text\n{command.get_help(context)}\n```\n"]
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            inner = command.get_command(context, below)
            if inner:
                found += _help(inner, below, context)
    return found


def settings() -> str:
    """Return every limit with its reason."""
    rows = "\n".join(
        f"| `CORPUS_{field.name.upper()}` | {field.default:,} | {field.metadata['why']} |"
        for field in fields(Settings)
    )
    return f"\n| variable | default | why |\n| --- | ---: | --- |\n{rows}\n\n"


def codebook(study: Study) -> str:
    """Return the codebook: codes by group, with definition and terms."""
    parts = []
    for group in GROUPS:
        codes = [code for code in study.codebook.codes if code.group == group]
        parts.append(f"## {group.replace('_', ' or ').capitalize()} ({len(codes)} codes)\n")
        parts += [_code(code) for code in codes]
    return "\n" + "\n".join(parts) + "\n"


def _code(code: Code) -> str:
    not_when = f"\n\nNot when: {code.not_when}" if code.not_when else ""
    terms = "; ".join(_term(term, code) for term in code.terms)
    return (
        f"### `{code.code}`: {code.label}\n\n{code.definition}{not_when}\n\n"
        f"Precision {code.precision}. Terms: {terms}\n"
    )


def _term(term: Term, code: Code) -> str:
    """Return a term with its conditions in brackets."""
    notes = []
    if term.exact:
        notes.append("exact case")
    if term.precision != code.precision:
        notes.append(f"{term.precision} precision")
    if term.near:
        notes.append(f"near {term.near.within} words")
    if term.not_near:
        notes.append(f"not near {term.not_near.within} words")
    phrase = term.phrase.replace("*", "\\*")
    return f"{phrase} ({', '.join(notes)})" if notes else phrase


def sources(study: Study) -> str:
    """Return every source with its manners and caveats."""
    parts = []
    for name, source in study.sources.items():
        caveats = "\n".join(f"- {caveat}" for caveat in source.caveats)
        spider = f"`{source.spider}`" if source.spider else "none yet (coverage: `unsupported`)"
        parts.append(
            f"### `{name}`: {source.title}\n\n{source.coverage}\n\n"
            f"Publisher: {source.publisher}. Licence: {source.licence}. Spider: {spider}.\n\n"
            f"One request each {source.throttle_seconds:g} s and host: {source.throttle_why}\n\n"
            f"Window of {source.window_days:g} days: {source.window_why}\n\n{caveats}\n"
        )
    return "\n" + "\n".join(parts) + "\n"


def default() -> Study:
    """Return the packaged study."""
    found: Study = import_module("corpus.study").load_study(
        import_module("corpus.settings").default_study()
    )
    return found

"""Commands on people's codings: `corpus code import`, `status`."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.command import Command, finish, json_option, pass_command, say

if TYPE_CHECKING:
    from coding.bring_in import Brought
    from coding.codings import Vocabulary
    from coding.run_codings import Loaded
    from corpus.store import Store
    from corpus.study import Study

MOST_TOLD = 20
"""Lines of what is wrong or lost; `--json` has all."""


@click.command("import")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--coder", default="", help="Who coded, where a sheet does not say.")
@json_option
@pass_command
def import_(command: Command, files: tuple[Path, ...], coder: str, as_json: bool) -> None:
    """Take in codings: files of codings, filled-in sheets, REFI-QDA projects (.qdpx).

    Good rows are copied into the study's folder `codings` and anchored by their words; a row
    that is wrong is named with file and line, and the exit code is 4. Given twice, a row is
    taken once. Without a file, what the study holds is read again. The codes of a REFI-QDA codebook
    (.qdc) are compared with the study's, which only its author changes.

    \b
    Examples:
      corpus code import pilot-anna.csv
      corpus code import sheet.csv --coder ben
      corpus code import from-another-program.qdpx
      corpus code import
    """
    from coding.bring_in import Brought
    from coding.run_codings import load, vocabulary

    study = command.study()
    brought, known = Brought(), vocabulary(study)
    with command.write() as store:
        for path in files:
            _bring_in(store, study, known, path, coder, brought)
        loaded = load(store, study, known)
    wrong = [*brought.problems, *loaded.problems]
    taken = f"{brought.new:,} new codings copied to the study, {brought.known:,} known before, "
    say(
        {"brought": asdict(brought), "loaded": asdict(loaded)},
        as_json=as_json,
        lines=[
            *([f"{taken}{brought.blank:,} items not coded yet."] if files else []),
            *told(loaded),
            "Next: `corpus code agree`, or `corpus code status` for what does not anchor.",
        ],
    )
    complain(wrong)
    finish(len(wrong))


def _bring_in(
    store: "Store", study: "Study", known: "Vocabulary", path: Path, coder: str, brought: "Brought"
) -> None:
    """Take in one file by its kind."""
    from coding.bring_in import bring_in, bring_in_project
    from coding.exchange_read import read_qdc
    from corpus.store import now

    if path.suffix.lower() == ".qdpx":
        bring_in_project(store, study, known, path, brought)
    elif path.suffix.lower() == ".qdc":
        codes = [names for names, _, _ in read_qdc(path)]
        for names in codes:
            if names[-1] not in known.codes:
                click.echo(f"not in the study's codebook: {' / '.join(names)}", err=True)
    else:
        bring_in(study, known, path, coder=coder, at=now(), brought=brought)


def told(loaded: "Loaded") -> list[str]:
    """Return what became of the study's codings, in lines."""
    states = ", ".join(f"{count:,} {state}" for state, count in sorted(loaded.states.items()))
    coders = ", ".join(f"{coder} {count:,}" for coder, count in loaded.coders.items())
    return [
        f"{loaded.codings:,} codings: {states or 'none'}" + (f" ({coders})." if coders else ".")
    ]


def complain(wrong: list[str]) -> None:
    """Print what is wrong on stderr."""
    for line in wrong[:MOST_TOLD]:
        click.echo(line, err=True)
    if len(wrong) > MOST_TOLD:
        click.echo(f"and {len(wrong) - MOST_TOLD:,} more", err=True)


@click.command()
@json_option
@pass_command
def status(command: Command, as_json: bool) -> None:
    """Say who coded how much, and which codings no longer stand where they were made.

    Moved: the words stand on another page of the file, or in a new version. Altered: a long quote
    stands with a few words more or less. Lost: the words stand nowhere; the coding is kept.
    Forgotten: the document was erased, and its words are to go from the study's file, too.

    \b
    Example:
      corpus code status
    """
    with command.read() as store:
        rows = store.rows(
            "select coding, state, code, value, coder, quote, cited_document, cited_page, page, "
            "file, sample from codings order by state, file, cited_page, quote, code"
        )
        wrong = store.rows(
            "select subject, message from failures where stage = 'code' order by subject"
        )
    counts = {name: _counts(rows, name) for name in ("state", "coder", "sample", "code")}
    adrift = [row for row in rows if row["state"] != "anchored"]
    say(
        {"codings": len(rows), **counts, "not_anchored": adrift, "problems": wrong},
        as_json=as_json,
        lines=[
            f"{len(rows):,} codings",
            *(_line(name, counts[name]) for name in ("state", "coder", "sample") if rows),
            *(_adrift(row) for row in adrift[:MOST_TOLD]),
            *([f"and {len(adrift) - MOST_TOLD:,} more"] if len(adrift) > MOST_TOLD else []),
            *(f"not taken: {row['subject']}: {row['message']}" for row in wrong[:MOST_TOLD]),
            *([] if rows else ["Start with `corpus code sample`."]),
        ],
    )


def _counts(rows: list[dict[str, str]], name: str) -> dict[str, int]:
    return dict(sorted(Counter(row[name] or "-" for row in rows).items()))


def _line(name: str, counts: dict[str, int]) -> str:
    return f"by {name}: " + ", ".join(f"{key} {count:,}" for key, count in counts.items())


def _adrift(row: dict[str, str]) -> str:
    """Return a line for a coding that does not stand where it was made."""
    place = f"{row['cited_page']} to {row['page']}" if row["page"] else row["cited_page"]
    return f"{row['state']:<10}{place}  {row['coder']}  {row['code']}  “{row['quote'][:60]}”"

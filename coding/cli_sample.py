"""`corpus code sample`: what is to be coded, drawn at random, with its denominators."""

import re
from pathlib import Path

import click

from corpus.command import Command, json_option, pass_command, say


@click.command()
@click.option(
    "--of",
    type=click.Choice(["mentions", "passages", "pages"]),
    default="passages",
    show_default=True,
    help="mentions: how many that count are right (precision). pages: what was missed on pages "
    "without any (recall). passages: for coding.",
)
@click.option("--size", type=click.IntRange(1, 100_000), default=100, show_default=True)
@click.option(
    "--by",
    default="",
    help="Strata, such as group,nation: group, code, term, stance, nation, year, kind, council, "
    "source.",
)
@click.option("--per-stratum", type=click.IntRange(1, 10_000), help="So many of each, not --size.")
@click.option("--seed", type=click.IntRange(0, 2**31), default=1, show_default=True)
@click.option("--coder", "coders", multiple=True, help="Who codes; give it for each.")
@click.option(
    "--double",
    type=click.FloatRange(0, 1),
    default=0.0,
    help="Share that two coders code, without seeing each other's.",
)
@click.option("--name", default="", help="Id of the sample [default: kind, seed and a hash].")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder [default: samples/ in the study]."
)
@click.option("--dry-run", is_flag=True, help="Say what would be drawn; write nothing.")
@json_option
@pass_command
def sample(
    command: Command,
    of: str,
    size: int,
    by: str,
    per_stratum: int | None,
    seed: int,
    coders: tuple[str, ...],
    double: float,
    name: str,
    out: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Draw a sample to be coded: a sheet for each coder, and the frame it was drawn from.

    The same corpus, options and seed give the same items. Fill in the sheets, or code them with
    `corpus code page`. The frame (NAME.json) says how many there were of each stratum: without
    it no sample says anything about the corpus.

    \b
    Examples:
      corpus code sample --of mentions --by group --per-stratum 20
      corpus code sample --of pages --size 200 --by nation,year
      corpus code sample --of passages --coder anna --coder ben --double 0.3
    """
    from coding.bring_in import folder_of
    from coding.drawing import Wish, make, write
    from coding.sample import TooManyStrata

    study = command.study()
    wish = Wish(
        of, size, per_stratum, _strata(of, by), seed, _coders(study.folder, coders), double, name
    )
    _check(wish.name, double, coders)
    with command.read() as store:
        try:
            drawn = make(store, study, wish)
        except TooManyStrata as error:
            raise click.UsageError(str(error)) from error
    folder = out or folder_of(study).with_name("samples")
    paths = [] if dry_run else write(folder, drawn)
    frame = drawn.frame
    say(
        frame | {"files": [str(path) for path in paths]},
        as_json=as_json,
        lines=[
            f"{frame['drawn']:,} of {frame['population']:,} drawn; unit: {frame['unit']}.",
            *(
                f"  {name or 'all':<40}{stratum['drawn']:>7,} of {stratum['population']:>9,}"
                for name, stratum in frame["strata"].items()
            ),
            *([f"{frame['coded_twice']:,} are coded twice."] if frame["coded_twice"] else []),
            *(f"written: {path}" for path in paths),
            *([] if dry_run else _next(wish.sample, coders)),
        ],
    )


def _next(sample: str, coders: tuple[str, ...]) -> list[str]:
    who = coders[0] if coders else "NAME"
    return [
        f"Next: `corpus code page {sample} --coder {who}`, or fill in the sheet and `corpus code "
        "import` it."
    ]


def _strata(of: str, by: str) -> tuple[str, ...]:
    from coding.population import BY, BY_PAGE

    known = BY_PAGE if of == "pages" else tuple(BY)
    names = tuple(filter(None, (name.strip() for name in by.split(","))))
    for name in names:
        if name not in known:
            raise click.UsageError(f"--by {name}: a sample of {of} has {', '.join(known)}")
    return names


def _coders(folder: Path, coders: tuple[str, ...]) -> tuple[str, ...]:
    from coding.codings import load_coders

    known = load_coders(folder)
    for coder in coders:
        if coder not in known:
            where = folder / "coders.yaml"
            raise click.UsageError(f"--coder {coder}: write `{coder}:` in {where} first")
    return tuple(dict.fromkeys(coders))


def _check(name: str, double: float, coders: tuple[str, ...]) -> None:
    if name and not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,60}", name):
        raise click.UsageError("--name: small letters, digits, . _ - only")
    if double and len(set(coders)) < 2:
        raise click.UsageError("--double needs two coders: --coder anna --coder ben")

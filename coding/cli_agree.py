"""`corpus code agree` and `corpus code adjudicate`."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.command import Command, json_option, pass_command, say

if TYPE_CHECKING:
    from coding.agreement import Agreement, Figure

HEADER = f"{'':<28}{'units':>6} {'agree':>6}  {'alpha':<24}{'kappa':<24}coders"


@click.command()
@click.option("--sample", default="", help="Only this sample's codings.")
@click.option("--coder", "coders", multiple=True, help="Only these coders; give it for each.")
@click.option("--field", "fields", multiple=True, help="Only these fields or codes.")
@click.option("--pairs", is_flag=True, help="Each two coders apart, too.")
@json_option
@pass_command
def agree(
    command: Command,
    sample: str,
    coders: tuple[str, ...],
    fields: tuple[str, ...],
    pairs: bool,
    as_json: bool,
) -> None:
    """Say how far coders agree: percent, Krippendorff's alpha, Cohen's kappa, intervals of 95 %.

    Over the words that two or more coders judged, without adjudicated codings. A stance is
    compared where both gave one. Whoever said what a passage is about has read it for the codes:
    one not given is a no. Intervals are percentiles of 2,000 resamples of the units.

    \b
    Examples:
      corpus code agree --sample pilot
      corpus code agree --field about --field stance --pairs --json
    """
    from coding.agreement import agreement, overlap, pairwise
    from coding.reading import code_sets, judgements

    rows = [r for r in _rows(command, sample) if not coders or r["coder"] in coders]
    said = {f: units for f, units in judgements(rows).items() if not fields or f in fields}
    found = [agreement(field, units) for field, units in said.items()]
    told = [one for one in found if one.units]
    names = sorted({coder for one in told for coder in one.coders})
    apart = [two for f, units in said.items() for two in pairwise(f, units)] if pairs else []
    answer: dict[str, Any] = {
        "sample": sample or None,
        "coders": names,
        "fields": [asdict(one) for one in told],
        "pairs": [asdict(two) for two in apart],
    }
    if len(names) == 2 and not fields:
        answer["codes_f1"] = overlap(code_sets(said, names), (names[0], names[1]))
    say(answer, as_json=as_json, lines=_lines(answer, told, apart))


def _rows(command: Command, sample: str, adjudicated: int = 0) -> list[dict[str, Any]]:
    with command.read() as store:
        found: list[dict[str, Any]] = store.rows(
            "select * from codings where adjudicated = ? and state != 'forgotten' "
            "and (? = '' or sample = ?) order by coding",
            (adjudicated, sample, sample),
        )
    return found


def _lines(answer: dict[str, Any], told: list["Agreement"], apart: list["Agreement"]) -> list[str]:
    if not told:
        return ["No words were judged by two coders. `corpus code status` says who coded what."]
    both = answer.get("codes_f1")
    return [
        HEADER,
        *(_line(one) for one in told),
        *([f"codes, where both say yes or marginal: F1 {both:.3f}"] if both else []),
        *(["", *(_line(two) for two in apart)] if apart else []),
        *(f"{one.field}: {one.alpha.note}." for one in told if one.alpha.note),
    ]


def _line(one: "Agreement") -> str:
    percent = "-" if one.percent is None else f"{one.percent:.1%}"
    kappa = _figure(one.kappa) if one.kappa else "-"
    return (
        f"{one.field:<28}{one.units:>6,} {percent:>6}  {_figure(one.alpha):<24}{kappa:<24}"
        f"{' '.join(one.coders)}"
    )


def _figure(figure: "Figure") -> str:
    if figure.value is None:
        return "-"
    if figure.low is None or figure.high is None:
        return f"{figure.value:.3f}"
    return f"{figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"


@click.command()
@click.option("--sample", default="", help="Only this sample's codings.")
@click.option(
    "--to", "path", type=click.Path(path_type=Path), help="Write the disagreements to this CSV."
)
@json_option
@pass_command
def adjudicate(command: Command, sample: str, path: Path | None, as_json: bool) -> None:
    """List what coders disagree on, for a third reading.

    Fill in `value`, `coder` and `coded_at`, then `corpus code import` the file: each row becomes an
    adjudicated coding of its own, and the coders' own stay as they are. What was settled before is
    not asked again.

    \b
    Examples:
      corpus code adjudicate --sample pilot --to settle.csv
      corpus code import settle.csv
    """
    from coding.codings_file import write_whole
    from coding.settling import settling_sheet, to_settle

    rows = to_settle(_rows(command, sample), _rows(command, sample, adjudicated=1))
    if path is not None:
        if path.exists():
            raise click.UsageError(f"{path} exists and may have been filled in; name another file")
        write_whole(path, settling_sheet(rows))
    say(
        rows,
        as_json=as_json,
        lines=[
            *(
                f"{row['page']}  {row['code']:<24}{row['judgements']}  “{row['quote'][:60]}”"
                for row in ([] if path else rows)
            ),
            f"{len(rows):,} disagreements to settle" + (f", written to {path}." if path else "."),
        ],
    )

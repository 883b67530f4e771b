"""Commands on what codings tell: `corpus code measure`, `corpus code next`."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coding.cli_options import answer, csv_option, table
from corpus.command import Command, json_option, pass_command, say

if TYPE_CHECKING:
    from coding.measure import Measured, Share
    from coding.relevance import Interval, Reliability

HEADS = ("right", "judged", "value", "low", "high")


@click.command()
@json_option
@pass_command
def measure(command: Command, /, as_json: bool) -> None:
    """Say how right the codebook is, by people's codings: each figure with its interval.

    Precision of what counts, of each term and code; recall from a sample of pages on which nothing
    counts; accuracy of stance. A term whose precision is, with 95 % confidence, under the study's
    floor (`precision_floor` in study.yaml) is named: it leaves the headline counts.

    \b
    Examples:
      corpus code sample --of mentions --by term --per-stratum 20
      corpus code measure --json
    """
    from coding.measure import below_floor
    from coding.measure import measure as figures

    floor = command.study().precision_floor
    with command.read() as store:
        told = figures(store)
    out = below_floor(told.terms, floor)
    found = {
        "judged": told.judged,
        "unsettled": told.unsettled,
        "precision": told.precision.as_row(),
        "recall": asdict(told.recall) if told.recall else None,
        "stance": told.stance.as_row(),
        "codes": {name: share.as_row() for name, share in told.codes.items()},
        "terms": {name: share.as_row() for name, share in told.terms.items()},
        "precision_floor": floor,
        "below_floor": out,
    }
    say(found, as_json=as_json, lines=measured_lines(told, out, floor))


def measured_lines(told: "Measured", out: dict[str, str], floor: float) -> list[str]:
    """Return the measures as lines for people."""
    if not told.judged:
        return ["Nothing was coded yet. Next: `corpus code sample --of mentions`, then code it."]
    return [
        f"{told.judged:,} stretches judged; {told.unsettled:,} judgements are not settled "
        "(`corpus code adjudicate`).",
        _share_line("precision of what counts", told.precision),
        *_recall_lines(told),
        _share_line("stance as people read it", told.stance),
        *_table("code", told.codes),
        *_table("term", told.terms),
        "",
        *(f"{term}: {why}" for term, why in out.items()),
        f"{len(out):,} terms are under the study's floor of {floor:.2f}.",
    ]


def _share_line(name: str, share: "Share") -> str:
    if share.value is None or share.low is None or share.high is None:
        return f"{name}: not measured, nothing judged"
    return (
        f"{name}: {share.value:.3f} (95 %: {share.low:.3f} to {share.high:.3f}), "
        f"{share.part:,} of {share.whole:,}"
    )


def _recall_lines(told: "Measured") -> list[str]:
    if not told.recall:
        return ["recall: not measured. Code a sample drawn with `corpus code sample --of pages`."]
    it = told.recall
    return [
        f"recall: {it.value:.3f} (95 %: {it.low:.3f} to {it.high:.3f}), estimated from "
        f"{it.found:,} passages and {it.not_found:,} stretches without any",
        _share_line("  evidence in the latter (elusion)", it.elusion),
    ]


def _table(name: str, shares: "dict[str, Share]") -> list[str]:
    rows = [{name: key} | share.as_row() for key, share in shares.items() if share.whole]
    return ["", *table(rows, (name, *HEADS))] if rows else []


@click.command("next")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--no-figures", is_flag=True, help="Leave out the cross-validation: much faster.")
@csv_option
@json_option
@pass_command
def next_(
    command: Command,
    /,
    limit: int,
    no_figures: bool,
    csv_path: Path | None,
    as_json: bool,
) -> None:
    """Rank the passages nobody coded: those that would teach a classifier most come first.

    Trained on the codings of this corpus; `relevance` is the calibrated chance that a passage is
    evidence. How far to trust it is cross-validated by document and printed with it.

    \b
    Examples:
      corpus code next --limit 50 --csv next.csv
      corpus code next --no-figures --json
    """
    from coding.relevance import next_to_code, reliability
    from coding.training import texts

    with command.read() as store:
        found = texts(store)
        passages = {row["passage"]: row for row in store.rows("select passage, page from passages")}
    ranked = next_to_code(found, limit)
    figures = None if no_figures else reliability(found)
    rows: list[dict[str, Any]] = [
        {"passage": each.id, "page": passages[each.id]["page"], **asdict(each)} for each in ranked
    ]
    for row in rows:
        del row["id"]
    lines = [
        *table(rows, ("passage", "document", "relevance", "uncertainty")),
        *([""] if figures else []),
        *(_reliability_lines(figures) if figures else []),
    ]
    if as_json and not csv_path:
        told = {"passages": rows, "reliability": asdict(figures) if figures else None}
        say(told, as_json=True, lines=[])
    else:
        answer(rows, as_json, csv_path, lines)


def _reliability_lines(it: "Reliability") -> list[str]:
    figures = (
        ("area under the ROC curve", it.auc),
        ("average precision", it.average_precision),
        ("Brier score (0 is best)", it.brier),
        ("calibration error (0 is best)", it.calibration_error),
    )
    return [
        f"On documents it was not trained on ({it.texts:,} texts of {it.documents:,} documents, "
        f"{it.prevalence:.0%} evidence):",
        *(_interval_line(name, figure) for name, figure in figures),
    ]


def _interval_line(name: str, figure: "Interval") -> str:
    return f"  {name}: {figure.value:.3f} (95 %: {figure.low:.3f} to {figure.high:.3f})"

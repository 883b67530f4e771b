"""Commands on topics: `corpus topics fit`, `show`, `compare`."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from corpus.command import Command, json_option, pass_command, say
from models.cli_intrusion import intrusion, score
from models.cli_use import codes, model_option, passages, trends

SWEPT = ("nmf", "lda")
ALGORITHMS = (*SWEPT, "consensus", "guided", "dynamic", "hdp", "lsi")
MOST_TOPICS = 200
STEP = 5


seed_option = click.option(
    "--seed",
    type=click.IntRange(0, 2**31),
    default=1,
    show_default=True,
    help="Seed of all random draws.",
)


unit_option = click.option(
    "--unit",
    type=click.Choice(("passages", "pages", "documents")),
    help="What a model is fitted on: passages, or the pages or documents they stand in "
    "[default: `topic_unit` of study.yaml, or passages].",
)


@click.group()
def topics() -> None:
    """Fit and show topic models.

    \b
    Examples:
      corpus topics fit
      corpus topics fit --topics 12 --algorithm lda
      corpus topics compare --k 5..60
      corpus topics show
      corpus topics passages --topic 3
      corpus topics trends --by year,nation
    """


@topics.command()
@click.option(
    "--topics",
    "k",
    type=click.IntRange(2, 200),
    help="Number of topics [default: the best of a small sweep].",
)
@seed_option
@click.option(
    "--algorithm",
    type=click.Choice(ALGORITHMS),
    default="nmf",
    show_default=True,
    help="How topics are found; see above.",
)
@click.option(
    "--guide",
    "guides",
    multiple=True,
    help="Code, or group of codes, that leads guided topics [default: every code].",
)
@unit_option
@json_option
@pass_command
def fit(
    command: Command,
    k: int | None,
    seed: int,
    algorithm: str,
    guides: tuple[str, ...],
    unit: str | None,
    as_json: bool,
) -> None:
    """Fit a model on all passages, or their pages or documents, and choose it.

    The same passages, number, seed and algorithm give the same model, bit for bit. `nmf` shows
    the most coherent topics; `lda` gives shares that may be read as probabilities; `consensus`
    keeps the topics that come back from resampled passages; `guided` leads topics by the codebook's
    words; `dynamic` has words for each year; `hdp` finds the number of topics, --topics at most;
    `lsi` is the classic to compare with.

    \b
    Examples:
      corpus topics fit
      corpus topics fit --algorithm guided --guide concern --topics 20
      corpus topics fit --algorithm dynamic --topics 12
    """
    if guides and algorithm != "guided":
        raise click.UsageError("--guide goes with --algorithm guided.")
    from models.labels import load_labels
    from models.run import fit_model
    from models.run_apply import keep_labels

    study = command.study()
    labels, unit = load_labels(study.folder), unit or study.topic_unit
    with command.write() as store:
        done = fit_model(store, k=k, seed=seed, algorithm=algorithm, guides=guides, unit=unit)
        keep_labels(store, labels)
    say(
        asdict(done),
        as_json=as_json,
        lines=[
            f"{done.model}: {done.topics} topics, applied to {done.inferred:,} passages.",
            "Next: `corpus topics show`, then read: `corpus topics passages`.",
        ],
    )


@topics.command()
@click.option("--periods", is_flag=True, help="Of a dynamic model: the words of each period.")
@model_option
@json_option
@pass_command
def show(command: Command, periods: bool, model: str | None, as_json: bool) -> None:
    """Show the topics of a model with their terms, figures and what people found of them."""
    with command.read() as store:
        query = SHOWN_PERIODS if periods else SHOWN
        rows = store.rows(query, (model, model))
        drift = store.value(
            "select drift from topic_models where iif(? is null, chosen = 1, model = ?)",
            (model, model),
        )
    told = [_period(row) if periods else _topic(row) for row in rows]
    nothing = "This model has no words for periods." if periods else _nothing(model)
    say(rows, as_json=as_json, lines=[*(told or [nothing]), *([drift] if told and drift else [])])


SHOWN = """select t.number, t.label, t.label_by, t.terms, t.passages, t.weight, t.npmi, t.stability,
    t.verdict, t.code, (select json_group_object(s.test, s.found || ' of ' || s.judged)
    from topic_test_scores s where s.topic = t.topic) as tests
    from topics t join topic_models m using (model)
    where iif(? is null, m.chosen = 1, m.model = ?) order by t.number"""
SHOWN_PERIODS = """select t.number, t.label, p.period, group_concat(p.term, ', ') as terms
    from (select * from topic_periods order by topic, period, rank) p join topics t using (topic)
    join topic_models m using (model) where iif(? is null, m.chosen = 1, m.model = ?)
    group by t.number, p.period order by t.number, p.period"""


def _topic(row: dict[str, Any]) -> str:
    by_person = "" if row["label_by"] == "terms" else f"  «{row['label']}»"
    code = f"  [{row['code']}]" if row["code"] else ""
    return (
        f"{row['number']:>3}  {row['weight']:6.1%}  {row['passages']:>6,} passages  "
        f"{row['verdict'] or '':<11}  {row['terms']}{by_person}{code}"
    )


def _period(row: dict[str, Any]) -> str:
    return f"{row['number']:>3}  {row['period']:<9}  {row['terms']}"


def _nothing(model: str | None) -> str:
    """Say why there is nothing to show, and what to do."""
    if model:
        return f"There is no topic model {model}. `corpus topics compare` lists them."
    return "No topic model yet. Fit one with `corpus topics fit`."


def _numbers(_: click.Context, __: click.Parameter, given: str | None) -> list[int] | None:
    """Read `5..60`, in steps of five from the first number on, or `5,10,20`."""
    if given is None:
        return None
    try:
        if ".." in given:
            first, last = map(int, given.split(".."))
            found = sorted({*range(first, last + 1, STEP), last}) if first <= last else []
        else:
            found = sorted({int(number) for number in given.split(",")})
    except ValueError:
        found = []
    if not found or not 2 <= found[0] <= found[-1] <= MOST_TOPICS:
        raise click.BadParameter(f"give 5..60 or 5,10,20, numbers from 2 to {MOST_TOPICS}.")
    return found


@topics.command()
@click.option(
    "--k",
    "numbers",
    callback=_numbers,
    help="Numbers of topics to fit and compare: 5..60 (in steps of five) or 5,8,13.",
)
@seed_option
@click.option(
    "--algorithm",
    type=click.Choice(SWEPT),
    default="nmf",
    show_default=True,
    help="Matrix factorisation or latent Dirichlet allocation.",
)
@unit_option
@click.option(
    "--csv",
    "csv_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the figures to this file.",
)
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw the figures: .svg, .png, .html or .json by its ending.",
)
@json_option
@pass_command
def compare(
    command: Command,
    numbers: list[int] | None,
    seed: int,
    algorithm: str,
    unit: str | None,
    csv_file: Path | None,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Show the fitted models side by side, or with --k compare numbers of topics.

    Coherence (NPMI, C_v), exclusivity, diversity, stability over seeds and over resampled
    passages, held-out perplexity (LDA), and a recommendation with its reasons. May be interrupted:
    what is compared is kept, and compared again only when passages change.

    \b
    Examples:
      corpus topics compare
      corpus topics compare --k 5..60 --plot topics.svg --csv topics.csv
    """
    if numbers is None and (csv_file or plot):
        raise click.UsageError("--csv and --plot go with --k.")
    if numbers is None:
        _side_by_side(command, as_json)
        return
    from corpus.cells import write_csv
    from models.choice import recommend
    from models.run_compare import compare as compare_numbers

    unit = unit or command.study().topic_unit
    with command.write() as store:
        rows = compare_numbers(store, numbers, seed=seed, algorithm=algorithm, unit=unit)
    choice = recommend(rows)
    if csv_file:
        write_csv(csv_file, rows)
    if plot:
        from pandas import DataFrame

        from corpus.topic_charts import comparison_chart

        comparison_chart(DataFrame(rows), choice.k).save(str(plot))
    say(
        {"models": rows, "recommended": choice.k, "reasons": choice.reasons},
        as_json=as_json,
        lines=[
            HEAD,
            *(_line(row, choice.k) for row in rows),
            f"Recommended: {choice.k or 'none'}",
            *choice.reasons,
            *([f"Next: `corpus topics fit --topics {choice.k}`."] if choice.k else []),
        ],
    )


HEAD = "     k    NPMI     C_v  exclus.  divers.  seeds  resamples  perplexity  verdict"


def _line(row: dict[str, Any], recommended: int | None) -> str:
    perplexity = "" if row["perplexity"] is None else f"{row['perplexity']:,.0f}"
    return (
        f"{'*' if row['k'] == recommended else ' '} {row['k']:>4}  {row['npmi']:6.3f}  "
        f"{row['c_v']:6.3f}  {row['exclusivity']:7.2f}  {row['diversity']:7.2f}  "
        f"{row['stability_seeds']:5.2f}  {row['stability_resamples']:9.2f}  {perplexity:>10}  "
        f"{row['verdict'].partition(':')[0].lower()}"
    )


def _side_by_side(command: Command, as_json: bool) -> None:
    with command.read() as store:
        rows = store.rows(
            "select model, k, seed, passages, npmi, c_v, diversity, stability, "
            "verdict, chosen from topic_models order by chosen desc, model"
        )
    say(
        rows,
        as_json=as_json,
        lines=[
            f"{'*' if row['chosen'] else ' '} {row['model']}  NPMI {row['npmi']:.3f}  C_v "
            f"{row['c_v']:.3f}  diversity {row['diversity']:.2f}  "
            f"stability {row['stability']:.2f}  "
            f"{row['verdict']}"
            for row in rows
        ]
        or ["No topic model yet."],
    )


for _command in (passages, trends, codes, intrusion, score):
    topics.add_command(_command)

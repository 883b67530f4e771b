"""Commands on topics: `corpus topics fit`, `show`, `compare`."""

from dataclasses import asdict

import click

from corpus.command import Command, json_option, pass_command, say


ALGORITHMS = ("nmf", "lda")
_algorithm = click.option(
    "--algorithm",
    type=click.Choice(ALGORITHMS),
    default="nmf",
    show_default=True,
    help="Matrix factorisation or latent Dirichlet allocation.",
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
    """


@topics.command()
@click.option(
    "--topics",
    "k",
    type=click.IntRange(2, 200),
    help="Number of topics [default: the best of a small sweep].",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31),
    default=1,
    show_default=True,
    help="Seed of all random draws.",
)
@_algorithm
@json_option
@pass_command
def fit(command: Command, k: int | None, seed: int, algorithm: str, as_json: bool) -> None:
    """Fit a model on all passages and choose it.

    The same passages, number, seed and algorithm give the same model, bit for bit. `nmf` shows
    the more coherent topics; `lda` gives shares that may be read as probabilities.
    """
    from models.labels import load_labels
    from models.run import fit_model, keep_labels

    labels = load_labels(command.study().folder)
    with command.write() as store:
        done = fit_model(store, k=k, seed=seed, algorithm=algorithm)
        keep_labels(store, labels)
    say(
        asdict(done),
        as_json=as_json,
        lines=[
            f"{done.model}: {done.topics} topics, applied to {done.inferred:,} passages.",
            "Next: `corpus topics show`.",
        ],
    )


@topics.command()
@click.option("--model", help="Id of the model [default: the chosen one].")
@json_option
@pass_command
def show(command: Command, model: str | None, as_json: bool) -> None:
    """Show the topics of a model with their terms."""
    with command.read() as store:
        rows = store.rows(
            "select t.number, t.label, t.terms, t.passages, t.weight from topics t "
            "join topic_models m using (model) where iif(? is null, m.chosen = 1, m.model = ?) "
            "order by t.number",
            (model, model),
        )
    say(
        rows,
        as_json=as_json,
        lines=[
            f"{row['number']:>3}  {row['weight']:6.1%}  {row['passages']:>6,} passages  "
            f"{row['terms']}"
            for row in rows
        ]
        or [_nothing(model)],
    )


def _nothing(model: str | None) -> str:
    """Say why there is nothing to show, and what to do."""
    if model:
        return f"There is no topic model {model}. `corpus topics compare` lists them."
    return "No topic model yet. Fit one with `corpus topics fit`."


@topics.command()
@json_option
@pass_command
def compare(command: Command, as_json: bool) -> None:
    """Show the fitted models side by side."""
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

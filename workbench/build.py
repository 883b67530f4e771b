"""`corpus build`: extract, find, model; whatever has no output yet."""

from dataclasses import asdict
from typing import Any

import click

from corpus.command import Command, finish, json_option, ocr_options, pass_command, say


@click.command()
@click.option(
    "--jobs", type=click.IntRange(min=0), default=0, help="Worker processes [default: one a core]."
)
@click.option("--all", "everything", is_flag=True, help="Read every PDF closely, hit or no hit.")
@ocr_options
@json_option
@pass_command
def build(
    command: Command, jobs: int, everything: bool, ocr_pages: int | None, as_json: bool
) -> None:
    """Extract, find, model: whatever has no output yet.

    May be interrupted at any moment and run again; a second run does nothing. A topic model is
    fitted where none is chosen yet; else the chosen one is applied to new passages.

    \b
    Example:
      corpus build --jobs 4
    """
    from coding.cli import changes
    from coding.cli_code import complain, told
    from coding.run import find
    from coding.run_codings import load, vocabulary
    from corpus.study import keep_study
    from extract.run import extract
    from models.labels import load_labels
    from models.run import keep_labels
    from models.run_semantics import understand

    study = command.study()
    labels, known = load_labels(study.folder), vocabulary(study)
    with command.write() as store:
        keep_study(store, study)
        extracted = extract(
            store,
            study.codebook,
            everything=everything,
            jobs=jobs,
            ocr_pages=ocr_pages,
            keep=study.keep,
        )
        coded = load(store, study, known)
        found = find(store, study.codebook, study.precision_floor)
        modelled = _model(store)
        keep_labels(store, labels)
        understood = understand(store)
    answer = {"extracted": asdict(extracted), "found": asdict(found)}
    answer |= {"codings": asdict(coded), "topics": modelled}
    answer |= {"meaning": asdict(understood)}
    say(
        answer,
        as_json=as_json,
        lines=[
            f"{extracted.screened:,} files screened, {extracted.read:,} read closely, "
            f"{extracted.ocr:,} pages read by OCR, {extracted.failed:,} failed.",
            f"{found.counted:,} counted mentions in {found.passages:,} passages of {found.files:,} "
            "files.",
            *changes(found.relevant, found.no_longer),
            *(told(coded) if coded.codings else []),
            modelled["note"]
            or f"Topics: {modelled['model']}, applied to {modelled['inferred']:,} passages.",
            understood.note or f"By meaning: {understood.pages:,} pages, {understood.added:,} new.",
            "Next: `corpus serve`, or `corpus status` for the whole corpus.",
        ],
    )
    complain(coded.problems)
    finish(extracted.failed + len(coded.problems))


def _model(store: Any) -> dict[str, Any]:
    """Fit a topic model where none is chosen, else apply the chosen one; too little is no error."""
    from corpus.errors import NoTopics
    from models.run import Modelled, apply_model, fit_model

    chosen = store.value("select model from topic_models where chosen = 1")
    try:
        return asdict(apply_model(store) if chosen else fit_model(store))
    except NoTopics as error:
        return asdict(Modelled(note=f"No topics: {error}"))

"""`corpus build`: extract, find, model; whatever has no output yet."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import click

from corpus.command import Command, finish, json_option, ocr_options, pass_command, say
from corpus.events import event


@dataclass
class Built:
    """What a build did, stage by stage."""

    extracted: Any
    found: Any
    coded: Any
    topics: dict[str, Any]
    linked: Any
    drawn: Any
    understood: Any
    claims: Any

    @property
    def failed(self) -> int:
        """Documents and codings that failed."""
        return int(self.extracted.failed + len(self.coded.problems))

    def told(self) -> dict[str, Any]:
        """Return it as an answer for `--json`."""
        answer = {"extracted": asdict(self.extracted), "found": asdict(self.found)}
        answer |= {"codings": asdict(self.coded), "topics": self.topics}
        answer |= {"links": asdict(self.linked), "systems": asdict(self.drawn)}
        answer |= {"claims": asdict(self.claims)}
        return answer | {"meaning": asdict(self.understood)}

    @property
    def lines(self) -> list[str]:
        """What it did, for people."""
        from coding.cli import changes
        from coding.cli_code import told
        from models.cli_links import links_told

        extracted, found, topics = self.extracted, self.found, self.topics
        return [
            f"{extracted.screened:,} files screened, {extracted.read:,} read closely, "
            f"{extracted.ocr:,} pages read by OCR, {extracted.failed:,} failed.",
            f"{found.counted:,} counted mentions in {found.passages:,} passages of {found.files:,} "
            "files.",
            *changes(found.relevant, found.no_longer),
            *(told(self.coded) if self.coded.codings else []),
            topics["note"]
            or f"Topics: {topics['model']}, applied to {topics['inferred']:,} passages.",
            *([topics["advice"]] if topics["advice"] else []),
            *(links_told(self.linked, self.drawn) if self.linked.councils else []),
            *(self.claims.lines if self.claims.claims else []),
            self.understood.note
            or f"By meaning: {self.understood.pages:,} pages, {self.understood.added:,} new.",
        ]


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
    from coding.cli_code import complain
    from corpus.study import keep_study

    study = command.study()
    authored = load_authored(study)
    with command.write() as store:
        keep_study(store, study)
        built = build_all(
            store, study, authored, jobs=jobs, everything=everything, ocr_pages=ocr_pages
        )
    next_step = "Next: `corpus serve`, or `corpus status` for the whole corpus."
    say(built.told(), as_json=as_json, lines=[*built.lines, next_step])
    complain(built.coded.problems)
    finish(built.failed)


def load_authored(study: Any) -> tuple[Any, Any, Any]:
    """Return labels, coding vocabulary and claims; raises `BadStudy` before anything is done."""
    from coding.claims import load_claims
    from coding.run_codings import vocabulary
    from models.labels import load_labels

    return load_labels(study.folder), vocabulary(study), load_claims(study.folder)


def build_all(
    store: Any,
    study: Any,
    authored: tuple[Any, Any, Any],
    *,
    jobs: int = 0,
    everything: bool = False,
    ocr_pages: int | None = None,
    model: Callable[[Any], dict[str, Any]] | None = None,
) -> Built:
    """Do every stage's work that has no output yet; the study's tables are written already.

    `model` is what sees to topics; by default one is fitted where none is chosen, else applied.
    """
    from coding.run import find
    from coding.run_claims import check_claims
    from coding.run_codings import load
    from extract.run import extract
    from models.links.run_links import link
    from models.links.run_systems import draw
    from models.run_apply import keep_labels
    from models.run_semantics import understand
    from models.run_tests import load_tests

    labels, known, claims = authored
    extracted = extract(
        store,
        study.codebook,
        everything=everything,
        jobs=jobs,
        ocr_pages=ocr_pages,
        keep=study.keep,
    )
    event("build.extracted", **asdict(extracted))
    coded = load(store, study, known)
    found = find(store, study.codebook, study.precision_floor)
    event("build.found", files=found.files, counted=found.counted, passages=found.passages)
    topics = model(store) if model else _model(store, study.topic_unit)
    keep_labels(store, labels)
    load_tests(store, study.folder)
    linked, drawn = link(store, study), draw(store, study)
    checked, understood = check_claims(store, claims), understand(store)
    event("build.modelled", model=topics["model"], pages=understood.pages)
    return Built(extracted, found, coded, topics, linked, drawn, understood, checked)


def _model(store: Any, unit: str) -> dict[str, Any]:
    """Fit a topic model where none is chosen, else apply the chosen one; too little is no error."""
    from corpus.errors import NoTopics
    from models.run_apply import Modelled, apply_model
    from models.units import count_units

    try:
        if store.value("select model from topic_models where chosen = 1"):
            return asdict(apply_model(store))
        count_units(store, unit)
        from models.run import fit_model  # with every library of models

        return asdict(fit_model(store, unit=unit))
    except NoTopics as error:
        return asdict(Modelled(note=f"No topics: {error}"))

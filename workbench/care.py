"""Commands that look after a corpus: `corpus doctor`, `corpus forget`."""

from typing import Any

import click

from corpus.command import Command, Exit, json_option, pass_command, say


@click.command()
@click.option(
    "--digest",
    "digests",
    is_flag=True,
    help="Print one hash per table, without times, run numbers and attempts.",
)
@click.option("--repair", is_flag=True, help="Mend what can be mended without asking anyone.")
@json_option
@pass_command
def doctor(command: Command, digests: bool, repair: bool, as_json: bool) -> None:
    """Check the corpus, or print one hash per table.

    \b
    Examples:
      corpus doctor
      corpus doctor --digest
    """
    from corpus.doctor import digest, problems

    if digests:
        with command.read() as store:
            hashes = digest(store)
        say(hashes, as_json=as_json, lines=[f"{name:<16}{value}" for name, value in hashes.items()])
        return
    with command.write() if repair else command.read() as store:
        found = list(problems(store))
        mended = [problem for problem in found if repair and problem.repair]
        for problem in mended:
            problem.mend()
        left = [problem.what for problem in found if problem not in mended]
    say(
        {"problems": left, "mended": [p.what for p in mended]},
        as_json=as_json,
        lines=[
            *(f"mended: {problem.what}" for problem in mended),
            *(f"problem: {what}" for what in left),
            "All is well."
            if not left
            else f"{len(left)} problems"
            + ("." if repair else "; `corpus doctor --repair` mends what can be mended."),
        ],
    )
    if left:
        click.get_current_context().exit(Exit.CHECK_FAILED)


@click.command()
@click.argument("documents", nargs=-1)
@click.option("--reason", default="", help="Why; kept in the tombstone. Name no person here.")
@click.option(
    "--takedowns",
    "from_list",
    is_flag=True,
    help="Erase what the study's takedowns.csv says is to be forgotten, for the reasons there.",
)
@json_option
@pass_command
def forget(
    command: Command, documents: tuple[str, ...], reason: str, from_list: bool, as_json: bool
) -> None:
    """Erase documents and everything derived from them, and keep them from coming back.

    \b
    Examples:
      corpus forget ken-modgov-s12345 --reason "published in error, withdrawn by the council"
      corpus forget --takedowns
    """
    from corpus.forget import forget as run
    from workbench.checks import feeds_folder

    if from_list == bool(documents) or (documents and not reason):
        raise click.UsageError("Name documents and give a --reason, or say --takedowns.")
    with command.write() as store:
        if from_list:
            documents, reason = _taken_down(command, store)
        files = run(store, documents, reason) if documents else 0
        for path in feeds_folder(command.path).glob("*"):
            path.unlink()  # they quote; the next look at the saved searches writes them again
    say(
        {"documents": len(documents), "files": files},
        as_json=as_json,
        lines=[
            f"{len(documents)} documents and {files} files erased. Releases and publications made "
            "before still hold them: `corpus publish` makes one without. `corpus build` brings the "
            "topics' figures up to date."
        ],
    )


def _taken_down(command: Command, store: Any) -> tuple[tuple[str, ...], str]:
    """Return the documents of takedowns.csv that are still to be erased, and the reasons given."""
    from publish.takedowns import takedowns

    held = {row["document"] for row in store.rows("select document from documents")}
    wanted = takedowns(command.study().folder)
    due = [one for one in wanted if one.action == "forget" and one.item in held]
    reasons = dict.fromkeys(one.reason for one in due if one.reason)
    return tuple(dict.fromkeys(one.item for one in due)), "; ".join(reasons) or "taken down"

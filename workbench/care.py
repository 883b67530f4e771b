"""Commands that look after a corpus: `corpus doctor`, `corpus forget`."""

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
@click.argument("documents", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why; kept in the tombstone. Name no person here.")
@json_option
@pass_command
def forget(command: Command, documents: tuple[str, ...], reason: str, as_json: bool) -> None:
    """Erase documents and everything derived from them, and keep them from coming back.

    \b
    Example:
      corpus forget ken-modgov-s12345 --reason "published in error, withdrawn by the council"
    """
    from corpus.forget import forget as run
    from workbench.checks import feeds_folder

    with command.write() as store:
        files = run(store, documents, reason)
        for path in feeds_folder(command.path).glob("*"):
            path.unlink()  # they quote; the next look at the saved searches writes them again
    say(
        {"documents": len(documents), "files": files},
        as_json=as_json,
        lines=[
            f"{len(documents)} documents and {files} files erased. Releases made before still hold "
            "them; `corpus build` brings the topics' figures up to date."
        ],
    )

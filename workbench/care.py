"""Commands that look after a corpus: `corpus doctor`, `backup`, `vacuum`, `forget`."""

from pathlib import Path
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

    The database, links between rows, the search index, page ids, quotations, text kept aside,
    originals and their hashes, half-written files, a clock that was ahead. With --repair, what is
    derived is mended, or dropped so that the next build makes it again; what was collected is only
    named.

    \b
    Examples:
      corpus doctor
      corpus doctor --digest
    """
    from corpus.doctor import digest, problems

    if digests:
        with command.read() as store:
            hashes = digest(store)
        say(hashes, as_json=as_json, lines=[f"{name:<20}{value}" for name, value in hashes.items()])
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
    from publish.public.takedowns import takedowns

    held = {row["document"] for row in store.rows("select document from documents")}
    wanted = takedowns(command.study().folder)
    due = [one for one in wanted if one.action == "forget" and one.item in held]
    reasons = dict.fromkeys(one.reason for one in due if one.reason)
    return tuple(dict.fromkeys(one.item for one in due)), "; ".join(reasons) or "taken down"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--keep", type=click.IntRange(min=1), help="Drop all but so many of the newest.")
@click.option("--check", "only_check", is_flag=True, help="Verify the newest backup, copy nothing.")
@json_option
@pass_command
def backup(
    command: Command, folder: Path, keep: int | None, only_check: bool, as_json: bool
) -> None:
    """Copy the corpus into a backup folder while it is in use, and verify the copy.

    The database is of one instant, passes SQLite's integrity check and has the same digest. Files
    that the folder has are not copied again. A backup is an ordinary corpus: to bring it back, copy
    its database and files/. The study is not in it: keep that in git. Ends with 3 where an original
    is missing or damaged, or the backup is not what it was.

    \b
    Examples:
      corpus backup /mnt/backup/corpus --keep 14
      corpus backup /mnt/backup/corpus --check
    """
    from corpus.backup import BadBackup, backups, verify
    from corpus.backup import backup as run
    from corpus.progress import progress

    if only_check:
        made = backups(folder)
        if not made:
            raise BadBackup(f"{folder} holds no finished backup.")
        done = verify(made[-1])
    else:
        with command.read() as store:
            total = store.value("select count(*) from files")
            with progress("copying", total, unit="files") as advance:
                done = run(store, folder, keep=keep or 0, advance=advance)
    verdict = f"{len(done.problems):,} problems" if done.problems else "verified"
    lines = [*(f"problem: {what}" for what in done.problems)]
    lines += [f"dropped: {name}" for name in done.dropped]
    copied = "" if only_check else f" ({done.copied:,} new, {done.bytes / 1e6:,.1f} MB)"
    lines.append(
        f"{done.path}: {done.documents:,} documents, {done.files:,} files{copied}, {verdict}."
    )
    say(done.told(), as_json=as_json, lines=lines)
    if done.problems:
        click.get_current_context().exit(Exit.CHECK_FAILED)


@click.command()
@json_option
@pass_command
def vacuum(command: Command, as_json: bool) -> None:
    """Give the space of deleted rows back to the disk, and put the search index in one piece.

    Needs twice the room for a while. Worth it after much was forgotten or put aside.

    \b
    Example:
      corpus vacuum
    """
    from corpus.vacuum import vacuum as run

    with command.write() as store:
        before, after = run(store)
    lines = [f"{before / 1e6:,.1f} MB before, {after / 1e6:,.1f} MB now."]
    say({"bytes_before": before, "bytes_after": after}, as_json=as_json, lines=lines)

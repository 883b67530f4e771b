"""`corpus update` and `corpus check`: one command for any scheduler, and what must hold."""

import sys
from contextlib import redirect_stdout
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from corpus import events
from corpus.command import Command, Exit, json_option, ocr_options, pass_command, say
from corpus.errors import Locked

if TYPE_CHECKING:
    from workbench.run_update import Report, Wishes


@click.command()
@click.argument("sources", nargs=-1)
@click.option("--now", "at_once", is_flag=True, help="Crawl also what is not due yet.")
@click.option("--publish", is_flag=True, help="Publish afterwards, unless a check fails.")
@click.option("--dry-run", is_flag=True, help="Say what is due, do nothing.")
@click.option(
    "--jobs", type=click.IntRange(min=0), default=0, help="Worker processes [default: one a core]."
)
@click.option("--max-requests", type=click.IntRange(min=1), help="Crawl no more than this.")
@click.option("--max-minutes", type=click.IntRange(min=1), help="Crawl no longer than this.")
@ocr_options
@json_option
@pass_command
def update(
    command: Command,
    sources: tuple[str, ...],
    at_once: bool,
    publish: bool,
    dry_run: bool,
    jobs: int,
    max_requests: int | None,
    max_minutes: int | None,
    ocr_pages: int | None,
    as_json: bool,
) -> None:
    """Crawl what is due, build, check, report: one command for any scheduler.

    Each source has its own cadence (`every` in its study file), and what was missed is caught up.
    While another command writes, nothing is done: it says which, and ends with 0. May be
    interrupted or killed at any moment; the next run goes on where this one was. Ends with 0, with
    3 where a check fails, with 4 where some documents failed, with 1 where it could not go on.

    \b
    Examples:
      corpus update --dry-run
      corpus update --publish
      corpus --log-format json update 2>> update.log
    """
    from workbench.run_update import Wishes

    seconds = max_minutes and max_minutes * 60.0
    wishes = Wishes(sources, at_once, jobs, ocr_pages, max_requests, seconds)
    if dry_run:
        _say_due(command, wishes, publish, as_json)
        return
    report = _locked(command, wishes, as_json)
    if report is None:
        return
    code: int = report.exit_code
    if publish:
        code = _publish(command, report, code)
    report.lines += _last_lines(report)
    say(report.told() | {"exit_code": int(code)}, as_json=as_json, lines=report.lines)
    click.get_current_context().exit(code)


def _locked(command: Command, wishes: "Wishes", as_json: bool) -> "Report | None":
    """Run under the lock; None where another command holds it, which is said."""
    from crawler.plan import known_sources
    from workbench.run_update import update as run

    study = command.study()
    known_sources(study, wishes.sources)
    try:
        with command.write() as store:
            return run(store, study, wishes)
    except Locked as held:
        say({"held": str(held)}, as_json=as_json, lines=[f"Nothing done: {held}"])
        return None


def _last_lines(report: "Report") -> list[str]:
    failing = len(report.failing)
    lines = [*report.untold, *([report.published] if report.published else [])]
    if report.interrupted:
        return [*lines, "Interrupted; what was recorded is kept. The next update goes on."]
    checks = f"{failing} of {len(report.checks)} checks fail" if failing else "all checks hold"
    due = f"{len(report.due)} sources were due" if report.due else "no source was due"
    return [*lines, f"Update {report.update}: {due}, {report.failed:,} failed, {checks}."]


def _publish(command: Command, report: "Report", code: int) -> int:
    """Publish by the command of that name; return the exit code of the whole."""
    from workbench.main import main

    if code in (Exit.ERROR, Exit.CHECK_FAILED):
        report.published = "Not published: see above. By hand: `corpus publish`."
        return code
    given = ["--corpus", str(command.path), "--wait", str(command.wait)]
    given += ["--study", str(command.study_folder)] if command.study_folder else []
    given += ["--log-format", events.JSON] if events.as_json() else []
    try:
        with redirect_stdout(sys.stderr):
            ended = main.main([*given, "publish"], prog_name="corpus", standalone_mode=False)
    except click.ClickException as error:
        report.published = f"Not published: {error.format_message()}"
        return Exit.ERROR
    report.published = "Not published: see above." if ended else "Published."
    return Exit.ERROR if ended else code


def _say_due(command: Command, wishes: "Wishes", publish: bool, as_json: bool) -> None:
    """Say what an update would do."""
    from crawler.due import due
    from crawler.plan import known_sources
    from workbench.run_update import planned, what_is_due

    study = command.study()
    known_sources(study, wishes.sources)
    with command.read_or_empty() as store:
        every = due(store, study, datetime.now(UTC))
        plan = planned(study, what_is_due(store, study, wishes))
        waiting = store.value("select count(*) from files where outcome is null")
    steps = {step.source.source: step for step in plan.steps} if plan else {}
    rows = [
        asdict(one)
        | {
            "due": one.source in steps,
            "since": str(one.since),
            "requests_at_least": steps[one.source].requests_at_least(plan.window_of(s))
            if plan and (s := steps.get(one.source))
            else 0,
        }
        for one in every
    ]
    lines = [f"{'due' if row['due'] else '-':<5}{row['source']:<27}{row['why']}" for row in rows]
    lines += [f"{waiting:,} files wait to be read."]
    if publish:
        lines.append("Then it is published.")
    say({"sources": rows, "waiting": waiting}, as_json=as_json, lines=lines)


@click.command()
@json_option
@pass_command
def check(command: Command, as_json: bool) -> None:
    """Say whether what the study asserts of its sources holds; ends with 3 where it does not.

    Asserted in study/sources/*.yaml: documents held, requests for each, shares unreadable and with
    text, silence, fields that answers have lost, and the source's cadence. Nothing is asked.

    \b
    Examples:
      corpus check
      corpus check --json
    """
    from crawler.monitors import as_row, monitors

    study = command.study()
    with command.read() as store:
        found = monitors(store, study, datetime.now(UTC))
    failing = [one for one in found if one.failing]
    lines = [one.line for one in found] or ["Nothing was crawled yet: there is nothing to check."]
    if found:
        lines.append(f"{len(failing)} of {len(found)} checks fail.")
    say([as_row(one) for one in found], as_json=as_json, lines=lines)
    if failing:
        click.get_current_context().exit(Exit.CHECK_FAILED)

"""Commands that collect: `corpus import` and `corpus crawl`."""

import re
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.command import Command, Exit, finish, json_option, pass_command, say

if TYPE_CHECKING:
    from crawler.plan import Plan
    from crawler.run import Crawled


def _source_id(ctx: click.Context, param: click.Parameter, given: str | None) -> str | None:
    """Refuse an id that would make unreadable document ids."""
    if given is not None and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", given):
        raise click.BadParameter("small letters, digits and single hyphens only: folder-foi")
    return given


def _in_range(ctx: click.Context, param: click.Parameter, day: datetime | None) -> datetime | None:
    """Refuse days on which no council of the register published anything."""
    if day is not None and not 1990 <= day.year <= 2100:
        raise click.BadParameter("a day between 1990 and 2100")
    return day


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--source",
    callback=_source_id,
    help="Id of the source; by default `folder-` and the folder's name.",
)
@click.option("--council", help="Code of the council that all files belong to, such as KEN.")
@click.option(
    "--metadata",
    type=click.Path(path_type=Path),
    help="CSV with the columns file, council, kind, title, published_on, url.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be imported, write nothing.")
@json_option
@pass_command
def import_(
    command: Command,
    paths: tuple[Path, ...],
    source: str | None,
    council: str | None,
    metadata: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring in local files: folders, files, ZIPs, e-mails with what is attached to them.

    PDF, Word, Excel, PowerPoint, OpenDocument, RTF, HTML, e-mails, CSV, XML, text and OCDS JSON
    are read; every other kind is recorded by name. The same bytes are stored once, however often
    they are found.

    \b
    Examples:
      corpus import papers/ --council KEN
      corpus import ../shared-drive/papers --metadata papers.csv
      corpus import notices.jsonl.gz
    """
    from corpus.errors import BadMetadata
    from corpus.progress import progress
    from corpus.study import keep_study
    from crawler.importer import Imported, Request, find_files, import_files, source_of
    from crawler.metadata import read_metadata

    files = find_files(paths)
    study = command.study()
    if council and council not in study.councils:
        raise BadMetadata(
            f"No council has the code `{council}`; codes stand in {study.folder / 'councils.csv'}."
        )
    about = read_metadata(metadata, paths, study.councils) if metadata else {}
    groups: dict[str, list[Path]] = {}
    for path in paths:
        groups.setdefault(source or source_of((path,)), []).append(path)
    if dry_run:
        say(
            {"sources": list(groups), "files": [str(file) for file in files]},
            as_json=as_json,
            lines=[
                f"{len(files):,} files would be imported as {', '.join(groups)}",
                *map(str, files),
            ],
        )
        return
    done = Imported()
    with command.write() as store, progress("importing", len(files)) as advance:
        keep_study(store, study)
        for name, group in groups.items():
            chosen = tuple(group)
            request = Request(chosen, name, council, about, metadata and metadata.resolve())
            done.add(import_files(store, study, request, find_files(chosen), advance))
    say(
        asdict(done),
        as_json=as_json,
        lines=[
            f"{done.files:,} files looked at as {', '.join(groups)}: {done.kept:,} documents "
            f"kept, {done.unchanged:,} unchanged, {done.skipped:,} files known already, "
            f"{done.forgotten:,} kept out as forgotten, {done.failed:,} failed.",
            "Next: `corpus build`.",
        ],
    )
    finish(done.failed)


_day = click.DateTime(["%Y-%m-%d"])
_limit = click.IntRange(min=1)


@click.command()
@click.argument("sources", nargs=-1)
@click.option("--council", "councils", multiple=True, help="Only this council, such as KEN.")
@click.option("--since", type=_day, callback=_in_range, help="First day [default: 13 months back].")
@click.option("--until", type=_day, callback=_in_range, help="Last day [default: in 28 days].")
@click.option("--again", is_flag=True, help="Look again at months that are done with.")
@click.option(
    "--term-search",
    is_flag=True,
    help="Ask the sites' own search for the study's terms instead of reading every meeting.",
)
@click.option("--max-requests", type=_limit, help="Stop after so many requests.")
@click.option("--max-megabytes", type=_limit, help="Stop after so much has come in.")
@click.option("--max-minutes", type=_limit, help="Stop after so long.")
@click.option("--dry-run", is_flag=True, help="Say what would be asked, ask nothing.")
@json_option
@pass_command
def crawl(
    command: Command,
    sources: tuple[str, ...],
    councils: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    again: bool,
    term_search: bool,
    max_requests: int | None,
    max_megabytes: int | None,
    max_minutes: int | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Collect papers and notices from the study's sources (all of them where none is named).

    Asks slowly, obeys robots.txt, records every refusal. Whole months are looked at; those that
    were searched after late papers were out are not looked at again. May be interrupted (Ctrl-C)
    or killed, and goes on where it was when the same command is run within twelve hours. A crawl of
    live sites needs CORPUS_CONTACT: who you are, for the user agent.

    \b
    Examples:
      corpus crawl --dry-run
      CORPUS_CONTACT=ada@example.ac.uk corpus crawl modgov --council KEN
      corpus crawl contracts-finder --since 2025-01-01 --until 2025-03-31
      corpus crawl modgov --term-search --since 2016-01-01 --max-minutes 120
    """
    import os

    from corpus.progress import progress
    from corpus.study import keep_study
    from crawler.months import Window
    from crawler.plan import plan
    from crawler.run import Options
    from crawler.run import crawl as run_crawl
    from crawler.settings import RESOLVER_VARIABLE, contact, require_contact

    study = command.study()
    window = Window.of(_date(since), _date(until), date.today())
    if window.since > window.until:
        raise click.UsageError("--since lies after --until.")
    planned = plan(study, sources, councils, window, term_search)
    if dry_run:
        say(_plan_told(planned), as_json=as_json, lines=_plan_lines(planned))
        return
    require_contact(planned.urls, planned.private_hosts, contact(study))
    options = Options(
        again=again,
        term_search=term_search,
        resolver=os.environ.get(RESOLVER_VARIABLE),
        requests=max_requests,
        bytes=max_megabytes and max_megabytes * 1_000_000,
        seconds=max_minutes and max_minutes * 60.0,
    )
    with command.write() as store, progress("crawling: items recorded", None) as advance:
        keep_study(store, study)
        done = run_crawl(store, study, planned, options, advance)
    say(done.told(), as_json=as_json, lines=_lines(done))
    _end(done)


def _date(given: datetime | None) -> date | None:
    return given.date() if given else None


def _plan_told(plan: "Plan") -> dict[str, Any]:
    return {
        "since": plan.window.since.isoformat(),
        "until": plan.window.until.isoformat(),
        "months": len(plan.window.months),
        "sources": [
            {
                "source": step.source.source,
                "urls": step.urls,
                "councils": [council.council for council in step.councils],
                "pause_seconds": step.source.throttle_seconds,
                "requests_at_least": step.requests_at_least(plan.window),
                "minutes_at_least": round(step.seconds_at_least(plan.window) / 60, 1),
            }
            for step in plan.steps
        ],
        "unread": [
            {
                "source": unread.source,
                "council": unread.council.council if unread.council else None,
                "state": unread.state,
                "reason": unread.reason,
            }
            for unread in plan.unread
        ],
    }


def _plan_lines(plan: "Plan") -> list[str]:
    lines = [f"Nothing was asked. {plan.window.since} to {plan.window.until} would be looked at:"]
    for step in plan.steps:
        least = step.requests_at_least(plan.window)
        lines.append(
            f"{step.source.source}: at least {least:,} requests before the first document, "
            f"{step.source.throttle_seconds:g} s between two to one host, "
            f"{step.seconds_at_least(plan.window) / 60:,.0f} minutes"
        )
        lines += [f"  {council.council}  {council.base_url}" for council in step.councils]
        lines += [] if step.councils else [f"  {step.source.url}"]
    if plan.unread:
        lines.append(f"{len(plan.unread):,} cannot be read yet and would be recorded so.")
    return lines


def _lines(done: "Crawled") -> list[str]:
    lines = [
        f"{one.source}: {one.requests:,} requests, {one.documents_seen:,} documents seen, "
        f"{one.kept:,} kept, {one.failed:,} failed."
        for one in done.sources
    ]
    lines = lines or ["No source of the study can be crawled yet; coverage says which and why."]
    if done.stopped:
        return [*lines, f"Stopped: {done.stopped}. Run the same command again to go on."]
    if done.interrupted:
        return [*lines, "Stopped; what was recorded is kept. Run the same command to go on."]
    return [*lines, "Next: `corpus build`."]


def _end(done: "Crawled") -> None:
    for problem in done.problems:
        click.echo(f"Check: {problem}", err=True)
    if done.interrupted:
        click.get_current_context().exit(Exit.ERROR)
    if done.problems:
        click.get_current_context().exit(Exit.CHECK_FAILED)
    finish(done.failed)

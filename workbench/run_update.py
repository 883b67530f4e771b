"""An unattended run, step by step: crawl what is due, build, check, say what changed."""

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from corpus.command import Exit
from corpus.events import event
from corpus.progress import progress
from corpus.store import Row, Store, now
from corpus.study import Study, keep_study
from workbench.build import build_all, load_authored
from workbench.checks import keep, tell
from workbench.run_alerts import look
from workbench.saved import Saved, load_saved

if TYPE_CHECKING:
    from crawler.plan import Plan
    from crawler.run import Crawled

GO_ON = timedelta(hours=12)
"""An update that was cut short goes on for so long: as long as a crawl keeps its answers."""
MOST_TOLD = 20
"""So many failed documents and sources that need a look are named in a report."""
_FAILED = """
    select stage, subject, error, message from failures where at >= ? order by at desc, subject
"""


@dataclass
class Report:
    """What an update did and found; the report for people and `--json`."""

    update: int
    started_at: str
    finished_at: str = ""
    attempts: int = 1
    due: dict[str, str] = field(default_factory=dict)
    """The sources that were due, each with the first day it looked back to."""
    crawled: list[Row] = field(default_factory=list)
    stopped: str | None = None
    interrupted: bool = False
    built: Row = field(default_factory=dict)
    failures: list[Row] = field(default_factory=list)
    complaints: list[Row] = field(default_factory=list)
    checks: list[Row] = field(default_factory=list)
    alerts: list[Row] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    """What the operator's command could not be told, and why."""
    published: str = ""
    failed: int = 0
    lines: list[str] = field(default_factory=list)

    @property
    def failing(self) -> list[Row]:
        """The checks that fail."""
        return [row for row in self.checks if row["state"] == "failing"]

    @property
    def exit_code(self) -> int:
        """What tells a scheduler how it went."""
        if self.interrupted:
            return Exit.ERROR
        if self.failing:
            return Exit.CHECK_FAILED
        return Exit.SOME_FAILED if self.failed else Exit.DONE

    def told(self) -> dict[str, Any]:
        """Return it as an answer for `--json`."""
        told = {name: value for name, value in asdict(self).items() if name != "lines"}
        return told | {"failing": len(self.failing), "exit_code": int(self.exit_code)}


@dataclass(frozen=True)
class Wishes:
    """How an update is to be done: options of `corpus update`."""

    sources: tuple[str, ...] = ()
    now: bool = False
    jobs: int = 0
    ocr_pages: int | None = None
    requests: int | None = None
    seconds: float | None = None


def what_is_due(store: Store, study: Study, wishes: Wishes) -> dict[str, date]:
    """Return the sources to be crawled, each with the first day it looks at.

    An update that was cut short within `GO_ON` goes on with its own, so that no address is asked
    for twice.
    """
    from crawler.due import due

    begun = unfinished(store)
    told = json.loads(begun["sources"]) if begun and not wishes.sources else {}
    if told:
        return {s: date.fromisoformat(day) for s, day in told.items() if s in study.sources}
    return {
        one.source: one.since
        for one in due(store, study, datetime.now(UTC))
        if (one.due or wishes.now) and one.source in (wishes.sources or study.sources)
    }


def unfinished(store: Store) -> Row | None:
    """Return the last update where it was cut short, or ran out of its budget, a while ago."""
    if "updates" not in store.db.table_names():  # a corpus of before, that is only read
        return None
    rows = store.rows('select * from updates order by "update" desc limit 1')
    if not rows or rows[0]["outcome"] == "finished":
        return None
    age = datetime.now(UTC) - datetime.fromisoformat(rows[0]["started_at"])
    return rows[0] if timedelta(0) <= age < GO_ON else None


def planned(study: Study, due: dict[str, date]) -> "Plan | None":
    """Return what is to be crawled, None where nothing is due."""
    from crawler.months import Window
    from crawler.plan import plan

    if not due:
        return None
    return plan(study, due, (), Window.of(None, None, date.today())).caught_up(due)


def update(store: Store, study: Study, wishes: Wishes) -> Report:
    """Do an unattended run under the lock that the caller holds; return what it did and found.

    May be killed at any moment: what was recorded is kept, and the next run goes on. Raises
    `BadStudy` and `NoContact` before anything is done.
    """
    from crawler.settings import contact, require_contact

    authored, saved = load_authored(study), load_saved(study)
    keep_study(store, study)
    due = what_is_due(store, study, wishes)
    plan = planned(study, due)
    if plan:
        require_contact(plan.urls, plan.private_hosts, contact(study))
    report = _begin(store, due)
    try:
        if plan:
            _crawl(store, study, plan, wishes, report)
        if not report.interrupted:
            _build(store, study, authored, wishes, report)
            _alert(store, saved, report)
            _check(store, study, report)
    finally:
        _end(store, report)
    return report


def _begin(store: Store, due: dict[str, date]) -> Report:
    """Open the update's row, or go on with the one that was cut short."""
    told = {source: day.isoformat() for source, day in due.items()}
    begun = unfinished(store)
    with store.db.atomic():
        store.db.execute("update updates set outcome = 'interrupted' where outcome = 'running'")
        row: Row = {"outcome": "running", "sources": json.dumps(told), "finished_at": None}
        if begun:
            number, started = begun["update"], begun["started_at"]
            attempts = begun["attempts"] + 1
            store.db.table("updates").update(number, row | {"attempts": attempts})
        else:
            started, attempts = now(), 1
            row |= {"started_at": started, "attempts": attempts}
            number = store.db.table("updates").insert(row).last_pk
    event("update.began", update=number, attempts=attempts, due=told)
    return Report(int(str(number)), started, attempts=attempts, due=told)


def _end(store: Store, report: Report) -> None:
    """Write how it ended; an update that was interrupted stays open."""
    if store.db.conn.in_transaction:
        store.db.conn.rollback()
    row: Row = {"outcome": "interrupted"}
    if report.finished_at:
        row = {"outcome": "stopped" if report.stopped else "finished"}
        row |= {"finished_at": report.finished_at, "exit_code": int(report.exit_code)}
        row |= {"report": json.dumps(report.told(), ensure_ascii=False)}
    with suppress(sqlite3.Error), store.db.atomic():  # a full disk: the error under way says so
        store.db.table("updates").update(report.update, row)
    event("update.ended", update=report.update, exit_code=int(report.exit_code))


def _crawl(store: Store, study: Study, plan: "Plan", wishes: Wishes, report: Report) -> None:
    from crawler.run import Options
    from crawler.run import crawl as run_crawl
    from crawler.settings import RESOLVER_VARIABLE

    options: Options = Options(
        resolver=os.environ.get(RESOLVER_VARIABLE),
        requests=wishes.requests,
        seconds=wishes.seconds,
    )
    with progress("crawling: items recorded", None) as advance:
        done = run_crawl(store, study, plan, options, advance)
    report.crawled = [asdict(one) for one in done.sources]
    report.stopped, report.failed = done.stopped, done.failed
    report.interrupted = done.interrupted and not done.stopped
    report.lines += _crawled_lines(done)
    if not done.interrupted:  # what follows may be cut short; the crawl need not be done again
        with store.db.atomic():
            store.db.table("updates").update(report.update, {"sources": "{}"})


def _crawled_lines(done: "Crawled") -> list[str]:
    lines = [
        f"{one.source}: {one.requests:,} requests, {one.documents_seen:,} documents seen, "
        f"{one.kept:,} kept, {one.failed:,} failed."
        for one in done.sources
    ]
    return [*lines, f"Stopped: {done.stopped}. The next update goes on."] if done.stopped else lines


def _build(
    store: Store, study: Study, authored: tuple[Any, Any, Any], wishes: Wishes, report: Report
) -> None:
    built = build_all(store, study, authored, jobs=wishes.jobs, ocr_pages=wishes.ocr_pages)
    report.built = built.told()
    report.failed += built.failed
    report.lines += [*built.lines, *built.coded.problems]


def _alert(store: Store, saved: list[Saved], report: Report) -> None:
    """Say what changed in saved searches."""
    looked = look(store, saved)
    report.alerts = [one.told() for one in looked]
    report.lines += [one.line for one in looked]
    for one in looked:
        event("alert.looked", alert=one.alert, new=one.new, changed=one.changed, gone=one.gone)


def _check(store: Store, study: Study, report: Report) -> None:
    """Look at what must hold, write it down, tell the operator."""
    from crawler.health import complaints
    from crawler.monitors import monitors

    found = monitors(store, study, datetime.now(UTC))
    report.checks = keep(store, found)
    report.untold = tell(store, report.checks, study.on_alert)
    report.complaints = [asdict(one) for one in complaints(store, study, date.today())]
    report.failures = store.rows(_FAILED, (report.started_at,))
    report.lines += [one.line for one in found if one.failing]
    report.lines += _some("failed", report.failures, _failure_line)
    report.lines += _some("need a look", report.complaints, _complaint_line)
    report.finished_at = now()


def _failure_line(row: Row) -> str:
    return f"  {row['stage']} {row['subject']}: {row['error']}, {row['message']}"


def _complaint_line(row: Row) -> str:
    where = f"{row['source']} {row['council']}".strip()
    return f"  {row['kind']} {where}: {row['reason']}. {row['advice']}"


def _some(what: str, rows: list[Row], line: Callable[[Row], str]) -> list[str]:
    if not rows:
        return []
    more = len(rows) - MOST_TOLD
    lines = [f"{len(rows):,} {what}:", *(line(row) for row in rows[:MOST_TOLD])]
    return [*lines, f"  and {more:,} more: `corpus status`, `--json`"] if more > 0 else lines

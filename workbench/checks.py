"""Keeping what the checks found, and telling the operator: log, feed, command."""

import json
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.events import event
from corpus.store import Row, Store, now
from workbench.atom import Entry, write_feed

if TYPE_CHECKING:
    from crawler.monitors import Monitor

REMIND = timedelta(days=7)
"""Who was told of a failing check is told again after so long, if it still fails."""
ALERT_SECONDS = 60
"""What the operator's command may take: a mail is handed over in a second."""
FEED = "checks.xml"


def feeds_folder(corpus: Path) -> Path:
    """Return the folder beside a corpus in which its feeds lie."""
    return corpus.with_name(f"{corpus.stem}-feeds")


def keep(store: Store, found: Sequence["Monitor"]) -> list[Row]:
    """Write what the checks found; return the rows, each with the time since when it is so.

    A check that the study no longer asks for is taken out.
    """
    from crawler.monitors import as_row

    before = {row["monitor"]: row for row in store.rows("select * from monitors")}
    rows = [_kept(as_row(one), before) for one in found]
    with store.db.atomic():
        store.db.execute("delete from monitors")
        store.db.table("monitors").insert_all(rows)
    return rows


def _kept(row: Row, before: dict[str, Row]) -> Row:
    """Return a row with its times, as far as its state is the one it had."""
    held = before.get(row["monitor"], {})
    same = held.get("state") == row["state"]
    row = row | {"bound": row.pop("limit"), "checked_at": now()}
    row["since"] = held["since"] if same else row["checked_at"]
    row["told_at"] = held["told_at"] if same else None
    return row


def tell(store: Store, rows: Sequence[Row], command: Sequence[str]) -> list[str]:
    """Tell the operator of failing checks; return what could not be told, and why.

    Everything failing is logged and stands in the feed; `command` is run for what it was not told
    of within `REMIND`.
    """
    failing = [row for row in rows if row["state"] == "failing"]
    for row in failing:
        event("check.failing", **{k: row[k] for k in ("monitor", "message", "advice", "since")})
    write_feed(
        feeds_folder(store.path) / FEED,
        "Council Corpus: checks that fail",
        [_entry(row) for row in failing],
    )
    untold = [row for row in failing if _is_untold(row)]
    if not command or not untold:
        return []
    problem = run_hook(command, {"corpus": str(store.path.resolve()), "failing": untold})
    if problem:
        event("on_alert.failed", f"on_alert: {problem}", command=command[0])
        return [problem]
    with store.db.atomic():
        for row in untold:
            store.db.table("monitors").update(row["monitor"], {"told_at": now()})
    return []


def _is_untold(row: Row) -> bool:
    told = row["told_at"]
    if not told:
        return True
    age = datetime.now(UTC) - datetime.fromisoformat(told)
    return not timedelta(0) <= age < REMIND


def _entry(row: Row) -> Entry:
    return Entry(
        key=f"{row['monitor']} {row['since']}",
        title=f"{row['monitor']} fails",
        at=row["since"],
        text=f"{row['message']} {row['advice']}",
    )


def run_hook(command: Sequence[str], told: dict[str, Any]) -> str:
    """Run the operator's command with JSON on its stdin, without a shell; return what went wrong.

    `{n}` in an argument becomes the number of failing checks. It has `ALERT_SECONDS`.
    """
    arguments = [part.replace("{n}", str(len(told["failing"]))) for part in command]
    try:
        done = subprocess.run(
            arguments,
            input=json.dumps(told, ensure_ascii=False, indent=2),
            text=True,
            capture_output=True,
            timeout=ALERT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"`{arguments[0]}` was stopped after {ALERT_SECONDS} seconds."
    except OSError as error:
        return f"`{arguments[0]}` could not be started: {error.strerror}."
    last = done.stderr.strip().splitlines()[-1:]
    if done.returncode:
        return f"`{arguments[0]}` ended with {done.returncode}: {' '.join(last)[:300]}"
    return ""

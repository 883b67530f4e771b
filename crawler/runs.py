"""Runs: one row of `crawls` for each, also for those that were cut short."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from corpus.store import Store, now


@dataclass
class Run:
    """A run as it goes: its number and its counts."""

    crawl: int
    requests: int = 0
    bytes: int = 0
    seen: int = 0
    kept: int = 0
    errors: int = 0


def close_killed(store: Store) -> None:
    """Record of runs that were killed that they were cut short; the caller holds the lock."""
    with store.db.atomic():
        store.db.execute("update crawls set outcome = 'interrupted' where outcome = 'running'")


@contextmanager
def run(
    store: Store,
    source: str,
    *,
    council: str | None = None,
    since: str | None = None,
    until: str | None = None,
    **options: Any,
) -> Iterator[Run]:
    """Open a run; whatever happens inside, its row says how it ended."""
    with store.db.atomic():
        crawl = (
            store.db.table("crawls")
            .insert(
                {
                    "source": source,
                    "council": council,
                    "started_at": now(),
                    "outcome": "running",
                    "since": since,
                    "until": until,
                    "code_version": version("council-corpus"),
                    "options": json.dumps(options, sort_keys=True),
                }
            )
            .last_pk
        )
    going = Run(int(str(crawl)))
    try:
        yield going
    except BaseException:
        _end(store, going, "interrupted")
        raise
    _end(store, going, "finished-with-errors" if going.errors else "finished")


def _end(store: Store, going: Run, outcome: str) -> None:
    if store.db.conn.in_transaction:
        store.db.conn.rollback()
    with store.db.atomic():
        store.db.table("crawls").update(
            going.crawl,
            {
                "finished_at": now(),
                "outcome": outcome,
                "requests": going.requests,
                "bytes": going.bytes,
                "seen": going.seen,
                "kept": going.kept,
                "errors": going.errors,
            },
        )

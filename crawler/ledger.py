"""The ledger: what was looked at, by source, council and month, and what came of it."""

from collections.abc import Iterable
from datetime import date, timedelta

from corpus.store import Store, now
from corpus.study import Council, Source
from crawler.items import MonthLooked
from crawler.months import Window, first_day, last_day

SEARCHED = ("searched", "none-published")
REFUSED = ("blocked", "robots-refused")
UNLOOKED = ("not-looked", "unsupported", "url-unknown")
REFUSED_DAYS = 30
"""A site that has refused is asked again about once a month, however often we crawl."""


class Ledger:
    """The coverage of one source; writes inside transactions that the caller opens."""

    def __init__(
        self, store: Store, source: Source, since: str = "", term_search: bool = False
    ) -> None:
        """`since`: months looked at from that instant on belong to this crawl and are done with."""
        self._store = store
        self._source = source
        self._since = since
        self._done_states = (*SEARCHED, "term-searched") if term_search else SEARCHED

    def write(self, looked: MonthLooked) -> None:
        """Record a month that was looked at to its end; later stages' counts are left alone.

        A full look is not undone by a lesser one, by the site's own search or none.
        """
        if not self.records(looked):
            return
        self._store.db.execute(
            "insert into coverage "
            "(source, council, month, state, looked_at, documents_seen, reason) "
            "values (?, ?, ?, ?, ?, ?, ?) on conflict (source, council, month) do update set "
            "state = excluded.state, looked_at = excluded.looked_at, reason = excluded.reason, "
            "documents_seen = excluded.documents_seen "
            "where not (excluded.state in ('not-looked', 'term-searched') "
            "and coverage.state in ('searched', 'none-published'))",
            (
                self._source.source,
                looked.council,
                looked.month,
                looked.state,
                now(),
                looked.documents_seen,
                looked.reason,
            ),
        )

    def records(self, looked: MonthLooked) -> bool:
        """Whether a month is recorded at all: of one to come, nothing can be said yet if empty."""
        return looked.state != "none-published" or first_day(looked.month) <= date.today()

    def write_unread(self, council: str, months: Iterable[str], state: str, reason: str) -> None:
        """Record months that no spider can look at, unless they were looked at once."""
        self._store.db.conn.executemany(
            "insert into coverage (source, council, month, state, looked_at, reason) "
            "values (?, ?, ?, ?, ?, ?) on conflict (source, council, month) do update set "
            "state = excluded.state, reason = excluded.reason "
            f"where coverage.state in {UNLOOKED}",
            [(self._source.source, council, month, state, now(), reason) for month in months],
        )

    def open_months(
        self, council: str, window: Window, life: tuple[str, str] = ("", ""), again: bool = False
    ) -> list[str]:
        """Return the months to be looked at, the newest first.

        A month is done with when it was searched once, `window_days` or more after it ended: by
        then late minutes and supplements are out. One that was refused by then is asked for again
        after `REFUSED_DAYS`. Months outside a council's `life` are not its.
        """
        done = self._done(council, again)
        return [m for m in window.months if m not in done and _alive(m, *life)]

    def _done(self, council: str, again: bool) -> set[str]:
        rows = self._store.rows(
            "select month, state, looked_at from coverage where source = ? and council = ?",
            (self._source.source, council),
        )
        return {
            row["month"]
            for row in rows
            if self._is_of_this_crawl(**row) or (not again and self._is_done(**row))
        }

    def _is_of_this_crawl(self, month: str, state: str, looked_at: str) -> bool:
        return bool(self._since) and looked_at >= self._since and state not in UNLOOKED

    def _is_done(self, month: str, state: str, looked_at: str) -> bool:
        looked_on = date.fromisoformat(looked_at[:10])
        if looked_on <= settled_on(month, self._source.window_days):
            return False
        if looked_on > date.today():  # the clock was ahead then: what came late may be missing
            return False
        fresh = date.today() - looked_on < timedelta(days=REFUSED_DAYS)
        return state in self._done_states or (state in REFUSED and fresh)


def settled_on(month: str, window_days: float) -> date:
    """Return the day after which nothing more is expected to be published for a month."""
    return last_day(month) + timedelta(days=window_days)


def _alive(month: str, start_on: str, end_on: str) -> bool:
    started = not start_on or date.fromisoformat(start_on) <= last_day(month)
    return started and (not end_on or date.fromisoformat(end_on) >= first_day(month))


def life(council: Council) -> tuple[str, str]:
    """Return a council's first and last day, empty where they are not known."""
    return council.start_on, council.end_on

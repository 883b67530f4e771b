"""Months and windows: coverage is kept by month, so a crawl looks at whole months."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

MONTHS_BACK = 13
"""A first crawl's default: a year and the month before, so that every yearly report is met once."""
DAYS_AHEAD = 28
"""Agendas are published at least five clear working days before the meeting, many weeks earlier."""


def month_of(day: date) -> str:
    """Return the month of a day, as YYYY-MM."""
    return f"{day:%Y-%m}"


def first_day(month: str) -> date:
    """Return a month's first day."""
    return date.fromisoformat(f"{month}-01")


def last_day(month: str) -> date:
    """Return a month's last day."""
    first = first_day(month)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


@dataclass(frozen=True)
class Window:
    """The days a crawl looks at: from the first of a month to the last of a month."""

    since: date
    until: date

    @classmethod
    def of(cls, since: date | None, until: date | None, today: date) -> "Window":
        """Return the window asked for, widened to whole months; defaults count from `today`."""
        last = until or today + timedelta(days=DAYS_AHEAD)
        first = since or _months_before(today, MONTHS_BACK)
        return cls(first.replace(day=1), last_day(month_of(last)))

    @property
    def months(self) -> list[str]:
        """The months of the window, the newest first: what is new is most often asked for."""
        found = []
        month = month_of(self.since)
        while month <= month_of(self.until):
            found.append(month)
            month = month_of(last_day(month) + timedelta(days=1))
        return found[::-1]


def _months_before(day: date, count: int) -> date:
    index = day.year * 12 + day.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def slices(month: str, days: float) -> Iterator[tuple[date, date]]:
    """Yield (first day, day after the last) of equal parts of a month, none longer than `days`.

    Parts end where the month ends, so that a part that fails makes one month fail and no other.
    """
    first = first_day(month)
    total = (last_day(month) - first).days + 1
    parts = max(1, -(-total // max(1, int(days))))
    edges = [first + timedelta(days=total * part // parts) for part in range(parts + 1)]
    yield from pairwise(edges)

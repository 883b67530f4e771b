"""Months and windows: coverage is kept by month, so a crawl looks at whole months."""

import calendar
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

MONTHS_BACK = 13
"""A first crawl's default: a year and the month before, so that every yearly report is met once."""
DAYS_AHEAD = 28
"""Agendas are published at least five clear working days before the meeting, many weeks earlier."""
SHORTEST_PART_DAYS = 1 / 24
"""An hour: shorter parts would be more requests than any service wants."""


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


def slices(month: str, days: float) -> Iterator[tuple[datetime, datetime]]:
    """Yield (first instant, instant after the last), UTC, of equal parts of a month.

    None is longer than `days`; parts of a day or more begin at midnight. Parts end where the month
    ends, so that a part that fails makes one month fail and no other.
    """
    first = datetime.combine(first_day(month), time(), UTC)
    a_day = math.ceil(1 / max(min(days, 1), SHORTEST_PART_DAYS))
    units = last_day(month).day * a_day
    parts = -(-units // max(1, int(days)))
    edges = [first + timedelta(days=units * part // parts) / a_day for part in range(parts + 1)]
    yield from pairwise(edges)

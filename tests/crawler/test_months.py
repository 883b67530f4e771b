"""Months, windows and slices."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Tally
from crawler.months import Window, first_day, last_day, slices

TODAY = date(2026, 11, 22)
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def test_the_default_is_thirteen_months_back() -> None:
    window = Window.of(None, None, TODAY)
    assert (window.since, window.until) == (date(2025, 10, 1), date(2026, 12, 31))
    assert window.months[0] == "2026-12"
    assert window.months[-1] == "2025-10"


@given(days, st.integers(0, 900))
def test_a_window_is_whole_months_without_a_gap(since: date, length: int) -> None:
    window = Window.of(since, since + timedelta(days=length), TODAY)
    assert window.since <= since
    assert window.until >= since + timedelta(days=length)
    months = window.months[::-1]
    assert first_day(months[0]) == window.since
    assert last_day(months[-1]) == window.until
    assert all(last_day(a) + timedelta(days=1) == first_day(b) for a, b in pairwise(months))


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


@given(days, st.floats(0.01, 4000))
def test_slices_cover_a_month_and_no_other(day: date, longest: float) -> None:
    month = f"{day:%Y-%m}"
    parts = list(slices(month, longest))
    assert parts[0][0] == midnight(first_day(month))
    assert parts[-1][1] == midnight(last_day(month) + timedelta(days=1))
    assert all(a[1] == b[0] for a, b in pairwise(parts))
    limit = timedelta(days=max(longest, 1 / 24))
    rounding = timedelta(microseconds=1)
    assert all(timedelta() < until - since <= limit + rounding for since, until in parts)


@given(days, st.floats(1, 4000))
def test_slices_of_days_begin_at_midnight(day: date, longest: float) -> None:
    assert all(since == midnight(since.date()) for since, _ in slices(f"{day:%Y-%m}", longest))


@pytest.mark.parametrize(("longest", "parts"), [(0.25, 112), (0.3, 112), (0.5, 56), (0, 672)])
def test_slices_shorter_than_a_day(longest: float, parts: int) -> None:
    found = list(slices("2026-02", longest))
    assert len(found) == parts
    assert len({until - since for since, until in found}) == 1


def test_a_month_of_restricted_papers_alone_is_not_one_without_papers() -> None:
    month = Tally("2026-03", withheld=2).looked("XAL")
    assert (month.state, month.documents_seen) == ("searched", 0)
    assert month.reason == "2 papers listed, not public"
    assert Tally("2026-03").looked("XAL").state == "none-published"

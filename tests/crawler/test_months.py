"""Months, windows and slices."""

from datetime import date, timedelta
from itertools import pairwise

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


@given(days, st.floats(0.25, 4000))
def test_slices_cover_a_month_and_no_other(day: date, longest: float) -> None:
    month = f"{day:%Y-%m}"
    parts = list(slices(month, longest))
    assert parts[0][0] == first_day(month)
    assert parts[-1][1] == last_day(month) + timedelta(days=1)
    assert all(a[1] == b[0] for a, b in pairwise(parts))
    assert all(1 <= (until - since).days <= max(1, longest) for since, until in parts)


def test_a_month_of_restricted_papers_alone_is_not_one_without_papers() -> None:
    month = Tally("2026-03", withheld=2).looked("XAL")
    assert (month.state, month.documents_seen) == ("searched", 0)
    assert month.reason == "2 papers listed, not public"
    assert Tally("2026-03").looked("XAL").state == "none-published"

"""The ledger: which months are done with, and what a later look may change."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from corpus.store import Store, writing
from corpus.study import Source
from crawler.items import Answer, MonthLooked, Outcome, Tally
from crawler.ledger import REFUSED_DAYS, Ledger
from crawler.months import Window, month_of

TODAY = date.today()
WINDOW = Window.of(TODAY - timedelta(days=400), TODAY, TODAY)
SOURCE = Source(
    *("modgov", "", "papers", "", "", "", "", "", "modgov"), 0, "", 35, "", (), 0, 9, ()
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with writing(tmp_path / "corpus.db", "test") as opened:
        opened.db.table("sources").insert({"source": "modgov", "title": "x"})
        yield opened


def look(store: Store, month: str, state: str, days_ago: int = 0) -> None:
    Ledger(store, SOURCE).write(MonthLooked("KEN", month, state, 3))
    at = f"{TODAY - timedelta(days=days_ago)}T00:00:00Z"
    store.db.execute("update coverage set looked_at = ? where month = ?", (at, month))


def months_open(store: Store, **more: bool) -> list[str]:
    return Ledger(store, SOURCE).open_months("KEN", WINDOW, **more)


@pytest.mark.parametrize(
    ("state", "months_ago", "days_ago", "is_open"),
    [
        ("searched", 6, 0, False),
        ("none-published", 6, 0, False),
        ("failed", 6, 0, True),
        ("searched", 0, 0, True),  # late papers are still expected
        ("searched", 6, 170, True),  # last looked at before late papers were out
        ("blocked", 6, 1, False),
        ("robots-refused", 8, REFUSED_DAYS + 1, True),
        ("unsupported", 6, 0, True),
    ],
)
def test_which_months_are_open(
    store: Store, state: str, months_ago: int, days_ago: int, is_open: bool
) -> None:
    month = month_of(TODAY - timedelta(days=30 * months_ago))
    look(store, month, state, days_ago)
    assert (month in months_open(store)) == is_open
    assert month in months_open(store, again=True)


def test_months_outside_a_councils_life_are_not_its(store: Store) -> None:
    start, end = TODAY - timedelta(days=200), TODAY - timedelta(days=100)
    found = Ledger(store, SOURCE).open_months("KEN", WINDOW, (str(start), str(end)))
    assert (found[-1], found[0]) == (month_of(start), month_of(end))


def test_later_stages_counts_are_left_alone(store: Store) -> None:
    look(store, "2026-01", "searched")
    store.db.execute("update coverage set documents_read = 3, documents_mentioning = 1")
    look(store, "2026-01", "failed")
    row = store.rows("select state, documents_read, documents_mentioning from coverage")
    assert row == [{"state": "failed", "documents_read": 3, "documents_mentioning": 1}]


def test_what_was_looked_at_is_not_overwritten_as_unread(store: Store) -> None:
    look(store, "2026-01", "searched")
    Ledger(store, SOURCE).write_unread("KEN", ["2026-01", "2026-02"], "unsupported", "no spider")
    found = store.rows("select month, state, documents_seen from coverage order by month")
    assert [tuple(row.values()) for row in found] == [
        ("2026-01", "searched", 3),
        ("2026-02", "unsupported", None),
    ]


def test_nothing_is_said_of_a_month_to_come(store: Store) -> None:
    month = month_of(TODAY + timedelta(days=60))
    look(store, month, "none-published")
    assert store.rows("select * from coverage") == []
    look(store, month, "searched")
    assert len(store.rows("select * from coverage")) == 1


@pytest.mark.parametrize(
    ("outcomes", "seen", "state"),
    [
        ([], 0, "none-published"),
        ([Outcome.LISTED, Outcome.KEPT, Outcome.RESTRICTED, Outcome.ELSEWHERE], 2, "searched"),
        ([Outcome.ROBOTS_REFUSED], 2, "robots-refused"),
        ([Outcome.ROBOTS_REFUSED, Outcome.BLOCKED], 2, "blocked"),
        ([Outcome.BLOCKED, Outcome.ROBOTS_REFUSED, Outcome.FAILED], 2, "failed"),
    ],
)
def test_the_gravest_trouble_is_the_months_state(
    outcomes: list[Outcome], seen: int, state: str
) -> None:
    tally = Tally("2026-01", seen)
    for outcome in outcomes:
        tally.note(Answer("http://x.test/", outcome, reason=f"because {outcome}"))
    looked = tally.looked("KEN")
    assert (looked.state, looked.documents_seen) == (state, seen)
    assert bool(looked.reason) == (state not in ("searched", "none-published"))

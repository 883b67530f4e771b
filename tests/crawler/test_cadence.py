"""A month without a meeting is silence at one council and a fault at another."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.store import Store, writing
from crawler.cadence import expected, judge
from crawler.items import MonthLooked
from crawler.ledger import Ledger
from tests.crawler.test_ledger import SOURCE


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with writing(tmp_path / "corpus.db", "test") as opened:
        opened.db.table("sources").insert({"source": "modgov", "title": "x"})
        opened.db.table("councils").insert_all([{"council": "KEN"}, {"council": "PAR"}])
        yield opened


def held(store: Store, council: str, year: int, each: int, without: tuple[int, ...] = ()) -> None:
    """A year of `each` meetings a month, none in some months, all of them looked at."""
    ledger = Ledger(store, SOURCE)
    for month in range(1, 13):
        count = 0 if month in without else each
        for number in range(count):
            store.db.table("meetings").insert(
                {
                    "meeting": f"{council}-{year}-{month}-{number}",
                    "source": "modgov",
                    "council": council,
                    "held_on": f"{year}-{month:02d}-{number + 1:02d}",
                    "status": "Confirmed",
                }
            )
        state = "searched" if count else "none-published"
        ledger.write(MonthLooked(council, f"{year}-{month:02d}", state, count))


def states(store: Store, council: str) -> dict[str, str]:
    rows = store.rows("select month, state from coverage where council = ?", (council,))
    return {row["month"]: row["state"] for row in rows}


def test_a_busy_councils_empty_month_is_a_fault(store: Store) -> None:
    held(store, "KEN", 2024, each=9, without=(5,))
    judge(store, SOURCE)
    found = states(store, "KEN")
    assert found["2024-05"] == "failed"
    assert set(found.values()) == {"searched", "failed"}
    (reason,) = [r["reason"] for r in store.rows("select reason from coverage where reason != ''")]
    assert "about 9 are usual" in reason


def test_a_quiet_councils_empty_month_is_silence(store: Store) -> None:
    held(store, "PAR", 2024, each=1, without=(5, 8))
    judge(store, SOURCE)
    assert states(store, "PAR")["2024-05"] == "none-published"


def test_the_same_month_of_other_years_counts(store: Store) -> None:
    held(store, "KEN", 2023, each=9, without=(8,))
    held(store, "KEN", 2024, each=9, without=(8,))
    judge(store, SOURCE)
    assert states(store, "KEN")["2024-08"] == "none-published"


def test_too_little_known_is_not_judged() -> None:
    assert expected({"2024-01": 9, "2024-02": 9, "2024-03": 0}, "2024-03") is None


def test_judging_twice_changes_nothing(store: Store) -> None:
    held(store, "KEN", 2024, each=9, without=(5,))
    judge(store, SOURCE)
    before = states(store, "KEN")
    judge(store, SOURCE)
    assert states(store, "KEN") == before

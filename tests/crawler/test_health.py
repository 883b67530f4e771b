"""Which sources need a look: wrong, refused, stale, quiet, and none without a reason."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from corpus.store import Store, writing
from corpus.study import Study, keep_study, load_study
from crawler.health import QUIET_DAYS, card, complaints, quiet_days, refusal
from tests.crawler.conftest import write_study

TODAY = date(2026, 6, 20)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    councils = {"KEN": ("modgov", "https://ken.example"), "LND": ("modgov", "https://lnd.example")}
    return load_study(write_study(tmp_path / "study", councils, []))


@pytest.fixture
def store(tmp_path: Path, study: Study) -> Iterator[Store]:
    with writing(tmp_path / "corpus.db", "test") as opened:
        keep_study(opened, study)
        crawled(opened, "2026-06-19")
        yield opened


def crawled(store: Store, day: str) -> None:
    store.db.table("crawls").insert(
        {
            "source": "modgov",
            "started_at": f"{day}T00:00:00Z",
            "finished_at": f"{day}T01:00:00Z",
            "outcome": "finished",
        }
    )


def looked(store: Store, council: str, month: str, state: str, reason: str = "") -> None:
    store.db.table("coverage").insert(
        {
            "source": "modgov",
            "council": council,
            "month": month,
            "state": state,
            "looked_at": "2026-06-19T00:30:00Z",
            "reason": reason,
        }
    )


def visited(store: Store, url: str, outcome: str, reason: str = "", to: str | None = None) -> None:
    store.db.table("visits").insert(
        {
            "crawl": 1,
            "source": "modgov",
            "url": url,
            "outcome": outcome,
            "reason": reason,
            "fetched_at": "2026-06-19T00:30:00Z",
            "redirected_to": to,
        }
    )


def found(store: Store, study: Study) -> list[tuple[str, str, str]]:
    return [(one.kind, one.council, one.reason) for one in complaints(store, study, TODAY)]


def test_all_is_well(store: Store, study: Study) -> None:
    looked(store, "KEN", "2026-06", "searched")
    looked(store, "LND", "2026-05", "none-published")
    assert found(store, study) == []


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("robots-refused", "refused"),
        ("blocked", "refused"),
        ("unsupported", "wrong"),
        ("failed", "wrong"),
    ],
)
def test_the_newest_month_decides(store: Store, study: Study, state: str, kind: str) -> None:
    looked(store, "KEN", "2026-01", "searched")
    looked(store, "KEN", "2026-05", state, "the reason")
    looked(store, "LND", "2026-01", state, "an old one")
    looked(store, "LND", "2026-05", "searched")
    looked(store, "LND", "2026-09", state, "a month to come")
    assert found(store, study) == [(kind, "KEN", "the reason")]


def test_a_site_that_leads_elsewhere_is_wrong(store: Store, study: Study) -> None:
    visited(store, "https://ken.example/a", "listed", to="https://new.example/a")
    visited(store, "https://lnd.example/a", "listed", to="https://lnd.example/b")
    ((kind, council, reason),) = found(store, study)
    assert (kind, council) == ("wrong", "KEN")
    assert "https://new.example/a" in reason


def test_a_source_not_crawled_for_longer_than_papers_come_late_is_stale(
    store: Store, study: Study
) -> None:
    store.db.execute("update crawls set finished_at = '2026-04-01T00:00:00Z'")
    assert [one[0] for one in found(store, study)] == ["stale"]


def days(first: date, every: int, count: int) -> list[str]:
    return [(first + timedelta(days=every * n)).isoformat() for n in range(count)]


@pytest.mark.parametrize(
    ("published", "quiet"),
    [
        (days(date(2026, 1, 1), 7, 10), True),  # weekly until March
        (days(date(2026, 1, 1), 7, 20), False),  # weekly until May
        (days(date(2025, 1, 1), 90, 5), False),  # four a year
        (["2020-01-01", "2020-01-02"], False),  # too little is known
        ([], False),
    ],
)
def test_quiet_is_judged_by_the_councils_own_interval(published: list[str], quiet: bool) -> None:
    told = quiet_days(published, TODAY)
    assert bool(told) == quiet
    assert not told or told > QUIET_DAYS


def test_a_quiet_council_is_named(store: Store, study: Study) -> None:
    for number, day in enumerate(days(date(2026, 1, 1), 7, 10)):
        store.db.table("documents").insert(
            {
                "document": f"ken-modgov-s{number}",
                "source": "modgov",
                "council": "KEN",
                "published_on": day,
            }
        )
    ((kind, council, reason),) = found(store, study)
    assert (kind, council) == ("quiet", "KEN")
    assert "one paper every 7 before" in reason


def test_the_last_refusal_names_rule_and_address(store: Store, study: Study) -> None:
    looked(store, "KEN", "2026-05", "robots-refused")
    visited(store, "https://ken.example/x", "robots-refused", "robots.txt disallows this address")
    visited(store, "https://lnd.example/x", "blocked", "HTTP 403 Forbidden")
    told = refusal(store, "KEN")
    assert told is not None
    assert (told["url"], told["reason"]) == (
        "https://ken.example/x",
        "robots.txt disallows this address",
    )
    assert refusal(store, "LND") is None


def test_a_card_holds_what_the_study_says_and_what_came_of_it(store: Store, study: Study) -> None:
    looked(store, "KEN", "2026-05", "searched")
    told = card(store, study, study.sources["modgov"])
    assert told["months_by_state"] == {"searched": 1}
    assert (told["councils"], told["pause_why"]) == (2, "our own server")
    assert told["last_crawl"]["outcome"] == "finished"
    assert card(None, study, study.sources["modgov"])["documents"] == 0

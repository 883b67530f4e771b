"""Which sources are due: each by its own cadence, whatever happened to the nights before."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from corpus.store import Store, writing
from corpus.study import Study, keep_study, load_study
from crawler.due import Due, due
from crawler.ledger import Ledger
from crawler.months import Window
from crawler.plan import plan
from tests.crawler.conftest import write_source, write_study

AT = datetime(2026, 6, 20, 2, 30, tzinfo=UTC)
USUAL = date(2025, 5, 1)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    councils = {"KEN": ("modgov", "https://ken.example"), "LND": ("modgov", "https://lnd.example")}
    folder = write_study(tmp_path / "study", councils, [])
    every = {"days": 7, "why": "it says"}
    write_source(folder, "contracts-finder", kind="notices", url="https://cf.example", every=every)
    return load_study(folder)


@pytest.fixture
def store(tmp_path: Path, study: Study) -> Iterator[Store]:
    with writing(tmp_path / "corpus.db", "test") as opened:
        keep_study(opened, study)
        yield opened


def crawled(
    store: Store,
    at: str,
    source: str = "modgov",
    *,
    outcome: str = "finished",
    until: str = "2026-07-31",
    options: str = '{"councils": 2}',
) -> None:
    row = {"source": source, "started_at": at, "finished_at": at, "outcome": outcome}
    store.db.table("crawls").insert(row | {"until": until, "options": options})


def one(store: Store, study: Study, source: str = "modgov", at: datetime = AT) -> Due:
    return next(each for each in due(store, study, at) if each.source == source)


def test_what_was_never_crawled_is_due(store: Store, study: Study) -> None:
    found = {each.source: each for each in due(store, study, AT)}
    assert set(found) == {"modgov", "contracts-finder"}, "cmis and pages have no spider here"
    assert all(each.due and each.since == USUAL for each in found.values())


@pytest.mark.parametrize(
    ("last", "is_due"),
    [
        ("2026-06-20T01:30:00Z", False),  # an hour ago
        ("2026-06-19T20:00:00Z", False),
        ("2026-06-19T02:41:00Z", True),  # last night began eleven minutes later
        ("2026-06-17T02:30:00Z", True),  # the machine was off
    ],
)
def test_a_daily_source_is_due_every_night(
    store: Store, study: Study, last: str, is_due: bool
) -> None:
    crawled(store, last)
    assert one(store, study).due is is_due
    assert "every 1 days" in one(store, study).why


def test_each_source_has_its_own_cadence(store: Store, study: Study) -> None:
    crawled(store, "2026-06-15T02:30:00Z", "contracts-finder", options='{"councils": 0}')
    assert not one(store, study, "contracts-finder").due
    assert one(store, study, "contracts-finder", datetime(2026, 6, 22, 1, tzinfo=UTC)).due


def test_what_was_missed_for_years_is_caught_up(store: Store, study: Study) -> None:
    crawled(store, "2024-02-11T02:30:00Z", until="2024-03-31")
    assert one(store, study).since == date(2024, 2, 1)


@pytest.mark.parametrize(
    "told",
    [
        {"outcome": "interrupted"},
        {"outcome": "running"},
        {"options": '{"councils": 1}'},  # one council was tried by hand
        {"until": "2019-12-31"},  # back years were fetched
    ],
)
def test_a_crawl_of_a_part_is_none_of_the_whole(
    store: Store, study: Study, told: dict[str, str]
) -> None:
    crawled(store, "2026-06-20T01:30:00Z", **told)
    assert one(store, study).due


def test_errors_do_not_make_a_crawl_a_part(store: Store, study: Study) -> None:
    crawled(store, "2026-06-20T01:30:00Z", outcome="finished-with-errors")
    assert not one(store, study).due


def test_a_council_more_makes_its_source_due(store: Store, study: Study) -> None:
    crawled(store, "2026-06-20T01:30:00Z", options='{"councils": 1, "again": false}')
    assert one(store, study).due


def test_a_clock_that_was_ahead_stops_nothing(store: Store, study: Study) -> None:
    crawled(store, "2031-01-01T00:00:00Z", until="2031-01-31")
    found = one(store, study)
    assert found.due and "yet to come" in found.why and found.since == USUAL


def test_a_month_that_was_looked_at_in_the_future_is_open(store: Store, study: Study) -> None:
    store.db.table("coverage").insert_all(
        [
            {"source": "modgov", "council": "KEN", "month": month, "state": "searched"}
            | {"looked_at": at}
            for month, at in (
                ("2020-01", "2020-06-01T00:00:00Z"),
                ("2020-02", "2999-01-01T00:00:00Z"),
            )
        ]
    )
    window = Window(date(2020, 1, 1), date(2020, 2, 29))
    assert Ledger(store, study.sources["modgov"]).open_months("KEN", window) == ["2020-02"]


def test_a_plan_looks_back_as_far_as_each_source_needs(study: Study) -> None:
    window = Window.of(None, None, AT.date())
    wide = plan(study, (), (), window).caught_up(
        {"modgov": date(2024, 2, 11), "contracts-finder": date(2026, 6, 1)}
    )
    since = {step.source.source: wide.window_of(step).since for step in wide.steps}
    assert since == {"modgov": date(2024, 2, 1), "contracts-finder": USUAL}
    assert {wide.window_of(step).until for step in wide.steps} == {window.until}

"""Talking to one site: silences asked for are kept, budgets end a crawl and lose nothing."""

import time
from pathlib import Path

import pytest

from crawler.budget import Budget
from crawler.spiders.base import seconds_until
from tests.crawler.conftest import Reply, Site, modgov_answer, rows, run_crawl, write_study

OPTIONS = ("--since", "2026-02-01", "--until", "2026-02-28")


@pytest.mark.parametrize(
    ("told", "low", "high"),
    [
        ("120", 120, 120),
        (" 7 ", 7, 7),
        ("Fri, 31 Dec 2100 23:59:59 GMT", 1e9, 1e10),
        ("Sat, 01 Jan 2000 00:00:00 GMT", -1e10, -1e8),
        ("soon", 42, 42),
        ("-5", 42, 42),
        ("", 42, 42),
        ("9" * 40, 1e9, 1e12),
    ],
)
def test_retry_after_in_seconds_or_as_a_date(told: str, low: float, high: float) -> None:
    assert low <= seconds_until(told, otherwise=42) <= high


class Busy:
    """A Modern.Gov that is too busy for its first answers to one address."""

    def __init__(self, times: int, reply: Reply) -> None:
        self.left = times
        self.reply = reply
        self.at: list[float] = []

    def __call__(self, host: str, target: str) -> Reply | None:
        if "GetCommittees" in target:
            self.at.append(time.monotonic())
            if self.left:
                self.left -= 1
                return self.reply
        return modgov_answer(target)


def crawl(folder: Path, busy: Busy, **env: str) -> tuple[str, str]:
    site = Site(busy)
    base = f"http://good.test:{site.port}"
    write_study(folder / "study", {"GOO": ("modgov", base)}, ["good.test"])
    ran = run_crawl(folder, *OPTIONS, **env)
    site.close()
    assert "Traceback" not in ran.err
    ((state, reason),) = ran.rows("select state, reason from coverage")
    return state, reason or ""


@pytest.mark.parametrize("status", [429, 503])
def test_the_silence_that_is_asked_for_is_kept(tmp_path: Path, status: int) -> None:
    busy = Busy(1, Reply(b"busy", status, {"Retry-After": "2"}))
    assert crawl(tmp_path, busy)[0] == "none-published"
    assert len(busy.at) == 2
    assert busy.at[1] - busy.at[0] >= 2


def test_without_a_word_our_own_pause_is_kept(tmp_path: Path) -> None:
    busy = Busy(1, Reply(b"busy", 429))
    assert crawl(tmp_path, busy, CORPUS_PAUSE_SECONDS="1.5")[0] == "none-published"
    assert busy.at[1] - busy.at[0] >= 1.5


def test_who_asks_for_an_hour_and_more_is_left_alone(tmp_path: Path) -> None:
    busy = Busy(9, Reply(b"busy", 429, {"Retry-After": "86400"}))
    state, reason = crawl(tmp_path, busy)
    assert state == "blocked"
    assert "86,400 seconds" in reason
    assert len(busy.at) == 1


def test_a_budget_ends_the_crawl_and_the_next_goes_on(tmp_path: Path) -> None:
    site = Site(lambda host, target: modgov_answer(target))
    base = f"http://good.test:{site.port}"
    write_study(tmp_path / "study", {"GOO": ("modgov", base)}, ["good.test"])
    first = run_crawl(tmp_path, *OPTIONS, "--max-requests", "3")
    assert first.code == 0, first.err
    assert first.told["stopped"] == "the budget of 3 requests is used up"
    ((state, reason),) = first.rows("select state, reason from coverage")
    assert state == "not-looked"
    assert "budget" in reason
    asked = site.targets("good.test")
    assert len(asked) == 3
    second = run_crawl(tmp_path, *OPTIONS)
    site.close()
    assert second.told["stopped"] is None
    assert rows(tmp_path / "corpus.db", "select state from coverage") == [("none-published",)]
    everything = site.targets("good.test")
    assert len(everything) == len(set(everything)), "nothing is asked for twice"


def test_budgets_add_up_over_sources() -> None:
    budget = Budget(requests=10, bytes=1000)
    budget.watch(lambda: (4, 0))
    budget.watch(lambda: (5, 0))
    assert budget.used_up() is None
    budget.watch(lambda: (1, 0))
    assert "10 requests" in (budget.used_up() or "")
    assert Budget().used_up() is None
    assert Budget(seconds=0).used_up() is not None

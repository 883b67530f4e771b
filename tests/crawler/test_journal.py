"""The journal: what an unfinished crawl has had is not asked for again, nothing older is used."""

import os
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.store import Batch, Store
from corpus.study import Study
from crawler.items import Answer, InTurn, Outcome, TurnOver
from crawler.journal import FRESH, Journal, RobotsCache, Unit, home_of, load, save
from crawler.pipelines import Writer

UNIT = Unit("modgov", "KEN", "2026-02")
URL = "https://x.example/a?b=1"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return tmp_path / "corpus.db"


@given(
    content=st.binary(max_size=200),
    reason=st.none() | st.text(max_size=20),
    outcome=st.sampled_from(list(Outcome)),
    status=st.none() | st.integers(100, 599),
)
def test_an_answer_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory,
    content: bytes,
    reason: str | None,
    outcome: Outcome,
    status: int | None,
) -> None:
    path = tmp_path_factory.mktemp("answers") / "one"
    answer = Answer(URL, outcome, status, reason, content, etag='"1"', error="Http500")
    save(path, answer)
    assert load(path) == answer


def test_the_same_command_goes_on_and_another_does_not(corpus: Path) -> None:
    first = Journal.open(corpus, ["modgov", "2026-01"])
    first.keep(UNIT, Answer(URL, Outcome.LISTED, 200, content=b"x"))
    again = Journal.open(corpus, ["modgov", "2026-01"])
    assert again.started_at == first.started_at
    assert again.find(UNIT, URL) == Answer(URL, Outcome.LISTED, 200, content=b"x")
    assert Journal.open(corpus, ["modgov", "2026-02"]).find(UNIT, URL) is None


def test_units_and_forms_are_apart(corpus: Path) -> None:
    journal = Journal.open(corpus, [])
    journal.keep(UNIT, Answer(URL, Outcome.LISTED, 200, content=b"x"), {"page": "2"})
    assert journal.find(UNIT, URL) is None
    assert journal.find(UNIT, URL, {"page": "3"}) is None
    assert journal.find(Unit("modgov", "KEN", "2026-03"), URL, {"page": "2"}) is None
    assert journal.find(UNIT, URL, {"page": "2"}) is not None


def test_a_recorded_month_is_dropped_and_the_others_stay(corpus: Path) -> None:
    journal = Journal.open(corpus, [])
    other = Unit("modgov", "KEN", "2026-03")
    for unit in (UNIT, other):
        journal.keep(unit, Answer(URL, Outcome.LISTED, 200))
    journal.done(UNIT)
    assert journal.find(UNIT, URL) is None
    assert journal.find(other, URL) is not None


def test_a_finished_turn_is_not_had_again_in_this_round(corpus: Path) -> None:
    journal = Journal.open(corpus, ["a"])
    journal.keep(UNIT, Answer(URL, Outcome.LISTED, 200))
    assert not journal.is_done("modgov", "KEN")
    journal.turn_done("modgov", "KEN")
    assert journal.is_done("modgov", "KEN")
    assert not journal.is_done("modgov", "LND")
    assert journal.find(UNIT, URL) is None
    journal.close()
    assert not Journal.open(corpus, ["a"]).is_done("modgov", "KEN")


def test_what_may_be_our_own_networks_fault_is_not_remembered(corpus: Path) -> None:
    journal = Journal.open(corpus, [])
    journal.keep(UNIT, Answer(URL, Outcome.FAILED, reason="no route", error="NoSuchHost"))
    assert journal.find(UNIT, URL) is None
    journal.keep(UNIT, Answer(URL, Outcome.FAILED, 500, error="Http500"))
    assert journal.find(UNIT, URL) is not None


def test_an_old_round_is_dropped(corpus: Path) -> None:
    journal = Journal.open(corpus, [])
    journal.keep(UNIT, Answer(URL, Outcome.LISTED, 200))
    (journal.folder / "begun").write_text("2026-01-01T00:00:00Z")
    assert FRESH.total_seconds() < 86400
    assert Journal.open(corpus, []).find(UNIT, URL) is None


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"bytes": 5, "facts": {}}\nab', b"\xff\x00"])
def test_a_torn_answer_is_asked_for_again(corpus: Path, damage: bytes) -> None:
    journal = Journal.open(corpus, [])
    journal.keep(UNIT, Answer(URL, Outcome.LISTED, 200, content=b"abc"))
    (path,) = [one for one in journal.folder.rglob("*") if one.is_file() and one.name != "begun"]
    path.write_bytes(damage)
    assert journal.find(UNIT, URL) is None


@pytest.mark.parametrize(
    ("status", "hours", "fresh"),
    [(200, 23, True), (200, 25, False), (404, 23, True), (503, 2, False)],
)
def test_robots_are_kept_for_a_day_and_errors_for_an_hour(
    corpus: Path, status: int, hours: int, fresh: bool
) -> None:
    cache = RobotsCache(home_of(corpus) / "robots")
    cache.keep(Answer(URL, Outcome.LISTED, status, content=b"User-agent: *"))
    (path,) = (home_of(corpus) / "robots").iterdir()
    then = time.time() - hours * 3600
    os.utime(path, (then, then))
    assert (cache.find(URL) is not None) == fresh


def test_rows_are_on_the_disk_before_the_journal_says_so(
    store: Store, packaged_study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loss of power takes what is not synced; a finished turn is never asked for again."""
    told: list[str] = []
    journal = Journal.open(store.path, ["x"])
    monkeypatch.setattr("corpus.store.os.fsync", lambda file: told.append(name_of(file)))
    monkeypatch.setattr(journal, "turn_done", lambda *turn: told.append("turn done"))
    with Batch(store) as batch:
        going: Any = SimpleNamespace(crawl=1, seen=0, kept=0, errors=0)
        writer = Writer(store, packaged_study.sources["modgov"], going, batch, journal)
        store.fail("crawl", "x", "Broken", "m", True)
        writer.write(InTurn("KEN", TurnOver()))
    assert told[:2] == ["corpus.db-wal", "turn done"]


def name_of(file: int) -> str:
    return Path(f"/proc/self/fd/{file}").readlink().name

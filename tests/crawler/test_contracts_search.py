"""Contracts Finder by its keyword search: the same documents as by reading everything, and faults.

The shape of the search's answer is documented and has never been met.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import Broken
from crawler import contracts_search
from crawler.contracts_search import Hit, halves, windows
from crawler.journal import JsonBody, form_text
from demo.answer import Answer, Query
from demo.notices import Release
from demo.notices_search import notice_of
from demo.server import CountyServer
from demo.sites import NoticesSite
from demo.study import write_study
from tests.crawler.conftest import Ran, run_crawl

PHRASES = ("predictive analytics", "data matching", "risk scoring")
CODEBOOK = """
version: "1"
codes:
  - {code: analytics, group: technique, label: Analytics, precision: high,
     definition: Words., terms: [predictive analytics, data matching, risk scoring]}
"""
YEARS = ("--since", "2023-01-01", "--until", "2025-12-31")
SEARCHES = 3 * 5
"""Of three years, for three phrases and two of their plurals."""
GUID = "0dbd2a57-18f9-4b60-b195-928dda88f4dd"
Spoil = Callable[[dict[str, Any]], bytes]


@dataclass
class Searched(NoticesSite):
    """The county's service, its keyword search spoilt; `refusals` many are answered by 403."""

    releases: tuple[Release, ...]
    most_hits: int = 1000
    spoil: Spoil | None = None
    refusals: int = 0
    hidden: frozenset[str] = frozenset()
    asked: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, path: str, query: Query, base: str) -> Answer:
        if path == self.KEYWORDS:
            return self._spoilt(super().answer(path, query, base), query)
        whole = self.releases
        self.releases = tuple(one for one in whole if notice_of(one) not in self.hidden)
        try:
            return super().answer(path, query, base)
        finally:
            self.releases = whole

    def _spoilt(self, answer: Answer, query: Query) -> Answer:
        self.asked.append(json.loads(query["json"])["searchCriteria"])
        if self.refusals:
            self.refusals -= 1
            return Answer(403, b"slow down")
        return Answer(200, self.spoil(json.loads(answer.body))) if self.spoil else answer


@dataclass
class Served:
    """The served county and a study with three phrases."""

    server: CountyServer
    folder: Path

    def crawl(self, place: Path, site: NoticesSite, *options: str) -> Ran:
        self.server.sites[self.server.world.notices_host] = site
        place.mkdir(exist_ok=True)
        return run_crawl(place, "contracts-finder", *options, study=self.folder / "study")

    def searched(self, place: Path, years: tuple[str, ...] = YEARS, **spoilt: Any) -> "Trial":
        site = Searched(self.server.world.notices, **spoilt)
        return Trial(site, self.crawl(place, site, "--term-search", *years))

    @property
    def expected(self) -> list[Release]:
        """What has one of the phrases, by the county's own plan."""
        return [one for one in self.server.world.notices if wanted(one)]


@dataclass
class Trial:
    """A spoilt service and the crawl that met it."""

    site: Searched
    ran: Ran

    def states(self) -> dict[str, tuple[str, str]]:
        sql = "select month, state, reason from coverage where source = 'contracts-finder'"
        return {month: (state, reason or "") for month, state, reason in self.ran.rows(sql)}


def wanted(release: Release) -> bool:
    text = f"{release['tender']['title']} {release['tender']['description']}".casefold()
    within = "2023-01-01" <= release["date"] < "2026-01-01"
    return within and any(phrase in text for phrase in PHRASES)


def documents(ran: Ran) -> dict[str, str]:
    return dict(ran.rows("select document, sha256 from documents"))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("keywords")
    (folder / "codebook.yaml").write_text(CODEBOOK)
    with CountyServer() as server:
        write_study(folder / "study", server.port, folder / "codebook.yaml")
        yield Served(server, folder)


@pytest.fixture(scope="module")
def whole(served: Served) -> Trial:
    return served.searched(served.folder / "whole")


def test_all_that_has_a_phrase_is_found_and_nothing_far_from_it(
    served: Served, whole: Trial
) -> None:
    assert whole.ran.code == 0, whole.ran.err
    expected = {f"contracts-finder-{one['id']}" for one in served.expected}
    assert len(expected) == 10
    assert expected == documents(whole.ran).keys()


def test_it_is_the_same_document_whatever_way_it_was_found(
    served: Served, whole: Trial, tmp_path: Path
) -> None:
    read = served.crawl(tmp_path, NoticesSite(served.server.world.notices), *YEARS)
    assert read.code == 0, read.err
    by_reading, by_search = documents(read), documents(whole.ran)
    assert len(by_reading) > 2 * len(by_search)
    assert by_search.items() <= by_reading.items()
    again = served.crawl(tmp_path, Searched(served.server.world.notices), *YEARS, "--term-search")
    assert again.told["sources"][0]["kept"] == 0
    assert documents(again) == by_reading
    states = {state for (state,) in again.rows("select distinct state from coverage")}
    assert states == {"searched", "none-published"}, "a full look is not undone"


def test_months_are_term_searched_and_say_what_was_asked(whole: Trial) -> None:
    states = whole.states()
    assert len(states) == 36
    assert {state for state, _ in states.values()} == {"term-searched"}
    for phrase in PHRASES:
        assert all(phrase in reason for _, reason in states.values())


def test_a_phrase_costs_one_request_a_year(whole: Trial) -> None:
    asked = {(one["keyword"], one["publishedFrom"], one["publishedTo"]) for one in whole.site.asked}
    assert len(asked) == len(whole.site.asked) == SEARCHES
    edges = {(since[:10], until[:10]) for _, since, until in asked}
    assert edges == {(f"{year}-01-01", f"{year}-12-31") for year in (2023, 2024, 2025)}


def test_the_dry_run_counts_the_searches(served: Served, tmp_path: Path) -> None:
    told = served.crawl(tmp_path, NoticesSite(()), "--term-search", *YEARS, "--dry-run").told
    assert told["sources"][0]["requests_at_least"] == 1 + SEARCHES
    plain = served.crawl(tmp_path, NoticesSite(()), *YEARS, "--dry-run").told
    assert plain["sources"][0]["requests_at_least"] > 36


def test_months_once_searched_are_not_asked_again(served: Served, whole: Trial) -> None:
    again = served.searched(served.folder / "whole")
    assert again.site.asked == []
    assert documents(again.ran) == documents(whole.ran)


def test_an_answer_that_is_too_full_is_asked_for_in_halves(
    served: Served, whole: Trial, tmp_path: Path
) -> None:
    trial = served.searched(tmp_path, most_hits=1)
    assert trial.ran.code == 0, trial.ran.err
    assert documents(trial.ran) == documents(whole.ran)
    assert len(trial.site.asked) > SEARCHES
    spans = {(one["publishedFrom"][:10], one["publishedTo"][:10]) for one in trial.site.asked}
    assert ("2023-01-01", "2023-07-02") in spans
    assert ("2023-07-03", "2023-12-31") in spans


def test_too_many_requests_are_waited_out_once(served: Served, tmp_path: Path) -> None:
    trial = served.searched(tmp_path, refusals=1)
    assert trial.ran.code == 0, trial.ran.err
    assert len(trial.site.asked) == SEARCHES + 1
    assert {state for state, _ in trial.states().values()} == {"term-searched"}


def test_a_service_that_keeps_refusing_is_left_alone(served: Served, tmp_path: Path) -> None:
    trial = served.searched(tmp_path, refusals=1000)
    assert {state for state, _ in trial.states().values()} == {"blocked"}
    assert len(trial.states()) == 36
    assert len(trial.site.asked) == 6, "three refusals, each asked once more"


def _changed(**changes: Any) -> Spoil:
    return lambda found: json.dumps(found | changes).encode()


def _first(**changes: Any) -> Spoil:
    def spoil(found: dict[str, Any]) -> bytes:
        for entry in found["noticeList"][:1]:
            entry["item"] |= changes
        return json.dumps(found).encode()

    return spoil


BROKEN: dict[str, tuple[Spoil, str]] = {
    "page": (lambda found: b"<html>Sorry</html>", "not JSON"),
    "list": (lambda found: b"[]", "hitCount"),
    "deep": (lambda found: b"[" * 100_000, "nested too deeply"),
    "text": (_changed(hitCount="1"), "hitCount"),
    "true": (_changed(hitCount=True), "hitCount"),
    "below": (_changed(hitCount=-1), "hitCount"),
    "nolist": (_changed(noticeList={}), "noticeList"),
    "null": (_changed(noticeList=None), "noticeList"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_answer_of_another_shape_is_broken(name: str) -> None:
    spoil, word = BROKEN[name]
    with pytest.raises(Broken, match=word):
        contracts_search.results(spoil({"hitCount": 0, "noticeList": []}))


FAULTS: dict[str, tuple[Spoil, str]] = {
    "page": BROKEN["page"],
    "number": (_first(id=7), "no notice's"),
    "path": (_first(id="../../secret"), "no notice's"),
    "day": (_first(publishedDate="yesterday"), "day of publication"),
    "year": (_first(publishedDate="0001-01-01T00:00:00+01:00"), "day of publication"),
    "empty": (_changed(hitCount=5, noticeList=[]), "counts 5 hits and gives 0"),
    "endless": (_changed(hitCount=10**30), "hits and gives"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_keeps_the_year_from_counting_as_searched(
    served: Served, tmp_path: Path, name: str
) -> None:
    spoil, word = FAULTS[name]
    years = ("--since", "2023-01-01", "--until", "2023-12-31")
    trial = served.searched(tmp_path, years, spoil=spoil)
    assert trial.ran.code == 4, trial.ran.err
    assert "Traceback" not in trial.ran.err
    assert {state for state, _ in trial.states().values()} == {"failed"}
    assert any(word in reason for _, reason in trial.states().values())
    assert len(trial.site.asked) <= 5 * 64
    assert not [r for r in served.server.requests if "secret" in r.target]


def test_each_failing_search_is_a_failure_of_its_own_until_it_is_mended(
    served: Served, tmp_path: Path
) -> None:
    first = iter([b"<html>"])
    years = ("--since", "2023-01-01", "--until", "2023-12-31")
    trial = served.searched(
        tmp_path, years, spoil=lambda found: next(first, json.dumps(found).encode())
    )
    ((subject,),) = trial.ran.rows("select subject from failures")
    assert "keyword=predictive+analytics&" in subject
    mended = served.searched(tmp_path, years)
    assert mended.ran.code == 0, mended.ran.err
    assert mended.ran.rows("select subject from failures") == []


def test_a_notice_without_a_release_fails_its_month_alone(served: Served, tmp_path: Path) -> None:
    lost = served.expected[3]
    trial = served.searched(tmp_path, hidden=frozenset([notice_of(lost)]))
    assert trial.ran.code == 4, trial.ran.err
    bad = {month: reason for month, (state, reason) in trial.states().items() if state == "failed"}
    assert list(bad) == [lost["date"][:7]]
    assert notice_of(lost) in bad[lost["date"][:7]]
    assert len(documents(trial.ran)) == len(served.expected) - 1
    mended = served.searched(tmp_path)
    assert mended.ran.code == 0, mended.ran.err
    assert {state for state, _ in mended.states().values()} == {"term-searched"}
    assert mended.ran.rows("select * from failures") == []


def test_a_time_that_is_an_hour_off_is_found(served: Served, tmp_path: Path) -> None:
    def later(found: dict[str, Any]) -> bytes:
        for entry in found["noticeList"]:
            at = datetime.fromisoformat(entry["item"]["publishedDate"]) + timedelta(hours=1)
            entry["item"]["publishedDate"] = at.replace(tzinfo=None).isoformat()
        return json.dumps(found).encode()

    trial = served.searched(tmp_path, spoil=later)
    assert trial.ran.code == 0, trial.ran.err
    assert documents(trial.ran).keys() >= {
        f"contracts-finder-{one['id']}" for one in served.expected
    }


def test_without_a_precise_term_nothing_is_asked(served: Served, tmp_path: Path) -> None:
    study = served.folder / "study" / "codebook.yaml"
    kept = study.read_text()
    study.write_text(kept.replace("precision: high", "precision: low"))
    trial = served.searched(tmp_path)
    study.write_text(kept)
    assert trial.site.asked == []
    assert {state for state, _ in trial.states().values()} == {"unsupported"}


def entry(**changes: Any) -> dict[str, Any]:
    item = {"id": GUID.upper(), "publishedDate": "2022-05-19T17:08:58+01:00"} | changes
    return {"score": 1.5, "item": item}


def read(*entries: Any) -> contracts_search.Results:
    answer = {"hitCount": len(entries), "noticeList": list(entries)}
    return contracts_search.results(json.dumps(answer).encode())


def test_a_hit_is_its_notice_and_its_time() -> None:
    at = datetime(2022, 5, 19, 16, 8, 58, tzinfo=UTC)
    assert read(entry()).hits == (Hit(GUID, at),)
    assert read(entry(publishedDate="2022-05-19T16:08:58.1234567")).hits[0].published_at == (
        at.replace(microsecond=123456)
    )


@pytest.mark.parametrize(
    "wrong", [7, None, [], {}, {"item": None}, entry(id=None), entry(id=[]), entry(publishedDate=3)]
)
def test_a_hit_that_cannot_be_read_is_told_beside_the_others(wrong: Any) -> None:
    found = read(entry(), wrong)
    assert (found.given, len(found.hits), len(found.unread)) == (2, 1, 1)


def test_what_is_sent_is_what_was_recorded(testdata: Path) -> None:
    name = "samples/procurement/contracts_finder_rest2_search_request.json"
    recorded = json.loads((testdata / name).read_text())
    sent = contracts_search.body("machine learning", date(2024, 1, 1), date(2024, 1, 31))
    assert sent.keys() <= recorded.keys()
    assert sent["searchCriteria"].keys() <= recorded["searchCriteria"].keys()
    assert sent["size"] == recorded["size"]


def test_json_is_another_question_than_a_form() -> None:
    assert form_text(JsonBody(b="2", a="1")) == form_text(JsonBody(a="1", b="2"))
    assert form_text(JsonBody(a="1")) != form_text({"a": "1"})
    assert form_text(JsonBody(a={"b": 1})) != form_text(JsonBody(a={"b": 2}))


DAYS = st.dates(date(2001, 1, 1), date(2099, 12, 31))
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2020, 1, 9), timezones=st.just(UTC))


@given(st.lists(TIMES, max_size=30), st.integers(1, 90))
def test_windows_hold_every_hit_and_do_not_meet(times: list[datetime], minutes: int) -> None:
    around = timedelta(minutes=minutes)
    found = list(windows([Hit(GUID, at) for at in times], around))
    for at in times:
        assert sum(since <= at - around and at + around <= until for since, until in found) == 1
    for (_, until), (since, _) in pairwise(found):
        assert since - until > contracts_search.NEAR


@given(DAYS, DAYS)
def test_halves_lie_side_by_side(one: date, other: date) -> None:
    since, until = min(one, other), max(one, other) + timedelta(days=1)
    (first, middle), (after, last) = halves(since, until)
    assert (first, last) == (since, until)
    assert middle + timedelta(days=1) == after
    assert first <= middle and after <= last

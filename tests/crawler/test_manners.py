"""Good manners, proven from the log of the servers that were asked."""

import time
from collections.abc import Iterator
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from threading import Lock
from urllib.robotparser import RobotFileParser

import pytest

from demo.server import CountyServer, Request
from tests.crawler.conftest import Reply, Site, modgov_answer, run_crawl, write_study
from tests.crawler.troubled import CONTACT, WINDOW, Trials, council, prepare, run_trials

PAUSE = 0.25
CRAWL_DELAY = 0.4
WAIT = 0.3
"""How long the slow site takes for an answer."""
LATE = 0.5
"""By so much a request may be noted later than it was sent, on a machine that is busy."""


@pytest.fixture(scope="module")
def paced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trials]:
    """Four councils side by side, with a quarter of a second between two requests to one."""
    with CountyServer() as server:
        folder = tmp_path_factory.mktemp("paced")
        yield run_trials(folder, server, "cookies", "slow", "delay", "moved", throttle=PAUSE)


def latest(requests: list[Request], pause: float) -> float:
    """How late the latest request was noted, if the pause was kept between any two of them.

    A request cannot have been sent later than a pause before the next was; one that comes too
    early makes those before it look late, and many small breaches add up.
    """
    sent, found = float("inf"), 0.0
    for request in reversed(requests):
        sent = min(request.began, sent - pause)
        found = max(found, request.began - sent)
    return found


def by_host(requests: list[Request]) -> dict[str, list[Request]]:
    """The requests to each host in the order in which they came."""
    ordered = sorted(requests, key=lambda request: (request.host, request.began))
    return {host: list(group) for host, group in groupby(ordered, key=lambda one: one.host)}


def test_robots_txt_is_asked_for_first_and_once(trials: Trials) -> None:
    hosts = by_host(trials.requests)
    assert len(hosts) > 40
    for host, requests in hosts.items():
        targets = [request.target for request in requests]
        assert targets[0] == "/robots.txt", host
        assert targets.count("/robots.txt") == 1, host


def test_nothing_that_robots_txt_closes_was_asked_for(trials: Trials) -> None:
    closed = 0
    for host, requests in by_host(trials.requests).items():
        rules = RobotFileParser()
        told = trials.server.answer(host, "/robots.txt")
        rules.parse(told.body.decode().splitlines() if told.status == 200 else [])
        closed += not rules.can_fetch("CouncilCorpus", "/mgWebService.asmx/GetCommittees")
        for request in requests[1:]:
            assert rules.can_fetch("CouncilCorpus", request.target), (host, request.target)
    assert closed == 2


@pytest.mark.parametrize("trouble", ["robots-all", "robots-us"])
def test_a_closed_site_is_asked_for_its_robots_txt_alone(trials: Trials, trouble: str) -> None:
    assert [request.target for request in trials.of(trouble)] == ["/robots.txt"]


def test_one_connection_to_a_host_at_a_time(trials: Trials) -> None:
    for host, requests in by_host(trials.requests).items():
        runs = [port for port, _ in groupby(request.connection for request in requests)]
        assert len(runs) == len(set(runs)), f"{host} was asked on two connections in turn"


def test_one_request_to_a_host_at_a_time(trials: Trials) -> None:
    requests = trials.of("slow")[1:]
    assert len(requests) > 5
    assert latest(requests, WAIT) < LATE


@pytest.mark.parametrize("trouble", ["cookies", "slow", "moved"])
def test_the_studys_pause_lies_between_two_requests(paced: Trials, trouble: str) -> None:
    hosts = by_host(paced.of(trouble)).values()
    assert max(map(len, hosts)) > 5
    for requests in hosts:
        # The pause after robots.txt counts from before the connection was made for it.
        assert latest(requests[1:], PAUSE) < LATE


def test_a_longer_crawl_delay_is_kept(paced: Trials) -> None:
    requests = paced.of("delay")[1:]
    assert len(requests) > 5
    assert latest(requests, CRAWL_DELAY) < LATE


def test_a_pause_that_is_too_short_is_noticed(paced: Trials) -> None:
    requests = paced.of("cookies")[1:]
    assert latest(requests, PAUSE * 1.5) > LATE


def test_sites_are_asked_side_by_side(paced: Trials) -> None:
    began = {host: requests[0].began for host, requests in by_host(paced.requests).items()}
    ended = {host: requests[-1].began for host, requests in by_host(paced.requests).items()}
    assert max(began.values()) < min(ended.values())


def test_every_request_says_who_asks(trials: Trials) -> None:
    agents = {request.user_agent for request in trials.requests}
    assert agents == {f"CouncilCorpus/{version('council-corpus')} (+{CONTACT})"}


@pytest.mark.parametrize("header", ["cookie", "referer", "authorization", "proxy-authorization"])
def test_what_no_request_carries(trials: Trials, header: str) -> None:
    assert not [one for one in trials.requests if header in one.headers]
    assert trials.of("cookies") and trials.papers("authenticate") and trials.of("moved")


def test_a_members_paper_is_asked_for_without_a_second_attempt(trials: Trials) -> None:
    targets = [request.target for request in trials.papers("authenticate")]
    assert len(targets) == len(set(targets)) <= 3


def test_only_hosts_of_the_study_are_asked(trials: Trials) -> None:
    known = {host for host, site in trials.server.sites.items() if host.endswith(".test")}
    assert {request.host for request in trials.requests} <= known - {"inner.private.test"}


def test_without_a_contact_no_public_site_is_asked(tmp_path: Path) -> None:
    with CountyServer() as server:
        prepare(tmp_path, server)
        ran = run_crawl(tmp_path, *WINDOW)
        assert server.requests == []
    assert ran.code == 1
    assert "CORPUS_CONTACT" in ran.err and council("private").council.host in ran.err
    assert "Traceback" not in ran.err


class Busy:
    """A host of two councils that notes how many of its answers are under way at once."""

    def __init__(self) -> None:
        self.lock, self.now, self.most, self.answered = Lock(), 0, 0, 0

    def __call__(self, host: str, target: str) -> Reply | None:
        with self.lock:
            self.now += 1
            self.most, self.answered = max(self.most, self.now), self.answered + 1
        time.sleep(0.1)
        with self.lock:
            self.now -= 1
        return modgov_answer(target)


def test_two_councils_of_one_host_take_turns(tmp_path: Path) -> None:
    busy = Busy()
    site = Site(busy)
    base = f"http://shared.test:{site.port}"
    councils = {"ONE": ("modgov", f"{base}/one"), "TWO": ("modgov", f"{base}/two")}
    write_study(tmp_path / "study", councils, ["shared.test"])
    ran = run_crawl(tmp_path, "--since", "2026-02-01", "--until", "2026-02-28")
    site.close()
    assert ran.code == 0, ran.err
    assert busy.answered > 8
    assert busy.most == 1

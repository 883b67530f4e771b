"""What must never be asked is not asked, and what refuses us is recorded as a finding."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
from scrapy import Request

from crawler.netguard import GuardMiddleware, Refused, refusal
from crawler.settings import process_settings
from tests.crawler.conftest import (
    Answering,
    Ran,
    Reply,
    Site,
    command,
    environment,
    modgov_answer,
    run_crawl,
    write_study,
)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.1",
        "0.0.0.0",
        "10.0.0.8",
        "172.16.4.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:10.0.0.1",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "ff02::1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "2001:db8::1",
    ],
)
def test_addresses_refused(address: str) -> None:
    assert refusal(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "51.140.1.10", "2a00:1450:4009::200e"])
def test_public_addresses_pass(address: str) -> None:
    assert refusal(address) is None


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "ftp://x.test/a", "s3://x/a", "gopher://x.test/", "http:///a"]
)
def test_only_the_web_is_asked(address: str) -> None:
    with pytest.raises(Refused, match="neither http nor https"):
        GuardMiddleware([]).process_request(Request(address))


def test_nothing_else_could_be_fetched_without_that_guard() -> None:
    handlers = process_settings((), None, "").getwithbase("DOWNLOAD_HANDLERS")
    # `data:` is that of the seeds, which ask nobody.
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https", "data"}


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/a", "https://[::1]/a", "http://10.0.0.8:80/"]
)
def test_literal_addresses_are_refused_before_any_resolver(address: str) -> None:
    with pytest.raises(Refused, match="not a public address"):
        GuardMiddleware([]).process_request(Request(address))
    host = urlsplit(address).hostname or ""
    GuardMiddleware([host]).process_request(Request(address))


HOSTS = [
    "good.test",
    "other.test",
    "closed.test",
    "wall.test",
    "broken.test",
    "off.test",
    "slow.test",
]


def answering(port: Callable[[], int]) -> Answering:
    def answer(host: str, target: str) -> Reply | None:
        if host == "closed.test":
            return Reply(b"User-agent: *\nDisallow: /\n")
        if host == "broken.test":
            return Reply(b"oh", 503)
        if host == "off.test" and "mgWebService" in target:
            return Reply(b"", 404)
        if host == "wall.test" and target != "/robots.txt":
            return Reply(b"no", 403)
        if host == "slow.test" and target == "/robots.txt":
            return Reply(b"User-agent: CouncilCorpus\nCrawl-delay: 0.4\n")
        if host == "good.test" and target.startswith("/to/"):
            name = target.removeprefix("/to/").replace("six", "[::1]")
            return Reply(b"", 302, {"Location": f"http://{name}:{port()}/secret"})
        if target == "/secret":
            return Reply(b"%PDF-1.4 moved")
        names = ("127.0.0.1", "evil.test", "closed.test", "other.test", "six", "169.254.169.254")
        links = [(n, f"http://good.test:{port()}/to/{name}") for n, name in enumerate(names, 1)]
        return modgov_answer(target, *(links if host == "good.test" else ()))

    return answer


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ran, Site]:
    ports: list[int] = []
    site = Site(answering(lambda: ports[0]))
    ports.append(site.port)
    folder = tmp_path_factory.mktemp("guard")
    bases = {
        "LOO": f"http://127.0.0.1:{site.port}",
        "SIX": f"http://[::1]:{site.port}",
        "MET": "http://169.254.169.254/latest",
        "NUM": f"http://2130706433:{site.port}",
        "EVI": f"http://evil.test:{site.port}",
        "GOO": f"http://good.test:{site.port}",
        "CLO": f"http://closed.test:{site.port}",
        "WAL": f"http://wall.test:{site.port}",
        "BRO": f"http://broken.test:{site.port}",
        "OFF": f"http://off.test:{site.port}",
        "SLO": f"http://slow.test:{site.port}",
    }
    councils = {code: ("modgov", url) for code, url in bases.items()}
    councils |= {"CMI": ("cmis", "https://cmis.example"), "UNK": ("unknown", "")}
    councils |= {"PAG": ("unknown", "https://council.example")}
    write_study(folder / "study", councils, HOSTS)
    options = ("--since", "2026-02-01", "--until", "2026-02-28")
    ran = run_crawl(folder, *options, CORPUS_CONTACT="ada@example.org")
    site.close()
    return ran, site


def state(ran: Ran, council: str) -> tuple[str, str]:
    found = ran.rows(f"select state, reason from coverage where council = '{council}'")
    assert len(found) == 1, (council, found, ran.err)
    return found[0]


@pytest.mark.parametrize("council", ["LOO", "SIX", "MET", "NUM", "EVI"])
def test_private_addresses_are_never_connected_to(crawled: tuple[Ran, Site], council: str) -> None:
    ran, site = crawled
    assert state(ran, council)[0] == "blocked"
    assert "not a public address" in state(ran, council)[1]
    hosts = {host for host, _, _ in site.asked}
    assert not hosts & {"127.0.0.1", "[::1]", "evil.test", "2130706433"}


def test_redirects_pass_guard_and_robots(crawled: tuple[Ran, Site]) -> None:
    ran, site = crawled
    found = dict(ran.rows("select url, outcome from visits where url like '%/to/%'"))
    outcomes = {url.rpartition("/to/")[2]: outcome for url, outcome in found.items()}
    assert outcomes == {
        "127.0.0.1": "blocked",
        "evil.test": "blocked",
        "closed.test": "robots-refused",
        "other.test": "kept",
        "six": "blocked",
        "169.254.169.254": "blocked",
    }
    assert "/secret" not in site.targets("closed.test")
    assert site.targets("other.test") == ["/robots.txt", "/secret"]


def test_robots_refusal_is_a_finding(crawled: tuple[Ran, Site]) -> None:
    ran, site = crawled
    assert state(ran, "CLO")[0] == "robots-refused"
    assert set(site.targets("closed.test")) == {"/robots.txt"}


def test_robots_that_fail_close_the_site(crawled: tuple[Ran, Site]) -> None:
    ran, site = crawled
    assert state(ran, "BRO")[0] == "robots-refused"
    assert "503" in state(ran, "BRO")[1]
    assert set(site.targets("broken.test")) == {"/robots.txt"}


def test_a_wall_is_recorded_and_left_alone(crawled: tuple[Ran, Site]) -> None:
    ran, site = crawled
    assert state(ran, "WAL") == ("blocked", state(ran, "WAL")[1])
    assert "403" in state(ran, "WAL")[1]
    assert len(site.targets("wall.test")) == 2


def test_a_service_that_is_switched_off_is_unsupported(crawled: tuple[Ran, Site]) -> None:
    assert state(crawled[0], "OFF")[0] == "unsupported"


def test_crawl_delay_is_kept(crawled: tuple[Ran, Site]) -> None:
    assert len(crawled[1].targets("slow.test")) == 5
    assert state(crawled[0], "SLO")[0] == "none-published"


def test_what_no_spider_reads_is_in_the_ledger(crawled: tuple[Ran, Site]) -> None:
    ran, _ = crawled
    found = ran.rows("select source, council, state from coverage where source != 'modgov'")
    assert sorted(found) == [
        ("cmis", "CMI", "unsupported"),
        ("pages", "PAG", "unsupported"),
        ("pages", "UNK", "url-unknown"),
    ]


def test_the_user_agent_says_who_asks(crawled: tuple[Ran, Site]) -> None:
    agents = {headers["User-Agent"] for _, _, headers in crawled[1].asked}
    assert len(agents) == 1
    assert agents.pop().startswith("CouncilCorpus/")


def test_nothing_listens_while_a_crawl_runs(tmp_path: Path) -> None:
    running: list[psutil.Process] = []
    ports: list[list[Any]] = []

    def answer(host: str, target: str) -> Reply | None:
        mine = running[0].net_connections("inet")
        ports.append([one.laddr for one in mine if one.status == psutil.CONN_LISTEN])
        return modgov_answer(target)

    site = Site(answer)
    write_study(tmp_path / "study", {"GOO": ("modgov", f"http://good.test:{site.port}")}, HOSTS)
    asked = command(tmp_path, "--since", "2026-02-01", "--until", "2026-02-28")
    process = subprocess.Popen(asked, env=environment(CORPUS_CONTACT="ada@example.org"))
    running.append(psutil.Process(process.pid))
    try:
        assert process.wait(timeout=120) == 0
    finally:
        process.kill()
        site.close()
    assert len(ports) >= 3 and not any(ports), ports

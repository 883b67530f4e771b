"""A platform that a newcomer added by the guide, crawled by the command as a user runs it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import Broken
from corpus.ids import sha256
from crawler.spiders.parchment import ParchmentSpider
from demo.papers import render
from demo.server import CountyServer
from demo.shapes import DemoCouncil
from demo.study import write_study
from demo.world import build_world
from tests.crawler.conftest import CODEBOOK, ROOT, Ran, Reply, Site, run_crawl, write_source
from tests.crawler.conftest import write_study as write_small_study

SINCE = ("--since", "2023-01-01", "--until", "2026-12-31")
MOST_LINES = 60
"""What the guide promises of a spider with its parser."""


def parchwick() -> DemoCouncil:
    (found,) = build_world().on("parchment")
    return found


@dataclass
class Crawled:
    """The served county and two crawls of Parchwick."""

    server: CountyServer
    first: Ran
    second: Ran
    again: list[str]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("parchment")
    (folder / "codebook.yaml").write_text(CODEBOOK)
    with CountyServer() as server:
        write_study(folder / "study", server.port, folder / "codebook.yaml")
        first = run_crawl(folder, "parchment", *SINCE)
        asked = len(server.requests)
        second = run_crawl(folder, "parchment", *SINCE)
        yield Crawled(server, first, second, [one.target for one in server.requests[asked:]])


def test_every_public_paper_is_found(crawled: Crawled) -> None:
    assert crawled.first.code == 0, crawled.first.err
    expected = {
        (f"xpa-parchment-p{one.attachment}", one.title, one.kind, sha256(render(one)[0]))
        for one in parchwick().papers()
        if not one.restricted
    }
    found = crawled.first.rows("select document, title, kind, sha256 from documents")
    assert len(found) == len(expected) >= 15
    assert set(found) == expected


def test_every_meeting_is_found_and_holds_its_papers(crawled: Crawled) -> None:
    found = crawled.first.rows(
        "select m.meeting, m.committee, m.held_on, count(*) from meetings m "
        "join documents d on d.meeting = m.meeting and d.published_on = m.held_on group by 1"
    )
    assert set(found) == {
        (
            f"xpa-parchment-m{one.number}",
            one.committee.title,
            one.held_on.isoformat(),
            sum(not paper.restricted for paper in one.documents),
        )
        for one in parchwick().meetings
    }


def test_the_restricted_paper_is_recorded_and_never_asked_for(crawled: Crawled) -> None:
    ((url, status, reason),) = crawled.first.rows(
        "select url, status, reason from visits where outcome = 'restricted' and crawl = 1"
    )
    (closed,) = (one for one in parchwick().papers() if one.restricted)
    assert url.endswith(f"/papers/{closed.attachment}.pdf")
    assert status is None
    assert closed.title in reason
    assert crawled.server.restricted == []


def test_every_month_is_accounted_for(crawled: Crawled) -> None:
    rows = crawled.first.rows("select month, state, documents_seen from coverage")
    held = {f"{one.held_on:%Y-%m}" for one in parchwick().meetings}
    assert {month for month, state, _ in rows if state == "searched"} == held
    assert {state for _, state, _ in rows} == {"searched", "none-published"}
    assert sum(seen for *_, seen in rows) == sum(not one.restricted for one in parchwick().papers())


def test_a_second_crawl_keeps_nothing(crawled: Crawled) -> None:
    assert crawled.second.code == 0, crawled.second.err
    assert [one["kept"] for one in crawled.second.told["sources"]] == [0]
    assert not [target for target in crawled.again if target.startswith("/papers/")]


def month(day: str, **paper: Any) -> bytes:
    told = {"id": 7, "title": "Minutes", "url": "/papers/7.pdf", "restricted": False} | paper
    meeting = {"id": 1, "date": day, "committee": "Cabinet", "papers": [told]}
    return json.dumps({"meetings": [meeting]}).encode()


def test_months_that_cannot_be_read_fail_and_no_others(tmp_path: Path) -> None:
    answers = {
        "/api/calendar?month=2026-01": Reply(b'{"meetings": [{"id": 1, "date":'),
        "/api/calendar?month=2026-02": Reply(month("2026-02-03")),
        "/api/calendar?month=2026-03": Reply(month("2026-02-03")),  # another month's
        "/api/calendar?month=2026-04": Reply(month("2026-04-01", url="http://cdn.example/7.pdf")),
        "/papers/7.pdf": Reply(b"%PDF-1.4 seven"),
    }
    site = Site(lambda host, target: answers.get(target))
    hosts = ["one.test"]
    councils = {"ONE": ("parchment", f"http://one.test:{site.port}/")}
    write_small_study(tmp_path / "study", councils, hosts)
    write_source(tmp_path / "study", "parchment", private_hosts=hosts)
    ran = run_crawl(tmp_path, "parchment", "--since", "2026-01-01", "--until", "2026-04-30")
    site.close()
    assert ran.code == 4
    assert "Traceback" not in ran.err
    assert ran.rows("select month, state from coverage order by month") == [
        ("2026-01", "failed"),
        ("2026-02", "searched"),
        ("2026-03", "failed"),
        ("2026-04", "searched"),
    ]
    assert ran.rows("select error, count(*) from failures group by 1") == [("Broken", 2)]
    assert ran.rows("select document from documents") == [("one-parchment-p7",)]
    assert ran.rows("select count(*) from visits where outcome = 'elsewhere'") == [(1,)]


NO_CALENDARS = (
    *(b"", b"<html></html>", b"[]", b'{"error": "x"}', b'{"meetings": 3}', b'{"meetings": ["x"]}'),
    *(month("soon"), month("2026-02-30"), month("2026-02-03", id=None)),
)


@pytest.mark.parametrize("content", NO_CALENDARS)
def test_what_is_no_calendar_is_broken(content: bytes) -> None:
    with pytest.raises(Broken):
        list(ParchmentSpider.meetings(content))


@pytest.mark.parametrize("told", [True, None, "no", 0])
def test_a_paper_that_is_not_plainly_public_is_restricted(told: object) -> None:
    (meeting,) = ParchmentSpider.meetings(month("2026-02-03", restricted=told))
    assert meeting.held_on == date(2026, 2, 3)
    assert meeting.papers[0].restricted


def test_the_spider_and_its_parser_are_short() -> None:
    spider = ROOT / "crawler" / "spiders" / "parchment.py"
    assert len(spider.read_text(encoding="utf-8").splitlines()) < MOST_LINES

"""Councils on every committee system, crawled over real HTTP by the command as a user runs it."""

import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from corpus.ids import sha256
from crawler.dates import date_in
from demo.modgov_search import holds, text_of
from demo.papers import render
from demo.server import CountyServer
from demo.shapes import DemoCouncil, DemoDocument
from demo.study import write_study
from demo.world import build_world
from tests.crawler.conftest import (
    CODEBOOK,
    ROOT,
    Answering,
    Ran,
    Reply,
    Site,
    command,
    environment,
    run_crawl,
    write_source,
)
from tests.crawler.conftest import (
    write_study as write_small_study,
)

SINCE = ("--since", "2023-01-01", "--until", "2026-12-31")
FEBRUARY = ("--since", "2026-02-01", "--until", "2026-02-28")
OTHERS = ("XMA", "XQU", "XTO")
PHRASE = "risk based verification"
IDS = "select document, sha256 from documents where council = '{}' order by 1"


def council(code: str) -> DemoCouncil:
    return next(one for one in build_world().councils if one.code == code)


def public(one: DemoCouncil) -> list[DemoDocument]:
    return [document for document in one.papers() if not document.restricted]


def only(*codes: str) -> list[str]:
    return [option for code in codes for option in ("--council", code)]


@dataclass
class County:
    """The served county, its study, and two crawls of the councils on other systems."""

    server: CountyServer
    study: Path
    first: Ran
    second: Ran
    asked_again: list[str]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    folder = tmp_path_factory.mktemp("platforms")
    codebook = folder / "codebook.yaml"
    codebook.write_text(CODEBOOK.replace("predictive analytics", PHRASE))
    with CountyServer() as server:
        write_study(folder / "study", server.port, codebook)
        first = run_crawl(folder, *only(*OTHERS), *SINCE)
        asked = len(server.requests)
        second = run_crawl(folder, *only(*OTHERS), *SINCE)
        again = [request.target for request in server.requests[asked:]]
        yield County(server, folder / "study", first, second, again)


@pytest.mark.parametrize("code", OTHERS)
def test_every_public_paper_is_found(county: County, code: str) -> None:
    assert county.first.code == 0, county.first.err
    assert "Traceback" not in county.first.err
    ((found,),) = county.first.rows(f"select count(*) from documents where council = '{code}'")
    assert found == len(public(council(code)))
    assert county.server.restricted == []


def test_the_bytes_are_those_that_were_published(county: County) -> None:
    for code in OTHERS:
        published = {sha256(render(one)[0]) for one in public(council(code))}
        assert {digest for _, digest in county.first.rows(IDS.format(code))} == published


@pytest.mark.parametrize("code", OTHERS)
def test_every_month_counts_what_it_holds(county: County, code: str) -> None:
    rows = county.first.rows(f"select state, documents_seen from coverage where council = '{code}'")
    assert {state for state, _ in rows} <= {"searched", "none-published"}
    assert sum(seen for _, seen in rows) == len(public(council(code)))


def test_restricted_papers_are_recorded(county: County) -> None:
    found = county.first.rows("select reason, status from visits where outcome = 'restricted'")
    assert len(found) == 2  # one at each of the two committee systems; own pages do not list theirs
    assert all("Exempt Appendix Risk based verification policy" in reason for reason, _ in found)
    assert all(status is None for _, status in found)


def test_a_service_that_is_off_is_a_finding_and_no_failure(county: County) -> None:
    ((status, reason),) = county.first.rows(
        "select status, reason from visits where url like '%GetCommittees' and crawl <= 3"
    )
    assert status == 404
    assert "pages are read" in reason
    assert county.first.rows("select * from failures") == []


def test_past_committees_are_read_from_the_search_form(county: County) -> None:
    found = county.first.rows(
        "select count(*) from meetings where council = 'XMA' and committee like 'Homes%'"
    )
    assert found == [(2,)]


def test_cancelled_meetings_have_no_papers(county: County) -> None:
    found = county.first.rows(
        "select m.council, count(d.document) from meetings m left join documents d "
        "on d.meeting = m.meeting where m.status = 'Cancelled' group by 1 order by 1"
    )
    assert found == [("XMA", 0), ("XQU", 0)]


def test_papers_on_cmis_are_known_by_meeting_and_title(county: County) -> None:
    found = dict(county.first.rows("select document, meeting from documents where council = 'XQU'"))
    assert all(document.startswith(f"{meeting}-") for document, meeting in found.items())
    tokens = county.first.rows("select url from documents where council = 'XQU'")
    assert len({re.sub(r".*ashx\?", "", url) for (url,) in tokens}) == len(found)


def test_days_of_own_pages_come_from_wherever_they_stand(county: County) -> None:
    days = Counter(
        day
        for (day,) in county.first.rows("select published_on from documents where council='XTO'")
    )
    assert days[None] == 1
    named = {one.published.isoformat() for one in public(council("XTO"))}
    named |= {str(date_in(one.title)) for one in public(council("XTO"))}
    by_month = {f"{one.published:%Y-%m}-01" for one in public(council("XTO"))}
    assert set(days) - {None} <= named | by_month
    assert sum(count for day, count in days.items() if day in named) >= 14


def test_months_of_own_pages_say_that_a_paper_has_no_day(county: County) -> None:
    rows = county.first.rows("select state, reason from coverage where council = 'XTO'")
    assert {state for state, _ in rows} == {"searched"}
    assert all("1 papers of this site carry no date" in reason for _, reason in rows)


def test_an_endless_calendar_is_read_as_far_as_the_window(county: County) -> None:
    months = {
        request.target[-7:]
        for request in county.server.requests
        if request.target.startswith("/democracy/calendar/")
    }
    assert min(months) == "2023-01"
    assert max(months) == "2026-12"


def test_a_second_crawl_downloads_nothing(county: County) -> None:
    assert county.second.code == 0, county.second.err
    assert sum(one["kept"] for one in county.second.told["sources"]) == 0
    again = [one for one in county.asked_again if "/documents/" in one or "Document.ashx" in one]
    assert again == []
    # The paper without a day belongs to the month that is still open, so it is asked for.
    assert len([one for one in county.asked_again if "/media/" in one]) == 1


def test_ids_are_the_same_by_service_and_by_pages(tmp_path: Path) -> None:
    world, found = build_world(), []
    for service in (True, False):
        folder = tmp_path / str(service)
        folder.mkdir()
        (folder / "codebook.yaml").write_text(CODEBOOK)
        some = [replace(one, service=service) for one in world.councils if one.code == "XTH"]
        others = [one for one in world.councils if one.code != "XTH"]
        with CountyServer(world=replace(world, councils=(*some, *others))) as server:
            write_study(folder / "study", server.port, folder / "codebook.yaml")
            ran = run_crawl(folder, "modgov", *only("XTH"), "--since", "2025-01-01")
            assert server.restricted == []
        documents = "select document, sha256, kind, title, meeting, item_number from documents"
        meetings = "select meeting, committee, held_on, status from meetings order by 1"
        found.append((ran.rows(f"{documents} order by 1"), ran.rows(meetings)))
    by_service, by_pages = found
    assert len(by_service[0]) > 25
    assert by_service == by_pages


def test_a_killed_crawl_goes_on_though_every_token_changes(county: County, tmp_path: Path) -> None:
    slow = tmp_path / "study"
    shutil.copytree(county.study, slow)
    source = yaml.safe_load((slow / "sources" / "cmis.yaml").read_text())
    source["throttle"]["seconds"] = 0.1
    (slow / "sources" / "cmis.yaml").write_text(yaml.safe_dump(source))
    options = ("cmis", *only("XQU"), *SINCE)
    asked = len(county.server.requests)
    process = subprocess.Popen(
        command(tmp_path, *options), cwd=ROOT, env=environment(), stderr=subprocess.DEVNULL
    )
    while len(county.server.requests) < asked + 25 and process.poll() is None:
        time.sleep(0.02)
    process.kill()
    process.wait(timeout=30)
    ran = run_crawl(tmp_path, *options, study=county.study)
    assert ran.code == 0, ran.err
    assert ran.rows(IDS.format("XQU")) == county.first.rows(IDS.format("XQU"))


@pytest.mark.parametrize("code", ["XAL", "XBR", "XMA", "XQU"])
def test_the_sites_own_search_finds_every_paper_that_holds_the_phrase(
    county: County, tmp_path: Path, code: str
) -> None:
    ran = run_crawl(tmp_path, "--term-search", *only(code), *SINCE, study=county.study)
    assert "Traceback" not in ran.err
    rows = ran.rows(f"select state, reason from coverage where council = '{code}'")
    assert {state for state, _ in rows} == {"term-searched"}
    assert all(reason.startswith("keyword search: ") and PHRASE in reason for _, reason in rows)
    wanted = {
        one.title
        for one in council(code).item_documents
        if not one.restricted and holds(text_of(one), PHRASE)
    }
    found = {title for (title,) in ran.rows("select title from documents")}
    assert wanted <= found
    assert len(found) < len(public(council(code)))
    assert county.server.restricted == []
    if code in OTHERS:
        assert set(ran.rows(IDS.format(code))) <= set(county.first.rows(IDS.format(code)))


def crawl_site(
    folder: Path, name: str, answering: Answering, *options: str, **own: Any
) -> tuple[Ran, Site]:
    """Crawl one council whose site a test answers for."""
    site = Site(answering)
    base = f"http://one.test:{site.port}"
    platform = "unknown" if name == "pages" else name
    study = write_small_study(folder / "study", {"ONE": (platform, f"{base}/")}, ["one.test"])
    given = {"sites": {"ONE": own | {"start": [base + own["start"]]}}} if own else {}
    write_source(study, name, private_hosts=["one.test"], **given)
    ran = run_crawl(folder, name, *FEBRUARY, *options)
    site.close()
    assert "Traceback" not in ran.err, ran.err
    return ran, site


def html(body: str) -> Reply:
    return Reply(f"<!doctype html><html><body>{body}</body></html>".encode())


def state(ran: Ran) -> tuple[str, str]:
    ((state, reason),) = ran.rows("select state, reason from coverage")
    return state, reason


def test_a_calendar_that_does_not_say_its_month_ends_with_a_named_trouble(tmp_path: Path) -> None:
    def endless(host: str, target: str) -> Reply | None:
        if not target.startswith("/calendar"):
            return None
        number = int(target.partition("=")[2] or 0)
        paper = "<li><a href='/p.pdf'>Minutes of Cabinet</a> 4 February 2026</li>"
        return html(f"{paper}<a href='/calendar?offset={number + 1}'>Next month</a>")

    given = {"start": "/calendar", "follow": ["/calendar"], "most_pages": 25}
    ran, site = crawl_site(tmp_path, "pages", endless, **given)
    assert ran.code == 4
    assert len([one for one in site.targets("one.test") if "/calendar" in one]) <= 25
    failures = dict(ran.rows("select error, message from failures"))
    assert "a calendar without end" in failures["TooManyPages"]
    assert state(ran)[0] == "failed"


def test_pages_where_papers_were_expected_are_told(tmp_path: Path) -> None:
    def answering(host: str, target: str) -> Reply | None:
        answers = {
            "/m/": html(
                "<li><a href='/m/a.pdf'>Minutes of A</a> 4 February 2026</li>"
                "<li><a href='/d/b'>Minutes of B</a> 4 February 2026</li>"
                "<li><a href='/d/c'>About minutes</a> 4 February 2026</li>"
                "<li><a href='https://cdn.example/d/d.pdf'>Minutes of D</a> 4 February 2026</li>"
                "<a href='/m/e'>Paper without an ending, 5 February 2026</a><a href='/m/gone'>x</a>"
            ),
            "/m/a.pdf": html("Please log in"),
            "/d/b": Reply(b"%PDF-1.4 b"),
            "/d/c": html("What minutes are"),
            "/m/e": Reply(b"%PDF-1.4 e"),
        }
        return answers.get(target)

    given = {"start": "/m/", "follow": ["/m/"], "documents": ["/d/", "/m/"], "sitemap": False}
    ran, site = crawl_site(tmp_path, "pages", answering, **given)
    titles = {title for (title,) in ran.rows("select title from documents")}
    assert titles == {"Minutes of B", "Paper without an ending, 5 February 2026"}
    assert state(ran)[0] == "failed"
    assert "a page where a paper was expected" in state(ran)[1]
    assert ran.rows("select count(*) from visits where outcome = 'elsewhere'") == [(1,)]
    assert not [one for one in site.targets("one.test") if "sitemap" in one]


def test_a_search_that_does_not_end_is_a_trouble(tmp_path: Path) -> None:
    def endless(host: str, target: str) -> Reply | None:
        if "ieSearchResults2" not in target:
            return None
        number = int(target.rpartition("=")[2])
        link = f"ieSearchResults2.aspx?SS=x&amp;PG={number + 1}"
        hit = '<p class="mgAiTitleTxt">Meeting: <a href="ieListDocuments.aspx?CId=1&amp;MID=2">'
        hit += "01/01/2019 - Cabinet (1)</a></p>"
        return html(f'<div id="modgov">{hit}<a href="{link}">Next</a></div>')

    ran, site = crawl_site(tmp_path, "modgov", endless, "--term-search")
    assert len([one for one in site.targets("one.test") if "PG=" in one]) == 200
    assert ran.rows("select error from failures") == [("TooManyResults",)]
    assert state(ran)[0] == "failed"
    assert "more than 200 pages" in state(ran)[1]


@pytest.mark.parametrize(("status", "expected"), [(404, "unsupported"), (403, "blocked")])
def test_a_site_without_a_calendar_is_told_by_its_reason(
    tmp_path: Path, status: int, expected: str
) -> None:
    def answering(host: str, target: str) -> Reply | None:
        if status == 404 and target == "/":
            return html("<p>Welcome</p>")
        return Reply(b"", 404 if target == "/robots.txt" else status)

    ran, _ = crawl_site(tmp_path, "cmis", answering)
    assert state(ran)[0] == expected
    if expected == "unsupported":
        assert "page not recognised as CMIS" in state(ran)[1]
        assert ran.rows("select * from failures") == []


def test_a_site_that_is_no_modern_gov_is_unsupported(tmp_path: Path) -> None:
    def answering(host: str, target: str) -> Reply | None:
        return html("<h1>Our council</h1>") if "mgListCommittees" in target else None

    ran, _ = crawl_site(tmp_path, "modgov", answering)
    assert state(ran) == ("unsupported", "page not recognised as Modern.Gov")

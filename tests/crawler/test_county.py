"""The fictional county crawled over real HTTP, by the command as a user runs it."""

import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from demo.server import CountyServer, Request
from demo.study import write_study
from tests.crawler.conftest import CODEBOOK, ROOT, Ran, command, environment, rows, run_crawl

SINCE = ("--since", "2024-01-01")
DOCUMENTS = "select document, sha256, kind, title, meeting from documents order by document"


@dataclass
class County:
    """The served county, its study, and the first and second crawl of it."""

    server: CountyServer
    study: Path
    folder: Path
    first: Ran
    first_requests: int
    second: Ran
    again: list[Request]
    second_downloads: int


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    folder = tmp_path_factory.mktemp("county")
    codebook = folder / "codebook.yaml"
    codebook.write_text(CODEBOOK)
    with CountyServer() as server:
        write_study(folder / "study", server.port, codebook)
        for name, days in (("modgov", 35), ("contracts-finder", 15)):
            path = folder / "study" / "sources" / f"{name}.yaml"
            source = yaml.safe_load(path.read_text())
            source["window"]["days"] = days
            path.write_text(yaml.safe_dump(source))
        first = run_crawl(folder, *SINCE)
        asked = len(server.requests)
        second = run_crawl(folder, *SINCE)
        again = server.requests[asked:]
        downloads = [r for r in again if r.status == 200 and "/documents/" in r.target]
        yield County(server, folder / "study", folder, first, asked, second, again, len(downloads))


def test_papers_and_notices_are_kept(county: County) -> None:
    assert county.first.code == 4, county.first.err
    assert "Traceback" not in county.first.err
    kinds = dict(county.first.rows("select kind, count(*) from documents group by kind"))
    assert kinds["report"] > 80
    assert kinds["minutes"] > 30
    assert kinds["pack"] >= 2
    assert kinds["notice"] > 20
    told = {one["source"]: one for one in county.first.told["sources"]}
    # One attempt each at a name that does not resolve and at a port where nobody listens.
    unheard = 2
    assert sum(one["requests"] for one in told.values()) == county.first_requests + unheard
    papers = sum(told[source]["kept"] for source in ("modgov", "cmis", "pages", "parchment"))
    assert papers == sum(kinds.values()) - kinds["notice"] - kinds["atrs"]


def test_identity_is_the_platforms_own(county: County) -> None:
    found = county.first.rows(
        "select d.document, d.council, d.meeting, m.committee from documents d "
        "join meetings m on m.meeting = d.meeting where d.kind = 'pack'"
    )
    for document, council, meeting, committee in found:
        number = meeting.rpartition("-m")[2]
        assert document == f"{council.lower()}-modgov-g{number}-t10"
        assert committee
    (papers,) = county.first.rows(
        "select count(*) from documents where document like '%-modgov-s%'"
    )
    assert papers[0] > 100


def test_every_document_has_its_meeting_and_file(county: County) -> None:
    lost = county.first.rows(
        "select d.document from documents d left join files f on f.sha256 = d.sha256 "
        "left join meetings m on m.meeting = d.meeting "
        "where f.path is null or (d.source = 'modgov' and m.meeting is null)"
    )
    assert lost == []
    paths = [path for (path,) in county.first.rows("select path from files")]
    assert all((county.folder / "files" / path).is_file() for path in paths)


def test_restricted_papers_are_recorded_and_never_asked_for(county: County) -> None:
    assert county.server.restricted == []
    found = county.first.rows("select url, status from visits where outcome = 'restricted'")
    assert found
    assert all(status is None for _, status in found)


def test_robots_refusal_is_recorded_and_kept(county: County) -> None:
    ((url, council),) = county.first.rows(
        "select v.url, c.council from visits v, coverage c "
        "where v.outcome = 'robots-refused' and c.state = 'robots-refused' and v.crawl <= "
        "(select count(distinct source) from crawls) "
        "and v.url like '%/documents/%' and c.council in ('XAL', 'XBR', 'XTH')"
    )
    path = url.partition(".test")[2].partition("/")[2]
    assert not any(path in request.target for request in county.server.requests)
    assert council == "XTH"


def test_a_failing_meeting_fails_its_month_only(county: County) -> None:
    assert county.first.rows(
        "select council, month, state from coverage where state = 'failed' "
        "and council in ('XAL', 'XBR', 'XTH')"
    ) == [("XBR", "2025-03", "failed")]
    ((error, message),) = county.first.rows(
        "select error, message from failures where subject like '%brindleford%'"
    )
    assert error == "Http500"
    assert "500" in message


def test_months_before_the_window_are_not_in_the_ledger(county: County) -> None:
    # One of the councils ignores the dates it is asked for and lists everything.
    assert county.first.rows("select count(*) from coverage where month < '2024-01'") == [(0,)]
    assert county.first.rows("select count(*) from meetings where held_on < '2024-01-01'") == [(0,)]


def test_cancelled_meetings_are_kept_without_papers(county: County) -> None:
    found = county.first.rows(
        "select m.meeting, count(d.document) from meetings m "
        "left join documents d on d.meeting = m.meeting where m.status = 'Cancelled' group by 1"
    )
    assert found
    assert all(papers == 0 for _, papers in found)


def test_a_second_crawl_downloads_nothing(county: County) -> None:
    assert county.second.code == 4, county.second.err
    assert county.second_downloads == 0
    assert sum(one["kept"] for one in county.second.told["sources"]) == 0
    # The troubled councils are asked again in every crawl: nothing is known of their months yet.
    untroubled = sum(request.host in county.server.world.hosts for request in county.again)
    assert untroubled < 0.1 * county.first_requests


def test_looking_again_asks_conditionally(county: County, tmp_path: Path) -> None:
    shutil.copytree(county.folder / "files", tmp_path / "files")
    shutil.copy(county.folder / "corpus.db", tmp_path / "corpus.db")
    # As if last seen while late papers were still expected: each is asked for once more.
    connection = sqlite3.connect(tmp_path / "corpus.db")
    connection.execute("update documents set last_seen_at = published_on")
    connection.commit()
    connection.close()
    asked = len(county.server.requests)
    options = ("modgov", "--council", "XAL", "--since", "2026-06-01", "--again")
    ran = run_crawl(tmp_path, *options, study=county.study)
    assert ran.code == 0, ran.err
    documents = [r for r in county.server.requests[asked:] if "/documents/" in r.target]
    assert documents
    assert {request.status for request in documents} == {304}
    assert ran.told["sources"][0]["kept"] == 0


def test_a_killed_crawl_goes_on_to_the_same_documents(county: County, tmp_path: Path) -> None:
    slow = tmp_path / "study"
    shutil.copytree(county.study, slow)
    source = yaml.safe_load((slow / "sources" / "modgov.yaml").read_text())
    source["throttle"]["seconds"] = 0.15
    (slow / "sources" / "modgov.yaml").write_text(yaml.safe_dump(source))
    options = ("modgov", "--council", "XAL", "--since", "2026-03-01")
    for run, how in enumerate((signal.SIGKILL, signal.SIGINT), 1):
        process = subprocess.Popen(
            command(tmp_path, *options),
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        _wait_for_documents(tmp_path / "corpus.db", run)
        process.send_signal(how)
        _, said = process.communicate(timeout=30)
        assert b"Traceback" not in said
    partial = rows(tmp_path / "corpus.db", DOCUMENTS)
    ran = run_crawl(tmp_path, *options, study=county.study)
    assert ran.code == 0, ran.err
    whole = [
        row
        for row in county.first.rows(DOCUMENTS)
        if row[0].startswith("xal-modgov") and _held_on(county.first, row[4]) >= "2026-03-01"
    ]
    assert 0 < len(partial) < len(whole)
    assert ran.rows(DOCUMENTS) == whole
    outcomes = [outcome for (outcome,) in ran.rows("select outcome from crawls order by crawl")]
    assert outcomes == ["interrupted", "interrupted", "finished"]


def _wait_for_documents(path: Path, run: int) -> None:
    """Wait until a run has asked for documents and some are durable."""
    asked = f"select count(*) from visits where crawl = {run} and outcome in ('kept', 'unchanged')"
    for _ in range(600):
        # The schema is still being made at first.
        with suppress(sqlite3.Error):
            if path.exists() and rows(path, asked)[0][0]:
                return
        time.sleep(0.02)
    raise AssertionError("the crawl kept nothing in time")


def _held_on(ran: Ran, meeting: str) -> str:
    ((held_on,),) = ran.rows(f"select held_on from meetings where meeting = '{meeting}'")
    return str(held_on)

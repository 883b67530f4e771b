"""Crawls as a user runs them: the command in a process of its own, against servers on loopback."""

import csv
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from corpus.study import Council

ROOT = Path(__file__).parents[2]
CODEBOOK = """
version: "1"
codes:
  - {code: analytics, group: technique, label: Analytics, precision: high,
     definition: Words., terms: [predictive analytics]}
"""
RESOLVER = "demo.resolver.CountyResolver"


@dataclass
class Reply:
    """What a test's site answers to one address."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Answering = Callable[[str, str], Reply | None]


class Site:
    """A server on loopback; `answering(host, target)` decides, `asked` is its log."""

    def __init__(self, answering: Answering) -> None:
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                host = (self.headers.get("Host") or "").rpartition(":")[0]
                site.asked.append((host, self.path, dict(self.headers.items())))
                reply = answering(host, self.path) or Reply(b"", 404)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port: int = self.server.server_address[1]
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def targets(self, host: str) -> list[str]:
        return [target for asked, target, _ in self.asked if asked == host]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def write_source(folder: Path, name: str, **changes: Any) -> None:
    source: dict[str, Any] = {
        "title": name,
        "kind": "papers",
        "spider": name.replace("-", "_"),
        "throttle": {"seconds": 0, "why": "our own server"},
        "window": {"days": 35, "why": "late minutes"},
        "assertions": {"min_documents": 0, "max_documents": 1000},
        "private_hosts": [],
    }
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    (folder / "sources" / f"{name}.yaml").write_text(yaml.safe_dump(source | changes))


def write_study(folder: Path, councils: dict[str, tuple[str, str]], hosts: list[str]) -> Path:
    """Write a study of councils (code: platform, base URL) with the sources they need."""
    write_source(folder, "modgov", private_hosts=hosts)
    write_source(folder, "cmis", spider=None)
    write_source(folder, "pages", spider=None)
    (folder / "codebook.yaml").write_text(CODEBOOK)
    with (folder / "councils.csv").open("w", newline="") as stream:
        names = [one.name for one in fields(Council)]
        writer = csv.DictWriter(stream, names)
        writer.writeheader()
        for code, (platform, url) in councils.items():
            row = dict.fromkeys(names, "") | {"council": code, "name": code, "platform": platform}
            writer.writerow(row | {"official_name": f"{code} Borough Council", "base_url": url})
    return folder


@dataclass
class Ran:
    """A finished `corpus crawl` and the corpus it left."""

    code: int
    out: str
    err: str
    path: Path

    @property
    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return rows(self.path, sql)


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def command(folder: Path, *options: str, study: Path | None = None) -> list[str]:
    corpus = ["--corpus", str(folder / "corpus.db"), "--study", str(study or folder / "study")]
    return [sys.executable, "-m", "workbench.main", *corpus, "crawl", *options]


def environment(**changes: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CORPUS_")}
    added = {"PYTHONPATH": str(ROOT), "CORPUS_RESOLVER": RESOLVER, "CORPUS_PAUSE_SECONDS": "0.1"}
    return kept | added | changes


def run_crawl(folder: Path, *options: str, study: Path | None = None, **env: str) -> Ran:
    done = subprocess.run(
        command(folder, "--json", *options, study=study),
        cwd=ROOT,
        env=environment(**env),
        capture_output=True,
        text=True,
        timeout=120,
    )
    return Ran(done.returncode, done.stdout, done.stderr, folder / "corpus.db")


COMMITTEES = (
    b"<committees><committee><committeeid>7</committeeid><committeetitle>Audit &amp;amp; Risk"
    b"</committeetitle></committee></committees>"
)
MEETINGS = (
    b"<getmeetings><committee><committeemeetings><meeting><meetingid>11</meetingid><meetingdate>"
    b"05/02/2026</meetingdate><meetingstatus>Confirmed</meetingstatus></meeting></committeemeetings>"
    b"</committee></getmeetings>"
)


def meeting_xml(*links: tuple[int, str]) -> bytes:
    """GetMeeting's answer with one item linking these attachments."""
    documents = "".join(
        f"<linkeddoc><attachmentid>{number}</attachmentid><title>Paper {number}</title><isurl>False"
        f"</isurl><url>{url}</url><isrestricted>False</isrestricted><publicationdate>28/01/2026"
        "</publicationdate></linkeddoc>"
        for number, url in links
    )
    return (
        "<meeting><meetingid>11</meetingid><agendaitems><agendaitem><agendaitemtitle>Item"
        "</agendaitemtitle><fulldisplaynumberformat>4.</fulldisplaynumberformat><isrestricted>False"
        f"</isrestricted><linkeddocuments>{documents}</linkeddocuments></agendaitem></agendaitems>"
        "</meeting>"
    ).encode()


def modgov_answer(target: str, *links: tuple[int, str]) -> Reply | None:
    """Answer as a small Modern.Gov with one committee and one meeting; documents are the test's."""
    if target == "/robots.txt":
        return Reply(b"User-agent: *\nDisallow:\n")
    if "GetCommittees" in target:
        return Reply(COMMITTEES)
    if "GetMeetings" in target:
        return Reply(MEETINGS)
    if "GetMeeting?" in target:
        return Reply(meeting_xml(*links))
    if "ieListDocuments" in target:
        return Reply(b"<html><body><p>Agenda</p></body></html>")
    return None


@pytest.fixture(scope="session")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """All troubled councils, crawled once; see `tests/crawler/troubled.py`."""
    from demo.server import CountyServer
    from tests.crawler.troubled import run_trials

    with CountyServer() as server:
        yield run_trials(tmp_path_factory.mktemp("trials"), server)

"""Crawls of the county that are killed again and again, and what its servers saw of them."""

import hashlib
import json
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from corpus.describe import TABLES
from demo.server import CountyServer, Request
from demo.study import write_study
from tests.crawler.conftest import CODEBOOK, ROOT, command, environment

Key = tuple[str, str, str]
ANEW = ("cmis", "public-contracts-scotland", "sell2wales")
"""Sources whose sites give other tokens or numbers in every answer: its hash tells nothing."""
VARIED = ("visits", "documents", "notices")
TOKEN = re.compile(r"ashx\?[0-9a-f]{16}")
NOTED_SECONDS = 0.1
"""By then the server has noted what a killed command had sent."""


@dataclass
class Crawls:
    """The log of one county's server, and when crawls of it were killed."""

    requests: list[Request]
    digest: dict[str, str]
    kills: list[float] = field(default_factory=list)

    @property
    def counted(self) -> Counter[Key]:
        return Counter(key(request) for request in self.requests)

    def in_flight(self) -> Counter[Key]:
        """How often each request was the last that its host had been sent when a kill struck."""
        found: Counter[Key] = Counter()
        for kill in self.kills:
            last: dict[str, Request] = {}
            for request in self.requests:
                if request.began <= kill + NOTED_SECONDS:
                    last[request.host] = request
            found.update(key(request) for request in last.values())
        return found


def key(request: Request) -> Key:
    return request.method, request.host, TOKEN.sub("ashx?", request.target)


class Killing:
    """One corpus of the county, crawled by commands that may be killed."""

    def __init__(self, folder: Path, port: int, *options: str) -> None:
        self.folder, self.options = folder, options
        folder.mkdir()
        (folder / "codebook.yaml").write_text(CODEBOOK)
        self.server = CountyServer(port)
        write_study(folder / "study", self.server.port, folder / "codebook.yaml")

    def crawl(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command(self.folder, *self.options),
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def finish(self) -> None:
        process = self.crawl()
        _, said = process.communicate(timeout=600)
        assert process.returncode in (0, 4), said.decode()
        assert b"Traceback" not in said, said.decode()

    def kill(self, after: int, later: float) -> float | None:
        """Kill a crawl a moment after so many more requests have come; None if it ended by then."""
        process, wanted = self.crawl(), len(self.server.requests) + after
        while process.poll() is None and len(self.server.requests) < wanted:
            time.sleep(0.002)
        time.sleep(later)
        struck = time.monotonic() if process.poll() is None else None
        if struck:
            process.send_signal(signal.SIGKILL)
        process.communicate()
        time.sleep(NOTED_SECONDS)
        return struck

    def digest(self) -> dict[str, str]:
        path = str(self.folder / "corpus.db")
        told = [sys.executable, "-m", "workbench.main", "--corpus", path]
        done = subprocess.run(
            [*told, "doctor", "--digest", "--json"], cwd=ROOT, capture_output=True, check=True
        )
        found: dict[str, str] = json.loads(done.stdout)
        return found | {name: self.plain(name) for name in VARIED}

    def plain(self, table: str) -> str:
        """A table's digest without what these sites answer anew each time they are asked."""
        told = TABLES[table]
        columns = [name for name in told.columns if name not in told.volatile]
        listed = ", ".join(told.stable)
        rows = set()
        connection = sqlite3.connect(self.folder / "corpus.db")
        for row in connection.execute(f"select {listed} from {table}"):
            named = dict(zip(columns, row, strict=True))
            if str(named.get("source") or named["document"]).startswith(ANEW):
                named |= dict.fromkeys(("sha256", "answer_sha256") if table != "documents" else ())
            rows.add(TOKEN.sub("ashx?", repr(sorted(named.items()))))
        connection.close()
        return hashlib.sha256(repr(sorted(rows)).encode()).hexdigest()[:16]


def undisturbed(folder: Path, *options: str) -> tuple[Crawls, int]:
    """Crawl once without a kill; returns the port as well, for addresses are kept with it."""
    quiet = Killing(folder, 0, *options)
    with quiet.server:
        quiet.finish()
    return Crawls(list(quiet.server.requests), quiet.digest()), quiet.server.port


def killed(folder: Path, port: int, kills: int, total: int, seed: int, *options: str) -> Crawls:
    """Crawl with kills at random moments spread over some `total` requests, then to the end."""
    chance = random.Random(seed)
    torn, struck = Killing(folder, port, *options), []
    with torn.server:
        for _ in range(kills):
            after = chance.randint(0, max(1, total // kills))
            # One in four strikes anywhere in the start of a command, before its first request.
            early = chance.random() < 0.25
            moment = torn.kill(0 if early else after, chance.uniform(0, 1.5 if early else 0.06))
            if moment is not None:
                struck.append(moment)
        torn.finish()
    return Crawls(list(torn.server.requests), torn.digest(), struck)


def check(tmp_path: Path, kills: int, seed: int, *options: str) -> None:
    """Hold a killed crawl against an undisturbed one: the same tables, nothing asked for twice."""
    quiet, port = undisturbed(tmp_path / "quiet", *options)
    torn = killed(tmp_path / "torn", port, kills, len(quiet.requests), seed, *options)
    print(
        f"{len(torn.kills)} of {kills} kills struck a running command; undisturbed "
        f"{len(quiet.requests)} requests, killed {len(torn.requests)}"
    )
    assert len(torn.kills) == kills
    differing = {name for name in quiet.digest if quiet.digest[name] != torn.digest.get(name)}
    assert not differing, differing
    more = torn.counted - quiet.counted
    attempts = quiet.counted
    allowed = torn.in_flight()
    unexplained = {one: n for one, n in more.items() if n > allowed[one] * max(1, attempts[one])}
    assert not unexplained, unexplained

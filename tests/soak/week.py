"""A small world that publishes, changes and breaks from night to night, and updates of it."""

import copy
import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import yaml

from tests.conftest import ROOT, Make
from tests.crawler.conftest import (
    COMMITTEES,
    MEETINGS,
    Reply,
    Site,
    environment,
    meeting_xml,
    write_study,
)
from tests.soak.warm import Going, forked

TRAVEL = """
import sys
from datetime import datetime
import time_machine
with time_machine.travel(datetime.fromisoformat(sys.argv[1]), tick=True):
    from workbench.main import main
    main(sys.argv[2:], prog_name="corpus")
"""
"""Runs a command as if it were another day."""
MENTION = "The council uses predictive analytics for its budget number {}."
ORDINARY = "The council mends its roads, paper number {}."
COUNCILS = ("AAA", "BBB", "CCC")
BASELINE = {"AAA": (1, 2), "BBB": (11, 12), "CCC": (21,)}


@dataclass
class World:
    """What the councils' sites hold tonight; `broken` answer 500, `closed` by robots.txt."""

    make: Make
    begins: datetime
    papers: dict[str, dict[int, bytes]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    served: dict[int, set[str]] = field(default_factory=dict)
    port: int = 0

    def publish(self, council: str, number: int, text: str) -> None:
        """Put up a paper, or another version of it."""
        self.put(council, number, self.make.pdf(text))

    def put(self, council: str, number: int, content: bytes) -> None:
        """Put up bytes under a paper's number."""
        self.papers.setdefault(council, {})[number] = content

    def answer(self, host: str, target: str) -> Reply | None:
        """What a council's site answers tonight."""
        council = host.removesuffix(".test").upper()
        if target == "/robots.txt":
            rule = "Disallow: /" if council in self.closed else "Disallow:"
            return Reply(f"User-agent: *\n{rule}\n".encode())
        if council in self.broken:
            return Reply(b"", 500)
        held = self.papers.get(council, {})
        if "GetCommittees" in target:
            return Reply(COMMITTEES)
        if "GetMeetings" in target:
            day = f"{self.begins:%d/%m/%Y}".encode()
            return Reply(MEETINGS.replace(b"05/02/2026", day))
        if "GetMeeting?" in target:
            listed = [(n, f"http://{host}:{self.port}/documents/s{n}/Paper.pdf") for n in held]
            day = f"{self.begins:%d/%m/%Y}".encode()
            return Reply(meeting_xml(*listed).replace(b"28/01/2026", day))
        if "ieListDocuments" in target:
            return Reply(b"<html><body><p>Agenda</p></body></html>")
        return self._paper(held, target)

    def _paper(self, held: dict[int, bytes], target: str) -> Reply | None:
        number = target.removeprefix("/documents/s").partition("/")[0]
        content = held.get(int(number)) if number.isdigit() else None
        if content is None:
            return None
        digest = hashlib.sha256(content).hexdigest()
        self.served.setdefault(int(number), set()).add(digest)
        headers = {"Content-Type": "application/pdf", "ETag": f'"{digest[:16]}"'}
        return Reply(content, headers=headers)


class Nights:
    """A corpus of that world, updated on the nights of a simulated calendar."""

    def __init__(self, folder: Path, make: Make, most: int = 5, warm: bool = False) -> None:
        self.folder, self.path, self.warm = folder, folder / "corpus.db", warm
        self.began: dict[int, float] = {}
        folder.mkdir(parents=True, exist_ok=True)
        self.begins = datetime.now(UTC).replace(hour=2, minute=30, second=0, microsecond=0)
        self.world = World(make, self.begins)
        self.site = Site(self.world.answer)
        self.world.port = self.site.port
        hosts = {code: f"{code.lower()}.test" for code in COUNCILS}
        councils = {
            code: ("modgov", f"http://{host}:{self.site.port}") for code, host in hosts.items()
        }
        self.study = write_study(folder / "study", councils, list(hosts.values()))
        for council, numbers in BASELINE.items():
            for number in numbers:
                self.world.publish(council, number, MENTION.format(number))
        path = self.study / "sources" / "modgov.yaml"
        told = yaml.safe_load(path.read_text())
        told["assertions"] = {"min_documents": 0, "max_documents": most}
        path.write_text(yaml.safe_dump(told))
        (self.study / "alerts.yaml").write_text("a: {title: Analytics, codes: [analytics]}\n")

    def other(self, folder: Path) -> "Nights":
        """The same world and study, looked at by another corpus."""
        copied = copy.copy(self)
        folder.mkdir(parents=True, exist_ok=True)
        copied.folder, copied.path = folder, folder / "corpus.db"
        copied.began = dict(self.began)
        return copied

    def command(self, night: int, *arguments: str) -> list[str]:
        """The command line of a night: its clock goes on where a command before it was killed."""
        began = self.began.setdefault(night, monotonic())
        passed = timedelta(seconds=monotonic() - began)
        instant = (self.begins + timedelta(days=night) + passed).isoformat()
        given = ["--corpus", str(self.path), "--study", str(self.study), *arguments]
        return [sys.executable, "-c", TRAVEL, instant, *given]

    def start(self, night: int, *arguments: str) -> "subprocess.Popen[str] | Going":
        """Begin a command on a night."""
        if self.warm:
            instant, *given = self.command(night, *arguments)[3:]
            out, err = (self.folder.with_suffix(f".{name}") for name in ("out", "err"))
            return forked(instant, given, out, err)
        return subprocess.Popen(
            self.command(night, *arguments),
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, night: int, *arguments: str, codes: tuple[int, ...] = (0,)) -> Any:
        """Run a command on a night to its end; return its JSON."""
        process = self.start(night, *arguments, "--json")
        out, err = process.communicate(timeout=300)
        assert process.returncode in codes, f"{arguments}: {process.returncode}\n{err}\n{out}"
        return json.loads(out)

    def update(self, night: int, code: int = 0) -> Any:
        """Run the update of a night; its exit code must be as told."""
        return self.run(night, "update", "--jobs", "1", codes=(code,))

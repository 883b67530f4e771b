"""The troubled councils crawled once, for all tests that look at what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from demo.server import CountyServer, Request
from demo.study import write_study
from demo.trouble import Trouble, troubles
from tests.crawler.conftest import CODEBOOK, Ran, run_crawl

CONTACT = "https://corpus.example/about-this-crawl"
WINDOW = ("modgov", "--since", "2026-01-01", "--until", "2026-05-31")
MOST_BYTES = 4_000_000
"""What is taken of one answer: a demo paper has a hundredth of it, a bomb forty times as much."""


@dataclass
class Trials:
    """A crawl of troubled councils, and what their servers saw of it."""

    ran: Ran
    server: CountyServer
    study: Path

    @property
    def requests(self) -> list[Request]:
        return self.server.requests

    def of(self, trouble: str) -> list[Request]:
        """What was asked of a council's hosts."""
        return [one for one in self.requests if one.host in council(trouble).hosts]

    def papers(self, trouble: str) -> list[Request]:
        """Which papers a council was asked for."""
        return [one for one in self.of(trouble) if one.target.startswith("/documents/")]

    def states(self, trouble: str) -> dict[str, tuple[str, str]]:
        """State and reason of the months in which a council's meetings are."""
        one = council(trouble).council
        months = {f"{meeting.held_on:%Y-%m}" for meeting in one.meetings}
        found = self.ran.rows(
            f"select month, state, reason from coverage where council = '{one.code}'"
        )
        return {month: (state, reason or "") for month, state, reason in found if month in months}

    def kept(self, trouble: str) -> int:
        code = council(trouble).council.code
        ((count,),) = self.ran.rows(f"select count(*) from documents where council = '{code}'")
        return int(count)

    def failures(self, trouble: str) -> set[str]:
        host = council(trouble).council.host
        found = self.ran.rows(f"select error from failures where subject like '%{host}%'")
        return {error for (error,) in found}

    def visits(self, trouble: str) -> list[tuple[Any, ...]]:
        host = council(trouble).council.host
        asked = "select url, outcome, reason from visits where url like"
        return self.ran.rows(f"{asked} '%//{host}%' order by visit")


def council(trouble: str) -> Trouble:
    (found,) = (one for one in troubles() if one.trouble == trouble)
    return found


def prepare(folder: Path, server: CountyServer, throttle: float | None = None) -> Path:
    """Write the study with all troubled councils."""
    codebook = folder / "codebook.yaml"
    codebook.write_text(CODEBOOK)
    write_study(folder / "study", server.port, codebook, trials=True)
    path = folder / "study" / "sources" / "modgov.yaml"
    source = yaml.safe_load(path.read_text())
    source["assertions"]["min_documents"] = 0
    if throttle is not None:
        source["throttle"]["seconds"] = throttle
    path.write_text(yaml.safe_dump(source))
    return folder / "study"


def options(names: Iterable[str]) -> list[str]:
    """The options that limit a crawl to the councils of these troubles."""
    return [part for name in names for part in ("--council", council(name).council.code)]


def run_trials(
    folder: Path, server: CountyServer, *names: str, throttle: float | None = None
) -> Trials:
    """Crawl the troubled councils, or those of the named troubles."""
    study = prepare(folder, server, throttle)
    more = options(names or [one.trouble for one in troubles()])
    limits = {"CORPUS_CONTACT": CONTACT, "CORPUS_MAX_FILE_BYTES": str(MOST_BYTES)}
    return Trials(run_crawl(folder, *WINDOW, *more, **limits), server, study)

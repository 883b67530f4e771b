"""What an unfinished crawl has had already: answers on disk, until their month is recorded.

A crawl is a round: the same command, run again after it was cut short, goes on with that round. An
unfinished month begins anew then, but what it was answered lies here until it is recorded as looked
at, so that no address is asked for twice. Beside the rounds lies each host's robots.txt.
"""

import json
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

from corpus.store import now
from crawler.items import Answer, Outcome

FRESH = timedelta(hours=12)
"""An answer older than this is asked for again: what lies between would be missed."""
LISTING = "listing"
"""Where the answers lie that belong to no single month."""
UNSENT = frozenset({"NoSuchHost", "DownloadConnectionRefusedError", "DownloadFailedError"})
"""Failures that may be our own network's: they are not remembered."""


def fingerprint(*parts: str) -> str:
    """Return a name for what is asked: address and form, or the parts of a round."""
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


class JsonBody(dict[str, Any]):
    """What is sent as JSON: any other mapping is sent as a form is."""


def form_text(form: Mapping[str, Any] | None) -> str:
    """Return what is sent as one text, the same for the same fields."""
    if isinstance(form, JsonBody):
        return "JSON " + json.dumps(form, sort_keys=True)
    return json.dumps(sorted(form.items())) if form is not None else ""


@dataclass(frozen=True)
class Unit:
    """One piece of work: a source's month at one council; the month is empty for its lists."""

    source: str
    turn: str
    month: str = ""


class Journal:
    """The answers of one round, each a file; nothing is read before it is asked for."""

    def __init__(self, folder: Path, started_at: str) -> None:
        self.folder = folder
        self.started_at = started_at

    @classmethod
    def open(cls, corpus: Path, names: Iterable[str]) -> "Journal":
        """Go on with the unfinished round of this command beside a corpus, or begin one.

        `names` are what makes two commands the same: sources, councils, window, options.
        """
        home = home_of(corpus)
        _drop_stale(home)
        folder = home / f"round-{fingerprint(*names)}"
        begun = folder / "begun"
        if not begun.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            _write(begun, now().encode())
        return cls(folder, begun.read_text())

    def find(self, unit: Unit, url: str, form: Mapping[str, Any] | None = None) -> Answer | None:
        """Return the answer that was had for an address in this unit, None where it was not."""
        path = self._path(unit, url, form)
        return load(path) if path.is_file() else None

    def keep(self, unit: Unit, answer: Answer, form: Mapping[str, Any] | None = None) -> None:
        """Keep an answer, unless it says nothing of the site."""
        if answer.error not in UNSENT:
            save(self._path(unit, answer.url, form), answer)

    def done(self, unit: Unit) -> None:
        """Drop what was kept for a unit, once its rows are durable."""
        shutil.rmtree(self._folder(unit), ignore_errors=True)

    def turn_done(self, source: str, turn: str) -> None:
        """Note that a turn is finished and need not be had again in this round."""
        folder = self._folder(Unit(source, turn)).parent
        shutil.rmtree(folder, ignore_errors=True)
        _write(folder.with_suffix(".done"), b"")

    def is_done(self, source: str, turn: str) -> bool:
        """Whether a turn was finished earlier in this round."""
        return self._folder(Unit(source, turn)).parent.with_suffix(".done").is_file()

    def close(self) -> None:
        """End the round: the next crawl begins anew."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _folder(self, unit: Unit) -> Path:
        return self.folder / unit.source / (unit.turn or "all") / (unit.month or LISTING)

    def _path(self, unit: Unit, url: str, form: Mapping[str, Any] | None) -> Path:
        return self._folder(unit) / fingerprint(url, form_text(form))


class RobotsCache:
    """robots.txt answers for up to a day, as RFC 9309 §2.4 allows; errors only for an hour."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, url: str) -> Answer | None:
        """Return what a robots.txt said, if that is fresh enough."""
        path = self._folder / fingerprint(url)
        if not path.is_file():
            return None
        answer = load(path)
        hours = 24 if answer and (answer.status or 500) < 500 else 1
        age = time.time() - path.stat().st_mtime  # less than nothing where the clock went back
        return answer if 0 <= age < hours * 3600 else None

    def keep(self, answer: Answer) -> None:
        """Keep what a robots.txt said."""
        save(self._folder / fingerprint(answer.url), answer)


def home_of(corpus: Path) -> Path:
    """Return the folder beside a corpus in which unfinished crawls lie."""
    return corpus.with_name(f"{corpus.name}.crawl")


def save(path: Path, answer: Answer) -> None:
    """Write an answer whole or not at all: its facts on the first line, then its body."""
    facts = {name: value for name, value in asdict(answer).items() if name != "content"}
    head = json.dumps({"bytes": len(answer.content), "facts": facts})
    _write(path, head.encode() + b"\n" + answer.content)


def load(path: Path) -> Answer | None:
    """Return a kept answer, None where the file is not one."""
    head, _, body = path.read_bytes().partition(b"\n")
    try:
        told: dict[str, Any] = json.loads(head)
        if told["bytes"] != len(body):  # the machine went down while it was written
            return None
        facts = told["facts"]
        return Answer(**facts | {"outcome": Outcome(facts["outcome"]), "content": body})
    except (ValueError, TypeError, KeyError):
        return None


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".part-", delete=False) as stream:
        stream.write(content)
    Path(stream.name).replace(path)


def _drop_stale(home: Path) -> None:
    """Remove rounds that were begun too long ago to go on with, or by a clock that was ahead."""
    oldest = (datetime.now(UTC) - FRESH).strftime("%Y-%m-%dT%H:%M:%SZ")
    for folder in home.glob("round-*"):
        begun = folder / "begun"
        if not begun.is_file() or not oldest <= begun.read_text() <= now():
            shutil.rmtree(folder, ignore_errors=True)

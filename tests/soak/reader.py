"""Somebody who reads the site without a pause, while the corpus under it is written."""

import os
import random
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path
from threading import Event, Thread
from types import TracebackType

from tests.conftest import ROOT

PAGES = (
    *("/", "/-/search?q=analytics", "/-/search?q=budget+number", "/coverage", "/councils"),
    *("/corpus/documents", "/corpus/mentions?_facet=code", "/corpus/pages.json?_size=5"),
    *("/topics", "/api/v1/coverage", "/sitemap.xml"),
)
"""Not /-/health, which tells that the calendar of the simulated nights is not today's."""
PAUSE_SECONDS = 0.2
"""Between two pages: the site and what writes share the machine."""


class Reader:
    """Serves a corpus by the command and reads it; `errors` are all answers but 200."""

    def __init__(self, path: Path, seed: int = 1) -> None:
        self.read: Counter[str] = Counter()
        self.errors: list[str] = []
        self._chance, self._stop = random.Random(seed), Event()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "workbench.main", "--corpus", str(path), "serve", "--port", "0"],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert "http://" in line, self._process.communicate(timeout=30)
        self.address = line.split(" at ")[1].split("/ ")[0]
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Reader":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: object, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(60)
        self._process.terminate()
        _, said = self._process.communicate(timeout=60)
        print(f"the site was read {self.read.total()} times, {len(self.errors)} errors")
        if kind is None:
            assert not self.errors, self.errors[:5]
            assert "Traceback" not in said, said[-3000:]
            assert self.read.total(), "nothing was read"

    def _run(self) -> None:
        while not self._stop.wait(PAUSE_SECONDS):
            page = self._chance.choice(PAGES)
            try:
                with urllib.request.urlopen(self.address + page, timeout=120) as answer:
                    answer.read()
                    self.read[page] += 1
            except urllib.error.HTTPError as error:
                told = error.read()[-500:].decode(errors="replace")
                self.errors.append(f"{page}: {error.code} {told}")
            except OSError as error:
                self.errors.append(f"{page}: {error}")

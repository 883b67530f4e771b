"""One file, many at once: while a build writes, others read, and a second writer is told who."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from demo.papers import render
from demo.world import build_world
from workbench.notebook import Corpus

PORT = 8653
PAGES = ("/", "/-/search?q=risk", "/topics", "/coverage", "/corpus/pages", "/corpus/mentions.json")


def start(path: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "workbench.main", "--corpus", str(path), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_until_held(path: Path) -> None:
    """Wait until the command just started has the lock."""
    deadline = time.monotonic() + 60
    while not path.with_name(f"{path.name}.holder").exists():
        assert time.monotonic() < deadline, "nobody took the lock"
        time.sleep(0.05)


@pytest.fixture
def imported(tmp_path: Path) -> Path:
    folder, path = tmp_path / "papers", tmp_path / "corpus.db"
    folder.mkdir()
    for meeting in build_world().councils[0].meetings:
        for paper in (paper for item in meeting.items for paper in item.documents):
            (folder / str(paper.attachment)).write_bytes(render(paper)[0])
    importing = start(path, "import", str(folder))
    assert importing.wait() == 0, importing.communicate()[1]
    return path


@pytest.fixture
def site(imported: Path) -> Iterator[httpx.Client]:
    serving = start(imported, "serve", "--port", str(PORT))
    with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=30) as client:
        for _ in range(100):
            try:
                client.get("/")
                break
            except httpx.TransportError:
                time.sleep(0.2)
        yield client
    serving.terminate()
    serving.communicate()


def test_readers_and_other_writers_during_a_build(imported: Path, site: httpx.Client) -> None:
    building = start(imported, "build")
    wait_until_held(imported)
    second = start(imported, "find")
    _, told = second.communicate()
    assert second.returncode == 1
    patient = start(imported, "--wait", "120", "find", "--json")
    statuses, seen = set(), []
    while building.poll() is None:
        statuses |= {(page, site.get(page).status_code) for page in PAGES}
        seen.append(len(Corpus(imported).rates("year")))
    assert building.returncode in (0, 4), building.communicate()[1]
    assert statuses == {(page, 200) for page in PAGES}
    assert seen
    assert "is being written by `corpus build`" in told
    assert "--wait" in told
    out, err = patient.communicate()
    assert patient.returncode == 0, err
    assert json.loads(out)["files"] == 0, "the build had found everything"

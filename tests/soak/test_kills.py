"""SIGKILL at any moment loses nothing, and running again ends in the same tables."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demo.papers import render
from demo.world import build_world


def corpus(path: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "workbench.main", "--corpus", str(path), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(path: Path, *arguments: str) -> str:
    process = corpus(path, *arguments)
    out, err = process.communicate()
    assert process.returncode in (0, 4), f"{arguments}: exit {process.returncode}\n{err}"
    return out


def digest(path: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads(finish(path, "doctor", "--digest", "--json"))
    return found


def killed_build(
    path: Path, steps: list[list[str]], kills: int, longest: float, chance: random.Random
) -> int:
    """Run the steps, killing at random moments; return how many kills struck a running command.

    A command that had ended by then is not struck: importing again what is known takes a second.
    """
    struck = 0
    share = [kills // 4, kills - kills // 4]  # importing is short, building long
    for step, times in zip(steps, share, strict=True):
        wanted = struck + times
        for _ in range(times * 3):
            if struck < wanted:
                process = corpus(path, *step)
                time.sleep(chance.uniform(0.1, longest if step[0] == "build" else 1.5))
                if process.poll() is None:
                    process.send_signal(signal.SIGKILL)
                    struck += 1
                process.communicate()
        finish(path, *step)
    return struck


def check_kills(tmp_path: Path, steps: list[list[str]], kills: int, seed: int) -> None:
    quiet, torn = tmp_path / "quiet" / "corpus.db", tmp_path / "torn" / "corpus.db"
    quiet.parent.mkdir()
    torn.parent.mkdir()
    start = time.monotonic()
    for step in steps:
        finish(quiet, *step)
    took = time.monotonic() - start
    struck = killed_build(torn, steps, kills, longest=took / 8, chance=random.Random(seed))
    print(f"undisturbed {took:.0f} s; {struck} of {kills} kills struck a running command")
    assert struck == kills
    assert digest(torn) == digest(quiet)
    assert json.loads(finish(torn, "doctor", "--repair", "--json"))["problems"] == []


@pytest.fixture(scope="module")
def county_papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papers")
    for council in build_world().councils[3:]:
        for meeting in council.meetings:
            for item in meeting.items:
                for document in item.documents:
                    content, _ = render(document)
                    (folder / f"{council.code}-{document.attachment}").write_bytes(content)
    return folder


def test_killed_commands_end_in_the_same_tables(tmp_path: Path, county_papers: Path) -> None:
    check_kills(tmp_path, [["import", str(county_papers)], ["build"]], kills=6, seed=1)


@pytest.mark.soak
def test_twenty_kills_on_the_real_set(tmp_path: Path, testdata: Path) -> None:
    folder = testdata / "corpus"
    steps = [["import", str(folder), "--metadata", str(folder / "metadata.csv")], ["build"]]
    check_kills(tmp_path, steps, kills=20, seed=int(os.environ.get("SEED", "2")))

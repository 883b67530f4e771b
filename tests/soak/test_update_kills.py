"""SIGKILL and power loss at any moment of an update: clean, and the same tables in the end."""

import os
import random
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Make
from tests.soak.week import MENTION, Nights

PAPERS = 60
UNLIKE = {"crawls", "visits", "updates"}
"""Logs of runs: a killed run is a row more."""


def nights_of(folder: Path, make: Make) -> Nights:
    nights = Nights(folder, make)
    for number in range(100, 100 + PAPERS):
        nights.world.publish("AAA", number, MENTION.format(number))
    path = nights.study / "sources" / "modgov.yaml"
    path.write_text(path.read_text().replace("max_documents: 5", "max_documents: 500"))
    return nights


def digest(nights: Nights) -> dict[str, Any]:
    found = nights.run(0, "doctor", "--digest")
    return {name: value for name, value in found.items() if name not in UNLIKE}


def plain(nights: Nights) -> list[Any]:
    """The documents without the port in their addresses, which differs from site to site."""
    import sqlite3

    connection = sqlite3.connect(nights.path)
    sql = (
        "select d.document, d.sha256, d.title, f.outcome, f.pages, f.chars, count(m.mention) "
        "from documents d join files f using (sha256) left join mentions m using (sha256) "
        "group by d.document order by 1"
    )
    rows = connection.execute(sql).fetchall()
    connection.close()
    return rows


def undisturbed(tmp_path: Path, make: Make) -> tuple[Nights, float]:
    quiet = nights_of(tmp_path / "quiet", make)
    started = time.monotonic()
    quiet.update(0)
    return quiet, time.monotonic() - started


@pytest.mark.soak
def test_a_hundred_kills(tmp_path: Path, make: Make) -> None:
    quiet, took = undisturbed(tmp_path, make)
    chance = random.Random(int(os.environ.get("SEED", "9")))
    kills, struck = int(os.environ.get("KILLS", "100")), 0
    torn, rounds = nights_of(tmp_path / "torn-0", make), 0
    ended: list[Nights] = []
    while struck < kills:
        process = torn.start(0, "update", "--jobs", "1")
        time.sleep(chance.uniform(0.2, took))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            struck += 1
        process.communicate()
        if process.returncode == 0:  # it came to its end: begin with another corpus
            ended.append(torn)
            rounds += 1
            torn = nights_of(tmp_path / f"torn-{rounds}", make)
    torn.update(0)
    for one in [*ended, torn]:
        assert one.run(0, "doctor", "--repair")["problems"] == []
        assert plain(one) == plain(quiet)
        one.site.close()
    print(f"{struck} kills over {len(ended) + 1} corpora; undisturbed {took:.1f} s")
    quiet.site.close()


@pytest.mark.soak
def test_twenty_power_losses(tmp_path: Path, make: Make) -> None:
    """A copy of all files at a random moment is what a disk holds after the power went."""
    quiet, took = undisturbed(tmp_path, make)
    chance = random.Random(int(os.environ.get("SEED", "10")))
    for number in range(int(os.environ.get("LOSSES", "20"))):
        torn = nights_of(tmp_path / f"torn-{number}", make)
        process = torn.start(0, "update", "--jobs", "1")
        time.sleep(chance.uniform(0.5, took))
        process.send_signal(signal.SIGSTOP)  # the copy is of one moment, as of a disk
        after = tmp_path / f"after-{number}"
        shutil.copytree(torn.folder, after, ignore=shutil.ignore_patterns("*.lock", "*-shm"))
        process.kill()
        process.communicate()
        shutil.rmtree(torn.folder)
        shutil.copytree(after, torn.folder)
        torn.update(0)
        assert torn.run(0, "doctor", "--repair")["problems"] == []
        assert plain(torn) == plain(quiet)
        torn.site.close()
    quiet.site.close()

"""SIGKILL and power loss at any moment of an update: clean, and the same tables in the end."""

import os
import random
import shutil
import signal
import struct
import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Make
from tests.soak.reader import Reader
from tests.soak.warm import frames_of
from tests.soak.week import MENTION, ORDINARY, Nights

PAPERS_A_NIGHT = 12
UNLIKE = {"crawls", "visits", "updates"}
"""Logs of runs: a killed run is a row more."""
BACKFILL = 96
"""Where the index of SQLite's log says how much of it is in the database (walformat.html)."""


def news(nights: Nights, night: int) -> None:
    """A night's papers: most new, one replaced, one withdrawn."""
    first, world = 100 * night, nights.world
    for number in range(first, first + PAPERS_A_NIGHT):
        text = MENTION if number % 3 else ORDINARY
        world.publish("ABC"[number % 3] * 3, number, text.format(number))
    if night > 1:
        before = first - 100
        world.publish("ABC"[before % 3] * 3, before, MENTION.format(f"{before}, again"))
        del world.papers["ABC"[(before + 1) % 3] * 3][before + 1]


def digest(nights: Nights, night: int) -> dict[str, Any]:
    found = nights.run(night, "doctor", "--digest")
    return {name: value for name, value in found.items() if name not in UNLIKE}


def same(torn: Nights, quiet: Nights, night: int) -> None:
    """Nothing is wrong with a corpus, and it holds what the undisturbed one holds."""
    assert torn.run(night, "doctor", "--repair")["problems"] == []
    found, wanted = digest(torn, night), digest(quiet, night)
    assert {n: (v, found[n]) for n, v in wanted.items() if found[n] != v} == {}


def undisturbed(quiet: Nights, night: int) -> float:
    """Update a corpus in peace; return its seconds."""
    started = time.monotonic()
    quiet.update(night)
    return time.monotonic() - started


def killed_until_done(torn: Nights, night: int, took: float, chance: random.Random) -> list[float]:
    """Update a corpus, killed again and again; return the moments at which a kill struck it.

    On a machine that has become busier since, it would never end: it is given more time by and by.
    """
    struck: list[float] = []
    while True:
        process = torn.start(night, "update", "--jobs", "1")
        moment = chance.uniform(0.05, took * (1 + len(struck) / 10))
        time.sleep(moment)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            struck.append(round(moment, 2))
        _, said = process.communicate()
        if process.returncode == 0:
            return struck
        assert process.returncode == -signal.SIGKILL, said


@pytest.mark.soak
def test_a_hundred_kills(tmp_path: Path, make: Make) -> None:
    """The corpus grows night by night, and is read all the while by somebody at its site."""
    quiet = Nights(tmp_path / "quiet", make, most=1_000, warm=True)
    torn = quiet.other(tmp_path / "torn")
    chance = random.Random(int(os.environ.get("SEED", "9")))
    kills, struck, night = int(os.environ.get("KILLS", "100")), [], 0
    quiet.update(0)
    torn.update(0)
    with Reader(torn.path):
        while len(struck) < kills:
            night += 1
            news(quiet, night)
            took = undisturbed(quiet, night)
            moments = killed_until_done(torn, night, took, chance)
            struck += moments
            print(f"night {night}: undisturbed {took:.1f} s, killed at {moments}", flush=True)
            same(torn, quiet, night)
    print(f"{len(struck)} kills in {night} nights")
    quiet.site.close()


def power_loss(folder: Path, after: Path, chance: random.Random) -> str:
    """Copy what a disk holds when the power goes, while no process writes; say what was lost.

    SQLite's log is made durable by a checkpoint (`synchronous = normal`), or where the command
    waits for it: what was written since may be lost, all of it or a part.
    """
    shutil.copytree(folder, after, ignore=shutil.ignore_patterns("*.lock", "*-shm", "*.holder"))
    log, index = after / "corpus.db-wal", folder / "corpus.db-shm"
    if not log.is_file() or not index.is_file() or not log.stat().st_size:
        return "no log"
    if struct.unpack_from("=I", index.read_bytes(), BACKFILL)[0]:
        return "a log that a checkpoint has made durable"
    written, note = frames_of(folder / log.name), folder.with_suffix(".synced")
    synced = int(note.read_text()) if note.is_file() else 0
    kept = chance.randint(synced if synced <= written else 0, written)
    page = struct.unpack_from(">I", log.read_bytes(), 8)[0]
    os.truncate(log, 32 + kept * (24 + page))
    return f"{written - kept:,} of {written:,} frames of the log, {synced:,} were synced"


@pytest.mark.soak
def test_twenty_power_losses(tmp_path: Path, make: Make) -> None:
    """A copy of all files at a random moment is what a disk holds after the power went."""
    quiet = Nights(tmp_path / "quiet", make, most=1_000, warm=True)
    torn = quiet.other(tmp_path / "torn-0")
    chance = random.Random(int(os.environ.get("SEED", "10")))
    quiet.update(0)
    torn.update(0)
    losses, night = int(os.environ.get("LOSSES", "20")), 0
    while night < losses:
        night += 1
        news(quiet, night)
        took = undisturbed(quiet, night)
        torn.folder.with_suffix(".synced").unlink(missing_ok=True)
        process = torn.start(night, "update", "--jobs", "1")
        time.sleep(chance.uniform(0.05, took))
        process.send_signal(signal.SIGSTOP)  # the copy is of one moment, as of a disk
        lost = power_loss(torn.folder, tmp_path / f"torn-{night}", chance)
        process.kill()
        process.communicate()
        shutil.rmtree(torn.folder)
        print(f"night {night}: undisturbed {took:.1f} s, lost {lost}", flush=True)
        torn = torn.other(tmp_path / f"torn-{night}")
        with Reader(torn.path):
            torn.update(night)
        same(torn, quiet, night)
    quiet.site.close()

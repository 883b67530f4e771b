"""The schedule in the foreground: runs, does not pile up, stops in good order."""

import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from corpus.command import Command
from tests.conftest import ROOT
from workbench.watch import _update, trigger

SCRIPT = """
import sys
from apscheduler.triggers.interval import IntervalTrigger
from workbench.watch import Watch
Watch([sys.executable, "-c", sys.argv[1], sys.argv[2]]).run(IntervalTrigger(seconds=0.3), True)
"""
NOTES = "import sys; open(sys.argv[1], 'a').write('ran\\n')"
LONG = """
import sys, time
note = lambda word: open(sys.argv[1], 'a').write(word + '\\n')
note('began')
try:
    time.sleep(60)
except KeyboardInterrupt:
    note('wrote down where it was')
"""


def start(update: str, log: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, update, str(log)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(log: Path, lines: int) -> None:
    deadline = time.monotonic() + 100
    while not log.is_file() or len(log.read_text().splitlines()) < lines:
        assert time.monotonic() < deadline, "nothing was run"
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_again_and_again_until_it_is_stopped(tmp_path: Path, number: int) -> None:
    watching = start(NOTES, tmp_path / "log")
    wait_for(tmp_path / "log", 3)
    watching.send_signal(number)
    _, err = watching.communicate(timeout=60)
    assert watching.returncode == 0, err
    assert "Next update: " in err and "The update ended with 0." in err and "Stopped." in err


def test_two_never_run_at_once_and_a_running_one_may_end(tmp_path: Path) -> None:
    watching = start(LONG, tmp_path / "log")
    wait_for(tmp_path / "log", 1)
    time.sleep(1)
    watching.send_signal(signal.SIGTERM)
    _, err = watching.communicate(timeout=60)
    assert watching.returncode == 0, err
    assert (tmp_path / "log").read_text() == "began\nwrote down where it was\n"


@pytest.mark.parametrize(
    ("every", "after"),
    [
        ("hour", datetime(2026, 6, 20, 12, 15)),
        ("day", datetime(2026, 6, 21, 3, 15)),
        ("week", datetime(2026, 6, 21, 3, 15)),  # a Sunday
    ],
)
def test_when_it_runs(every: str, after: datetime) -> None:
    when = trigger(datetime(1900, 1, 1, 3, 15), every)
    noon = datetime(2026, 6, 20, 12, tzinfo=when.timezone)
    assert when.get_next_fire_time(None, noon).replace(tzinfo=None) == after


def test_what_is_run_is_this_corpus_and_this_study() -> None:
    told = _update(Command(Path("a b.db"), Path("s"), 5.0), publish=True)
    assert told[3:] == [
        "--corpus",
        "a b.db",
        "--study",
        "s",
        "--wait",
        "5.0",
        "update",
        "--publish",
    ]

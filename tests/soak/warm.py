"""Commands forked from a process that has loaded the libraries: a start takes no seconds.

A killed update is a killed update, however it began; a hundred of them would else spend most of
their time on imports.
"""

import contextlib
import multiprocessing
import os
import signal
import struct
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import time_machine

from tests.conftest import ROOT
from tests.crawler.conftest import environment

LOADED = (
    *("extract.warm", "extract.run", "coding.run", "coding.run_codings", "corpus.doctor"),
    *("crawler.modgov", "crawler.monitors", "crawler.settings", "models.run", "models.run_tests"),
    *("models.run_semantics", "models.links.run_links", "models.links.run_systems"),
    *("workbench.main", "workbench.update", "workbench.run_update", "workbench.care", __name__),
)
"""What an update imports; but not Twisted's reactor, which each process makes for itself."""


def forked(instant: str, arguments: list[str], out: Path, err: Path) -> "Going":
    """Begin a command at an instant of a simulated calendar."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(LOADED))
    process = context.Process(target=_run, args=(instant, arguments, out, err), daemon=False)
    process.start()
    return Going(process, out, err)


def _run(instant: str, arguments: list[str], out: Path, err: Path) -> None:
    os.chdir(ROOT)
    kept = environment()
    os.environ.clear()
    os.environ.update(kept)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for stream, path in ((sys.stdout, out), (sys.stderr, err)):
        with path.open("w") as file:
            os.dup2(file.fileno(), stream.fileno())
    os.fsync = partial(_fsync, os.fsync, out.with_suffix(".synced"))
    with time_machine.travel(datetime.fromisoformat(instant), tick=True):
        from workbench.main import main

        main(arguments, prog_name="corpus")


def _fsync(fsync: Callable[[int], None], note: Path, file: int) -> None:
    """Sync a file; of SQLite's log, note how many frames are on the disk by that."""
    place = Path(f"/proc/self/fd/{file}").readlink()
    frames = frames_of(place) if place.name.endswith("-wal") else None
    fsync(file)
    if frames is not None:
        note.write_text(str(frames))


def frames_of(log: Path) -> int:
    """Return how many frames of SQLite's log are in use (sqlite.org/walformat.html)."""
    index = log.with_name(log.name.removesuffix("-wal") + "-shm").read_bytes()
    return int(struct.unpack_from("=I", index, 16)[0])


class Going:
    """A command that was begun; used as a `subprocess.Popen`."""

    def __init__(self, process: Any, out: Path, err: Path) -> None:
        self._process, self._out, self._err = process, out, err

    @property
    def returncode(self) -> int | None:
        code: int | None = self._process.exitcode
        return code

    def poll(self) -> int | None:
        return self.returncode

    def send_signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for its end; return what it said."""
        self._process.join(timeout)
        assert self.returncode is not None, f"it still runs: {self._err.read_text()[-2000:]}"
        return self._out.read_text(), self._err.read_text()

"""Tesseract as a program: started with a time limit, killed whole, its answer taken apart.

A page goes in and its words come out through pipes: no temporary file is left by whatever dies.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from corpus.errors import Crashed, OutOfTime

PROGRAM = "tesseract"
ENGLISH = "eng"
STARTING_SECONDS = 10
"""For the program to say its version and languages."""
DPI = 300
"""What is told to Tesseract: pictures are drawn so that their letters have that size."""
LAYOUT = "1"
"""Page segmentation: Tesseract's own, with the sheet's orientation."""
SAUVOLA, OTSU = 2, 0
"""Ink told from paper by what is near, or by one grey level for the whole page."""
OLDEST = 5
"""The first version that knows of the methods above."""
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, prctl(2)
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Tesseract:
    """The program as found on this machine: where it is, its version and its languages."""

    program: str
    version: str
    languages: frozenset[str]

    def reader(self, languages: str) -> str:
        """Return what is kept of who read a page, and in which languages."""
        return f"tesseract {self.version} {languages}"


@dataclass(frozen=True)
class Seen:
    """A word on a picture: its line, its place in pixels, and how sure it is (0 to 100)."""

    paragraph: tuple[int, int]
    line: int
    text: str
    left: int
    top: int
    right: int
    bottom: int
    confidence: float


def installed() -> Tesseract | None:
    """Return the Tesseract of this machine, or None where there is none that reads English."""
    place = shutil.which(PROGRAM)
    if not place:
        return None
    program = str(Path(place).absolute())  # workers may have another path
    try:
        version = _told(program, "--version").split()
        languages = _told(program, "--list-langs").splitlines()[1:]
    except (OSError, subprocess.SubprocessError):
        return None
    number = version[1].lstrip("v") if len(version) > 1 else ""
    found = Tesseract(program, number, frozenset(line.strip() for line in languages))
    recent = number.split(".")[0].isdigit() and int(number.split(".")[0]) >= OLDEST
    return found if recent and ENGLISH in found.languages else None


def _told(program: str, option: str) -> str:
    done = subprocess.run(
        [program, option],
        capture_output=True,
        text=True,
        timeout=STARTING_SECONDS,
        check=True,
    )
    return done.stdout or done.stderr


def words(picture: Any, threshold: int, program: str, languages: str, until: float) -> list[Seen]:
    """Return the words Tesseract sees on a grey picture (a PIL image), in its reading order.

    `threshold` is its method of telling ink from paper, `until` an instant of the monotonic
    clock. Raises `OutOfTime` or `Crashed`.
    """
    command = [program, "-", "-", "-l", languages, "--psm", LAYOUT, "--dpi", str(DPI)]
    command += ["-c", f"thresholding_method={threshold}", "tsv"]
    width, height = picture.size
    told = _run(command, b"P5 %d %d 255\n" % (width, height) + picture.tobytes(), until)
    return list(_words(told))


def _run(command: list[str], content: bytes, until: float) -> str:
    """Run a program; it and all it started end at `until`, or when this process does."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"OMP_THREAD_LIMIT": "1"},  # pages side by side gain more than threads
        start_new_session=True,
        preexec_fn=_die_with_parent if _LIBC else None,
    )
    try:
        told, complaint = process.communicate(content, timeout=max(until - time.monotonic(), 0))
    except subprocess.TimeoutExpired as error:
        raise OutOfTime(
            "OCR of the page took longer than its limit (CORPUS_OCR_SECONDS)"
        ) from error
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    if process.returncode:
        said = complaint.decode("utf-8", "replace").strip().splitlines() or ["no word of why"]
        raise Crashed(f"tesseract ended with {process.returncode}: {said[-1][:200]}")
    return told.decode("utf-8", "replace")


def _die_with_parent() -> None:
    """Ask the kernel to end this process when the worker that started it dies."""
    if _LIBC:
        _LIBC.prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def _words(told: str) -> Iterator[Seen]:
    """Yield the words of a TSV answer; lines that are none are left out."""
    for line in told.splitlines()[1:]:
        cells = line.split("\t", 11)
        if len(cells) == 12 and cells[0] == "5" and cells[11].strip():
            block, paragraph, row, _, left, top, width, height = map(int, cells[2:10])
            right, bottom = left + width, top + height
            sure = max(float(cells[10]), 0.0)
            place = (left, top, right, bottom)
            yield Seen((block, paragraph), row, cells[11].strip(), *place, sure)


def lines(seen: list[Seen]) -> list[list[Seen]]:
    """Return the words line by line."""
    return [list(line) for _, line in groupby(seen, lambda word: (word.paragraph, word.line))]

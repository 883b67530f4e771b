"""Programs of the system that read what no library does: bounded, and gone with their worker."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from corpus.errors import OutOfTime
from corpus.settings import Settings

_SHELL = "/bin/sh"
_LIMITED = 'ulimit -t "$1"; ulimit -f "$2"; shift 2; exec "$@"'
"""A worker that is killed cannot end its program: the limit on its processor time does."""
SHARE_OF_TIME = 0.3
"""Of a file's time, for one program: then there is time for another, and the worker reports it."""
_BLOCK = 512


def missing(*programs: str) -> bool:
    """Whether none of the programs is installed."""
    return not any(map(shutil.which, programs))


def output(program: str, *arguments: str, path: Path, settings: Settings) -> bytes | None:
    """Return what a program prints of a file; None where it is not installed or fails.

    Raises `OutOfTime`.
    """
    found = shutil.which(program)
    if not found or not Path(_SHELL).exists():
        return None
    seconds = max(int(settings.seconds_per_file * SHARE_OF_TIME), 1)
    limits = [str(seconds), str(settings.max_text_chars * 4 // _BLOCK + 1)]
    command = [_SHELL, "-c", _LIMITED, _SHELL, *limits, found, *arguments, str(path.resolve())]
    with tempfile.TemporaryFile() as out:
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.DEVNULL,
                timeout=seconds,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise OutOfTime(f"{program} took longer than {seconds} s") from error
        out.seek(0)
        return out.read() if done.returncode == 0 else None

"""Originals by content: `files/4e/4edafe….pdf` beside the database, written whole or not at all."""

import os
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

Result = TypeVar("Result")


class Original(Protocol):
    """A stored file as a worker is told of it, on this machine or another."""

    def here(self) -> AbstractContextManager[Path]:
        """Have it as a file on the worker's machine for a while."""


@dataclass(frozen=True)
class LocalOriginal:
    """A file that this machine and its workers see under the same path."""

    path: Path

    def here(self) -> AbstractContextManager[Path]:
        """Give the file itself."""
        return nullcontext(self.path)


def opened(function: Callable[..., Result], original: Original, *arguments: object) -> Result:
    """Call a function with an original's path and more; this is what workers run."""
    with original.here() as path:
        return function(path, *arguments)


class FileStore:
    """The folder of originals; a path in the database is relative to it."""

    address = ""
    """Where the originals lie, if not in the folder: an address of `fsspec`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._unsettled: list[Path] = []

    def path(self, relative: str) -> Path:
        """Return the place of a stored file."""
        return self.folder / relative

    def original(self, relative: str) -> Original:
        """Return a stored file as a worker is to be told of it."""
        return LocalOriginal(self.path(relative).absolute())

    def has(self, relative: str) -> bool:
        """Whether a stored file is there."""
        return self.path(relative).is_file()

    def stored(self) -> dict[str, int]:
        """Return the bytes of every original that is there, by relative path."""
        return {
            path.relative_to(self.folder).as_posix(): path.stat().st_size
            for path in sorted(self.folder.glob("??/*"))
            if not path.name.startswith(".part-")
        }

    def put(self, content: bytes, sha256: str, suffix: str) -> str:
        """Store `content` under its hash and return the relative path; twice is once.

        The file appears under its name only when it is complete, so that a process killed at any
        moment leaves no half-written original; `settle` makes it outlive a loss of power. A file
        that lies there damaged is written anew.
        """
        relative = f"{sha256[:2]}/{sha256}{suffix}"
        target = self.folder / relative
        if target.exists() and target.read_bytes() == content:
            return relative
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        self._unsettled.append(target)
        return relative

    def settle(self) -> None:
        """Wait until what was put is on the disk: before the rows that name it are committed.

        A hundred files at once take a tenth of the time that a hundred one by one do.
        """
        unsettled, self._unsettled = self._unsettled, []
        for path in unsettled:
            with suppress(FileNotFoundError), path.open("r+b") as stream:
                os.fsync(stream.fileno())

    def remove(self, sha256: str) -> None:
        """Remove the original with this hash; that it is gone already is no error."""
        for path in self.folder.glob(f"{sha256[:2]}/{sha256}*"):
            path.unlink(missing_ok=True)

    def leftovers(self) -> list[Path]:
        """Return the half-written files that killed processes left behind."""
        return sorted(self.folder.glob("*/.part-*"))

"""Originals by content: `files/4e/4edafe….pdf` beside the database, written whole or not at all."""

import os
import tempfile
from pathlib import Path


class FileStore:
    """The folder of originals; a path in the database is relative to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, relative: str) -> Path:
        """Return the place of a stored file."""
        return self.folder / relative

    def put(self, content: bytes, sha256: str, suffix: str) -> str:
        """Store `content` under its hash and return the relative path; twice is once.

        The file appears under its name only when it is complete and on disk, so that a process
        killed at any moment leaves no half-written original.
        """
        relative = f"{sha256[:2]}/{sha256}{suffix}"
        target = self.folder / relative
        if target.exists() and target.stat().st_size == len(content):
            return relative
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return relative

    def remove(self, sha256: str) -> None:
        """Remove the original with this hash; that it is gone already is no error."""
        for path in self.folder.glob(f"{sha256[:2]}/{sha256}*"):
            path.unlink(missing_ok=True)

    def leftovers(self) -> list[Path]:
        """Return the half-written files that killed processes left behind."""
        return sorted(self.folder.glob("*/.part-*"))

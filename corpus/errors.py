"""The named errors of the project: each says what is wrong, where, and what to do next."""

import errno
import sqlite3
from pathlib import Path


class CorpusError(Exception):
    """An error the user can act on; the command line prints its one sentence and exits with 1."""

    permanent = True
    """Whether trying again without a change elsewhere is pointless."""

    @property
    def name(self) -> str:
        """The name kept in `failures.error`."""
        return type(self).__name__


class MissingPath(CorpusError):
    """A path given by the user does not exist or cannot be read."""


class EmptyInput(CorpusError):
    """A folder or archive given by the user holds no file."""


class ForeignDatabase(CorpusError):
    """The database belongs to another program or to a newer version of this one."""


class Locked(CorpusError):
    """Another command is writing to the corpus."""

    permanent = False


class BadStudy(CorpusError):
    """A study file is malformed: the message names the file and the line."""

    def __init__(self, path: Path, line: int | None, problem: str) -> None:
        place = f"{path}:{line}" if line else str(path)
        super().__init__(f"{place}: {problem}")


class BadMetadata(CorpusError):
    """The metadata CSV of an import is malformed."""


class UnknownDocument(CorpusError):
    """No document has this id."""


class Forgotten(CorpusError):
    """The document or its bytes were forgotten on request and stay out."""


class ReadingError(CorpusError):
    """A file could not be read; it becomes a row in `failures` and the run goes on."""


class Unsupported(ReadingError):
    """The file is of a kind that no reader handles yet."""


class Encrypted(ReadingError):
    """The file needs a password."""


class Broken(ReadingError):
    """The file is damaged, or is not what it says it is."""


class TooLarge(ReadingError):
    """The file, its pages or its unpacked content exceed a limit of the settings."""


class OutOfTime(ReadingError):
    """Reading took longer than the limit and was stopped."""

    permanent = False


class OutOfMemory(ReadingError):
    """Reading took more memory than the limit and was stopped."""

    permanent = False


class Crashed(ReadingError):
    """The process that read the file died."""

    permanent = False


class NoTopics(CorpusError):
    """Too few passages to fit a topic model."""


_KEPT = "What was reported as done is kept"
_FULL = f"no space is left on its disk. {_KEPT}. Make room, then run the command again"
_READ_ONLY = (
    f"it cannot be written: the disk, folder or file is read-only. {_KEPT}. Make it writable"
)
_OF_SQLITE = {
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_CANTOPEN": "it cannot be opened. This user must be able to read and write its folder",
    "SQLITE_BUSY": "another program holds it. Close it there, then run the command again",
}
_OF_SYSTEM = {
    errno.ENOSPC: _FULL,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: "this user may not use it. Change its permissions, or run this as its owner",
}


def explained(error: Exception, corpus: Path) -> str:
    """Return what is wrong as a sentence that says what to do next."""
    if isinstance(error, sqlite3.DatabaseError):
        name = getattr(error, "sqlite_errorname", "") or ""
        known = next((told for key, told in _OF_SQLITE.items() if name.startswith(key)), None)
        return f"{corpus}: {known or f'{error}. `corpus doctor` says what is damaged'}."
    if isinstance(error, OSError):
        told = _OF_SYSTEM.get(error.errno or 0) or error.strerror or str(error)
        return f"{error.filename or corpus}: {told}."
    return str(error)

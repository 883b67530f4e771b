"""Originals elsewhere: on any store that `fsspec` reaches, such as S3 (extra `s3`).

`files/originals.txt` beside the corpus holds the address; the option `--files` writes it. Only the
command that holds the corpus's lock puts files there or removes them; workers and the site fetch
what they read. Fitted models stay on this machine. Who may enter is told to fsspec as it wants:
`AWS_ACCESS_KEY_ID`, `FSSPEC_S3_ENDPOINT_URL`, or a file in ~/.config/fsspec.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from corpus.errors import CorpusError
from corpus.files import FileStore, Original

ADDRESS = "originals.txt"
"""In the folder of originals: where they lie instead."""
FETCHED_BYTES = 1_000_000_000
"""Files that the site and notebooks fetched stay on this machine up to so many bytes."""
WHOLE_AT_ONCE = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "memory"}
"""Stores on which a file appears when it is complete; on others it is renamed then."""


class BadFiles(CorpusError):
    """The store of originals cannot be used."""

    permanent = False


@cache
def _system(address: str, process: int) -> tuple[Any, str]:
    """Return the file system of an address and its root; one for each process."""
    try:
        import fsspec
    except ImportError as error:
        raise BadFiles(
            "The originals lie elsewhere, and fsspec is not installed. Install it with `pip "
            'install "council-corpus[s3]"`, for other stores with their own part of fsspec.'
        ) from error
    try:
        system, root = fsspec.core.url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise BadFiles(f"{address} cannot be used: {error}.") from error
    return system, str(root)


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0


@contextmanager
def _reached(address: str) -> Iterator[tuple[Any, str]]:
    """Yield the file system and its root; whatever it raises becomes a sentence.

    A file that is not there stays a `FileNotFoundError`.
    """
    system, root = _system(address, os.getpid())
    try:
        yield system, root
    except (FileNotFoundError, CorpusError):
        raise
    except Exception as error:  # each store has errors of its own
        raise BadFiles(
            f"The originals at {address} cannot be reached ({type(error).__name__}: {error}). What "
            "was done is kept: run the command again."
        ) from error


@dataclass(frozen=True)
class RemoteOriginal:
    """A file elsewhere; a worker fetches it and keeps it for as long as it reads."""

    address: str
    relative: str

    @contextmanager
    def here(self) -> Iterator[Path]:
        """Fetch the file; raises `BadFiles`, or `FileNotFoundError` where it is not there."""
        with tempfile.TemporaryDirectory(prefix="corpus-") as folder:
            path = Path(folder) / Path(self.relative).name
            with _reached(self.address) as (system, root):
                system.get_file(f"{root}/{self.relative}", str(path))
            yield path


class RemoteFiles(FileStore):
    """Originals by content at an address; the folder beside the corpus holds models alone."""

    def __init__(self, folder: Path, address: str) -> None:
        super().__init__(folder)
        self.address = address
        name = blake2b(address.encode(), digest_size=8).hexdigest()
        self._fetched = Path(tempfile.gettempdir()) / f"corpus-{_user()}" / name

    def original(self, relative: str) -> Original:
        """Return a stored file as a worker is to be told of it."""
        return RemoteOriginal(self.address, relative)

    def path(self, relative: str) -> Path:
        """Fetch a stored file and return where it is now; a path without a file if it is gone."""
        target = self._fetched / relative
        if target.is_file():
            return target
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileNotFoundError), _reached(self.address) as (system, root):
            handle, part = tempfile.mkstemp(dir=target.parent, prefix=".part-")
            os.close(handle)
            try:
                system.get_file(f"{root}/{relative}", part)
                Path(part).replace(target)
            finally:
                Path(part).unlink(missing_ok=True)
            self._make_room(target)
        return target

    def _make_room(self, newest: Path) -> None:
        """Remove what was fetched longest ago, beyond `FETCHED_BYTES`."""
        files = [(path.stat().st_mtime, path) for path in self._fetched.glob("??/*")]
        total = sum(path.stat().st_size for _, path in files)
        for _, path in sorted(files):
            if total <= FETCHED_BYTES or path == newest:
                break
            total -= path.stat().st_size
            path.unlink(missing_ok=True)

    def has(self, relative: str) -> bool:
        """Whether a stored file is there."""
        with _reached(self.address) as (system, root):
            return bool(system.isfile(f"{root}/{relative}"))

    def stored(self) -> dict[str, int]:
        """Return the bytes of every original that is there, by relative path."""
        with _reached(self.address) as (system, root):
            try:
                found = system.find(root, detail=True)
            except FileNotFoundError:
                return {}
        sizes = {
            name.removeprefix(root).lstrip("/"): int(told["size"]) for name, told in found.items()
        }
        return {name: size for name, size in sizes.items() if "/.part-" not in f"/{name}"}

    def put(self, content: bytes, sha256: str, suffix: str) -> str:
        """Store `content` under its hash and return the relative path; twice is once."""
        relative = f"{sha256[:2]}/{sha256}{suffix}"
        with _reached(self.address) as (system, root):
            target = f"{root}/{relative}"
            with suppress(FileNotFoundError):
                if system.info(target)["size"] == len(content):
                    return relative
            if self.address.partition("://")[0] in WHOLE_AT_ONCE:
                system.pipe_file(target, content)
            else:
                system.makedirs(f"{root}/{sha256[:2]}", exist_ok=True)
                part = f"{root}/{sha256[:2]}/.part-{sha256}"
                system.pipe_file(part, content)
                system.mv(part, target)
        return relative

    def remove(self, sha256: str) -> None:
        """Remove the original with this hash; that it is gone already is no error."""
        for path in self._fetched.glob(f"{sha256[:2]}/{sha256}*"):
            path.unlink(missing_ok=True)
        with _reached(self.address) as (system, root):
            for name in system.glob(f"{root}/{sha256[:2]}/{sha256}*"):
                system.rm_file(name)


def file_store(folder: Path) -> FileStore:
    """Return the store of a corpus's originals: its folder, or what `originals.txt` there names."""
    kept = folder / ADDRESS
    return RemoteFiles(folder, kept.read_text().strip()) if kept.is_file() else FileStore(folder)


def keep_address(folder: Path, address: str) -> FileStore:
    """Note that a corpus's originals lie at an address, and return that store.

    They are not moved: raises `BadFiles` where originals lie here, or at another address.
    """
    kept = folder / ADDRESS
    known = kept.read_text().strip() if kept.is_file() else ""
    address = address.rstrip("/")
    if known == address:
        return RemoteFiles(folder, address)
    held = known or next((str(folder) for _ in folder.glob("??/*")), "")
    if held:
        raise BadFiles(
            f"The originals of this corpus lie at {held}. Copy the folders of two letters to "
            f"{address} with a tool of that store, then write that address into {kept}."
        )
    if "://" not in address:
        raise BadFiles(f"{address} is no address such as s3://bucket/folder.")
    with _reached(address) as (system, root):
        system.makedirs(root, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    kept.write_text(f"{address}\n")
    return RemoteFiles(folder, address)

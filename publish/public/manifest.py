"""The manifest of a release: the SHA-256 of every file, and checking it without a network.

A manifest may come from anywhere: it is bounded, and no name may lead out of its folder.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from corpus.errors import CorpusError

NAME = "manifest-sha256.txt"
MOST_BYTES = 10_000_000
"""Of a manifest: some 80,000 files; a release has about two hundred."""
_LINE = re.compile(r"([0-9a-f]{64}) {2}(\S.*)")
_BLOCK = 1 << 20


class BadManifest(CorpusError):
    """A folder's manifest is missing or malformed: the message names file and line."""


@dataclass(frozen=True)
class Flaw:
    """What is wrong with one file: `changed`, `missing` or `not-listed`."""

    path: str
    what: str

    @property
    def line(self) -> str:
        """The flaw in words."""
        told = {
            "changed": "is not as it was released (another SHA-256)",
            "missing": "is missing",
            "not-listed": "is not part of the release",
        }
        return f"{self.path} {told[self.what]}"


def hashed(path: Path) -> str:
    """Return the SHA-256 of a file, block by block."""
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def files(folder: Path) -> Iterator[str]:
    """Yield every file below a folder but the manifest, in the order of their names."""
    for path in sorted(folder.rglob("*"), key=lambda p: p.relative_to(folder).as_posix()):
        name = path.relative_to(folder).as_posix()
        if name != NAME and (path.is_symlink() or not path.is_dir()):
            yield name


def write(folder: Path) -> int:
    """Write the manifest of a folder, in the format of sha256sum; return how many files it has."""
    lines = [f"{hashed(folder / name)}  {name}\n" for name in files(folder)]
    (folder / NAME).write_text("".join(lines), encoding="utf-8", newline="\n")
    return len(lines)


def read(folder: Path) -> dict[str, str]:
    """Return file and hash as the manifest has them; raises `BadManifest`."""
    path = folder / NAME
    if not path.is_file():
        raise BadManifest(f"{folder} is no release: it has no {NAME}.")
    if path.stat().st_size > MOST_BYTES:
        raise BadManifest(f"{path} is larger than {MOST_BYTES:,} bytes: it is no manifest.")
    found: dict[str, str] = {}
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line)
        if not match or not _inside(match[2]) or match[2] in found:
            raise BadManifest(f"{path}:{number}: this is no `SHA-256  FILE` of this folder.")
        found[match[2]] = match[1]
    if not found:
        raise BadManifest(f"{path} is empty.")
    return found


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name


def flaws(folder: Path) -> list[Flaw]:
    """Return what differs from the manifest: nothing where the release is whole."""
    wanted = read(folder)
    present = set(files(folder))
    found = [
        Flaw(name, "missing" if name not in present else "changed")
        for name, sha256 in wanted.items()
        if name not in present
        or (folder / name).is_symlink()
        or not (folder / name).is_file()
        or hashed(folder / name) != sha256
    ]
    return found + [Flaw(name, "not-listed") for name in sorted(present - wanted.keys())]

"""Finds originals by their SHA-256, wherever they lie and whatever they are called."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from corpus.errors import MissingPath
from corpus.ids import sha256
from corpus.progress import progress


def originals(
    wanted: Mapping[str, int], folders: Iterable[Path], *, most_bytes: int
) -> Iterator[tuple[str, bytes]]:
    """Yield hash and content of each wanted file that lies in one of the folders, once.

    `wanted` has the size in bytes of each: only files of such a size are read. Links are not
    followed, and nothing larger than `most_bytes` is opened. Raises `MissingPath`.
    """
    sizes = {size for size in wanted.values() if size <= most_bytes}
    candidates = [path for folder in folders for path in _files(folder, sizes)]
    left = set(wanted)
    with progress("looking for originals", len(candidates), unit="files") as advance:
        for path in candidates:
            advance(1)
            content = path.read_bytes()
            digest = sha256(content)
            if digest in left:
                left.discard(digest)
                yield digest, content
            if not left:
                return


def _files(folder: Path, sizes: set[int]) -> Iterator[Path]:
    """Yield the files below a folder that have one of the sizes, in the order of their paths."""
    if not folder.is_dir():
        raise MissingPath(f"There is no folder {folder}. Name one that holds originals.")
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(place, name)
            if not path.is_symlink() and path.is_file() and path.stat().st_size in sizes:
                yield path

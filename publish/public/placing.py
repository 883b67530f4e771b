"""Files that appear whole: written beside their place, put there when they are finished."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def aside(target: Path) -> Iterator[Path]:
    """Yield a new path beside `target`; what is left there at the end is removed."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.part-")
    os.close(handle)
    path = Path(name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def put_in_place(part: Path, target: Path) -> None:
    """Let a finished file take its place, at once; readers of the old one go on reading it."""
    with part.open("rb+") as stream:
        os.fsync(stream.fileno())
    part.chmod(0o644)
    part.replace(target)

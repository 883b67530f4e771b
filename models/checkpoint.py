"""Finished steps of a long fit, kept until all of it is done: what was interrupted goes on there.

A step is known by a hash of all that goes into it, the versions of the libraries included: a step
that is found again has the very bytes it would have if it were done anew. Plain arrays, no pickles:
a corpus may come from somebody else.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from corpus.errors import CorpusError

Arrays = dict[str, NDArray[Any]]
LIBRARIES = ("numpy", "scipy", "scikit-learn", "gensim", "council-corpus")
_folder: ContextVar[Path | None] = ContextVar("checkpoints", default=None)


@contextmanager
def checkpoints(folder: Path) -> Iterator[None]:
    """Keep the steps done within in `folder`; it is removed when the whole ends.

    A refusal with its reason is an end; what was killed or failed otherwise goes on next time.
    """
    token = _folder.set(folder)
    try:
        yield
    except CorpusError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        _folder.reset(token)
    shutil.rmtree(folder, ignore_errors=True)


def once(step: str, given: Sequence[object], make: Callable[[], Arrays]) -> Arrays:
    """Return what a step makes of what it is given, without doing it where it is kept."""
    folder = _folder.get()
    if folder is None:
        return make()
    path = folder / f"{step}-{_key(given)}.npz"
    found = _read(path)
    if found is None:
        found = make()
        _write(path, found)
    return found


def _key(given: Sequence[object]) -> str:
    told = sha256(_versions())
    for each in given:
        parts = (each.indptr, each.indices, each.data) if isinstance(each, csr_matrix) else (each,)
        for part in parts:
            if isinstance(part, np.ndarray):
                told.update(f"\0{part.dtype}{part.shape}\0".encode())
                told.update(np.ascontiguousarray(part).data)
            else:
                told.update(f"\0{part!r}\0".encode())
    return told.hexdigest()[:24]


@cache
def _versions() -> bytes:
    return " ".join(f"{name} {version(name)}" for name in LIBRARIES).encode()


def _read(path: Path) -> Arrays | None:
    """Return what is kept; nothing where it is missing or was torn by a crash."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            return {name: kept[name] for name in kept.files}
    except (OSError, ValueError, EOFError, BadZipFile):
        return None


def _write(path: Path, arrays: Arrays) -> None:
    """Write arrays; the file appears when it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(number, "wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type] # NumPy takes names for options
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

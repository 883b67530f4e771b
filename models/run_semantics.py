"""Writes the index of meaning: fits its axes once, then a vector for every page that lacks one.

Files only, under `files/models/lsi/`, and no row of the database. New rows are appended and the
count is replaced last, so that a run may be killed at any moment and goes on where it was; readers
see whole rows only. Refitting makes a new folder beside the old one, which serves until it is done.
"""

import json
import os
import shutil
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.ids import short_hash
from corpus.progress import progress
from corpus.retrieval.lsi import CURRENT, PAGE_BYTES, Fit, Stems, counted, files, read_fit
from corpus.store import Store
from models.semantics import Axes, fit_axes, stop_words

FEWEST_PAGES = 20
SAMPLE_PAGES = 50_000
"""Pages it is fitted on at most: by their ids, which begin with a file's hash, so by chance.

Their counted stems take about half a gigabyte; a vector for each further page is 800 bytes.
"""
GROWN = 2.0
"""The corpus has so many times the pages it was fitted among: then it is fitted anew."""
AT_ONCE = 2000
"""Pages folded in before they are made durable."""

Ids = NDArray[np.bytes_]


@dataclass
class Understood:
    """What a run did: pages with a vector, added, taken out, and whether it was fitted anew."""

    pages: int = 0
    added: int = 0
    dropped: int = 0
    fitted: bool = False
    note: str = ""


@dataclass
class _State:
    """What `current.json` says: the folder of the fit, its rows, and the stems of all of them."""

    fit: str
    rows: int = 0
    stems: int = 0


def place(store: Store) -> Path:
    """Return where the index lies."""
    return store.files.folder / "models" / "lsi"


def understand(store: Store, *, refit: bool = False) -> Understood:
    """Bring the index up to the pages of the corpus; a second run does nothing."""
    folder = place(store)
    wanted, marks = _wanted(store)
    state = _current(folder)
    if len(wanted) < FEWEST_PAGES:
        shutil.rmtree(folder, ignore_errors=True)
        return Understood(note=f"{len(wanted)} pages are too few to search by meaning.")
    old = read_fit(folder / state.fit) if state else None
    done = Understood(pages=len(wanted))
    if state is None or old is None or refit or len(wanted) > GROWN * old.corpus:
        fresh = _fit(store, folder, wanted)
        if fresh is None:
            return Understood(note="The pages differ too little to search them by meaning.")
        done.fitted, old, state = True, *fresh
    _bring_up(store, folder, old, state, (wanted, marks), done)
    _clear(folder, state.fit)
    return done


def _current(folder: Path) -> _State | None:
    """Return what is in force; None where there is nothing, or nothing that can be read."""
    try:
        state = _State(**json.loads((folder / CURRENT).read_text(encoding="utf-8")))
        fit = read_fit(folder / state.fit)
        for path, kind in files(fit.folder, fit.dimensions).values():
            if path.stat().st_size < state.rows * kind.itemsize:
                return None
        return state
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _wanted(store: Store) -> tuple[Ids, NDArray[np.uint32]]:
    """Return the ids of all pages in order, and a mark of each page's reading."""
    of_file = {
        row[0]: zlib.crc32(repr(tuple(row[1:])).encode())
        for row in store.db.execute(
            "select substr(sha256, 1, 16), outcome, chars, screened_with, read_with, text_source "
            "from files"
        )
    }
    pages = np.fromiter(
        (row[0].encode() for row in store.db.execute("select page from pages order by page")),
        dtype=f"S{PAGE_BYTES}",
    )
    return pages, np.array([of_file.get(p[:16].decode(), 0) for p in pages.tolist()], np.uint32)


def _fit(store: Store, folder: Path, wanted: Ids) -> tuple[Fit, _State] | None:
    """Fit on a sample and write the folder of the fit; it has no rows yet."""
    step = max(len(wanted) / SAMPLE_PAGES, 1.0)
    sample = [wanted[int(n * step)].decode() for n in range(int(len(wanted) / step))]
    stems, texts = Stems(stop_words()), []
    with progress("reading pages for their meaning", len(sample)) as advance:
        for block in _blocks(sample):
            texts += [text for _, text in _counts(store, stems, block)]
            advance(len(block))
    axes = fit_axes([text for text in texts if text])
    if axes is None:
        return None
    name = short_hash(*sample, str(axes.found.sum()), axes.axes.tobytes().hex()[:64])
    _keep(folder / name, axes, len(wanted))
    return read_fit(folder / name), _State(name)


def _keep(folder: Path, axes: Axes, corpus: int) -> None:
    """Write a fit; what lay there of a killed run goes."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("terms", "found", "axes"):
        np.save(folder / f"{name}.npy", getattr(axes, name), allow_pickle=False)
    told = {"pages": axes.pages, "corpus": corpus, "stop": stop_words()}
    (folder / "fit.json").write_text(json.dumps(told), encoding="utf-8")
    for path, _ in files(folder, axes.axes.shape[1]).values():
        path.touch()


def _bring_up(
    store: Store,
    folder: Path,
    fit: Fit,
    state: _State,
    wanted: tuple[Ids, NDArray[np.uint32]],
    done: Understood,
) -> None:
    """Take out the pages that are gone or were read anew, and add those that lack a vector."""
    pages, marks = _arrays(fit, state)
    fresh = dict(zip(wanted[0].tolist(), wanted[1].tolist(), strict=True))
    known = dict(zip(pages.tolist(), marks.tolist(), strict=True))
    gone = [n for n, page in enumerate(pages.tolist()) if page and fresh.get(page) != known[page]]
    missing = [page.decode() for page in wanted[0].tolist() if known.get(page) != fresh[page]]
    _take_out(fit, state, gone)
    done.dropped, done.added = len(gone), len(missing)
    if not missing and not gone and not done.fitted:
        return
    serves = not done.fitted or _current(folder) is None
    with progress("placing pages by meaning", len(missing)) as advance:
        for block in _blocks(missing):
            _append(store, fit, state, block, fresh)
            if serves:
                _publish(folder, state)
            advance(len(block))
    _publish(folder, state)


def _arrays(fit: Fit, state: _State) -> tuple[Ids, NDArray[np.uint32]]:
    """Return ids and marks of the rows there are."""
    places = files(fit.folder, fit.dimensions)
    return (
        np.fromfile(*places["pages"], count=state.rows),
        np.fromfile(*places["marks"], count=state.rows),
    )


def _take_out(fit: Fit, state: _State, rows: list[int]) -> None:
    """Erase rows in place: nothing of a page that was forgotten stays."""
    for path, kind in files(fit.folder, fit.dimensions).values():
        with path.open("r+b") as stream:
            for row in rows:
                stream.seek(row * kind.itemsize)
                stream.write(bytes(kind.itemsize))


def _append(
    store: Store, fit: Fit, state: _State, block: list[str], marks: dict[bytes, int]
) -> None:
    """Add the rows of some pages after those that count."""
    counts = dict(_counts(store, fit.stems, block))
    told = {
        "pages": np.array(block, dtype=f"S{PAGE_BYTES}"),
        "marks": np.array([marks[page.encode()] for page in block], dtype="<u4"),
        "vectors": np.stack([fit.fold(counts.get(page, Counter())) for page in block]),
    }
    for name, (path, kind) in files(fit.folder, fit.dimensions).items():
        with path.open("r+b") as stream:
            stream.seek(state.rows * kind.itemsize)
            stream.truncate()
            stream.write(told[name].astype(kind.base).tobytes())
            stream.flush()
            os.fsync(stream.fileno())
    state.rows += len(block)
    state.stems += sum(text.total() for text in counts.values())


def _publish(folder: Path, state: _State) -> None:
    """Put a state in force, at once or not at all."""
    part = folder / f"{CURRENT}.part"
    part.write_text(json.dumps(state.__dict__), encoding="utf-8")
    part.replace(folder / CURRENT)


def _clear(folder: Path, keep: str) -> None:
    """Remove the folders of other fits."""
    for path in folder.iterdir():
        if path.is_dir() and path.name != keep:
            shutil.rmtree(path, ignore_errors=True)


def _blocks(pages: list[str]) -> Iterator[list[str]]:
    for at in range(0, len(pages), AT_ONCE):
        yield pages[at : at + AT_ONCE]


def _counts(store: Store, stems: Stems, pages: list[str]) -> Iterator[tuple[str, Counter[str]]]:
    """Yield pages with their counted stems, in order."""
    marks = ",".join("?" * len(pages))
    rows: list[Any] = store.db.execute(
        f"select page, text from pages where page in ({marks}) order by page", pages
    ).fetchall()
    for page, text in rows:
        yield page, counted(stems(text or ""))

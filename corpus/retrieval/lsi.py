"""A fitted LSI as files: terms, projection and a vector for every page, read where they lie.

Nothing is loaded: arrays are memory-mapped, so that a site's workers share one copy in the system's
page cache. A row has DIMENSIONS numbers of four bytes: 800 MB for a million pages of 200.
Latent semantic indexing: Deerwester et al. 1990.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import Stemmer
from numpy.typing import NDArray

Floats = NDArray[np.float32]
CURRENT = "current.json"
PAGE_BYTES = 24
"""A page id: sixteen hex digits, a hyphen, a number of up to seven digits."""
TERM_BYTES = 40
"""Longer words are no words."""
MOST_CHARS = 20_000
"""What is read of a page: five printed pages; a hostile page may be a gigabyte."""
MOST_KNOWN = 500_000
"""Words whose stems are remembered: hostile text has no end of words."""
_WORD = re.compile(r"[^\W_]+")


class Stems:
    """Cuts text into stems without stop words; remembers the stem of every word it met.

    The stems are Porter's, as in the index of the pages.
    """

    def __init__(self, stop: Iterable[str]) -> None:
        self.stop = frozenset(stop)
        self._known = _Known(self.stop)

    def __call__(self, text: str) -> list[str]:
        """Return the stems of a text, in order."""
        return [stem for stem in map(self.stem, words(text)) if stem]

    def count(self, text: str) -> Counter[str]:
        """Count the stems of a text."""
        found = Counter(map(self._known.__getitem__, words(text)))
        found.pop("", None)
        return found

    def stem(self, word: str) -> str:
        """Return a word's stem; empty for a stop word, a letter and what is too long."""
        return self._known[word]


class _Known(dict[str, str]):
    """The stem of every word met so far: looked up without a line of Python, as texts need it."""

    def __init__(self, stop: frozenset[str]) -> None:
        super().__init__(dict.fromkeys(stop, ""))
        self._stop = stop
        self._porter = Stemmer.Stemmer("porter")
        self._one_at_a_time = Lock()  # a stemmer may not be shared by threads, as a site's are

    def __missing__(self, word: str) -> str:
        if len(self) > MOST_KNOWN:
            self.clear()
            self.update(dict.fromkeys(self._stop, ""))
        fits = len(word) > 1 and len(word.encode()) <= TERM_BYTES
        with self._one_at_a_time:
            stem: str = self._porter.stemWord(word) if fits else ""
        self[word] = stem
        return stem


def words(text: str) -> list[str]:
    """Return the words of a text as they are cut here, in lower case."""
    return _WORD.findall(text[:MOST_CHARS].lower())


def unit(rows: Floats) -> Floats:
    """Return vectors of length one; those without a length stay as they are."""
    length = np.linalg.norm(rows, axis=-1, keepdims=True)
    return (rows / np.where(length > 0, length, 1)).astype(np.float32)


@dataclass(frozen=True)
class Fit:
    """Terms with the pages that have them, and the axes: terms × dimensions.

    `pages` is the number of pages it was fitted on; `corpus` of those there were.
    """

    folder: Path
    pages: int
    corpus: int
    stop: tuple[str, ...]
    terms: NDArray[np.bytes_]
    found: NDArray[np.int32]
    axes: Floats

    @property
    def dimensions(self) -> int:
        """Numbers of a vector."""
        return int(self.axes.shape[1])

    @cached_property
    def stems(self) -> Stems:
        """Cuts text as it was cut for fitting."""
        return Stems(self.stop)

    def places(self, stems: Iterable[str]) -> dict[str, int]:
        """Return the rows of the stems that are terms."""
        wanted = sorted(set(stems))
        if not wanted or not len(self.terms):
            return {}
        coded = np.array([stem.encode() for stem in wanted], dtype=f"S{TERM_BYTES}")
        at = np.minimum(np.searchsorted(self.terms, coded), len(self.terms) - 1)
        known = self.terms[at] == coded
        return {stem: int(n) for stem, n, ok in zip(wanted, at, known, strict=True) if ok}

    def pages_with(self, stems: Iterable[str]) -> dict[str, int]:
        """Return how many of the fitted pages hold each stem; one that is no term is in one."""
        given = list(stems)
        places = self.places(given)
        return {s: int(self.found[places[s]]) if s in places else 1 for s in given}

    def fold(self, counts: Mapping[str, int]) -> Floats:
        """Return the unit vector of a text by its stems: sublinear TF-IDF on the axes."""
        places = self.places(counts)
        if not places:
            return np.zeros(self.dimensions, np.float32)
        rows = np.fromiter(places.values(), np.int64)
        return unit(
            weigh([counts[s] for s in places], self.found[rows], self.pages) @ self.axes[rows]
        )


def weigh(counts: Iterable[int], found: NDArray[np.int32], pages: int) -> Floats:
    """Return (1 + ln tf) · ln (N / df), scaled to length one."""
    times = 1 + np.log(np.fromiter(counts, np.float64))
    return unit(times * np.log(pages / np.maximum(found, 1)))


@dataclass(frozen=True)
class Index:
    """A fit and the vectors of pages, row by row; a page gone has an empty id."""

    fit: Fit
    rows: int
    stems: int
    """Stems of all pages: their mean length is this over the rows."""
    pages: NDArray[np.bytes_] = field(repr=False)
    marks: NDArray[np.uint32] = field(repr=False)
    vectors: Floats = field(repr=False)

    @property
    def mean_length(self) -> float:
        """Stems of a page on average."""
        return max(self.stems / max(self.rows, 1), 1.0)

    def likeness(self, query: Floats) -> Floats:
        """Return the cosine of every row with a unit vector; -1 where the page is gone."""
        found: Floats = np.asarray(self.vectors @ query, np.float32)
        found[self.pages == b""] = -1
        return found

    def rows_of(self, pages: Iterable[str]) -> dict[str, int]:
        """Return the rows of pages; a page read since the last build has none."""
        wanted = np.array(list(pages), dtype=self.pages.dtype)
        rows = np.flatnonzero(np.isin(self.pages, wanted))
        return {self.pages[row].decode(): int(row) for row in rows}

    def nearest(
        self, likeness: Floats, most: int, among: NDArray[np.int64] | None = None
    ) -> NDArray[np.int64]:
        """Return the rows of the likest pages (`among` some), likest first; equals by page id."""
        known = likeness if among is None else likeness[among]
        if most < len(known):
            least = np.partition(known, len(known) - most)[len(known) - most]
            rows = np.flatnonzero(known >= least)[: most * 4]
        else:
            rows = np.arange(len(known))
        rows = rows if among is None else among[rows]
        rows = rows[likeness[rows] > -1]
        return rows[np.lexsort((self.pages[rows], -likeness[rows]))][:most]


def files(folder: Path, dimensions: int) -> dict[str, tuple[Path, Any]]:
    """Return the growing files of an index: name, place and type of a row."""
    return {
        "pages": (folder / "pages.bin", np.dtype(f"S{PAGE_BYTES}")),
        "marks": (folder / "marks.bin", np.dtype("<u4")),
        "vectors": (folder / "vectors.bin", np.dtype(("<f4", (dimensions,)))),
    }


def read_fit(folder: Path) -> Fit:
    """Open the files of a fit; raises OSError or ValueError where they are not whole."""
    told = json.loads((folder / "fit.json").read_text(encoding="utf-8"))
    terms, found, axes = (
        np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        for name in ("terms", "found", "axes")
    )
    return Fit(folder, told["pages"], told["corpus"], tuple(told["stop"]), terms, found, axes)


_open: dict[Path, tuple[tuple[int, int], Index]] = {}


def open_index(folder: Path) -> Index | None:
    """Open the index in `files/models/lsi`, or None where there is none yet.

    An index that is being written grows under its readers: they see the rows written so far.
    """
    try:
        status = (folder / CURRENT).stat()
        state = (status.st_mtime_ns, status.st_ino)
        if folder in _open and _open[folder][0] == state:
            return _open[folder][1]
        index = _read(folder)
    except (OSError, ValueError, KeyError):  # none, or replaced while it was read
        return None
    _open[folder] = state, index
    return index


def _read(folder: Path) -> Index:
    told = json.loads((folder / CURRENT).read_text(encoding="utf-8"))
    fit = read_fit(folder / told["fit"])
    rows = told["rows"]
    arrays = {
        name: np.memmap(path, kind, "r", shape=(rows,)) if rows else np.empty((0,), kind)
        for name, (path, kind) in files(fit.folder, fit.dimensions).items()
    }
    return Index(fit, rows, told["stems"], **arrays)


def counted(stems: Iterable[str]) -> Counter[str]:
    """Count stems."""
    return Counter(stems)


def idf(pages: int, found: int) -> float:
    """Return the weight of a word that stands on `found` of `pages` pages (BM25, never below 0)."""
    found = min(found, pages)
    return math.log(1 + (pages - found + 0.5) / (found + 0.5))


def erase_pages(folder: Path, hashes: Iterable[str], lost: Callable[[], set[str]]) -> int:
    """Erase the vectors of files' pages at once, in every fit there is; return how many.

    `lost` tells the words that stand nowhere else; their stems are erased among the terms, too.
    """
    wanted = np.array([sha256[:16].encode() for sha256 in hashes], dtype="S16")
    fits = sorted(path.parent for path in folder.glob("*/fit.json"))
    if not fits or not len(wanted):
        return 0
    words, erased = lost(), 0
    for fit in (read_fit(one) for one in fits):
        places = files(fit.folder, fit.dimensions)
        held = np.fromfile(*places["pages"])
        rows = np.flatnonzero(np.isin(held.astype("S16"), wanted)).tolist()
        for path, kind in places.values():
            with path.open("r+b") as stream:
                for row in rows:
                    stream.seek(row * kind.itemsize)
                    stream.write(bytes(kind.itemsize))
        _erase_terms(fit, fit.places(filter(None, map(fit.stems.stem, words))).values())
        erased += len(rows)
    return erased


def _erase_terms(fit: Fit, rows: Iterable[int]) -> None:
    """Write over terms with the one before and a mark, so that all stay in the order of bytes."""
    terms = np.load(fit.folder / "terms.npy", mmap_mode="r+", allow_pickle=False)
    for row in sorted(rows):
        before = bytes(terms[row - 1]) if row else b""
        terms[row] = (before + b"\x01")[:TERM_BYTES]
    terms.flush()

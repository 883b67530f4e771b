"""The kept signatures of all files side by side, and the rows that a comparison of them gives."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby

import numpy as np

from corpus.ids import page_id
from corpus.language.words import Words
from corpus.store import Row
from extract.duplicates import PERMUTATIONS, Array, Duplicate, runs
from extract.reuse import Candidate, Shared, shared

QUOTE_CHARS = 1000
TEXTS_HELD = 64
"""Pages whose words are at hand while passages are looked for: candidates are sorted by page."""


class Kept:
    """Signatures as arrays; a page is its position in them, in the order of file and number."""

    def __init__(self, states: Sequence[Row], total: int) -> None:
        self._states = states
        self._index = {row["sha256"][:16]: index for index, row in enumerate(states)}
        self._filled = 0
        self.signatures: Array = np.empty((total, PERMUTATIONS), dtype="<u4")
        self.files: Array = np.empty(total, dtype=np.int64)
        self.numbers: Array = np.empty(total, dtype=np.int64)
        self._runs: list[Array] = []
        self._run_pages: list[Array] = []
        self._position: dict[tuple[int, int], int] = {}

    def add(
        self, file: int, numbers: Array, signatures: Array, run_pages: Array, run: Array
    ) -> None:
        """Add a file's pages; `run_pages` tells for each kept run which of them it stands on."""
        start, end = self._filled, self._filled + len(numbers)
        self.signatures[start:end] = signatures
        self.files[start:end] = file
        self.numbers[start:end] = numbers
        self._position |= {(file, int(n)): start + at for at, n in enumerate(numbers)}
        self._runs.append(run)
        self._run_pages.append(run_pages.astype(np.uint32) + np.uint32(start))
        self._filled = end

    def close(self) -> None:
        """Derive what hangs on all files: councils and the rank by which pages come first.

        The latest version of a paper comes before older ones, then the earliest date, then the
        shorter file: a report before the pack that holds it.
        """
        self.signatures = self.signatures[: self._filled]
        self.files, self.numbers = self.files[: self._filled], self.numbers[: self._filled]
        names = sorted({row["councils"] or "" for row in self._states})
        number = {name: index for index, name in enumerate(names)}
        of_file = np.array([number[row["councils"] or ""] for row in self._states], dtype=np.int64)
        self.councils: Array = of_file[self.files]
        held = [frozenset((row["councils"] or "").split()) for row in self._states]
        self.owners = [held[file] for file in self.files.tolist()]
        order = sorted(
            range(len(self._states)),
            key=lambda at: (
                not self._states[at]["latest"],
                self._states[at]["dated"] or "9999",
                self._states[at]["pages"],
                self._states[at]["sha256"],
            ),
        )
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        self.ranks: Array = rank[self.files] * 1_000_000 + self.numbers

    def page(self, at: int) -> str:
        """Return the id of a page."""
        return page_id(self._states[self.files[at]]["sha256"], int(self.numbers[at]))

    def at(self, page: str) -> int | None:
        """Return the position of a page, or None where it is not compared any more."""
        short, _, number = page.rpartition("-")
        file = self._index.get(short)
        return None if file is None else self._position.get((file, int(number)))

    def short(self, files: set[str]) -> frozenset[str]:
        """Return hashes as they stand in page ids."""
        return frozenset(sha256[:16] for sha256 in files)

    def of_files(self, files: set[str]) -> set[int]:
        """Return the positions of all pages of files."""
        wanted = [self._index[sha256[:16]] for sha256 in files]
        return set(np.flatnonzero(np.isin(self.files, wanted)).tolist())

    def firsts(self, duplicates: set[str]) -> Array:
        """Return which pages repeat no other."""
        mask = np.ones(self._filled, dtype=bool)
        for page in duplicates:
            at = self.at(page)
            if at is not None:
                mask[at] = False
        return mask

    def prints(self, pages: Array) -> tuple[Array, Array]:
        """Return the kept runs of some pages (a mask), and the page of each."""
        run_pages = np.concatenate(self._run_pages) if self._run_pages else np.empty(0, np.uint32)
        found = np.concatenate(self._runs) if self._runs else np.empty(0, np.uint32)
        chosen = pages[run_pages]
        return found[chosen], run_pages[chosen]

    def council(self, at: int) -> str | None:
        """Return the councils of a page's file."""
        told: str | None = self._states[self.files[at]]["councils"]
        return told

    def state(self, at: int) -> Row:
        """Return what is known of a page's file."""
        return self._states[int(self.files[at])]

    def range(self, first: int, last: int) -> str:
        """Return the id of a page range: a page id, or the first one's and the last number."""
        whole = self.page(first)
        return whole if first == last else f"{whole}-{int(self.numbers[last]):04d}"


def near_rows(kept: Kept, links: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows of `similarities` for duplicate pages: runs of them, and what they are."""
    known = ((kept.at(row["page"]), kept.at(row["first"]), row["score"]) for row in links)
    found = [Duplicate(p, f, score) for p, f, score in known if p is not None and f is not None]
    sizes = np.bincount(kept.files, minlength=1)
    for run in runs(found, kept.files.tolist(), kept.numbers.tolist()):
        first, second = kept.state(run.first[0]), kept.state(run.second[0])
        sizes_of = [int(sizes[kept.files[part[0]]]) for part in (run.first, run.second)]
        small, large = (first, second) if sizes_of[0] <= sizes_of[1] else (second, first)
        inside = run.pages == min(sizes_of) and small is not large and large["pack"]
        yield {
            "first": kept.range(*run.first),
            "second": kept.range(*run.second),
            "kind": "report-in-pack" if inside and not small["pack"] else "near-duplicate",
            "score": run.score,
            "pages": run.pages,
            "words": None,
            "first_council": first["councils"],
            "second_council": second["councils"],
            "quote": None,
            "spans": None,
        }


def reuse_rows(
    kept: Kept,
    pairs: Sequence[Candidate],
    known: Mapping[tuple[str, str], Row],
    text: Callable[[str], str],
) -> Iterator[Row]:
    """Yield the rows of `similarities` for passages that two councils share."""

    @lru_cache(TEXTS_HELD)
    def words(page: str) -> Words:
        return Words(text(page))

    for _, group in groupby(pairs, key=lambda pair: pair.first):
        for pair in group:
            first, second = kept.page(pair.first), kept.page(pair.second)
            if (first, second) in known:
                yield known[first, second] | {"score": pair.weight}
                continue
            one, other = words(first), words(second)
            passages = shared(one.words, other.words)
            if passages:
                yield {
                    "first": first,
                    "second": second,
                    "kind": "text-reuse",
                    "score": pair.weight,
                    "pages": 1,
                    "first_council": kept.council(pair.first),
                    "second_council": kept.council(pair.second),
                    **_spans(one, other, passages),
                }


def _spans(one: Words, other: Words, passages: Sequence[Shared]) -> Row:
    """Return how many words are shared, the longest passage, and where all of them stand."""
    spans = [
        (
            one.spans[p.first_start][0],
            one.spans[p.first_end - 1][1],
            other.spans[p.second_start][0],
            other.spans[p.second_end - 1][1],
        )
        for p in passages
    ]
    start, end = max((span[:2] for span in spans), key=lambda span: span[1] - span[0])
    return {
        "words": sum(p.second_end - p.second_start for p in passages),
        "quote": one.text[start:end][:QUOTE_CHARS],
        "spans": json.dumps(spans),
    }

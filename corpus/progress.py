"""Progress on stderr: a bar on a terminal, one line a minute otherwise."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from corpus.events import as_json, event

QUIET_SECONDS = 60
"""Without a terminal (a scheduler's log), a line this often says that work goes on."""


class Advance(Protocol):
    """Is told how much more is done, in units of the total; and in pages, where these differ."""

    def __call__(self, count: int, pages: int = 0, /) -> None:
        """Count them."""


@contextmanager
def progress(label: str, total: int | None, *, unit: str = "") -> Iterator[Advance]:
    """Yield a function to be told how many more units are done; `total` may be unknown.

    Of files whose pages nobody has counted yet, the total is their bytes; what is shown are the
    pages met.
    """
    console = Console(stderr=True)
    if not console.is_terminal or as_json():
        yield _lines(label, total, unit)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[done]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bars:
        tally = _Tally(total, unit)
        task = bars.add_task(label, total=total, done="")

        def advance(count: int, pages: int = 0, /) -> None:
            tally.add(count, pages)
            bars.update(task, advance=count, done=tally.done)

        yield advance


class _Tally:
    """What is done so far, in words."""

    def __init__(self, total: int | None, unit: str) -> None:
        self._total, self._unit = total, unit
        self._count = self._pages = 0
        self._since = time.monotonic()

    def add(self, count: int, pages: int) -> None:
        self._count += count
        self._pages += pages

    @property
    def done(self) -> str:
        if self._unit == "bytes":
            share = 100 * self._count // self._total if self._total else 100
            return f"{self._pages:,} pages, {share} % of the bytes"
        of_total = "" if self._total is None else f" of {self._total:,}"
        return f"{self._count:,}{of_total} {self._unit}".rstrip()

    @property
    def left(self) -> str:
        """How long the rest will take at the pace so far; empty where nobody can tell."""
        if not self._total or not self._count:
            return ""
        taken = time.monotonic() - self._since
        minutes = taken * (self._total - self._count) / self._count / 60
        told = f"{minutes:,.0f} min" if minutes < 120 else f"{minutes / 60:,.0f} h"
        return f", about {told} left" if minutes >= 1 else ", less than a minute left"


def _lines(label: str, total: int | None, unit: str) -> Advance:
    """Return a counter that prints at most once a minute."""
    tally, last = _Tally(total, unit), time.monotonic()

    def advance(count: int, pages: int = 0, /) -> None:
        nonlocal last
        tally.add(count, pages)
        if time.monotonic() - last >= QUIET_SECONDS:
            last = time.monotonic()
            event("progress", f"{label}: {tally.done}{tally.left}", step=label)

    return advance

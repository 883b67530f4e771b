"""Progress on stderr: a bar on a terminal, one line a minute otherwise."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

QUIET_SECONDS = 60
"""Without a terminal (a scheduler's log), a line this often says that work goes on."""


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Yield a function to be told how many more units are done; `total` may be unknown."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(label, total)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bars:
        task = bars.add_task(label, total=total)
        yield lambda count: bars.advance(task, count)


def _lines(label: str, total: int | None) -> Callable[[int], None]:
    """Return a counter that prints at most once a minute."""
    done, last = 0, time.monotonic()

    def advance(count: int) -> None:
        nonlocal done, last
        done += count
        if time.monotonic() - last >= QUIET_SECONDS:
            last = time.monotonic()
            of_total = "" if total is None else f" of {total:,}"
            print(f"{label}: {done:,}{of_total}", file=sys.stderr, flush=True)

    return advance

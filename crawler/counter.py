"""A count on stderr where nobody knows how much there will be."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

from corpus.progress import QUIET_SECONDS


@contextmanager
def counter(label: str) -> Iterator[Callable[[int], None]]:
    """Yield a function to be told how many more are done.

    A terminal shows the count as it grows; without one, a line a minute says that work goes on.
    """
    console = Console(stderr=True)
    done, last = 0, time.monotonic()
    if console.is_terminal:
        with console.status(label) as status:

            def show(count: int) -> None:
                nonlocal done
                done += count
                status.update(f"{label}: {done:,}")

            yield show
        return

    def say(count: int) -> None:
        nonlocal done, last
        done += count
        if time.monotonic() - last >= QUIET_SECONDS:
            last = time.monotonic()
            print(f"{label}: {done:,}", file=sys.stderr, flush=True)

    yield say

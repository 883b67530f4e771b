"""What the benchmarks of two workers against one share: options, ratios, and how they are told.

A ratio of wall-clock times holds on an idle machine only. Beside it stands one that other work
hardly changes: of `n` workers on `n` cores a run takes as long as the CPU seconds of all its
processes, divided among the cores, and no less than its busiest process.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import NoReturn

FLOOR = 1.8


@dataclass(frozen=True)
class Taken:
    """What a run took: seconds on the clock, and CPU seconds of each of its processes."""

    wall: float
    processes: tuple[float, ...]

    def seconds(self, cores: int) -> float:
        """Return how long it takes on an idle machine with so many cores."""
        return max(sum(self.processes) / cores, *self.processes)


def options(description: str | None) -> argparse.Namespace:
    """Return the options given, and the `files` they choose."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take every N-th PDF only")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    given.files = sorted(given.folder.rglob("*.pdf"))[:: given.every]
    return given


def ratios(one: list[Taken], two: list[Taken]) -> dict[str, float]:
    """Return how many times faster two workers are than one, by the medians of the rounds."""
    clock, clean = (
        tuple(median(told.wall for told in runs) for runs in (one, two)),
        tuple(median(told.seconds(2) for told in runs) for runs in (one, two)),
    )
    return {
        "two against one on the clock": round(clock[0] / clock[1], 2),
        "two against one by CPU seconds": round(clean[0] / clean[1], 2),
    }


def tell(answer: dict[str, object], as_json: bool) -> NoReturn:
    """Print the figures; exit with 1 where a ratio by CPU seconds is below the floor."""
    if as_json:
        print(json.dumps(answer, indent=2))
    else:
        print(*(f"{name}: {value}" for name, value in answer.items()), sep="\n")
    found = [value for name, value in answer.items() if name.endswith("by CPU seconds")]
    sys.exit(1 if min(float(str(value)) for value in found) < FLOOR else 0)

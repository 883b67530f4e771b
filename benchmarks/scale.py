"""What 25 million papers take: arithmetic from measured figures, checked by a simulation.

    python benchmarks/scale.py [--papers N] [--rounds N] [--share S] [--json]

plan: the sums that docs/scale.md shows, from `benchmarks/scale.yaml`.
simulated: councils of unequal size, papers drawn one by one (a share of them), every host at its
      own pace, all hosts behind one line and one process that writes, hour by hour. Printed are
      the median of the rounds, and the least and most of them.
A median more than a fifth away from the plan's figure ends this with 1.
"""

import argparse
import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist, median

import numpy as np
import yaml

PLACE = Path(__file__).with_suffix(".yaml")
HOUR, DAY = 3600.0, 86400.0
CLOSE = 0.2
Inputs = dict[str, float]


def inputs(**changed: float) -> Inputs:
    """Return what is reckoned with."""
    told = yaml.safe_load(PLACE.read_text())
    return {name: float(one["value"]) for name, one in told.items()} | changed


@dataclass(frozen=True)
class Figures:
    """What a crawl of everything takes, and a night after it."""

    requests: float
    terabytes: float
    pages: float
    largest_host_days: float
    line_days: float
    writer_days: float
    crawl_days: float
    cpu_hours: float
    build_days: float
    database_gigabytes: float
    aside_gigabytes: float


def requests_of(given: Inputs) -> float:
    """Return requests a paper, with its part of its meeting's."""
    return 1 + given["requests_a_meeting"] / given["papers_a_meeting"]


def largest(given: Inputs) -> float:
    """Return the expected papers of the largest of so many councils, lognormally unequal."""
    sigma, count = given["unequal"], given["councils"]
    quantile = NormalDist().inv_cdf(1 - 0.56 / count)  # the median of the largest is at 0.5^(1/n)
    return given["papers"] / count * math.exp(sigma * quantile - sigma**2 / 2)


def derived(given: Inputs, pages: float, papers: float, hit_pages: float) -> dict[str, float]:
    """Return what hangs on how much there is, and not on when it came."""
    cpu = papers * given["keep_ms"] + papers * given["write_ms"]
    cpu += pages * given["screen_ms"] + hit_pages * given["read_ms"]
    writer = papers * given["write_ms"] / 1000
    return {
        "cpu_hours": cpu / 1000 / HOUR,
        "build_days": max(cpu / 1000 / given["cores"], writer) / DAY,
        "database_gigabytes": hit_pages * given["read_bytes"] / 1e9,
        "aside_gigabytes": (pages - hit_pages) * given["aside_bytes"] / 1e9,
    }


def plan(given: Inputs) -> Figures:
    """Reckon."""
    papers, each = given["papers"], given["pause_seconds"] + given["answer_seconds"]
    requests = papers * requests_of(given)
    pages, size = papers * given["paper_pages"], papers * given["paper_bytes"]
    host = largest(given) * requests_of(given) * each / DAY
    line = size * 8 / (given["line_mbits"] * 1e6) / DAY
    writer = papers * given["keep_ms"] / 1000 / DAY
    return Figures(
        requests=requests,
        terabytes=size / 1e12,
        pages=pages,
        largest_host_days=host,
        line_days=line,
        writer_days=writer,
        crawl_days=max(host, line, writer),
        **derived(given, pages, papers, pages * given["mentioning"]),
    )


def drawn(chance: np.random.Generator, mean: float, sigma: float, count: int) -> np.ndarray:
    """Return lognormal draws with this mean."""
    return chance.lognormal(math.log(mean) - sigma**2 / 2, sigma, count)


def simulate(given: Inputs, seed: int, share: float) -> Figures:
    """Draw a country and crawl it, hour by hour; `share` of its papers are drawn one by one."""
    chance = np.random.default_rng(seed)
    sizes = drawn(chance, 1.0, given["unequal"], int(given["councils"]))
    counts = np.maximum(1, sizes / sizes.sum() * given["papers"] * share).astype(int)
    papers = int(counts.sum())
    weights = drawn(chance, given["paper_bytes"], given["bytes_sigma"], papers)
    pages = np.ceil(drawn(chance, given["paper_pages"], given["pages_sigma"], papers))
    hits = chance.random(papers) < given["mentioning"]
    waits = given["pause_seconds"] + chance.exponential(given["answer_seconds"], papers)
    host = np.repeat(np.arange(len(counts)), counts)
    seconds = np.bincount(host, waits) / share * requests_of(given)
    size = np.bincount(host, weights) / share
    hours = _hours(given, seconds, size, counts / share)
    total, read = pages.sum() / share, pages[hits].sum() / share
    return Figures(
        requests=papers / share * requests_of(given),
        terabytes=size.sum() / 1e12,
        pages=total,
        largest_host_days=seconds.max() / DAY,
        line_days=size.sum() * 8 / (given["line_mbits"] * 1e6) / DAY,
        writer_days=papers / share * given["keep_ms"] / 1000 / DAY,
        crawl_days=hours / 24,
        **derived(given, total, papers / share, read),
    )


def _hours(given: Inputs, seconds: np.ndarray, size: np.ndarray, papers: np.ndarray) -> float:
    """Return the hours until every host is done, where line and writer hold all of them up."""
    left, hours = np.ones(len(seconds)), 0.0  # the part of each host that is still to come
    line, writer = given["line_mbits"] * 1e6 / 8 * HOUR, HOUR / given["keep_ms"] * 1000
    while left.any():
        wanted = np.minimum(left, HOUR / seconds)
        slow = max(1.0, (wanted * size).sum() / line, (wanted * papers).sum() / writer)
        left = np.maximum(0.0, left - wanted / slow)
        left[left < 1e-9] = 0.0
        hours += 1.0
    return hours


@dataclass(frozen=True)
class Compared:
    """A figure as planned, and the least, median and most of the simulations."""

    planned: float
    least: float
    median: float
    most: float

    @property
    def ratio(self) -> float:
        """The simulated figure against the planned one."""
        return self.median / self.planned


def compared(given: Inputs, rounds: int, share: float) -> dict[str, Compared]:
    """Return each figure as planned and as simulated."""
    found = [vars(simulate(given, seed, share)) for seed in range(rounds)]
    answer = {}
    for name, planned in vars(plan(given)).items():
        values = sorted(one[name] for one in found)
        answer[name] = Compared(planned, values[0], median(values), values[-1])
    return answer


SAID = {
    "requests": ("requests", 1e6, "million"),
    "terabytes": ("originals", 1, "TB"),
    "pages": ("pages", 1e6, "million"),
    "largest_host_days": ("the largest council's host, at its pace", 1, "days"),
    "line_days": ("the line, if nothing else held it up", 1, "days"),
    "writer_days": ("the process that writes, likewise", 1, "days"),
    "crawl_days": ("the whole crawl", 1, "days"),
    "cpu_hours": ("keeping, screening, close reading, writing", 1, "CPU hours"),
    "build_days": ("the first build, on the cores reckoned with", 1, "days"),
    "database_gigabytes": ("`corpus.db` with `keep: mentioning`", 1, "GB"),
    "aside_gigabytes": ("`screened.db` beside it", 1, "GB"),
}


def inputs_table() -> str:
    """Return what is reckoned with, for the documentation."""
    rows = [
        f"| {name.replace('_', ' ')} | {one['value']:,} | {one['by']} |"
        for name, one in yaml.safe_load(PLACE.read_text()).items()
    ]
    return "\n".join(["\n| figure | value | from |", "| --- | ---: | --- |", *rows, "\n"])


def figures_table() -> str:
    """Return plan and simulation side by side, for the documentation."""
    rows = []
    for name, one in compared(inputs(), rounds=9, share=0.002).items():
        words, unit, of = SAID[name]
        told = [_short(value / unit) for value in vars(one).values()]
        rows.append(f"| {words} | {told[0]} | {told[2]} ({told[1]} to {told[3]}) | {of} |")
    head = ["\n| what | reckoned | simulated: median (least to most) | |"]
    return "\n".join([*head, "| --- | ---: | ---: | --- |", *rows, "\n"])


def _short(value: float) -> str:
    """Return two figures that mean something, no more."""
    digits = max(0, 1 - math.floor(math.log10(value))) if value < 10 else 0
    step = 10 ** max(0, math.floor(math.log10(value)) - 1)
    return f"{round(value / step) * step:,}" if value >= 10 else f"{value:.{digits}f}"


def main() -> None:
    """Reckon, simulate, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=float)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--share", type=float, default=0.02, help="of the papers that are drawn")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    given = inputs(**({"papers": options.papers} if options.papers else {}))
    found = compared(given, options.rounds, options.share)
    if options.json:
        print(json.dumps({name: vars(one) for name, one in found.items()}, indent=2))
    else:
        for name, one in found.items():
            told = "".join(f"{value:>17,.1f}" for value in vars(one).values())
            print(f"{name:<20}{told}{one.ratio:>7.2f}")
    sys.exit(1 if any(abs(one.ratio - 1) > CLOSE for one in found.values()) else 0)


if __name__ == "__main__":
    main()

"""How fast the site answers on a large corpus: every kind of page, exact search, many at once.

    python benchmarks/site.py PAPERS --pages 1000000 [--corpus KEPT.db] [--json FILE]

A corpus is generated from the real PDF files under PAPERS (`benchmarks/pages.py`), or an earlier
one is used again. `corpus serve` is started over it and asked, one request after the other; then by
fifty readers at once; then while another process writes. The peer of an exact search is the bare
FTS5 query in the same run: rank, BM25 and snippet of the first twenty, without and with the count
of all that match, which the site tells, too. Milliseconds, median and 95th percentile, beside the
load of the machine: on a busy one read the ratios. Exits with 3 where a goal of the design is
missed and --check is given.
"""

import argparse
import asyncio
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from pages import build, paragraphs
from site_kinds import kinds, queries, told_of

from corpus.retrieval.query import parse
from corpus.retrieval.search import Filters
from corpus.store import reading
from publish.matching import by_words, documents, groups, narrowed
from publish.routes import patterns
from publish.shelf import Shelf, shelf
from publish.site import site
from publish.warm import PAGES

BARE = (
    "select rowid, bm25(pages_fts), snippet(pages_fts, 0, '[', ']', '…', 36) from pages_fts "
    "where pages_fts match ? order by rank limit 20"
)
COUNT = "select count(*) from pages_fts where pages_fts match ?"
"""What a page of results says first: without it, the bare query answers less than the site."""
READERS = 50
GOALS = {"page": 200.0, "exact": 100.0, "meaning": 500.0, "ratio": 1.3}
Times = list[float]


def percentiles(seconds: Times) -> dict[str, float]:
    """Return median and 95th percentile in milliseconds."""
    ordered = sorted(seconds)
    return {
        "median_ms": round(1000 * ordered[len(ordered) // 2], 1),
        "p95_ms": round(1000 * ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)], 1),
    }


def exact(path: Path, asked: list[str]) -> dict[str, object]:
    """Return the site's exact search beside the bare query, on one connection.

    The site finds, counts and groups all that match, and marks the words of up to thirty pages of
    ten documents; the bare query ranks and marks twenty pages, without and with a count of all.
    Who goes first changes from query to query: he reads from the disk for the others.
    """
    with reading(path) as store:
        connection = store.db.conn
        started = time.perf_counter()
        known = shelf(connection)
        told: dict[str, object] = {"shelf_seconds": round(time.perf_counter() - started, 1)}
        times: dict[str, Times] = {"site": [], "fts5": [], "count": []}
        for turn, query in enumerate(asked):
            works = _works(connection, known, parse(query).match)
            for name in list(works)[:: 1 if turn % 2 else -1]:
                started = time.perf_counter()
                works[name]()
                times[name].append(time.perf_counter() - started)
    both = zip(times["fts5"], times.pop("count"), strict=True)
    times["fts5 with count"] = [sum(pair) for pair in both]
    for name, seconds in times.items():
        told[name] = percentiles(seconds)
    ours = times.pop("site")
    for name, bare in times.items():
        p95 = percentiles(ours)["p95_ms"] / max(percentiles(bare)["p95_ms"], 0.1)
        told[f"ratio to {name}"] = {"p95": round(p95, 2), "sum": round(sum(ours) / sum(bare), 2)}
    return told


def _works(
    connection: sqlite3.Connection, known: Shelf, match: str
) -> dict[str, Callable[[], object]]:
    def site() -> None:
        kept = narrowed(known, by_words(connection, match), Filters())
        list(groups(connection, documents(known, kept), 1, match))

    return {
        "site": site,
        "fts5": lambda: connection.execute(BARE, (match,)).fetchall(),
        "count": lambda: connection.execute(COUNT, (match,)).fetchone(),
    }


def not_asked(path: Path, every: dict[str, list[str]]) -> list[str]:
    """Return the routes of the site that nothing here asks for."""
    with site(path) as datasette:
        return told_of(every, patterns(datasette))


@contextmanager
def served(path: Path) -> Iterator[str]:
    """Yield the address of a site over the corpus."""
    command = [
        sys.executable,
        "-m",
        "workbench.main",
        "--corpus",
        str(path),
        "serve",
        "--port",
        "0",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline() if process.stdout else ""
        yield line.split(" at ")[1].split("/ ")[0]
    finally:
        process.terminate()
        process.wait(60)


def one_by_one(address: str, every: dict[str, list[str]]) -> dict[str, dict[str, object]]:
    """Ask for every kind, each address once before it is timed no more than once again."""
    told: dict[str, dict[str, object]] = {}
    with httpx.Client(base_url=address, timeout=300, trust_env=False) as client:
        for path in PAGES:  # the site asks itself for them when it starts: readers come later
            client.get(path)
        for kind, addresses in every.items():
            seconds, statuses = [], Counter[int]()
            for path in addresses:
                started = time.perf_counter()
                answer = client.get(path)
                seconds.append(time.perf_counter() - started)
                statuses[answer.status_code] += 1
            told[kind] = {"requests": len(seconds), "statuses": dict(statuses)}
            told[kind] |= percentiles(seconds)
            print(kind, told[kind], flush=True)
    return told


async def at_once(address: str, every: dict[str, list[str]], seconds: float) -> dict[str, object]:
    """Let fifty readers ask for pages at random; count the answers by status."""
    addresses = [path for paths in every.values() for path in paths]
    statuses: Counter[int] = Counter()
    times: Times = []
    end = time.monotonic() + seconds

    async def reader(seed: int, client: httpx.AsyncClient) -> None:
        chance = random.Random(seed)
        while time.monotonic() < end:
            started = time.perf_counter()
            answer = await client.get(chance.choice(addresses))
            times.append(time.perf_counter() - started)
            statuses[answer.status_code] += 1

    limits = httpx.Limits(max_connections=READERS)
    async with httpx.AsyncClient(
        base_url=address, timeout=300, trust_env=False, limits=limits
    ) as client:
        await asyncio.gather(*(reader(seed, client) for seed in range(READERS)))
    return {"requests": len(times), "statuses": dict(statuses)} | percentiles(times)


def _write(path: Path, seconds: float) -> subprocess.Popen[bytes]:
    """Start a process that changes rows of the corpus, as a build does."""
    code = (
        "import sys, time; from pathlib import Path; from corpus.store import writing\n"
        "with writing(Path(sys.argv[1]), 'benchmark') as store:\n"
        "    end = time.monotonic() + float(sys.argv[2])\n"
        "    while time.monotonic() < end:\n"
        "        with store.db.atomic():\n"
        "            store.db.execute('update files set reason = null where rowid % 500 = 7')\n"
        "        time.sleep(0.2)\n"
    )
    return subprocess.Popen([sys.executable, "-c", code, str(path), str(seconds)])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("papers", type=Path)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--corpus", type=Path, help="keep the corpus here, or use the one there")
    parser.add_argument("--seconds", type=float, default=20, help="for the fifty readers")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.corpus or Path(folder) / "corpus.db"
        told: dict[str, object] = {"load": os.getloadavg()}
        if not path.exists():
            started = time.perf_counter()
            path.parent.mkdir(parents=True, exist_ok=True)
            build(path, paragraphs(options.papers), options.pages)
            told["build_seconds"] = round(time.perf_counter() - started)
        with reading(path) as store:
            told["pages"] = store.value("select count(*) from pages")
        asked = queries(path, 240)
        told["exact search"] = exact(path, asked[:150])
        print(told, flush=True)
        every = kinds(path, asked)
        told["routes not asked"] = not_asked(path, every)
        with served(path) as address:
            told["kinds"] = one_by_one(address, every)
            told["fifty readers"] = asyncio.run(at_once(address, every, options.seconds))
            writer = _write(path, options.seconds)
            told["fifty readers beside a writer"] = asyncio.run(
                at_once(address, every, options.seconds)
            )
            writer.wait(120)
    print(json.dumps(told, indent=2))
    if options.json:
        options.json.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    if options.check and (failed := missed(told)):
        print("missed:", *failed, sep="\n  ", file=sys.stderr)
        sys.exit(3)


def missed(told: dict[str, Any]) -> list[str]:
    """Return the goals that were missed."""
    found = [
        f"{kind}: p95 {its['p95_ms']} ms"
        for kind, its in told["kinds"].items()
        if its["p95_ms"] > GOALS["meaning" if "by meaning" in kind else "page"]
    ]
    its = told["exact search"]
    if (
        its["site"]["p95_ms"] > GOALS["exact"]
        or its["ratio to fts5 with count"]["p95"] > GOALS["ratio"]
    ):
        found.append(f"exact search: {its}")
    for name in ("fifty readers", "fifty readers beside a writer"):
        if any(int(status) >= 500 for status in told[name]["statuses"]):
            found.append(f"{name}: {told[name]['statuses']}")
    return found


if __name__ == "__main__":
    main()

"""How fast the site answers on a large corpus: every kind of page, exact search, many at once.

    python benchmarks/site.py PAPERS --pages 1000000 [--corpus KEPT.db] [--json FILE]

A corpus is generated from the real PDF files under PAPERS (`benchmarks/pages.py`), or an earlier
one is used again. `corpus serve` is started over it and asked, one request after the other; then by
fifty readers at once; then while another process writes. The peer of an exact search is the bare
FTS5 query in the same run: rank and snippet of the first ten. Milliseconds, median and 95th
percentile; exits with 3 where a goal of the design is missed and --check is given.
"""

import argparse
import asyncio
import json
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote_plus

import httpx
from pages import build, paragraphs

from corpus.query import parse
from corpus.search import Filters
from corpus.store import reading
from models.semantics import STOP
from publish.matching import by_words, documents, groups, narrowed
from publish.shelf import shelf

BARE = (
    "select rowid, snippet(pages_fts, 0, '[', ']', '…', 36) from pages_fts "
    "where pages_fts match ? order by rank limit 10"
)
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


def queries(path: Path, count: int, seed: int = 3) -> list[str]:
    """Return what people might type: phrases of the papers, words together, one word."""
    chance = random.Random(seed)
    with reading(path) as store:
        most = store.value("select max(rowid) from pages")
        rows = [chance.randrange(1, most + 1) for _ in range(count)]
        texts = [store.value("select text from pages where rowid = ?", (row,)) for row in rows]
    return [_query(text or "", chance) for text in texts]


def _query(text: str, chance: random.Random) -> str:
    """Draw two neighbouring words that are no stop words: as a phrase, together, or one alone."""
    words = re.findall(r"[a-z]{3,}", text.lower())
    pairs = [(a, b) for a, b in pairwise(words) if not {a, b} & set(STOP)]
    first, second = chance.choice(pairs or [("data", "matching")])
    return chance.choice(
        [f'"{first} {second}"'] * 5 + [f"{first} AND {second}"] * 3 + [f"{first}*"]
    )


def exact(path: Path, asked: list[str]) -> dict[str, object]:
    """Return the site's exact search beside the bare query, on one connection."""
    with reading(path) as store:
        connection = store.db.conn
        started = time.perf_counter()
        known = shelf(connection)
        loaded = time.perf_counter() - started
        ours: Times = []
        bare: Times = []
        for query in asked:
            match = parse(query).match
            for work, into in ((_site(connection, known, match), ours), (_bare(match), bare)):
                started = time.perf_counter()
                work(connection)
                into.append(time.perf_counter() - started)
    told = {"shelf_seconds": round(loaded, 1), "site": percentiles(ours), "fts5": percentiles(bare)}
    ratio = percentiles(ours)["p95_ms"] / max(percentiles(bare)["p95_ms"], 0.1)
    return told | {"p95_ratio": round(ratio, 2), "sum_ratio": round(sum(ours) / sum(bare), 2)}


def _site(connection: sqlite3.Connection, known, match: str) -> Callable[..., object]:  # type: ignore[no-untyped-def] # Datasette's
    def work(connection: sqlite3.Connection) -> object:
        kept = narrowed(known, by_words(connection, match), Filters())
        return list(groups(connection, documents(known, kept), 1, match))

    return work


def _bare(match: str) -> Callable[[sqlite3.Connection], object]:
    return lambda connection: connection.execute(BARE, (match,)).fetchall()


def kinds(path: Path, asked: list[str]) -> dict[str, list[str]]:
    """Return addresses for every kind of page."""
    with reading(path) as store:
        some = store.rows("select page, sha256 from pages where rowid % 997 = 1 limit 40")
        named = store.rows("select document, council from documents where rowid % 97 = 1 limit 40")
        codes = [row["code"] for row in store.rows("select code from codes limit 20")]
    words = [quote_plus(query) for query in asked]
    councils = [row["council"] for row in named]
    return {
        "front": ["/"] * 10,
        "search exact": [f"/-/search?by=words&q={q}" for q in words[:60]],
        "search narrowed": [
            f"/-/search?by=words&q={q}&council={c}&sort=newest"
            for q, c in zip(words[60:90], councils, strict=False)
        ],
        "search by meaning": [
            f"/-/search?by=meaning&q={q.replace('%22', '').replace('AND', '').replace('%2A', '')}"
            for q in words[90:120]
        ],
        "search feed": [f"/-/search.atom?q={q}" for q in words[:20]],
        "document": [f"/document/{row['document']}" for row in named],
        "page": [f"/page/{row['page']}" for row in some],
        "topics": ["/topics"] * 5,
        "topic": [f"/topic/m-{n:02d}" for n in range(1, 21)],
        "coverage": [f"/coverage?source=modgov&year={year}" for year in range(2020, 2026)] * 3,
        "in context": [f"/kwic?q={q}" for q in words[:20]],
        "table": ["/corpus/documents", "/corpus/mentions", "/corpus/passages", "/corpus/coverage"],
        "table pages": ["/corpus/pages"] * 3,
        "row": [f"/corpus/documents/{row['document']}" for row in named[:10]],
        "api search": [f"/api/v1/search?by=words&q={q}" for q in words[:20]],
        "api mentions": [f"/api/v1/mentions?code={code}" for code in codes]
        + [f"/api/v1/mentions?council={council}" for council in councils[:10]],
        "api coverage": [f"/api/v1/coverage?council={council}" for council in councils],
        "sitemap": ["/sitemap.xml", "/sitemap-documents-1.xml"],
        "picture": ["/picture/years.svg"] * 5,
    }


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
        for path in ("/", "/coverage", "/topics", "/picture/years.svg", "/-/search?q=warm"):
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
        told: dict[str, object] = {"pages": options.pages}
        if not path.exists():
            started = time.perf_counter()
            path.parent.mkdir(parents=True, exist_ok=True)
            build(path, paragraphs(options.papers), options.pages)
            told["build_seconds"] = round(time.perf_counter() - started)
        asked = queries(path, 200)
        told["exact search"] = exact(path, asked[:150])
        print(told, flush=True)
        every = kinds(path, asked)
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


def missed(told: dict) -> list[str]:  # type: ignore[type-arg] # JSON
    """Return the goals that were missed."""
    found = [
        f"{kind}: p95 {its['p95_ms']} ms"
        for kind, its in told["kinds"].items()
        if its["p95_ms"] > GOALS["meaning" if kind == "search by meaning" else "page"]
    ]
    its = told["exact search"]
    if its["site"]["p95_ms"] > GOALS["exact"] or its["p95_ratio"] > GOALS["ratio"]:
        found.append(f"exact search: {its}")
    for name in ("fifty readers", "fifty readers beside a writer"):
        if any(int(status) >= 500 for status in told[name]["statuses"]):
            found.append(f"{name}: {told[name]['statuses']}")
    return found


if __name__ == "__main__":
    main()

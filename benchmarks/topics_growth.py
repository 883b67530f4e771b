"""How the time and memory of topics grow with the passages.

    python benchmarks/topics_growth.py --octis DIR [--sizes 10000,100000] [--k 20] [--json FILE]

Passages are generated from the texts of DIR (in OCTIS form, see topics.py here): each is words
drawn from three of them, so that no two are nearly the same. They lie in a corpus.db as a build
leaves them; what is timed is what `corpus topics fit --topics K` does: preparing, fitting, judging,
the stability of three resamples, and giving every passage its topics. Each size runs alone in a
process of one thread; its memory is the largest it had, generation left out.
"""

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from topics import most_memory, read

from corpus.store import writing
from models.run import fit_model

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
WORDS, SOURCES, AT_ONCE, PER_DOCUMENT = 80, 3, 5_000, 10


def generated(texts: list[list[str]], size: int) -> Iterator[str]:
    """Yield passages of words drawn from three texts each."""
    chance = np.random.default_rng(1)
    for _ in range(size):
        pool = [word for at in chance.integers(0, len(texts), SOURCES) for word in texts[at]]
        yield " ".join(pool[at] for at in chance.integers(0, len(pool), WORDS))


def fill(path: Path, texts: list[list[str]], size: int) -> None:
    """Write a corpus of so many passages, ten to a document."""
    with writing(path, "benchmark") as store:
        rows = []
        for number, text in enumerate(generated(texts, size)):
            document = f"d{number // PER_DOCUMENT:07}"
            rows.append((f"p{number:08}", f"g{document}", document, text, WORDS))
            if len(rows) == AT_ONCE or number == size - 1:
                with store.db.atomic():
                    _insert(store.db.conn, rows)
                rows = []


def _insert(connection: Any, rows: list[tuple[Any, ...]]) -> None:
    documents = sorted({row[2] for row in rows})
    ignore = "insert or ignore into"
    connection.executemany(
        f"{ignore} files (sha256, document, outcome) values (?, ?, 'read')",
        [(document, document) for document in documents],
    )
    connection.executemany(
        f"{ignore} documents (document, sha256, kind, published_on) values (?, ?, 'report', ?)",
        [(document, document, f"{2015 + int(document[1:]) % 10}-05-01") for document in documents],
    )
    connection.executemany(
        f"{ignore} pages (page, sha256, number) values (?, ?, 1)",
        [(f"g{document}", document) for document in documents],
    )
    connection.executemany(
        "insert into passages (passage, page, document, text, words) values (?, ?, ?, ?, ?)", rows
    )


def fitted(task: tuple[Path, int]) -> tuple[float, float, float]:
    """Fit in a process of its own; return wall and CPU seconds and megabytes."""
    path, k = task
    with writing(path, "benchmark") as store:
        wall, cpu = time.perf_counter(), time.process_time()
        fit_model(store, k=k)
        taken = time.perf_counter() - wall, time.process_time() - cpu
    return *taken, most_memory()


def measure(texts: list[list[str]], size: int, k: int) -> dict[str, Any]:
    """Return the figures of one size."""
    with tempfile.TemporaryDirectory(prefix="growth-") as folder:
        path = Path(folder) / "corpus.db"
        fill(path, texts, size)
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            wall, cpu, memory = pool.apply(fitted, ((path, k),))
    told = {"wall_s": round(wall, 1), "cpu_s": round(cpu, 1), "rss_mb": round(memory)}
    return {"passages": size, "k": k} | told | {"cpu_ms_a_passage": round(1000 * cpu / size, 2)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--octis", type=Path, required=True)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--k", type=int, default=20)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    texts, _ = read(options.octis)
    rows = []
    for size in map(int, options.sizes.split(",")):
        rows.append(measure(texts, size, options.k))
        print(*(f"{name} {value:,}" for name, value in rows[-1].items()), sep="  ", flush=True)
        if options.json:
            options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    print(f"{len(rows)} sizes measured", file=sys.stderr)


if __name__ == "__main__":
    main()

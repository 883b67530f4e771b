"""What comparing texts costs: seconds and memory on invented pages, all at once and then one more.

Every fifth file repeats another one with stamps of a pack on its pages; councils share passages.

    python benchmarks/duplicates.py [--pages 100000] [--words 400]
"""

import argparse
import random
import resource
import tempfile
import time
from pathlib import Path

from corpus.ids import page_id, sha256
from corpus.store import Store, writing
from extract import run_packs

PAGES_A_FILE = 20
COUNCILS = 200
VOCABULARY = 30_000


def main() -> None:
    """Fill a corpus, compare, add one file, compare again; print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--words", type=int, default=400)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, writing(Path(folder) / "c.db", "bench") as store:
        files = options.pages // PAGES_A_FILE
        fill(store, 0, files, options.words)
        before = memory()
        for what in (f"{options.pages:,} pages", "nothing new", "20 pages more"):
            if what == "20 pages more":
                fill(store, files, files + 1, options.words)
            start = time.process_time()
            run_packs.compare(store)
            seconds, more = time.process_time() - start, memory() - before
            print(f"{what}: {seconds:.1f} CPU seconds, peak {more:.0f} MB more")
        for table in ("page_duplicates", "similarities"):
            print(f"{table}: {store.value(f'select count(*) from {table}'):,} rows")
        size = store.value("select sum(length(minhashes) + length(runs)) from signatures")
        print(f"signatures: {size / options.pages:.0f} bytes a page")


def fill(store: Store, first: int, last: int, words: int) -> None:
    """Write files of invented pages, the same for the same numbers."""
    if not first:
        store.db.table("sources").insert({"source": "s"})
        store.db.table("councils").insert_all({"council": f"C{n}"} for n in range(COUNCILS))
    vocabulary = [f"w{n}" for n in range(VOCABULARY)]
    for number in range(first, last):
        copied = number - 3 if number % 5 == 4 else number
        name, council = sha256(str(number).encode()), f"C{copied % COUNCILS}"
        pages = []
        for page in range(1, PAGES_A_FILE + 1):
            draw = random.Random(copied * 1000 + page)
            text = [vocabulary[int(draw.paretovariate(0.7)) % VOCABULARY] for _ in range(words)]
            if page == 1:
                shared = random.Random(copied % 500)
                text += [vocabulary[shared.randrange(VOCABULARY)] for _ in range(60)]
            stamp = ["pack", "page", str(page)] if copied != number else []
            row = {"page": page_id(name, page), "sha256": name, "number": page}
            pages.append(row | {"text": " ".join(stamp + text), "outcome": "text"})
        with store.db.atomic():
            row = {"sha256": name, "outcome": "screened", "mime": "application/pdf"}
            store.db.table("files").insert(row | {"document": f"d{number}", "pages": len(pages)})
            row = {"document": f"d{number}", "source": "s", "council": council, "kind": "report"}
            store.db.table("documents").insert(row | {"published_on": "2025-01-01", "sha256": name})
            store.db.table("captures").insert({"document": f"d{number}", "sha256": name})
            store.db.table("pages").insert_all(pages)


def memory() -> float:
    """Return the peak memory of this process in MB (Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()

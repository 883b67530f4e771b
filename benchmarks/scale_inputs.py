"""What a paper is and costs, measured on a folder of real PDFs: inputs of `scale.py`.

    python benchmarks/scale_inputs.py FOLDER [--every N] [--read N]

CPU milliseconds of this process, which other work on the machine hardly changes: screening with the
study's terms and grading, a page; close reading, a page of every N-th file; and the bytes of a
page's text when it is put aside (`keep: mentioning`).
"""

import argparse
import math
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median, pstdev
from typing import TypeVar

from corpus import formats
from corpus.errors import ReadingError
from corpus.settings import Settings, default_study
from corpus.study import load_study
from extract.page import Screened
from extract.read import read, screen, start

T = TypeVar("T")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take every N-th PDF only")
    parser.add_argument("--read", type=int, default=10, help="read every N-th of them closely")
    options = parser.parse_args()
    files = sorted(options.folder.rglob("*.pdf"))[:: options.every]
    start(load_study(default_study()).codebook)
    screened, seconds = timed(files, lambda path: screen(path, formats.PDF.mime, Settings()))
    pages = [len(found.pages) for found in screened]
    sizes = [path.stat().st_size for path in files]
    tell("files", len(files))
    for name, values in (("paper_bytes", sizes), ("paper_pages", [n for n in pages if n])):
        logs = [math.log(value) for value in values]
        tell(name, mean(values), f"median {median(values):,}, sigma of its logarithm", pstdev(logs))
    tell("screen_ms", 1000 * seconds / sum(pages), "a page, of", sum(pages))
    tell("with_hit", sum(bool(found.hits) for found in screened) / len(screened))
    tell("aside_bytes", aside(screened), "a page")
    readings, seconds = timed(files[:: options.read], lambda path: read(path, Settings()))
    tell("read_ms", 1000 * seconds / sum(map(len, readings)), "a page, of", sum(map(len, readings)))


def timed(files: list[Path], work: Callable[[Path], T]) -> tuple[list[T], float]:
    """Return what came of the files that can be read, and the CPU seconds of it all."""
    found: list[T] = []
    began = time.process_time()
    for path in files:
        try:
            found.append(work(path))
        except ReadingError:
            continue
    return found, time.process_time() - began


def aside(screened: list[Screened]) -> float:
    """Return the packed bytes of a page's text, files packed one by one."""
    texts = ["\f".join(page.text for page in found.pages) for found in screened]
    packed = sum(len(zlib.compress(text.encode("utf-8", "surrogatepass"))) for text in texts)
    return packed / sum(len(found.pages) for found in screened)


def tell(name: str, value: float, *more: object) -> None:
    """Print a figure."""
    words = " ".join(f"{one:,.2f}" if isinstance(one, float) else str(one) for one in more)
    print(f"{name:<14}{value:>12,.2f}  {words}", flush=True)


if __name__ == "__main__":
    main()

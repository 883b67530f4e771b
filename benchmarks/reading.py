"""Close reading of PDFs against plain pdfplumber, and against verified facts about page text.

Compares CPU seconds of this process on the same pages in the same run: a fixed sample, spread over
the documents, of real papers. `--olmocr` scores our text (alone, and with OCR of pages that have
none), plain pdfplumber's and PDFium's by `tools/pdf_facts.py` of the test data; `--pages` also
reads a generated file of so many pages and prints how far memory grew. `--floors FILE` fails where
a figure is below the one pinned there.

    python benchmarks/reading.py PAPERS [--olmocr DIR …] [--pages 3000] [--json FILE]
"""

import argparse
import hashlib
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pdfplumber
import pypdfium2 as pdfium
import yaml

from corpus.errors import ReadingError
from corpus.settings import Settings
from extract.readers import pdf
from extract.readers.ocr import recognise
from extract.readers.tesseract import ENGLISH, installed

PAGES = 200
"""Pages of the sample: some 20 seconds of plain pdfplumber."""
PER_DOCUMENT = 6
FACTS = "tools/pdf_facts.py"
SCORE = re.compile(r"^(\S+): \d+/\d+ = ([\d.]+) %", re.MULTILINE)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("papers", type=Path)
    parser.add_argument("--olmocr", type=Path, nargs="*", default=[])
    parser.add_argument("--pages", type=int, default=0, help="pages of the file memory is read on")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--floors", type=Path, help="fail below the figures pinned in this file")
    options = parser.parse_args()
    answer = speed(sample(options.papers))
    for folder in options.olmocr:
        answer |= facts(folder)
    if options.pages:
        answer |= memory(options.pages)
    print(*(f"{name}: {value}" for name, value in answer.items()), sep="\n")
    if options.json:
        options.json.write_text(json.dumps(answer, indent=2), encoding="utf-8")
    if options.floors:
        sys.exit(below(answer, yaml.safe_load(options.floors.read_text())["reading"]))


def sample(folder: Path) -> dict[Path, list[int]]:
    """Return a fixed choice of pages (1-based), spread over the documents, sorted by hash."""
    chosen: dict[Path, list[int]] = {}
    for path in sorted(folder.rglob("*.pdf"), key=lambda path: digest(path.name)):
        if sum(map(len, chosen.values())) >= PAGES:
            break
        try:
            document = pdfium.PdfDocument(path)
        except pdfium.PdfiumError:
            continue
        numbers = sorted(range(1, len(document) + 1), key=lambda n: digest(f"{path.name} {n}"))
        chosen[path] = sorted(numbers[:PER_DOCUMENT])
        document.close()
    return chosen


def digest(text: str) -> str:
    """Return a short hash, to shuffle by."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def speed(chosen: dict[Path, list[int]]) -> dict[str, Any]:
    """Read the pages in both ways, file by file; return seconds and their ratio."""
    seconds = dict.fromkeys(("plain pdfplumber", "reading"), 0.0)
    pages = chars = refused = 0
    for path, numbers in chosen.items():
        start = time.process_time()
        try:
            plain = list(plainly(path, numbers))
        except Exception:  # what plain pdfplumber does not read is not compared
            refused += 1
            continue
        middle = time.process_time()
        read = list(pdf.read(path, Settings(), only=numbers))
        seconds["plain pdfplumber"] += middle - start
        seconds["reading"] += time.process_time() - middle
        pages += len(plain)
        chars += sum(len(page.text) for page in read)
    return {
        "sample": digest(" ".join(f"{p.name} {n}" for p, n in sorted(chosen.items()))),
        "documents": len(chosen) - refused,
        "documents plain pdfplumber cannot read": refused,
        "pages": pages,
        "characters read": chars,
        **{f"seconds, {name}": round(value, 2) for name, value in seconds.items()},
        "reading against plain pdfplumber": round(
            seconds["plain pdfplumber"] / seconds["reading"], 2
        ),
    }


def plainly(path: Path, numbers: list[int]) -> Iterator[str]:
    """Yield the pages' text by pdfplumber's defaults."""
    with pdfplumber.open(path, pages=numbers) as document:
        for page in document.pages:
            yield page.extract_text()
            page.close()


def ours(path: Path) -> list[str]:
    """Return every page's text as it is kept: pdfplumber's reading, else PDFium's."""
    try:
        return [page.text for page in pdf.read(path, Settings())]
    except ReadingError:
        return []


def with_scans(path: Path) -> list[str]:
    """Return the same, with OCR's text of pages that have none, as `corpus extract` reads them."""
    return [text or scanned(path, number) for number, text in enumerate(ours(path), 1)]


def scanned(path: Path, number: int) -> str:
    """Return a page's text by OCR; none where nothing is drawn or nothing is recognised."""
    program = installed()
    if not program:
        return ""
    try:
        found = recognise(path, False, number, program.program, ENGLISH, Settings(ocr_seconds=300))
    except ReadingError:
        return ""
    return found.page.text


def screened(path: Path) -> list[str]:
    """Return every page's text by PDFium."""
    try:
        return [page.text for page in pdf.screen(path, Settings())]
    except ReadingError:
        return []


def facts(folder: Path) -> dict[str, float]:
    """Return the share of a set's verified facts that hold in each reader's text."""
    found: dict[str, float] = {}
    readers: dict[str, Callable[[Path], list[str]]] = {
        "reading": ours,
        "reading with OCR of scans": with_scans,
        "PDFium": screened,
        "plain pdfplumber": lambda path: list(plainly(path, [1])),
    }
    for name, reader in readers.items():
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as out:
            for path in sorted(folder.glob("*.pdf")):
                for number, text in enumerate(reader(path), 1):
                    print(json.dumps({"pdf": path.name, "page": number, "text": text}), file=out)
            out.flush()
            scorer = folder.resolve().parents[2] / FACTS
            done = subprocess.run(
                [sys.executable, scorer, out.name, folder],
                check=True,
                capture_output=True,
                text=True,
            )
        found |= {f"facts, {s}, {name}, %": float(share) for s, share in SCORE.findall(done.stdout)}
    return found


def memory(pages: int) -> dict[str, float]:
    """Read a generated file of so many pages; return the peak after a tenth of it and after all."""
    from reportlab.pdfgen.canvas import Canvas

    with tempfile.NamedTemporaryFile(suffix=".pdf") as out:
        canvas = Canvas(out.name)
        for number in range(1, pages + 1):
            canvas.drawString(60, 800, "Report of the Director of Everything")
            for line in range(45):
                canvas.drawString(60, 760 - 15 * line, f"Page {number}, line {line}: words " * 3)
            canvas.rect(50, 50, 300, 20)
            canvas.showPage()
        canvas.save()
        early = 0.0
        for page in pdf.read(Path(out.name), Settings(max_pages=pages)):
            if page.number == pages // 10:
                early = peak()
    return {"memory after a tenth of the pages, MB": early, "memory after all, MB": peak()}


def peak() -> float:
    """Return the most memory this process has held, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6, 1)


def below(answer: dict[str, Any], floors: dict[str, Any]) -> int:
    """Print what is below its floor; return 1 if anything is."""
    missed = [name for name, least in floors["least"].items() if answer.get(name, 0) < least]
    if answer["sample"] != floors["sample"]:
        missed.append(f"the sample is another one: {answer['sample']}, not {floors['sample']}")
    print(*(f"below its floor: {name}" for name in missed), sep="\n", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    main()

"""Screening against plain pdfplumber and against bare PDFium, on the same PDFs in the same run.

Prints pages a second as ratios, and every mention that pdfplumber's own text of a file holds and
screening does not (recall). CPU seconds of this process are compared: other work on the machine
does not count.

    python benchmarks/screening.py FOLDER [--every N]
"""

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path

import pdfplumber
import pypdfium2 as pdfium

from corpus.errors import ReadingError
from corpus.lexicon import Lexicon
from corpus.settings import Settings, default_study
from corpus.study import load_study
from extract.readers import pdf


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take every N-th PDF only")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    lexicon = Lexicon(load_study(default_study()).codebook)
    lexicon.hits("warm up: risk score")
    files = sorted(options.folder.rglob("*.pdf"))[:: options.every]
    answer = measure(files, lexicon)
    if options.json:
        print(json.dumps(answer, indent=2))
    else:
        print(*(f"{name}: {value}" for name, value in answer.items()), sep="\n")
    sys.exit(1 if answer["missed"] else 0)


def measure(files: list[Path], lexicon: Lexicon) -> dict[str, object]:
    """Read every file three ways; return ratios, recall and the misses."""
    seconds: Counter[str] = Counter()
    pages = found = held = unread = 0
    missed = []
    for path in files:
        try:
            start = time.process_time()
            screened = [page.text for page in pdf.screen(path, Settings())]
            hits = sum((lexicon.hits(text) for text in screened), Counter())
            seconds["screening"] += time.process_time() - start
        except ReadingError:
            unread += 1
            continue
        start = time.process_time()
        bare(path)
        seconds["bare PDFium"] += time.process_time() - start
        start = time.process_time()
        plain = sum((lexicon.hits(text) for text in plain_texts(path)), Counter())
        seconds["plain pdfplumber"] += time.process_time() - start
        pages += len(screened)
        held += plain.total()
        found += sum(min(count, hits[term]) for term, count in plain.items())
        missed += [
            f"{path.name}: {term} {count} in pdfplumber's text, {hits[term]} screened"
            for term, count in plain.items()
            if hits[term] < count
        ]
    return {
        "files": len(files),
        "files PDFium cannot open": unread,
        "pages": pages,
        **{f"seconds, {name}": round(value, 2) for name, value in seconds.items()},
        "screening against plain pdfplumber, pages a second": round(
            seconds["plain pdfplumber"] / seconds["screening"], 1
        ),
        "screening against bare PDFium, pages a second": round(
            seconds["bare PDFium"] / seconds["screening"], 2
        ),
        "mentions in pdfplumber's text": held,
        "of these screened": found,
        "recall": round(found / held, 4) if held else None,
        "missed": missed,
    }


def bare(path: Path) -> None:
    """Extract every page's text with PDFium and do nothing with it."""
    document = pdfium.PdfDocument(path)
    for page in document:
        textpage = page.get_textpage()
        textpage.get_text_range()
        textpage.close()
        page.close()
    document.close()


def plain_texts(path: Path) -> list[str]:
    """Return every page's text by pdfplumber's defaults."""
    texts = []
    with pdfplumber.open(path) as document:
        for page in document.pages:
            texts.append(page.extract_text())
            page.close()
    return texts


if __name__ == "__main__":
    main()

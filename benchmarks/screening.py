"""Screening against plain pdfplumber and against bare PDFium, on the same PDFs in the same run.

Prints pages a second as ratios, and every hit that pdfplumber's own text of a file, or our close
reading of it, holds and screening does not (recall). CPU seconds of this process are compared:
other work on the machine does not count. Screening and bare PDFium take turns at going first: who
does brings the file from disk.

    python benchmarks/screening.py FOLDER [--every N]
"""

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import pdfplumber
import pypdfium2 as pdfium

from corpus.errors import ReadingError
from corpus.language.lexicon import Lexicon
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
    seconds: defaultdict[str, float] = defaultdict(float)
    held: Counter[str] = Counter()
    found: Counter[str] = Counter()
    pages = unread = stumbled = 0
    missed = []
    for number, path in enumerate(files):
        try:
            spent, screened, hits = in_turn(path, lexicon, screening_first=not number % 2)
        except (ReadingError, pdfium.PdfiumError):
            unread += 1
            continue
        start = time.process_time()
        try:
            plain = sum((lexicon.hits(text) for text in plain_texts(path)), Counter())
        except Exception:  # whatever plain pdfplumber trips over: its seconds are not compared
            plain, stumbled = Counter(), stumbled + 1
        else:
            for name, took in spent.items():
                seconds[name] += took
            seconds["plain pdfplumber"] += time.process_time() - start
            pages += screened
        read = sum((lexicon.hits(text) for text in read_texts(path)), Counter())
        for name, those in (("pdfplumber's text", plain), ("close reading", read)):
            held[name] += those.total()
            found[name] += (those & hits).total()
            missed += [
                f"{path.name}: {term} {those[term]} in {name}, {hits[term]} screened"
                for term in those - hits
            ]
    return {
        "files": len(files),
        "files PDFium cannot open": unread,
        "files plain pdfplumber stumbles over, not timed": stumbled,
        "pages": pages,
        **{f"seconds, {name}": round(value, 2) for name, value in seconds.items()},
        "screening against plain pdfplumber, pages a second": round(
            seconds["plain pdfplumber"] / seconds["screening"], 1
        ),
        "screening against bare PDFium, pages a second": round(
            seconds["bare PDFium"] / seconds["screening"], 2
        ),
        **{f"hits in {name}": count for name, count in held.items()},
        **{
            f"recall of screening against {name}": round(found[name] / count, 4) if count else None
            for name, count in held.items()
        },
        "missed": missed,
    }


def in_turn(
    path: Path, lexicon: Lexicon, *, screening_first: bool
) -> tuple[dict[str, float], int, Counter[str]]:
    """Screen a file and extract its text barely; return CPU seconds, number of pages and hits."""
    early = 0.0 if screening_first else bare(path)
    start = time.process_time()
    texts = [page.text for page in pdf.screen(path, Settings())]
    hits = sum((lexicon.hits(text) for text in texts), Counter[str]())
    spent = time.process_time() - start
    return {"screening": spent, "bare PDFium": early or bare(path)}, len(texts), hits


def bare(path: Path) -> float:
    """Extract every page's text with PDFium, do nothing with it, and return the CPU seconds."""
    start = time.process_time()
    document = pdfium.PdfDocument(path)
    for page in document:
        textpage = page.get_textpage()
        textpage.get_text_range()
        textpage.close()
        page.close()
    document.close()
    return time.process_time() - start


def plain_texts(path: Path) -> list[str]:
    """Return every page's text by pdfplumber's defaults."""
    texts = []
    with pdfplumber.open(path) as document:
        for page in document.pages:
            texts.append(page.extract_text())
            page.close()
    return texts


def read_texts(path: Path) -> list[str]:
    """Return every page's text as it is read closely; none where it cannot be."""
    try:
        return [page.text for page in pdf.read(path, Settings())]
    except ReadingError:
        return []


if __name__ == "__main__":
    main()

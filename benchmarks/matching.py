"""What more terms cost: the same pages matched with 100, 1,000 and 10,000 terms, in turns.

    python benchmarks/matching.py PAPERS [--pages N] [--check] [--json FILE]

PAPERS is a folder of PDF files; their text is PDFium's. Terms are the packaged codebook's, then
pairs of longer neighbouring words of the pages, so that they do match. Times are CPU
seconds, the least of five turns. --check: exit code 1 where 1,000 terms cost more than twice 100.
"""

import argparse
import json
import random
import sys
import time
from pathlib import Path

import pypdfium2

from corpus.codebook import load_codebook
from corpus.language.lexicon import Phrases
from corpus.language.words import Words
from corpus.settings import default_study

SIZES = (100, 1_000, 10_000)
TURNS = 5


def pages(folder: Path, most: int) -> list[str]:
    """Return the text of so many pages of a folder's PDF files."""
    found: list[str] = []
    for path in sorted(folder.rglob("*.pdf")):
        try:
            document = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError:
            continue
        for page in document:
            found.append(page.get_textpage().get_text_range())
            if len(found) == most:
                return found
    return found


def terms(texts: list[str], most: int) -> list[str]:
    """Return distinct phrases: the codebook's, then pairs of neighbouring words of the pages."""
    book = load_codebook(default_study() / "codebook.yaml")
    chance = random.Random(1)
    found = dict.fromkeys(term.phrase for code in book.codes for term in code.terms)
    authored = list(found)
    chance.shuffle(authored)
    found = dict.fromkeys(authored)
    while len(found) < most:
        words = chance.choice(texts).split()
        at = chance.randrange(max(len(words) - 1, 1))
        pair = " ".join(word for word in words[at : at + 2] if word.isalpha() and len(word) > 3)
        if " " in pair:
            found[pair] = None
    return list(found)[:most]


def seconds(phrases: Phrases[str], texts: list[str]) -> float:
    """Return the CPU seconds of one pass over all pages."""
    start = time.process_time()
    for text in texts:
        for _ in phrases.find(Words(text)):
            pass
    return time.process_time() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("papers", type=Path)
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    texts = pages(options.papers, options.pages)
    every = terms(texts, SIZES[-1])
    compiled = {size: Phrases((phrase, phrase, False) for phrase in every[:size]) for size in SIZES}
    best = dict.fromkeys(SIZES, float("inf"))
    for _ in range(TURNS):
        for size, phrases in compiled.items():
            best[size] = min(best[size], seconds(phrases, texts))
    answer = {"pages": len(texts)} | {
        f"{size} terms : {SIZES[0]} terms": round(best[size] / best[SIZES[0]], 2) for size in SIZES
    }
    for name, value in answer.items():
        print(f"{name:28} {value:>8,}")
    if options.json:
        options.json.write_text(json.dumps(answer, indent=2) + "\n")
    if options.check and best[1_000] > 2 * best[100]:
        sys.exit("1,000 terms cost more than twice what 100 cost")


if __name__ == "__main__":
    main()

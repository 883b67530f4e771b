"""Text and tables of odd PDFs against other readers, by what the tests of two projects assert.

Words (F1) and their order on the texts that PDFBox's own tests assert, against pypdfium2, PyMuPDF
and pdftotext; table cells (F1) on the tables that tabula's tests assert (ICDAR 2013's among them),
against plain pdfplumber and camelot. Each figure is the mean over files. Where PDFBox asserts a
text both as drawn and sorted by place, the one that suits a reader best counts. Running lines,
which reading keeps apart from the text, are put before it. PyMuPDF (AGPL) and camelot are no part
of this project: what is not installed is said to be missing. `--floors FILE` fails where reading is
below the figure pinned there.

    python benchmarks/extraction.py TESTDATA [--json FILE] [--floors FILE] [--files]
"""

import argparse
import csv
import importlib
import json
import re
import shutil
import subprocess
import sys
import unicodedata
import warnings
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from itertools import chain
from pathlib import Path
from statistics import fmean
from typing import Any

import pdfplumber
import pypdfium2 as pdfium
import yaml
from lxml import etree
from rapidfuzz.distance import LCSseq

from corpus.errors import ReadingError
from corpus.settings import Settings
from extract.page import Page
from extract.pagetext import CELL
from extract.readers import pdf

PDFBOX = "pdfbox_src_test_resources_input_"
TABULA = "src_test_resources_technology_tabula_"
ICDAR = "icdar2013-dataset_competition-dataset-"
CAMELOT = ("lattice", "stream", "network", "auto")
_SAME = str.maketrans("‘’‚“”„–—‐‑−\u00a0", "'''\"\"\"-----" + " ")
Texts = Callable[[Path], str]
Cells = Callable[[Path], Iterable[str]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("testdata", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--floors", type=Path, help="fail below the figures pinned in this file")
    parser.add_argument("--files", action="store_true", help="print each file's figures, too")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # camelot's, of every page without a table
    bench = options.testdata / "bench" / "pdf"
    answer = texts(bench / "pdfbox", options.files) | tables(bench / "tabula", options.files)
    print(*(f"{name}: {value}" for name, value in answer.items()), sep="\n")
    if options.json:
        options.json.write_text(json.dumps(answer, indent=2), encoding="utf-8")
    if options.floors:
        sys.exit(below(answer, yaml.safe_load(options.floors.read_text())["extraction"]))


def below(answer: dict[str, Any], floors: dict[str, Any]) -> int:
    """Print what is below its floor; return 1 if anything is."""
    missed = [name for name, least in floors["least"].items() if answer.get(name, 0) < least]
    print(*(f"below its floor: {name}" for name in missed), sep="\n", file=sys.stderr)
    return 1 if missed else 0


def texts(folder: Path, each: bool) -> dict[str, Any]:
    """Return every reader's mean word F1 and order on the asserted texts."""
    truths = {
        path: [words(text.read_text("utf-8-sig")) for text in asserted]
        for path in sorted(folder.glob("*.pdf"))
        if (asserted := list(folder.glob(f"{path.name}*.txt")))
    }
    answer: dict[str, Any] = {"files with asserted text": len(truths)}
    for name, reader in text_readers().items():
        scores = []
        for path, texts_asserted in truths.items():
            found = words(reader(path))
            scores.append(max((f1(found, t), order(found, t)) for t in texts_asserted))
            if each:
                print(name, path.name.removeprefix(PDFBOX), *(round(s, 3) for s in scores[-1]))
        answer[f"word F1, {name}, %"] = percent(score for score, _ in scores)
        answer[f"word order, {name}, %"] = percent(score for _, score in scores)
    return answer | {f"word F1, {name}": "missing" for name in missing("fitz", "pdftotext")}


def percent(shares: Iterable[float]) -> float:
    """Return the mean of shares, in percent."""
    return round(100 * fmean(shares), 1)


def words(text: str) -> list[str]:
    """Return a text's words: quotes, dashes and presentation forms are as good as plain ones.

    The sign between the cells of a table is no word.
    """
    found = unicodedata.normalize("NFKC", text.translate(_SAME)).split()
    return [word for word in found if word != CELL.strip()]


def f1(found: Iterable[Hashable], asserted: Iterable[Hashable]) -> float:
    """Return how far two bags agree (0 to 1)."""
    ours, theirs = Counter(found), Counter(asserted)
    return 2 * (ours & theirs).total() / max(ours.total() + theirs.total(), 1)


def order(found: list[str], asserted: list[str]) -> float:
    """Return the share of the words of both texts that stand in the same order in both."""
    shared = (Counter(found) & Counter(asserted)).total()
    return LCSseq.similarity(found, asserted) / shared if shared else 0.0


def text_readers() -> dict[str, Texts]:
    """Return the readers there are, ours first."""
    known: dict[str, Texts] = {"reading": ours, "pypdfium2": by_pdfium, "plain pdfplumber": plain}
    absent = missing("fitz", "pdftotext")
    known |= {} if "fitz" in absent else {"PyMuPDF": by_pymupdf}
    return known | ({} if "pdftotext" in absent else {"pdftotext": by_poppler})


def missing(*names: str) -> list[str]:
    """Return which of these modules and programs are not here."""
    absent = []
    for name in names:
        try:
            if not shutil.which(name):
                importlib.import_module(name)
        except ImportError:
            absent.append(name)
    return absent


def pages(path: Path) -> list[Page]:
    """Return a file's pages as they are kept."""
    try:
        return list(pdf.read(path, Settings()))
    except ReadingError:
        return []


def ours(path: Path) -> str:
    """Return a file's text by close reading."""
    return "\n".join(f"{page.furniture}\n{page.text}" for page in pages(path))


def by_pdfium(path: Path) -> str:
    """Return a file's text by pypdfium2."""
    with pdfium.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def plain(path: Path) -> str:
    """Return a file's text by pdfplumber's defaults."""
    with pdfplumber.open(path) as document:
        return "\n".join(page.extract_text() for page in document.pages)


def by_pymupdf(path: Path) -> str:
    """Return a file's text by PyMuPDF."""
    with importlib.import_module("fitz").open(path) as document:
        return "\n".join(page.get_text() for page in document)


def by_poppler(path: Path) -> str:
    """Return a file's text by pdftotext."""
    done = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=False)
    return done.stdout


def tables(folder: Path, each: bool) -> dict[str, Any]:
    """Return every reader's mean F1 of table cells on the asserted tables."""
    truths = dict(chain(structures(folder), sheets(folder)))
    answer: dict[str, Any] = {"files with asserted tables": len(truths)}
    for name, reader in cell_readers().items():
        scores = []
        for path, asserted in truths.items():
            scores.append(f1(map(cell, filled(reader(path))), map(cell, filled(asserted))))
            if each:
                print(name, path.name.removeprefix(TABULA), round(scores[-1], 3))
        answer[f"table cells F1, {name}, %"] = percent(scores)
    return answer | {f"table cells F1, {name}": "missing" for name in missing("camelot")}


def cell(text: str) -> str:
    """Return a cell's text without what lines and hyphens at their ends did to it."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text.translate(_SAME)))


def filled(cells: Iterable[str | None]) -> list[str]:
    """Return the cells that have text."""
    return [text for text in cells if text and text.strip()]


def structures(folder: Path) -> Iterable[tuple[Path, list[str]]]:
    """Yield the files of ICDAR 2013 with the cells of all their tables."""
    for told in sorted(folder.glob(f"{TABULA}{ICDAR}*-str.xml")):
        path = told.with_name(told.name.replace("-str.xml", ".pdf"))
        if path.exists():
            found = etree.parse(told).findall(".//cell/content")
            yield path, [content.text or "" for content in found]


def sheets(folder: Path) -> Iterable[tuple[Path, list[str]]]:
    """Yield the other files of one page with the cells of the sheet their test asserts."""
    for told in sorted(folder.glob(f"{TABULA}csv_*.csv")):
        path = told.with_name(told.name.replace("csv_", "").replace(".csv", ".pdf"))
        if path.exists() and len(pdfium.PdfDocument(path)) == 1:
            with told.open(encoding="utf-8", newline="") as stream:
                yield path, list(chain.from_iterable(csv.reader(stream)))


def cell_readers() -> dict[str, Cells]:
    """Return the readers of tables there are, ours first."""
    known: dict[str, Cells] = {"reading": our_cells, "plain pdfplumber": plain_cells}
    if not missing("camelot"):
        known |= {f"camelot {flavour}": camelot_cells(flavour) for flavour in CAMELOT}
    return known


def our_cells(path: Path) -> Iterable[str]:
    """Yield the cells of the tables that are kept."""
    for page in pages(path):
        for _, rows in page.tables:
            yield from chain.from_iterable(rows)


def plain_cells(path: Path) -> Iterable[str]:
    """Yield the cells of the tables that pdfplumber finds by its defaults."""
    with pdfplumber.open(path) as document:
        for page in document.pages:
            for rows in page.extract_tables():
                yield from (text or "" for row in rows for text in row)


def camelot_cells(flavour: str) -> Cells:
    """Return a reader by one of camelot's ways."""

    def cells(path: Path) -> Iterable[str]:
        try:
            found = importlib.import_module("camelot").read_pdf(
                str(path), pages="all", flavor=flavour
            )
        except Exception as error:  # whatever makes it stumble: it has no cell then
            print(f"camelot {flavour}: {path.name}: {error}", file=sys.stderr)
            return
        for table in found:
            yield from (text for row in table.data for text in row)

    return cells


if __name__ == "__main__":
    main()

"""OCR against Tesseract called alone (300 dpi, `--psm 1`), on the same scans in the same run.

Prints the share of verified facts found and CPU seconds a page, and fails where a set falls below
Tesseract alone or below `ocr_floors.json`, which may only rise (`--raise`). The scorer needs
rapidfuzz and fuzzysearch.

    python benchmarks/ocr.py TESTDATA [--json] [--raise]
"""

import argparse
import hashlib
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from corpus.errors import ReadingError
from corpus.settings import Settings
from extract.readers.ocr import POINTS_PER_INCH, recognise
from extract.readers.tesseract import DPI, ENGLISH, PROGRAM, installed

SETS = ("olmocr-longtext", "olmocr-oldscan")
FLOORS = Path(__file__).with_name("ocr_floors.json")
SETTINGS = Settings(ocr_seconds=300)
"""Quality is measured here, on machines that may be busy; time is printed."""


def main() -> None:
    """Measure, print, and compare with the floors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("testdata", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--raise", dest="higher", action="store_true", help="write higher floors")
    options = parser.parse_args()
    if not installed():
        sys.exit("tesseract is not installed")
    answers = {name: measure(options.testdata, name) for name in SETS}
    floors = json.loads(FLOORS.read_text()) if FLOORS.exists() else {}
    if options.higher:
        FLOORS.write_text(json.dumps(raised(floors, answers), indent=2) + "\n")
    if options.json:
        print(json.dumps(answers, indent=2))
    else:
        print(*(line for name in SETS for line in told(name, answers[name])), sep="\n")
    sys.exit(1 if any(below(floors.get(name), answers[name]) for name in SETS) else 0)


def measure(testdata: Path, name: str) -> dict[str, Any]:
    """Read a set both ways; return facts found, in percent, and seconds a page."""
    folder = testdata / "bench" / "pdf" / name
    papers = sorted(folder.glob("*.pdf"))
    answer: dict[str, Any] = {"pages": len(papers), "digest": digest(folder)}
    for who, reader in (("ours", ours), ("tesseract alone", alone)):
        before = cpu_seconds()
        texts = {path.name: reader(path) for path in papers}
        answer[f"seconds, {who}"] = round((cpu_seconds() - before) / len(papers), 1)
        answer[who] = facts(testdata, folder, texts)
    return answer


def ours(path: Path) -> str:
    """Return the page as this project reads it."""
    try:
        return recognise(path, False, 1, PROGRAM, ENGLISH, SETTINGS).page.text
    except ReadingError:
        return ""


def alone(path: Path) -> str:
    """Return the page as Tesseract reads a picture of it at 300 dpi."""
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "page.png"
        with pdfium.PdfDocument(path) as document:
            document[0].render(scale=DPI / POINTS_PER_INCH).to_pil().save(picture)
        command = ["tesseract", str(picture), "-", "--psm", "1", "--dpi", str(DPI)]
        limited = os.environ | {"OMP_THREAD_LIMIT": "1"}
        return subprocess.run(command, capture_output=True, text=True, env=limited).stdout


def facts(testdata: Path, folder: Path, texts: dict[str, str]) -> float:
    """Return the percentage of facts that hold, by the scorer that came with the set."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as stream:
        stream.writelines(json.dumps({"pdf": n, "text": t}) + "\n" for n, t in texts.items())
        stream.flush()
        scorer = testdata / "tools" / "pdf_facts.py"
        command = [sys.executable, str(scorer), stream.name, str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    print(done.stdout.strip(), file=sys.stderr)
    found = re.search(r"= ([\d.]+) %", done.stdout)
    assert found, done.stdout
    return float(found[1])


def digest(folder: Path) -> str:
    """Return a hash of the tests and the papers they are about."""
    hashed = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        hashed.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return hashed.hexdigest()[:16]


def cpu_seconds() -> float:
    """Return the CPU time of this process and its children: other work does not count."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def below(floor: dict[str, Any] | None, answer: dict[str, Any]) -> bool:
    """Whether a set is read worse than Tesseract alone, or than it was (of the same inputs)."""
    least = floor["facts"] if floor and floor["digest"] == answer["digest"] else 0
    return bool(answer["ours"] < max(least, answer["tesseract alone"]))


def raised(floors: dict[str, Any], answers: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the floors, higher where they were surpassed."""
    found = dict(floors)
    for name, answer in answers.items():
        if not below(floors.get(name), answer):
            found[name] = {"facts": answer["ours"], "digest": answer["digest"]}
    return found


def told(name: str, answer: dict[str, Any]) -> list[str]:
    """Return a set's lines."""
    return [f"{name}: {what}: {value}" for what, value in answer.items()]


if __name__ == "__main__":
    main()

"""What a run would do: `corpus extract --dry-run`."""

from collections import Counter
from dataclasses import dataclass, field

from corpus import formats
from corpus.language.lexicon import Lexicon
from corpus.store import Store
from extract import versions
from extract.run_ocr import QUEUE, STALE
from extract.run_read import TO_READ
from extract.run_screen import to_screen


@dataclass
class Plan:
    """How many files a run would open, and why; of OCR, pages."""

    new: dict[str, int] = field(default_factory=dict)
    """Files never looked at, by format."""
    again: dict[str, int] = field(default_factory=dict)
    """Files whose reader has changed, by `old → new`."""
    read: int = 0
    pages_to_read: int = 0
    ocr: int = 0
    ocr_again: int = 0
    rescreened: int = 0
    """Files whose kept text a changed codebook is applied to; none of them is opened."""

    @property
    def lines(self) -> list[str]:
        """Return the plan in words; files with a hit are known only once they were looked at."""
        told = [f"{count:>8,} new {name} files to look at" for name, count in self.new.items()]
        told += [f"{count:>8,} files to look at again: {why}" for why, count in self.again.items()]
        for count, what in (
            (self.read, f"PDFs to read closely ({self.pages_to_read:,} pages)"),
            (self.ocr, "scanned pages to read"),
            (self.ocr_again, "scanned pages to read again, by another version of the reader"),
            (self.rescreened, "files whose kept text is screened for the changed codebook"),
        ):
            told += [f"{count:>8,} {what}"] if count else []
        return told or ["Nothing to do: every file was read by the present readers."]


def plan(store: Store, lexicon: Lexicon, *, everything: bool, ocr_pages: int | None) -> Plan:
    """Say what a run would do now; new files with a hit would be read closely on top of it."""
    found, new, again = Plan(), Counter[str](), Counter[str]()
    for file in store.rows(to_screen()):
        kind = formats.BY_MIME.get(file["mime"], formats.BINARY).name
        old, present = file["screened_with"], versions.screener(file["mime"])
        if file["outcome"] is None:
            new[kind] += 1
        else:
            again[f"{old or 'an unknown version'} → {present}"] += 1
    found.new, found.again = dict(sorted(new.items())), dict(sorted(again.items()))
    reading = {"reading": versions.READING, "everything": int(everything)}
    files = store.rows(TO_READ, reading)
    found.read, found.pages_to_read = len(files), sum(file["pages"] for file in files)
    budget = store.settings.ocr_pages if ocr_pages is None else ocr_pages
    found.ocr = len(store.rows(QUEUE, (budget,)))
    found.ocr_again = len(store.rows(STALE, (versions.OCR, budget - found.ocr)))
    found.rescreened = store.value(
        "select count(*) from screenings where lexicon != ?", (lexicon.version,)
    )
    return found

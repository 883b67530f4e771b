"""Settings and limits: one place, each with its reason; environment variables change them."""

import os
from dataclasses import dataclass, field, fields
from pathlib import Path

from corpus.errors import CorpusError

MEGABYTE = 1024 * 1024


def _limit(default: int, why: str) -> int:
    """Declare a limit whose reason is printed by the documentation."""
    return field(default=default, metadata={"why": why})


@dataclass(frozen=True)
class Settings:
    """Limits on hostile input and on long work; `CORPUS_MAX_PAGES=50` overrides `max_pages`."""

    max_file_bytes: int = _limit(
        100 * MEGABYTE, "the largest public reports pack seen is about 60 MB"
    )
    max_pages: int = _limit(3000, "a full budget council's pack has about 1,500 pages")
    seconds_per_file: int = _limit(60, "opening and closing a large file")
    seconds_per_page: int = _limit(1, "pdfplumber takes 0.1 s for an ordinary page")
    worker_bytes: int = _limit(
        2048 * MEGABYTE, "address space of a reading process (Linux; elsewhere time limits only)"
    )
    max_unpacked_ratio: int = _limit(200, "an honest office file unpacks to 10 times its size")
    max_unpacked_bytes: int = _limit(500 * MEGABYTE, "a ZIP of a year's papers")
    max_image_pixels: int = _limit(
        150_000_000, "a plan of the size A0, scanned at 300 dpi, has 140 million"
    )
    ocr_pages: int = _limit(
        500,
        "pages OCR reads in a run: at 5 s a page and core, some 40 minutes; newest papers first",
    )
    ocr_seconds: int = _limit(30, "Tesseract takes 2 to 10 s for an ordinary page")
    max_text_chars: int = _limit(20_000_000, "3,000 full pages hold about 10 million characters")
    transaction_ms: int = _limit(1000, "readers and other writers wait for no more than this")

    @classmethod
    def from_environment(cls) -> "Settings":
        """Return the settings, with every `CORPUS_NAME` of the environment applied."""
        given = {f.name: os.environ.get(f"CORPUS_{f.name.upper()}") for f in fields(cls)}
        try:
            return cls(**{name: int(value) for name, value in given.items() if value})
        except ValueError as error:
            raise CorpusError(
                f"A limit in the environment (CORPUS_…) is no number: {error}."
            ) from error

    def seconds(self, pages: int) -> int:
        """Return the time limit in seconds for a file of so many pages."""
        return self.seconds_per_file + self.seconds_per_page * pages


def default_study() -> Path:
    """Return the study folder used when none is named: `study/` here, else the packaged one.

    The packaged one lies beside the packages in a checkout and in an installed wheel alike.
    """
    here = Path("study")
    return here if here.is_dir() else Path(__file__).resolve().parent.parent / "study"

"""Where OCR or a better copy would help: what is queued, failed or suspect, by council."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

HELP = """
with judged as materialized (
    select sha256, count(*) as pages, sum(outcome = 'ocr-queued') as queued,
        sum(outcome = 'unreadable' or (outcome = 'text' and quality = 'failed')) as failed,
        sum(outcome = 'text' and quality = 'suspect') as suspect
    from pages group by sha256)
select d.council, coalesce(c.name, d.source) as name, count(*) as documents,
    sum(f.outcome = 'failed' or queued + failed + suspect > 0) as documents_affected,
    sum(f.outcome = 'failed') as documents_failed,
    coalesce(sum(j.pages), 0) as pages, coalesce(sum(queued), 0) as pages_queued,
    coalesce(sum(failed), 0) as pages_failed, coalesce(sum(suspect), 0) as pages_suspect,
    round(1.0 * sum(f.outcome = 'failed' or queued + failed + suspect > 0) / count(*), 3) as share
from documents d join files f using (sha256) left join judged j using (sha256)
    left join councils c using (council)
group by d.council, iif(d.council is null, d.source, '')
having documents_affected > 0
order by documents_affected desc, pages_queued + pages_failed + pages_suspect desc, name
""".strip()
"""A row for each council (else each source): its documents, those affected, and their pages."""
PAGES_WAITING = """select count(*) from pages
    where outcome != 'text' and outcome = 'ocr-queued'"""
DOCUMENTS_WAITING = """select count(*) from documents where sha256 in (select sha256 from pages
    where outcome != 'text' and outcome = 'ocr-queued')"""
INSTALL = (
    "Debian, Ubuntu: apt install tesseract-ocr (Welsh: tesseract-ocr-cym); macOS: brew install "
    "tesseract tesseract-lang"
)


@dataclass(frozen=True)
class Waiting:
    """What waits for OCR, and whether it can be had here."""

    pages: int
    documents: int
    tesseract: str | None

    @property
    def lines(self) -> list[str]:
        """Return what is to be said of it, and what to do."""
        if not self.pages:
            return []
        told = f"{self.pages:,} pages of {self.documents:,} documents have no usable text layer"
        if self.tesseract:
            return [f"{told} and wait for OCR: `corpus extract` goes on with them."]
        return [
            f"{told}: nothing is known of what they say.",
            f"Tesseract would read them. {INSTALL}. Then `corpus extract`.",
        ]


def waiting(store: Any, installed: Callable[[], Any]) -> Waiting:
    """Return what waits for OCR; `installed` finds the Tesseract of this machine."""
    pages = store.value(PAGES_WAITING)
    found = installed() if pages else None
    return Waiting(pages, store.value(DOCUMENTS_WAITING), found and found.version)

"""What the corpus holds already, as far as a spider needs to know it; only read."""

from corpus.store import Store
from corpus.study import Study
from crawler.job import STAGE, Held
from crawler.ledger import Ledger, life
from crawler.months import Window

_HELD = """
    select d.title, d.published_on, d.first_seen_at, d.last_seen_at, c.etag, c.last_modified
    from documents d left join captures c on c.document = d.document and c.sha256 = d.sha256
    where d.document = ? order by c.capture desc limit 1
"""


class CorpusMemory:
    """Answers from the database of the running crawl."""

    def __init__(
        self, store: Store, study: Study, ledger: Ledger, window: Window, again: bool
    ) -> None:
        self._store = store
        self._study = study
        self._ledger = ledger
        self._window = window
        self._again = again

    def held(self, document: str) -> Held | None:
        """Return what is held of a document, None where it is new."""
        if self._store.value("select 1 from tombstones where document = ?", (document,)):
            return Held(forgotten=True)
        rows = self._store.rows(_HELD, (document,))
        return Held(**rows[0]) if rows else None

    def failed_before(self, url: str) -> bool:
        """Whether an address failed in an earlier crawl and has not been had since."""
        sql = "select 1 from failures where stage = ? and subject = ?"
        return bool(self._store.value(sql, (STAGE, url)))

    def open_months(self, council: str) -> list[str]:
        """Return the months of the window that must be looked at, the newest first."""
        span = life(self._study.councils[council]) if council else ("", "")
        return self._ledger.open_months(council, self._window, span, self._again)

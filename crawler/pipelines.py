"""The one place of a crawl that writes: what spiders yield becomes rows and files."""

import re
import sqlite3
from collections import defaultdict
from functools import singledispatchmethod
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from twisted.internet.task import LoopingCall

from corpus.errors import CorpusError
from corpus.store import Batch, Store
from corpus.study import Source
from crawler.items import (
    Answer,
    Fetched,
    InTurn,
    Meeting,
    MonthLooked,
    Notice,
    Outcome,
    TurnOver,
    WholeList,
)
from crawler.job import STAGE
from crawler.journal import Journal, Unit
from crawler.keep import Found, Keeper
from crawler.ledger import Ledger
from crawler.runs import Run

FLUSH_SECONDS = 1.0
"""A transaction is not held open while the next site is waited for."""


_CREDENTIALS = re.compile(r"//[^/\s@]*@")


class NotWritten(CorpusError):
    """The disk or the database refused."""

    permanent = False


class Writer:
    """Writes items of one run, each document whole or not at all."""

    def __init__(
        self, store: Store, source: Source, going: Run, batch: Batch, journal: Journal
    ) -> None:
        self._store = store
        self._journal = journal
        self._source = source
        self._going = going
        self.batch = batch
        self._keeper = Keeper(store, going.crawl)
        self._ledger = Ledger(store, source)
        self._seen: defaultdict[str, set[str]] = defaultdict(set)
        self.failed: NotWritten | None = None

    def write(self, told: InTurn) -> None:
        """Write one item in a piece of a transaction of its own.

        After the first that cannot be written nothing is: a month must not be recorded as
        searched when one of its papers is not there. What the journal holds of a month is dropped
        only when the month is durable. Raises `NotWritten`.
        """
        if self.failed:
            raise self.failed
        try:
            with self.batch.document():
                self._write(told.item)
                self._watch(told)
            self._finish(told)
        except (OSError, sqlite3.Error) as error:
            self.failed = NotWritten(
                f"The corpus cannot be written ({error}). What was recorded before is kept; mend "
                "that and run the same command again."
            )
            raise self.failed from error

    def _watch(self, told: InTurn) -> None:
        """Note which papers of a month were there, and when it is over, which were not."""
        seen, item = self._seen[told.turn], told.item
        if isinstance(item, Fetched):
            seen.add(item.paper.document)
        if isinstance(item, MonthLooked):
            if item.state == "searched" and item.council:
                self._keeper.presence.looked(self._source, item.council, item.month, seen)
            seen.clear()

    def _finish(self, told: InTurn) -> None:
        """Drop what the journal holds of what is now durable."""
        if not isinstance(told.item, MonthLooked | TurnOver):
            return
        self.batch.flush()
        self._store.settle()
        if isinstance(told.item, TurnOver):
            self._journal.turn_done(self._source.source, told.turn)
        elif self._ledger.records(told.item):  # else it is open still, and would be asked again
            self._journal.done(Unit(self._source.source, told.turn, told.item.month))

    @singledispatchmethod
    def _write(self, item: Any) -> None:
        raise TypeError(f"no spider yields a {type(item).__name__}")

    @_write.register
    def _(self, item: Answer) -> None:
        self._visit(item, item.outcome)

    @_write.register
    def _(self, item: Meeting) -> None:
        row = {"meeting": item.meeting, "source": self._source.source, "council": item.council}
        self._store.db.table("meetings").upsert(
            row
            | {
                "committee": item.committee,
                "held_on": item.held_on,
                "url": item.url,
                "status": item.status,
            },
            pk="meeting",
        )

    @_write.register
    def _(self, item: Fetched) -> None:
        answer, paper = item.answer, item.paper
        self._going.seen += 1
        if answer.outcome is Outcome.UNCHANGED:
            self._keeper.seen(paper.document)
        if answer.outcome is Outcome.MISSING:
            self._keeper.presence.missed(paper.document, answer.reason or answer.outcome)
        if not answer.ok:
            self._visit(answer, answer.outcome)
            return
        found = Found(
            document=paper.document,
            source=self._source.source,
            kind=paper.kind,
            title=paper.title,
            url=paper.url,
            content=answer.content,
            name=paper.url,
            council=paper.council,
            published_on=paper.published_on,
            meeting=paper.meeting,
            item_number=paper.item_number,
            etag=answer.etag,
            last_modified=answer.last_modified,
        )
        self._visit(answer, self._keep(found))

    @_write.register
    def _(self, item: Notice) -> None:
        self._going.seen += 1
        release = item.release
        self._keep(
            Found(
                document=item.document,
                source=self._source.source,
                kind="notice",
                title=release.title,
                url=item.url,
                content=release.content,
                council=item.council,
                published_on=release.published_on,
                notice=release.notice | {"answer_sha256": item.answer_sha256},
            )
        )

    @_write.register
    def _(self, item: MonthLooked) -> None:
        self._ledger.write(item)

    @_write.register
    def _(self, item: WholeList) -> None:
        self._keeper.presence.listed(self._source, item.documents)

    @_write.register
    def _(self, item: TurnOver) -> None:
        """Nothing of it is kept: a turn that is over matters to the journal alone."""

    def _keep(self, found: Found) -> Outcome:
        outcome = Outcome(self._keeper.keep(found))
        self._going.kept += outcome is Outcome.KEPT
        return outcome

    def _visit(self, answer: Answer, outcome: Outcome) -> None:
        if outcome is Outcome.FORGOTTEN:  # its address may say what is to be forgotten
            return
        self._keeper.visit(
            self._source.source,
            without_password(answer.url),
            outcome,
            reason=answer.reason and without_password(answer.reason),
            status=answer.status,
            etag=answer.etag,
            sha256=answer.sha256,
            redirected_to=answer.final_url or None,
        )
        if outcome is Outcome.FAILED:
            self._going.errors += 1
            reason = answer.reason or answer.error
            url, told = without_password(answer.url), without_password(reason)
            self._store.fail(STAGE, url, answer.error, told, answer.permanent)
        else:
            self._store.mend(STAGE, answer.url)


def without_password(text: str) -> str:
    """Return a text without the names and passwords that its addresses carry."""
    return _CREDENTIALS.sub("//", text)


class WritePipeline:
    """Hands every item to the writer of the run; Scrapy calls it on one thread."""

    def __init__(self, spider: Any) -> None:
        self._spider = spider
        self._writer: Writer = spider.writer
        self._flushing = LoopingCall(self._writer.batch.flush)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "WritePipeline":
        """Take the writer that the run gave to the spider."""
        return cls(crawler.spider)

    def open_spider(self) -> None:
        """Begin to commit regularly, also while a slow site is waited for."""
        self._flushing.start(FLUSH_SECONDS, now=False)

    def close_spider(self) -> None:
        """Commit what is left."""
        self._flushing.stop()
        self._writer.batch.flush()

    def process_item(self, item: InTurn) -> InTurn:
        """Write an item at once: a month is never recorded before the last of its papers."""
        try:
            self._writer.write(item)
        except NotWritten as error:
            self._spider.stopping = True
            raise DropItem(str(error), log_level="DEBUG") from error
        return item

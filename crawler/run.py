"""One crawl: its sources side by side in one process, each a row of `crawls`."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess, Crawler

from corpus.events import event
from corpus.store import Batch, Store
from corpus.study import Study
from crawler import cadence
from crawler.budget import Budget
from crawler.buyers import Buyers
from crawler.engine import run_process
from crawler.job import Job
from crawler.journal import Journal, RobotsCache, home_of
from crawler.ledger import Ledger, life
from crawler.memory import CorpusMemory
from crawler.monitors import problems
from crawler.phrases import phrases
from crawler.pipelines import Writer
from crawler.plan import Plan, Step
from crawler.procurements import link_procurements
from crawler.registry import spider_of
from crawler.runs import Run, close_killed, run
from crawler.settings import (
    contact,
    pause_seconds,
    process_settings,
    require_contact,
    source_settings,
)


@dataclass
class SourceCrawled:
    """What the crawl of one source did."""

    source: str
    requests: int = 0
    bytes: int = 0
    documents_seen: int = 0
    kept: int = 0
    failed: int = 0
    problems: list[str] = field(default_factory=list)
    """Assertions of the study that do not hold, each with what to check."""


@dataclass(frozen=True)
class Options:
    """How a crawl is to be done; `resolver` is the dotted path of a resolver class for the demo."""

    again: bool = False
    term_search: bool = False
    resolver: str | None = None
    requests: int | None = None
    bytes: int | None = None
    seconds: float | None = None

    def budget(self) -> Budget:
        """Return what may be spent, counted from now on."""
        return Budget(self.requests, self.bytes, self.seconds)


@dataclass
class Crawled:
    """What a crawl did."""

    sources: list[SourceCrawled] = field(default_factory=list)
    interrupted: bool = False
    stopped: str | None = None
    """Which limit of the budget was reached, None where none was."""

    @property
    def failed(self) -> int:
        """Requests that failed; refusals are findings and no failures."""
        return sum(source.failed for source in self.sources)

    @property
    def problems(self) -> list[str]:
        """Every assertion that does not hold."""
        return [problem for source in self.sources for problem in source.problems]

    def told(self) -> dict[str, Any]:
        """Return it as an answer for `--json`."""
        return asdict(self) | {"failed": self.failed, "problems": self.problems}


class Interrupted(Exception):
    """The crawl was stopped from outside; what was committed is kept."""


def crawl(
    store: Store,
    study: Study,
    plan: Plan,
    options: Options,
    advance: Callable[[int], None] = lambda count: None,
) -> Crawled:
    """Crawl what is planned; blocks until done, keeps what was committed when interrupted.

    Runs Scrapy's reactor, so it can be called once in a process. Raises `NoContact` before any
    request.
    """
    require_contact(plan.urls, plan.private_hosts, contact(study))
    close_killed(store)
    _write_unread(store, study, plan)
    done = Crawled()
    if plan.steps:
        _Crawling(store, study, plan, options, advance, done).start()
    link_procurements(store)
    return done


def _write_unread(store: Store, study: Study, plan: Plan) -> None:
    with Batch(store) as batch:
        for unread in plan.unread:
            ledger = Ledger(store, study.sources[unread.source])
            code = unread.council.council if unread.council else ""
            span = life(unread.council) if unread.council else ("", "")
            months = ledger.open_months(code, plan.window, span)
            with batch.document():
                ledger.write_unread(code, months, unread.state, unread.reason)


class _Crawling:
    """A crawl as it goes: its sources side by side, each a row of `crawls`."""

    def __init__(
        self,
        store: Store,
        study: Study,
        plan: Plan,
        options: Options,
        advance: Callable[[int], None],
        done: Crawled,
    ) -> None:
        self._store = store
        self._study = study
        self._plan = plan
        self._options = options
        self._advance = advance
        self._done = done
        self._budget = options.budget()
        self._journal = Journal.open(store.path, _names(plan, options))
        self._settings = process_settings(plan.private_hosts, options.resolver, contact(study))

    def start(self) -> None:
        """Run until the last source is done."""
        run_process(self._settings, self._all)
        self._done.stopped = self._budget.used_up()
        if not self._done.interrupted and not self._done.stopped:
            self._journal.close()

    async def _all(self, process: AsyncCrawlerProcess) -> None:
        self._process = process
        ended = await asyncio.gather(
            *(self._one(step) for step in self._plan.steps), return_exceptions=True
        )
        failed = [one for one in ended if isinstance(one, BaseException)]
        self._done.interrupted = bool(failed)
        for one in failed:
            if not isinstance(one, Interrupted):
                raise one

    async def _one(self, step: Step) -> None:
        source, window = step.source, self._plan.window_of(step)
        told = SourceCrawled(source.source)
        self._done.sources.append(told)
        only = step.councils[0].council if len(step.councils) == 1 else None
        since, until = window.since.isoformat(), window.until.isoformat()
        with (
            run(
                self._store,
                source.source,
                council=only,
                since=since,
                until=until,
                again=self._options.again,
                councils=len(step.councils),
            ) as going,
            Batch(self._store, self._advance) as batch,
        ):
            event("crawl.began", source=source.source, since=since, until=until)
            await self._crawl(step, going, batch, told)
        event("crawl.ended", **{k: v for k, v in asdict(told).items() if k != "problems"})
        with self._store.db.atomic():
            cadence.judge(self._store, source)
        told.problems = [
            f"{one.source}: {one.told} {one.advice}" for one in problems(self._store, step)
        ]

    async def _crawl(self, step: Step, going: Run, batch: Batch, told: SourceCrawled) -> None:
        spider = spider_of(step.source)
        assert spider is not None
        crawler = Crawler(spider, source_settings(self._settings, step.source))
        writer = Writer(self._store, step.source, going, batch, self._journal)
        self._budget.watch(lambda: _spent(crawler))
        try:
            await self._process.crawl(crawler, job=self._job(step), writer=writer)
        finally:
            batch.flush()
            _count(going, told, crawler)
        if writer.failed:
            raise writer.failed
        if crawler.stats and crawler.stats.get_value("finish_reason") != "finished":
            raise Interrupted

    def _job(self, step: Step) -> Job:
        term_search = self._options.term_search
        ledger = Ledger(self._store, step.source, self._journal.started_at, term_search)
        return Job(
            source=step.source,
            councils=step.councils,
            memory=CorpusMemory(
                self._store, self._study, ledger, self._plan.window_of(step), self._options.again
            ),
            buyers=Buyers(self._study.councils.values()),
            pause_seconds=pause_seconds(),
            journal=self._journal,
            robots=RobotsCache(home_of(self._store.path) / "robots"),
            budget=self._budget,
            again=self._options.again,
            phrases=phrases(self._study.codebook),
            term_search=term_search,
        )


def _names(plan: Plan, options: Options) -> list[str]:
    """Return what makes two commands the same crawl."""
    councils = [council.council for step in plan.steps for council in step.councils]
    sources = [f"{one.source.source} {one.source.url} {one.since or ''}" for one in plan.steps]
    flags = [str(options.again), str(options.term_search)]
    return [*sources, *councils, str(plan.window.since), str(plan.window.until), *flags]


def _count(going: Run, told: SourceCrawled, crawler: Crawler) -> None:
    """Take over the counts that Scrapy keeps; robots.txt and further attempts count as well."""
    going.requests, going.bytes = _spent(crawler)
    if crawler.stats:
        going.errors += crawler.stats.get_value("spider_exceptions/count", 0)
    told.requests, told.bytes, told.documents_seen = going.requests, going.bytes, going.seen
    told.kept, told.failed = going.kept, going.errors


def _spent(crawler: Crawler) -> tuple[int, int]:
    """Return the requests and bytes so far; only the seeds, which ask nobody, are scheduled."""
    if not crawler.stats:
        return 0, 0
    seeds = crawler.stats.get_value("scheduler/enqueued", 0)
    requests = crawler.stats.get_value("downloader/request_count", 0) - seeds
    return requests, crawler.stats.get_value("downloader/response_bytes", 0)

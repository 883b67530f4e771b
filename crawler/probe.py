"""Checking a source without collecting from it: does it answer, is it recognised, how new is it."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler

from corpus.store import now
from corpus.study import Study
from crawler.budget import Budget
from crawler.buyers import Buyers
from crawler.engine import run_process
from crawler.items import Answer, Fetched, InTurn, Item, Meeting, MonthLooked, Notice
from crawler.job import Held, Job
from crawler.journal import Journal, RobotsCache
from crawler.months import month_of
from crawler.plan import Plan, Step
from crawler.registry import spider_of
from crawler.settings import contact, process_settings, require_contact, source_settings

MOST_ANSWERS = 3
"""A check ends after so many answers: it looks at the door and does not go in."""


@dataclass(frozen=True)
class Probed:
    """What came of a check; `newest` is the first date met, as YYYY-MM-DD."""

    source: str
    council: str
    url: str
    checked_at: str
    outcome: str
    status: int | None
    recognised: bool
    newest: str | None
    message: str


class NothingHeld:
    """The memory of a check: nothing is held, this month is open, one attempt is enough."""

    def held(self, document: str) -> Held | None:
        """Return None: nothing is held."""
        return None

    def failed_before(self, url: str) -> bool:
        """Return True, by which an address gets one attempt only."""
        return True

    def open_months(self, council: str) -> list[str]:
        """Return this month."""
        return [month_of(date.today())]


def probe(study: Study, plan: Plan, resolver: str | None) -> list[Probed]:
    """Check every source and council of a plan; raises `NoContact` before any request."""
    address = contact(study)
    require_contact(plan.urls, plan.private_hosts, address)
    found: list[Probed] = []
    settings = process_settings(plan.private_hosts, resolver, address)
    settings.set("ITEM_PIPELINES", {})

    async def work(process: AsyncCrawlerProcess) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for step in plan.steps:
                spider = _probing(step)
                crawler = Crawler(spider, source_settings(settings, step.source))
                crawler.signals.connect(
                    lambda item: found.append(item.item), signal=signals.item_scraped, weak=False
                )
                job = _job(study, step, Path(folder))
                await process.crawl(crawler, job=job)
                await asyncio.sleep(0)

    if plan.steps:
        run_process(settings, work)
    return sorted(found, key=lambda one: (one.source, one.council))


def _job(study: Study, step: Step, folder: Path) -> Job:
    corpus = folder / "corpus.db"
    return Job(
        source=step.source,
        councils=step.councils,
        memory=NothingHeld(),
        buyers=Buyers(study.councils.values()),
        pause_seconds=0,
        journal=Journal.open(corpus, [step.source.source]),
        robots=RobotsCache(folder / "robots"),
        budget=Budget(),
    )


def _probing(step: Step) -> Any:
    """Return the step's spider, whose turns end as soon as they have shown what is to be known."""
    base: Any = spider_of(step.source)

    class Probing(base):  # type: ignore[misc] # a base chosen when run
        name = base.name

        async def _turn(self, response: Any, name: str, turn: Any) -> AsyncIterator[InTurn]:
            probed = await _look(turn(), step, name)
            yield InTurn(name, probed)  # type: ignore[arg-type] # no item: what was seen

    return Probing


async def _look(items: AsyncIterator[Item], step: Step, council: str) -> Probed:
    """Take items until a date, a verdict or a document is met."""
    answers: list[Answer] = []
    newest: str | None = None
    month: MonthLooked | None = None
    async with aclosing(items) as running:  # type: ignore[type-var] # a generator: it has aclose
        async for item in running:
            if isinstance(item, Answer):
                answers.append(item)
            newest = newest or _dated(item)
            if isinstance(item, MonthLooked):
                month = item
            met = isinstance(item, Meeting | Notice | Fetched | MonthLooked)
            if met or len(answers) == MOST_ANSWERS:
                break
    first = answers[0] if answers else None
    refused = next((answer for answer in answers if answer.troubled), None)
    url = next((c.base_url for c in step.councils if c.council == council), step.source.url)
    return Probed(
        source=step.source.source,
        council=council,
        url=url,
        checked_at=now(),
        outcome=(refused or first).outcome if first else "failed",
        status=first.status if first else None,
        recognised=bool(first) and refused is None and not (month and month.state == "unsupported"),
        newest=newest,
        message=(refused.reason if refused else None) or (month and month.reason) or "",
    )


def _dated(item: Item) -> str | None:
    if isinstance(item, Meeting):
        return item.held_on
    if isinstance(item, Notice):
        return item.release.published_on
    return item.paper.published_on if isinstance(item, Fetched) else None

"""The base of all spiders: one way of asking, in which nothing is lost and nobody is hurried."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, ClassVar

from scrapy import Request, Spider
from scrapy.exceptions import (
    CannotResolveHostError,
    CloseSpider,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import FormRequest, JsonRequest, Response

from crawler.challenge import challenge
from crawler.items import Answer, InTurn, Item, MonthLooked, Outcome, Tally, TurnOver
from crawler.job import Job
from crawler.journal import JsonBody, Unit
from crawler.netguard import REFUSED, SEED, Refused

CLOSED_STATUSES = frozenset({401, 403, 407, 429, 451})
"""HTTP statuses by which a site says that we may not, or not now."""
WAITING_STATUSES = frozenset({403, 429, 503})
"""Statuses whose Retry-After is obeyed."""
GONE_STATUSES = frozenset({400, 404, 405, 410, 501})
"""Statuses that another attempt will not change."""
MOST_REFUSALS = 3
"""So many refusals one after the other, and the site is left alone for this crawl."""
LONGEST_SILENCE_SECONDS = 3600
"""A site that asks for a longer silence is left alone: the next crawl asks again."""

GUARDED = "Refused"
"""The error of what we did not ask for ourselves: it says nothing of the site's patience."""

Turn = Callable[[], AsyncIterator[Item]]


class LeftAlone(Exception):
    """The site has refused too often; its remaining months are recorded with the last refusal."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.reason)
        self.answer = answer


class OutOfBudget(Exception):
    """The crawl has spent what it may; the remaining months are recorded as not looked at."""


class CorpusSpider(Spider, ABC):
    """A spider that is given a job and yields items; it never touches the database.

    A turn is the conversation with one site: one request after the other, so that no site ever
    has two of ours at once; the turns of different sites run side by side.
    """

    busy_statuses: ClassVar[frozenset[int]] = frozenset({429})
    """Statuses that mean "too many requests": waited out once, as any that says Retry-After."""
    searches_years: ClassVar[bool] = False
    """Whether its keyword search asks for one phrase of one year at a time."""
    stopping = False
    """Set when what is yielded can no longer be written: nothing more is asked for then."""

    def __init__(self, job: Job, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.job = job

    @abstractmethod
    def turns(self) -> dict[str, Turn]:
        """Return the conversations to be had by their names, one for each site."""

    async def start(self) -> AsyncIterator[Any]:
        """Begin each turn as a callback of Scrapy's, which waits when many are under way."""
        for name, turn in self.turns().items():
            if not self.job.journal.is_done(self.job.source.source, name):
                given = {"name": name, "turn": turn}
                yield Request(SEED, callback=self._turn, cb_kwargs=given, dont_filter=True)

    async def _turn(self, response: Response, name: str, turn: Turn) -> AsyncIterator[InTurn]:
        try:
            async for item in turn():
                yield InTurn(name, item)
        except OutOfBudget:  # the turn is not over: the next crawl goes on with it
            return
        yield InTurn(name, TurnOver())

    async def to_the_end(
        self, items: AsyncIterator[Item], council: str, left: list[str]
    ) -> AsyncIterator[Item]:
        """Yield a turn's items; the months `left` when it was cut short are recorded with why."""
        try:
            async for item in items:
                yield item
        except LeftAlone as alone:
            yield alone.answer
            for month in left:
                tally = Tally(month)
                tally.note(alone.answer)
                yield tally.looked(council)
        except OutOfBudget as spent:
            for month in left:
                yield MonthLooked(council, month, "not-looked", 0, str(spent))
            raise

    def conversation(self, turn: str = "") -> "Conversation":
        """Begin the conversation of a turn; that of a service, which is one site, has no name."""
        return Conversation(self, turn)


class Conversation:
    """Asking one site: every answer is an `Answer`, whatever went wrong."""

    def __init__(self, spider: CorpusSpider, turn: str) -> None:
        self._spider = spider
        self._job = spider.job
        self._turn = turn
        self._refusals = 0

    async def ask(
        self,
        url: str,
        tally: Tally,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, Any] | None = None,
        json: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Ask for an address and note troubles; waits once where the site says it is too busy.

        `form` is sent as a form is, `json` as JSON, both by POST. What was answered before the
        crawl was cut short is not asked again. Raises `LeftAlone` after too many refusals on end,
        or where the site wants a long silence, and `OutOfBudget`.
        """
        form = form if json is None else JsonBody(json)
        answer = self.had(url, tally, form)
        if answer is None:
            answer = await self._politely(url, headers or {}, form)
            self.remember(answer, tally, form)
        refused = answer.outcome is Outcome.BLOCKED and answer.error != GUARDED
        self._refusals = self._refusals + 1 if refused else 0
        tally.note(answer)
        if self._refusals >= MOST_REFUSALS or self._silence(answer) > LONGEST_SILENCE_SECONDS:
            raise LeftAlone(answer)
        return answer

    def had(self, url: str, tally: Tally, form: Mapping[str, Any] | None = None) -> Answer | None:
        """Return what this crawl had for an address before it was cut short."""
        return self._job.journal.find(self._unit(tally), url, form)

    def remember(
        self, answer: Answer, tally: Tally, form: Mapping[str, Any] | None = None
    ) -> Answer:
        """Keep an answer in case the crawl is cut short; returns it."""
        self._job.journal.keep(self._unit(tally), answer, form)
        return answer

    def _unit(self, tally: Tally) -> Unit:
        return Unit(self._job.source.source, self._turn, tally.month)

    async def _politely(
        self, url: str, headers: Mapping[str, str], form: Mapping[str, Any] | None
    ) -> Answer:
        answer = await self._once(url, headers, form)
        silence = self._silence(answer)
        if silence > LONGEST_SILENCE_SECONDS:
            reason = f"{answer.reason}; it asks not to come again for {silence:,.0f} seconds"
            return replace(answer, outcome=Outcome.BLOCKED, reason=reason)
        if silence:
            await self._be_silent(silence)
            answer = await self._once(url, headers, form)
        return answer

    def _silence(self, answer: Answer) -> float:
        """Return for how many seconds a site wants not to be asked, 0 where it does not say so."""
        if answer.retry_after and answer.status in WAITING_STATUSES:
            return max(1.0, seconds_until(answer.retry_after, self._job.pause_seconds))
        busy = answer.status in self._spider.busy_statuses
        return self._job.pause_seconds if busy else 0

    async def _once(
        self, url: str, headers: Mapping[str, str], form: Mapping[str, Any] | None
    ) -> Answer:
        crawler = self._spider.crawler
        if self._spider.stopping or not crawler.crawling:
            raise CloseSpider("shutdown")
        if reason := self._job.budget.used_up():
            raise OutOfBudget(reason)
        try:
            request = self._request(url, headers, form)
            response = await crawler.engine.download_async(request)
        except Refused as refused:
            return Answer(url, refused.outcome, reason=refused.reason, error=GUARDED)
        except ValueError as error:
            return _failed(url, "BadAddress", str(error), permanent=True)
        except (
            Exception
        ) as error:  # the boundary of one request: it becomes a row, the crawl goes on
            return _unanswered(url, error)
        return _answer(url, response)

    def _request(
        self, url: str, headers: Mapping[str, str], form: Mapping[str, Any] | None
    ) -> Request:
        """Return a request; an address that failed in an earlier crawl gets one attempt only."""
        hopeless = self._spider.job.memory.failed_before(url)
        told: dict[str, Any] = {
            "headers": dict(headers),
            "meta": {"max_retry_times": 0} if hopeless else {},
            "dont_filter": True,
        }
        if form is None:
            return Request(url, **told)
        if isinstance(form, JsonBody):
            return JsonRequest(url, data=dict(form), method="POST", **told)
        return FormRequest(url, formdata=dict(form), method="POST", **told)

    async def _be_silent(self, seconds: float) -> None:
        """Ask nothing for so long, unless the crawl is stopped."""
        end = time.monotonic() + seconds
        while self._spider.crawler.crawling and (left := end - time.monotonic()) > 0:
            await asyncio.sleep(min(1.0, left))


def seconds_until(retry_after: str, otherwise: float) -> float:
    """Return how long a Retry-After asks to wait: seconds or a date (RFC 9110 §10.2.3)."""
    told = retry_after.strip()
    if told.isascii() and told.isdigit():
        return float(told[:12])
    try:
        at = parsedate_to_datetime(told)
    except ValueError:
        return otherwise
    return (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds()


def _answer(url: str, response: Response) -> Answer:
    status = response.status
    etag, modified = _header(response, "ETag"), _header(response, "Last-Modified")
    if in_the_way := challenge(response.body):
        return Answer(url, Outcome.BLOCKED, status, in_the_way)
    if 200 <= status < 300:
        moved = response.url if response.request and "redirect_urls" in response.meta else ""
        return Answer(
            url,
            Outcome.LISTED,
            status,
            None,
            response.body,
            etag=etag,
            last_modified=modified,
            final_url=moved,
        )
    if status == 304:
        return Answer(url, Outcome.UNCHANGED, status, etag=etag)
    reason, later = f"HTTP {status} {_phrase(status)}".strip(), _header(response, "Retry-After")
    if status in CLOSED_STATUSES:
        return Answer(url, Outcome.BLOCKED, status, reason, retry_after=later)
    permanent = status in GONE_STATUSES
    return Answer(
        url,
        Outcome.FAILED,
        status,
        reason,
        error=f"Http{status}",
        permanent=permanent,
        retry_after=later,
    )


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1")[:500] if value else None


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in list(HTTPStatus) else ""


def _unanswered(url: str, error: Exception) -> Answer:
    """Return the answer for a request that got none."""
    host = Request(url).url.split("/")[2].rpartition("@")[2].partition(":")[0]
    if host in REFUSED:
        return Answer(url, Outcome.BLOCKED, reason=REFUSED[host])
    if isinstance(error, CannotResolveHostError):
        return _failed(url, "NoSuchHost", f"no address is known for {host}")
    if isinstance(error, DownloadTimeoutError):
        return _failed(url, "OutOfTime", str(error) or "no answer in time")
    if isinstance(error, DownloadCancelledError | IgnoreRequest):  # too long, packed or unpacked
        return _failed(url, "TooLarge", str(error), permanent=True)
    return _failed(url, type(error).__name__, str(error))


def _failed(url: str, error: str, reason: str, permanent: bool = False) -> Answer:
    return Answer(url, Outcome.FAILED, reason=reason or error, error=error, permanent=permanent)

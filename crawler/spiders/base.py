"""The base of all spiders: one way of asking, in which nothing is lost and nobody is hurried."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from scrapy import Request, Spider
from scrapy.exceptions import (
    CannotResolveHostError,
    CloseSpider,
    DownloadCancelledError,
    DownloadTimeoutError,
)
from scrapy.http import FormRequest, Response

from crawler.items import Answer, Item, Outcome, Tally
from crawler.job import Job
from crawler.netguard import REFUSED, SEED, Refused

CLOSED_STATUSES = frozenset({401, 403, 407, 429, 451})
"""HTTP statuses by which a site says that we may not, or not now."""
GONE_STATUSES = frozenset({400, 404, 405, 410, 501})
"""Statuses that another attempt will not change."""
MOST_REFUSALS = 3
"""So many refusals one after the other, and the site is left alone for this crawl."""

Turn = Callable[[], AsyncIterator[Item]]


class LeftAlone(Exception):
    """The site has refused too often; its remaining months are recorded with the last refusal."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.reason)
        self.answer = answer


class CorpusSpider(Spider):
    """A spider that is given a job and yields items; it never touches the database.

    A turn is the conversation with one site: one request after the other, so that no site ever
    has two of ours at once; the turns of different sites run side by side.
    """

    busy_statuses: ClassVar[frozenset[int]] = frozenset({429})
    """Statuses that mean "too many requests": waited out once."""
    stopping = False
    """Set when what is yielded can no longer be written: nothing more is asked for then."""

    def __init__(self, job: Job, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.job = job

    def turns(self) -> list[Turn]:
        """Return the conversations to be had, one for each site."""
        raise NotImplementedError

    async def start(self) -> AsyncIterator[Any]:
        """Begin each turn as a callback of Scrapy's, which waits when many are under way."""
        for turn in self.turns():
            yield Request(SEED, callback=self._turn, cb_kwargs={"turn": turn}, dont_filter=True)

    async def _turn(self, response: Response, turn: Turn) -> AsyncIterator[Item]:
        async for item in turn():
            yield item

    def conversation(self) -> "Conversation":
        """Begin a conversation with one site."""
        return Conversation(self)


class Conversation:
    """Asking one site: every answer is an `Answer`, whatever went wrong."""

    def __init__(self, spider: CorpusSpider) -> None:
        self._spider = spider
        self._refusals = 0

    async def ask(
        self,
        url: str,
        tally: Tally,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask for an address and note troubles; waits once where the site says it is too busy.

        `form` is sent as a form is, by POST. Raises `LeftAlone` after too many refusals on end.
        """
        answer = await self._once(url, headers or {}, form)
        if answer.status in self._spider.busy_statuses:
            await self._pause()
            answer = await self._once(url, headers or {}, form)
        self._refusals = self._refusals + 1 if answer.outcome is Outcome.BLOCKED else 0
        tally.note(answer)
        if self._refusals >= MOST_REFUSALS:
            raise LeftAlone(answer)
        return answer

    async def _once(
        self, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None
    ) -> Answer:
        crawler = self._spider.crawler
        if self._spider.stopping or not crawler.crawling:
            raise CloseSpider("shutdown")
        try:
            request = self._request(url, headers, form)
            response = await crawler.engine.download_async(request)
        except Refused as refused:
            return Answer(url, refused.outcome, reason=refused.reason, error="Refused")
        except ValueError as error:
            return _failed(url, "BadAddress", str(error), permanent=True)
        except (
            Exception
        ) as error:  # the boundary of one request: it becomes a row, the crawl goes on
            return _unanswered(url, error)
        return _answer(url, response)

    def _request(
        self, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None
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
        return FormRequest(url, formdata=dict(form), method="POST", **told)

    async def _pause(self) -> None:
        """Be silent for as long as the study's sources ask, unless the crawl is stopped."""
        for _ in range(max(1, round(self._spider.job.pause_seconds))):
            if self._spider.crawler.crawling:
                await asyncio.sleep(min(1.0, self._spider.job.pause_seconds))


def _answer(url: str, response: Response) -> Answer:
    status = response.status
    etag, modified = _header(response, "ETag"), _header(response, "Last-Modified")
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
    reason = f"HTTP {status} {_phrase(status)}".strip()
    if status in CLOSED_STATUSES:
        return Answer(url, Outcome.BLOCKED, status, reason)
    permanent = status in GONE_STATUSES
    return Answer(url, Outcome.FAILED, status, reason, error=f"Http{status}", permanent=permanent)


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
    if isinstance(error, DownloadCancelledError):
        return _failed(url, "TooLarge", str(error), permanent=True)
    return _failed(url, type(error).__name__, str(error))


def _failed(url: str, error: str, reason: str, permanent: bool = False) -> Answer:
    return Answer(url, Outcome.FAILED, reason=reason or error, error=error, permanent=permanent)

"""robots.txt as RFC 9309 asks, with refusals that say which they are; pauses that are kept."""

from typing import Any
from urllib.parse import urlsplit

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Request, Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.items import Answer, Outcome
from crawler.journal import RobotsCache
from crawler.netguard import REFUSED, SEED, Refused

LONGEST_PAUSE_SECONDS = 120
"""A site that asks for a longer pause than this between two requests does not want a crawl."""


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's, which judges each address with Protego, and three rules more.

    A robots.txt that cannot be had (server error, no connection) closes the site, as RFC 9309
    §2.3.1.4 asks; one that does not exist (4xx) opens it. A longer Crawl-delay than our pause wins.
    """

    _closed: dict[str, Refused]

    async def process_request(self, request: Request) -> None:  # type: ignore[override] # awaited
        """Judge every request but robots.txt itself and the seeds."""
        if request.url != SEED:
            await super().process_request(request)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Raise `Refused` where robots.txt closes the address, or could not be read."""
        netloc = urlparse_cached(request).netloc
        if netloc in self._shut:
            raise self._shut[netloc]
        agent = str(self._robotstxt_useragent)
        if rp is not None and not rp.allowed(request.url, agent):
            raise Refused(Outcome.ROBOTS_REFUSED, "robots.txt disallows this address")

    @property
    def _shut(self) -> dict[str, Refused]:
        if not hasattr(self, "_closed"):
            self._closed = {}
        return self._closed

    async def _parse_robots(self, resp: Response, netloc: str, request: Request) -> None:
        if resp.status >= 500:
            reason = f"robots.txt answered {resp.status}: the site is taken as closed"
            self._shut[netloc] = Refused(Outcome.ROBOTS_REFUSED, reason)
        # What a missing robots.txt answers is a page for people and holds no rule.
        body = resp.body if 200 <= resp.status < 300 else b""
        await super()._parse_robots(resp.replace(body=body), netloc, request)
        self._slow_down(netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        host = netloc.rpartition("@")[2].partition(":")[0]
        if isinstance(exc, Refused):
            self._shut[netloc] = exc
        elif host in REFUSED:
            self._shut[netloc] = Refused(Outcome.BLOCKED, REFUSED[host])
        else:
            reason = f"robots.txt could not be had: {type(exc).__name__}: {exc}"
            self._shut[netloc] = Refused(Outcome.FAILED, reason)
        super()._robots_error(exc, netloc)

    def _slow_down(self, netloc: str, request: Request) -> None:
        """Keep the site's own Crawl-delay where it is longer than our pause."""
        parser = self._parsers[netloc]
        assert isinstance(parser, RobotParser)
        wanted = parser.crawl_delay(str(self._robotstxt_useragent))
        downloader = self.crawler.engine.downloader
        if not wanted or wanted <= downloader.settings.getfloat("DOWNLOAD_DELAY"):
            return
        if wanted > LONGEST_PAUSE_SECONDS:
            reason = f"robots.txt asks for {wanted:,.0f} seconds between requests"
            self._shut[netloc] = Refused(Outcome.ROBOTS_REFUSED, reason)
            return
        key = downloader.get_slot_key(request)
        downloader.per_slot_settings[key] = {"delay": wanted}
        if key in downloader.slots:
            downloader.slots[key].delay = wanted


class RobotsCacheMiddleware:
    """Answers a robots.txt from what was had within the day, so that no crawl asks for it twice."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RobotsCacheMiddleware":
        """Build it for a crawler whose spider has a job."""
        return cls(crawler)

    @property
    def _cache(self) -> RobotsCache:
        spider: Any = self._crawler.spider
        cache: RobotsCache = spider.job.robots
        return cache

    def process_request(self, request: Request) -> Response | None:
        """Answer from the cache where it can."""
        answer = self._cache.find(request.url) if _is_robots(request) else None
        if answer is None:
            return None
        return Response(request.url, status=answer.status or 200, body=answer.content)

    def process_response(self, request: Request, response: Response) -> Response:
        """Keep what was answered."""
        if _is_robots(request):
            content = response.body
            self._cache.keep(Answer(request.url, Outcome.LISTED, response.status, content=content))
        return response


def _is_robots(request: Request) -> bool:
    asked_by_itself = request.meta.get("dont_obey_robotstxt", False)
    return asked_by_itself and urlsplit(request.url).path == "/robots.txt"


class PatientRetryMiddleware(RetryMiddleware):
    """Scrapy's, which does not try again at once where a site has said when to come back."""

    def process_response(  # type: ignore[override] # Scrapy no longer gives the spider
        self, request: Request, response: Response
    ) -> Request | Response:
        """Leave an answer with Retry-After to the conversation, which waits."""
        if "Retry-After" in response.headers and not _is_robots(request):
            return response
        found: Request | Response = super().process_response(request, response)
        return found


class PatientThrottle(AutoThrottle):
    """Scrapy's, which never shortens the pause that a robots.txt asks for."""

    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        super()._response_downloaded(response, request, spider)
        key, slot = self._get_slot(request, spider)
        if key is not None and slot is not None:
            own = self.crawler.engine.downloader.per_slot_settings.get(key, {})
            slot.delay = max(slot.delay, own.get("delay", 0))

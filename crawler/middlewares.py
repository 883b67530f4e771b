"""robots.txt as RFC 9309 asks, with refusals that say which they are."""

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Request, Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.items import Outcome
from crawler.netguard import REFUSED, SEED, Refused

LONGEST_PAUSE_SECONDS = 120
"""A site that asks for a longer pause than this between two requests does not want a crawl."""


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's, which judges each address with Protego, and three rules more.

    A robots.txt that cannot be had (server error, no connection) closes the site, as RFC 9309
    §2.3.1.4 asks; one that does not exist (4xx) opens it. A longer Crawl-delay than our pause wins.
    """

    _closed: dict[str, Refused]

    async def process_request(self, request: Request) -> None:  # type: ignore[override]
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

"""Bare Scrapy asking the same: a plain spider without guard, journal, pipeline or database.

python benchmarks/bare.py PORT HOSTS MEETINGS PAPERS
"""

import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response


class BareSpider(scrapy.Spider):
    """Asks every host for what a crawl asks it for, one request after the other."""

    name = "bare"

    def start_requests(self) -> Iterator[scrapy.Request]:
        """Begin at every host."""
        for number in range(int(sys.argv[2])):
            yield self._next(list(self._targets()), f"h{number}.test:{sys.argv[1]}")

    async def start(self) -> AsyncIterator[Any]:
        """Begin at every host, as Scrapy 2.13 and later ask."""
        for request in self.start_requests():
            yield request

    def _targets(self) -> Iterator[str]:
        yield "/robots.txt"
        yield "/mgWebService.asmx/GetCommittees"
        yield "/mgWebService.asmx/GetMeetings?lCommitteeId=7"
        papers = int(sys.argv[4])
        for meeting in range(1, int(sys.argv[3]) + 1):
            yield f"/mgWebService.asmx/GetMeeting?lMeetingId={meeting}"
            for number in range((meeting - 1) * papers + 1, meeting * papers + 1):
                yield f"/documents/s{number}/Paper.pdf"
            yield f"/ieListDocuments.aspx?CId=7&MId={meeting}&Ver=4"

    def _next(self, targets: list[str], netloc: str) -> scrapy.Request:
        rest = {"targets": targets[1:], "netloc": netloc}
        url = f"http://{netloc}{targets[0]}"
        return scrapy.Request(url, self.parse, cb_kwargs=rest, dont_filter=True)

    def parse(
        self, response: Response, targets: list[str], netloc: str
    ) -> Iterator[scrapy.Request]:
        """Ask for what comes next."""
        if targets:
            yield self._next(targets, netloc)


if __name__ == "__main__":
    process = CrawlerProcess(
        {
            "CONCURRENT_REQUESTS": 128,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "DOWNLOAD_DELAY": 0,
            "COOKIES_ENABLED": False,
            "ROBOTSTXT_OBEY": False,
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "WARNING",
            "TWISTED_DNS_RESOLVER": "demo.resolver.CountyResolver",
        }
    )
    process.crawl(BareSpider)
    process.start()

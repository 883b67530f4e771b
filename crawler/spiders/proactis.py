"""Public Contracts Scotland and Sell2Wales, two procurement services of one supplier."""

from collections.abc import AsyncIterator
from datetime import date
from typing import ClassVar
from urllib.parse import urlencode, urljoin, urlsplit

from corpus import ocds
from crawler.items import Item, Outcome
from crawler.months import first_day
from crawler.spiders.base import Conversation
from crawler.spiders.releases import MonthTally, ReleaseSpider

EUROPEAN_TYPES = (*range(1, 8), *range(12, 16), *range(20, 26))
"""Notice types that both services have, those of the EU's journal and of the United Kingdom."""
OWN_TYPES = {
    "public-contracts-scotland": tuple(range(101, 105)),
    "sell2wales": tuple(range(51, 57)),
}
"""Notice types of one service alone, by source."""
ENGLISH = "2057"
"""Windows' number of British English, which Sell2Wales wants to be told."""


class ProactisSpider(ReleaseSpider):
    """Procurement notices of Scottish and of Welsh public bodies as OCDS releases.

    Domain
      Public Contracts Scotland and Sell2Wales (Proactis): notices of every value since 2019.
    Access
      `Notices` by month and notice type, OCDS with `outputType=0`, no pages: 21 and 23 requests a
      month. A package without releases is an answer. A type that fails makes its month fail, with
      the type named; the notices of the others are kept.
    Dates
      The service filters by month.
    Identity
      The notice's own number: releases and parties are numbered anew in every answer.
    Never asked for
      Attachments. Persons' contact points are dropped before anything is kept.
    Pace
      Nothing is published. Both have answered with server errors for months, so after eight on end
      the service is left alone for this crawl.
    """

    name = "proactis"
    search = "v1/Notices"
    one = "v1/Notice?id="
    opened = date(2019, 1, 1)
    may_lack_releases: ClassVar[bool] = True

    async def month(self, talk: Conversation, tally: MonthTally) -> AsyncIterator[Item]:
        """Yield the notices of a month, type after type."""
        failing: list[str] = []
        for kind in (*EUROPEAN_TYPES, *OWN_TYPES.get(self.job.source.source, ())):
            page = await self.page(talk, self._url(tally.month, kind), tally)
            if page.answer.outcome is Outcome.FAILED:
                failing.append(str(kind))
            async for item in self.notices(page, tally):
                yield item
        if failing:
            first = tally.troubles[Outcome.FAILED]
            tally.troubles[Outcome.FAILED] = f"notice type {', '.join(failing)} failed: {first}"

    def address(self, found: ocds.Release) -> str:
        """Return where a notice's procurement can be read: the service has no single releases."""
        return urljoin(self._service(), self.one + found.ocid)

    def _url(self, month: str, kind: int) -> str:
        asked = {"dateFrom": f"{first_day(month):%m-%Y}", "noticeType": kind, "outputType": 0}
        if self.job.source.source == "sell2wales":
            asked["locale"] = ENGLISH
        return f"{urljoin(self._service(), self.search)}?{urlencode(asked)}"

    def _service(self) -> str:
        """Return the address of the interface: it lies beside the site, as `api.` for `www.`."""
        parts = urlsplit(self.job.source.url)
        host = parts.netloc
        return f"{parts.scheme}://{'api.' + host[4:] if host.startswith('www.') else host}/"

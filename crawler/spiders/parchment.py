"""Parchment, a committee system invented for the demo: a calendar in JSON, month by month."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urljoin

from corpus import loose
from corpus.errors import Broken
from corpus.study import Council
from crawler.spiders.monthly import ListedMeeting, ListedPaper, MonthlySpider


class ParchmentSpider(MonthlySpider):
    """Committee papers of councils that use Parchment.

    Domain
      Parchment, which only the fictional county has: agendas' reports and minutes.
    Access
      `api/calendar?month=YYYY-MM`: a month's meetings, each with all of its papers.
    Dates
      The meeting's; a paper has none of its own.
    Identity
      `m` and `p` + Parchment's numbers of meetings and of papers.
    Never asked for
      Papers marked as restricted; addresses on other sites.
    Pace
      The study's. Nobody has ever had to wait for a site that does not exist.
    """

    name = "parchment"

    def address(self, council: Council, month: str) -> str:
        """Return the address of a month of the calendar."""
        return urljoin(council.base_url, f"/api/calendar?month={month}")

    @staticmethod
    def meetings(content: bytes) -> Iterator[ListedMeeting]:
        """Yield the meetings of a month; raises `Broken` for anything but a calendar."""
        try:
            for one in loose.parse(loose.decoded(content))["meetings"]:
                papers = tuple(_paper(paper) for paper in one["papers"])
                held_on = date.fromisoformat(one["date"])
                yield ListedMeeting(f"m{one['id']:d}", str(one["committee"]), held_on, papers)
        except (KeyError, TypeError, ValueError) as error:
            raise Broken(f"no month of a calendar: {error!r}") from error


def _paper(told: dict[str, Any]) -> ListedPaper:
    restricted = told["restricted"] is not False  # what is not plainly public is not asked for
    return ListedPaper(f"p{told['id']:d}", str(told["title"]), str(told["url"]), restricted)

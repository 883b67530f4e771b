"""The way into Contracts Finder by its keyword search, for years too many to be read in full."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from urllib.parse import urlencode, urljoin

from corpus.ids import notice_id
from crawler import contracts_search
from crawler.contracts_search import Hit, Results
from crawler.items import Answer, Item, MonthLooked, Outcome, Tally
from crawler.months import month_of
from crawler.spiders.base import Conversation
from crawler.spiders.findings import NOTHING_TO_ASK, as_term_searched
from crawler.spiders.papers import read
from crawler.spiders.releases import MonthTally, ReleaseSpider, failed

MOST_PARTS = 64
"""Searches for one phrase in one year: more means that it is not precise, or not searched for."""
AROUND = (timedelta(minutes=1), timedelta(minutes=65))
"""How far round a hit's time its release is looked for: a minute, and for those not found more
than an hour, as the two searches may read a summer's time differently."""


@dataclass
class _Year:
    """The months of one year under search, their tallies and what was found in them."""

    number: int
    tallies: dict[str, MonthTally]
    listing: Tally = field(default_factory=Tally)
    hits: dict[str, Hit] = field(default_factory=dict)

    def of(self, month: str) -> list[Hit]:
        """Return the hits of a month."""
        return [hit for hit in self.hits.values() if month_of(hit.published_at) == month]


class ContractsSearch(ReleaseSpider):
    """Asks for the study's phrases year by year and fetches the releases of what was found.

    The search gives notices, not releases. A release's id begins with its notice's, so the OCDS
    search is asked for the time at which a notice was published: the document is the same whatever
    way it was found. Other notices of that time are kept, too.
    """

    searches_years = True

    async def all(self, months: list[str], left: list[str]) -> AsyncIterator[Item]:
        """Look at the open months, by the keyword search alone where that is wanted."""
        by_search = self.job.term_search
        async for item in self._by_search(left) if by_search else super().all(months, left):
            yield item

    async def _by_search(self, left: list[str]) -> AsyncIterator[Item]:
        """Yield what the search finds, from the newest year back.

        Whole years are asked for, whichever of their months are open: a year of one phrase is
        seldom more than one answer, and twelve requests for its months would be more than reading
        the months in full.
        """
        talk = self.conversation()
        for number in sorted({month[:4] for month in left}, reverse=True):
            months = [month for month in left if month.startswith(number)]
            year = _Year(int(number), {month: MonthTally(month) for month in months})
            for phrase in self.job.phrases:
                async for item in self._search(talk, year, phrase):
                    yield item
            for month, tally in year.tallies.items():
                async for item in self._fetch(talk, year.of(month), tally):
                    yield item
                tally.troubles = year.listing.troubles | tally.troubles
                left.remove(month)
                yield _looked(tally, self.job.phrases)

    async def _search(self, talk: Conversation, year: _Year, phrase: str) -> AsyncIterator[Item]:
        """Note a phrase's hits; days with more of them than an answer gives are asked in halves."""
        parts = [(date(year.number, 1, 1), date(year.number, 12, 31))]
        asked = 0
        while parts:
            since, until = parts.pop()
            answer, found = await self._ask(talk, year, phrase, since, until)
            asked += 1
            if found is None:
                yield answer
                continue
            year.hits |= {hit.guid: hit for hit in found.hits}
            short = found.count > found.given
            if short and found.given and since < until and asked + len(parts) + 2 <= MOST_PARTS:
                yield answer
                parts += contracts_search.halves(since, until)
            elif short:
                reason = f"it counts {found.count:,} hits and gives {found.given:,}"
                yield year.listing.note(failed(answer, reason))
            else:
                yield answer

    async def _ask(
        self, talk: Conversation, year: _Year, phrase: str, since: date, until: date
    ) -> tuple[Answer, Results | None]:
        """Return the answer to one search; hits that cannot be read are a trouble of the year."""
        url = urljoin(self.job.source.url, contracts_search.PATH)
        sent = contracts_search.body(phrase, since, until)
        answer = await talk.ask(url, year.listing, json=sent)
        # All searches share one address: a failure must be told from the others to be mended.
        answer = replace(answer, url=f"{url}#{urlencode(sent['searchCriteria'])}")
        answer, found = read(answer, lambda held: [contracts_search.results(held)], year.listing)
        self.patience(answer)
        for sentence in found[0].unread if found else ():
            answer = year.listing.note(failed(answer, sentence))
        return answer, found[0] if found else None

    async def _fetch(
        self, talk: Conversation, hits: list[Hit], tally: MonthTally
    ) -> AsyncIterator[Item]:
        """Yield the releases of the notices that were found, and those beside them."""
        missing = hits
        for around in AROUND:
            for since, until in contracts_search.windows(missing, around):
                async for item in self.slice(talk, since, until, tally):
                    yield item
            missing = self._missing(hits, tally)
        lost = {hit.guid for hit in missing}
        for hit in hits:
            place = urljoin(self.job.source.url, f"Notice/{hit.guid}")
            if hit.guid in lost:
                reason = f"found by the search, and no release of it about {hit.published_at}"
                lacking = Answer(place, Outcome.FAILED, reason=reason, error="NoRelease")
                yield tally.note(lacking)
            elif self.job.memory.failed_before(place):
                yield Answer(place, Outcome.LISTED, reason="its release is there now")

    def _missing(self, hits: Iterable[Hit], tally: MonthTally) -> list[Hit]:
        """Return the hits of which no release has been met: its id is the notice's and a number."""
        met = {document.rpartition("-")[0] for document in tally.met}
        return [hit for hit in hits if notice_id(self.job.source.source, hit.guid) not in met]


def _looked(tally: Tally, phrases: tuple[str, ...]) -> MonthLooked:
    if not phrases:
        return MonthLooked("", tally.month, "unsupported", 0, NOTHING_TO_ASK)
    return as_term_searched(tally.looked(""), list(phrases))

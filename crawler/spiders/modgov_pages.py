"""The way into Modern.Gov by its pages, for councils whose web service is switched off."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from functools import partial

from corpus.study import Council
from crawler import modgov, modgov_pages
from crawler.items import Answer, Item, MonthLooked, Tally
from crawler.spiders.base import Conversation
from crawler.spiders.findings import as_finding
from crawler.spiders.modgov_papers import ModgovPapers, base_of
from crawler.spiders.papers import read

ABSENT = frozenset({404, 409, 410})
"""Statuses by which a part of an installation shows that it is switched off or not there."""
CURRENT_ONLY = "past committees are not listed by this site"


class ModgovPages(ModgovPapers):
    """Reads committees, years and meetings page by page."""

    committees_page = "mgListCommittees.aspx?bcr=1"
    search_form = "ieDocSearch.aspx?ADV=1&bcr=1"
    meetings_page = "ieListMeetings.aspx"

    async def by_pages(
        self, talk: Conversation, council: Council, left: list[str]
    ) -> AsyncIterator[Item]:
        """Yield a council's meetings and papers from its pages.

        Months of a site that does not show itself as Modern.Gov are unsupported.
        """
        listing = Tally()
        url = base_of(council) + self.committees_page
        answer = await talk.ask(url, listing)
        answer, sitting = read(answer, partial(modgov_pages.committees, url=url), listing)
        yield answer
        if reason := _unrecognised(answer):
            for month in list(left):
                left.remove(month)
                yield MonthLooked(council.council, month, "unsupported", 0, reason)
            return
        past, caveat = await self._past(talk, council)
        yield past[0]
        committees = {one.number: one for one in (*past[1], *sitting)}
        years = {month[:4]: Tally() for month in left}
        found: dict[str, modgov.ListedMeeting] = {}
        async for answer, meetings in self._listed(talk, council, committees.values(), years):
            yield answer
            found |= {one.number: one for one in meetings}

        def before(month: str) -> Tally:
            return Tally(month, troubles=listing.troubles | years[month[:4]].troubles)

        async for item in self.months(
            talk, council, found.values(), left, before, self._meeting, caveat
        ):
            yield item

    async def _past(
        self, talk: Conversation, council: Council
    ) -> tuple[tuple[Answer, list[modgov.Committee]], str]:
        """Return the committees of the search form, past ones too, and what is amiss without."""
        apart = Tally()
        answer = await talk.ask(base_of(council) + self.search_form, apart)
        answer, found = read(answer, modgov_pages.searchable, apart)
        if found:
            return (answer, found), ""
        return (as_finding(answer, f"{CURRENT_ONLY} ({answer.reason})"), []), CURRENT_ONLY

    async def _listed(
        self,
        talk: Conversation,
        council: Council,
        committees: Iterable[modgov.Committee],
        years: dict[str, Tally],
    ) -> AsyncIterator[tuple[Answer, list[modgov.ListedMeeting]]]:
        """Yield the answer for each year of each committee; a list that fails spoils its year."""
        for one in committees:
            for year, tally in years.items():
                url = f"{base_of(council)}{self.meetings_page}?CId={one.number}&Year={year}"
                answer = await talk.ask(url, tally)
                yield read(answer, partial(modgov_pages.meetings, url=url, asked=one), tally)

    async def _meeting(
        self, talk: Conversation, council: Council, listed: modgov.ListedMeeting, tally: Tally
    ) -> AsyncIterator[Item]:
        """Yield a meeting with the papers its page links; a cancelled one is not asked for."""
        meeting = self.facts(council, listed)
        if listed.cancelled:
            yield meeting
            return
        answer, page = await self.meeting_of(talk, meeting.url, tally)
        yield replace(meeting, status="Cancelled") if page and page.cancelled else meeting
        yield answer
        for link in page.linked if page else ():
            yield await self.linked(talk, council, meeting, link, tally)
        for file in page.files if page else ():
            yield await self.file(talk, council, meeting, file, tally)

    async def meeting_of(
        self, talk: Conversation, url: str, tally: Tally
    ) -> tuple[Answer, modgov_pages.MeetingPage | None]:
        """Return the answer for a meeting's page and what it says, None where it failed."""
        answer = await talk.ask(url, tally)
        answer, found = read(answer, lambda content: [modgov_pages.meeting(content, url)], tally)
        return answer, found[0] if found else None


def _unrecognised(answer: Answer) -> str:
    """Return why a site is taken as no Modern.Gov, empty where it may be one."""
    if answer.error == modgov_pages.NotModgov.__name__:
        return answer.reason or ""
    if answer.status in ABSENT:
        return f"neither web service nor pages of Modern.Gov are there ({answer.reason})"
    return ""

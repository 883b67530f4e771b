"""The way into Modern.Gov by its own keyword search, for years too many to be read in full."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from corpus.study import Council
from crawler import modgov, modgov_pages, modgov_search
from crawler.items import Answer, Item, Meeting, MonthLooked, Outcome, Tally
from crawler.modgov_search import Hit
from crawler.months import first_day, last_day, month_of
from crawler.spiders.base import Conversation
from crawler.spiders.findings import NOTHING_TO_ASK, as_term_searched
from crawler.spiders.modgov_pages import ModgovPages
from crawler.spiders.modgov_papers import base_of
from crawler.spiders.papers import read

MOST_PAGES = 200
"""Pages of results of one search, 2,000 hits: more means that its words are not precise."""


@dataclass
class _Year:
    """The months of one year under search, their tallies and what was found in them."""

    tallies: dict[str, Tally]
    listing: Tally = field(default_factory=Tally)
    meetings: dict[str, Hit] = field(default_factory=dict)
    issues: dict[str, Hit] = field(default_factory=dict)

    @property
    def since(self) -> date:
        """The first day of the first month."""
        return first_day(min(self.tallies))

    @property
    def until(self) -> date:
        """The last day of the last month."""
        return last_day(max(self.tallies))

    def tally(self, day: date | None) -> Tally | None:
        """Return the tally of a day's month, None where the day is not looked for."""
        return self.tallies.get(month_of(day)) if day else None

    def add(self, hit: Hit) -> None:
        """Keep a hit: meetings of the months looked for, issues by their page, nothing else."""
        if hit.number and self.tally(hit.held_on):
            self.meetings.setdefault(f"{hit.old}{hit.number}", hit).add(hit)
        elif not hit.number:
            self.issues.setdefault(hit.url, hit)


class ModgovSearch(ModgovPages):
    """Asks for the study's phrases year by year and reads what the hits lead to.

    Titles and snippets are leads only. Of a meeting the items found are taken, or all papers where
    the meeting itself was found. An issue or a decision has no date: its page is asked for, and
    the meetings it names decide the month; papers of one that names none are fetched without a
    date and counted in no month.
    """

    async def by_search(
        self, talk: Conversation, council: Council, left: list[str]
    ) -> AsyncIterator[Item]:
        """Yield what a council's own search finds, year by year from the newest back."""
        asked = modgov_search.expressions(base_of(council), self.job.phrases)
        for number in sorted({month[:4] for month in left}, reverse=True):
            months = [month for month in left if month.startswith(number)]
            year = _Year({month: Tally(month) for month in months})
            if asked:
                async for item in self._year(talk, council, year, asked):
                    yield item
            for month, tally in year.tallies.items():
                tally.troubles = year.listing.troubles | tally.troubles
                left.remove(month)
                yield _looked(council, tally, asked)

    async def _year(
        self, talk: Conversation, council: Council, year: _Year, asked: list[str]
    ) -> AsyncIterator[Item]:
        for expression in asked:
            async for answer, hits in self._results(talk, council, year, expression):
                yield answer
                for hit in hits:
                    if self.is_own(council, hit.url):
                        year.add(hit)
        async for item in self._issues(talk, council, year):
            yield item
        for hit in sorted(year.meetings.values(), key=lambda one: (str(one.held_on), one.number)):
            tally = year.tally(hit.held_on)
            assert tally and hit.held_on
            read_hit = self._old if hit.old else self._found
            async for item in read_hit(talk, council, hit, hit.held_on, tally):
                yield item

    async def _results(
        self, talk: Conversation, council: Council, year: _Year, expression: str
    ) -> AsyncIterator[tuple[Answer, tuple[Hit, ...]]]:
        """Yield page after page of results; more than are read are a trouble, never a silence."""
        base = base_of(council)
        for number in range(1, MOST_PAGES + 1):
            url = modgov_search.address(base, expression, year.since, year.until, number)
            answer = await talk.ask(url, year.listing)
            answer, pages = read(answer, partial(_one_page, url=url), year.listing)
            yield answer, pages[0].hits if pages else ()
            if not pages or not pages[0].more:
                return
        reason = f"the search has more than {MOST_PAGES} pages of results; the rest is not read"
        cut = replace(answer, outcome=Outcome.FAILED, reason=reason, error="TooManyResults")
        yield year.listing.note(replace(cut, content=b"", permanent=True)), ()

    async def _issues(
        self, talk: Conversation, council: Council, year: _Year
    ) -> AsyncIterator[Item]:
        """Yield the pages of issues and decisions, and papers that no meeting dates."""
        for issue in year.issues.values():
            answer = await talk.ask(issue.url, year.listing)
            parse = partial(modgov_search.leads, url=issue.url, about=issue.title)
            answer, leads = read(answer, parse, year.listing)
            yield answer
            dated = [lead for lead in leads if lead.number]
            for lead in dated:
                year.add(lead)
            loose = {
                n: link for lead in leads if not lead.number for n, link in lead.linked.items()
            }
            day = next((lead.held_on for lead in leads if not lead.number), None)
            if not dated or (day and year.tally(day)):
                async for item in self._loose(talk, council, issue.linked | loose, day, year):
                    yield item

    async def _loose(
        self,
        talk: Conversation,
        council: Council,
        linked: dict[str, modgov.Linked],
        day: date | None,
        year: _Year,
    ) -> AsyncIterator[Item]:
        """Yield papers of no meeting, counted in the month of their day, or in none."""
        tally = year.tally(day)
        if day and not tally:
            return
        nowhere = Meeting("", council.council, "", day.isoformat() if day else "", "", "")
        for link in linked.values():
            apart = Tally(max(year.tallies)) if tally is None else tally
            yield await self.linked(talk, council, nowhere, link, apart)
            year.listing.troubles = apart.troubles | year.listing.troubles

    async def _found(
        self, talk: Conversation, council: Council, hit: Hit, held_on: date, tally: Tally
    ) -> AsyncIterator[Item]:
        """Yield a meeting that was found, and of its papers those that were."""
        meeting = self.facts(
            council, modgov.ListedMeeting(hit.number, hit.committee, held_on, "Confirmed")
        )
        answer, page = await self.meeting_of(talk, meeting.url, tally)
        if page and page.cancelled:
            meeting = replace(meeting, status="Cancelled")
        yield meeting
        yield answer
        links, files = _chosen(hit, page)
        for link in links.values():
            yield await self.linked(talk, council, meeting, link, tally)
        for file in files.values():
            yield await self.file(talk, council, meeting, file, tally)

    async def _old(
        self, talk: Conversation, council: Council, hit: Hit, held_on: date, tally: Tally
    ) -> AsyncIterator[Item]:
        """Yield a meeting of the archive, whose numbers are its own, with the documents found."""
        listed = modgov.ListedMeeting(f"old-{hit.number}", hit.committee, held_on, "Confirmed")
        meeting = replace(self.facts(council, listed), url=hit.url)
        yield meeting
        for file in hit.files.values():
            yield await self.file(talk, council, meeting, file, tally)


def _one_page(content: bytes, url: str) -> list[modgov_search.Results]:
    return [modgov_search.results(content, url)]


def _chosen(
    hit: Hit, page: modgov_pages.MeetingPage | None
) -> tuple[dict[str, modgov.Linked], dict[str, modgov.MeetingFile]]:
    """Return the papers of a meeting that a hit is about, as the meeting's page describes them.

    All where the hit names no item that the page knows; what the hit links and the page does not
    is taken as the hit has it.
    """
    linked = {one.number: one for one in page.linked} if page else {}
    files = {one.number: one for one in page.files} if page else {}
    if not page:
        return dict(hit.linked), dict(hit.files)
    about = {n for n, title in page.titles.items() if hit.about and title == hit.about}
    items = {page.anchors[one] for one in hit.anchors if one in page.anchors} | about
    lost = (hit.anchors or hit.about) and not items and not (hit.linked or hit.files)
    if (hit.whole and not items) or lost:
        return linked, files
    chosen = {n: one for n, one in linked.items() if n in hit.linked or one.item_number in items}
    return hit.linked | chosen, {n: files.get(n, one) for n, one in hit.files.items()}


def _looked(council: Council, tally: Tally, asked: list[str]) -> MonthLooked:
    if not asked:
        return MonthLooked(council.council, tally.month, "unsupported", 0, NOTHING_TO_ASK)
    return as_term_searched(tally.looked(council.council), asked)

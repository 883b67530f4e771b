"""Modern.Gov, the committee system of three councils in four."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from functools import partial
from urllib.parse import urlencode

from corpus.errors import Broken
from corpus.study import Council
from crawler import modgov
from crawler.items import Answer, Item, Meeting, Tally
from crawler.months import first_day, last_day
from crawler.spiders.base import Conversation
from crawler.spiders.findings import as_finding
from crawler.spiders.modgov_pages import ABSENT
from crawler.spiders.modgov_papers import base_of
from crawler.spiders.modgov_search import ModgovSearch
from crawler.spiders.papers import broken, read


class ModgovSpider(ModgovSearch):
    """Committee papers of councils that use Modern.Gov.

    Domain
      Modern.Gov (Civica): agendas, reports, packs, minutes of every committee.
    Access
      XML web service: GetCommittees, GetMeetings for each committee, GetMeeting for each meeting;
      the page of the meeting for its packs and printed minutes, which the service leaves out.
      GetMeetings and not GetAllMeetingsByDate: its answers are recorded, it works with every
      committee, and a list that is cut short fails for one committee only.
      Where the service is switched off, the pages: committees, meetings by committee and year, and
      each meeting's page. On request the site's keyword search instead of either, for back years.
    Dates
      The service filters by dd/mm/yyyy; some installations ignore it, so months are cut here.
    Identity
      `s` + attachment id; `g` + meeting id + `-t` + sort; `b` + number for supplements; `old-` +
      name for documents of an archive that the system took over. The same by every way.
    Never asked for
      Documents marked as restricted, alone or with their item; addresses on other sites.
    """

    name = "modgov"
    service = "mgWebService.asmx/"

    async def council(
        self, council: Council, months: list[str], left: list[str]
    ) -> AsyncIterator[Item]:
        """Yield a council's meetings and papers, month by month."""
        talk = self.conversation(council.council)
        if self.job.term_search:
            async for item in self.by_search(talk, council, left):
                yield item
            return
        listing = Tally()
        answer = await talk.ask(self._call(council, "GetCommittees"), listing)
        council = moved(council, answer, self.service)
        if answer.status in ABSENT or modgov.is_page(answer.content):
            why = answer.reason or "a web page in its place"
            yield as_finding(answer, f"web service switched off ({why}); pages are read")
            async for item in self.by_pages(talk, council, left):
                yield item
            return
        answer, committees = read(answer, modgov.committees, listing)
        yield answer
        found: list[modgov.ListedMeeting] = []
        async for answer, meetings in self._meetings(talk, council, committees, months, listing):
            yield answer
            found += meetings

        def before(month: str) -> Tally:
            return Tally(month, troubles=dict(listing.troubles))

        async for item in self.months(talk, council, found, left, before, self._by_service):
            yield item

    async def _meetings(
        self,
        talk: Conversation,
        council: Council,
        committees: list[modgov.Committee],
        months: list[str],
        tally: Tally,
    ) -> AsyncIterator[tuple[Answer, list[modgov.ListedMeeting]]]:
        """Yield the answer for each committee with the meetings it lists."""
        dates = {"sFromDate": _day(first_day(min(months))), "sToDate": _day(last_day(max(months)))}
        for one in committees:
            url = self._call(council, "GetMeetings", lCommitteeId=one.number, **dates)
            answer = await talk.ask(url, tally)
            answer, listed = read(answer, partial(modgov.meetings, asked=one), tally)
            lost = modgov.undated(answer.content) if answer.ok else []
            if lost:
                told = f"of meeting {', '.join(lost[:5])} no date can be read"
                answer = tally.note(broken(answer, Broken(told)))
            yield answer, listed

    async def _by_service(
        self, talk: Conversation, council: Council, listed: modgov.ListedMeeting, tally: Tally
    ) -> AsyncIterator[Item]:
        """Yield a meeting, the papers of its items and its own documents."""
        meeting = self.facts(council, listed)
        yield meeting
        if listed.cancelled:
            return
        answer = await talk.ask(self._call(council, "GetMeeting", lMeetingId=listed.number), tally)
        answer, links = read(answer, modgov.linked, tally)
        yield answer
        for link in links:
            yield await self.linked(talk, council, meeting, link, tally)
        # A meeting to come that has no paper yet has no pack either: its page is not asked for.
        if answer.ok and (links or listed.held_on <= date.today()):
            async for item in self._own(talk, council, meeting, tally):
                yield item

    async def _own(
        self, talk: Conversation, council: Council, meeting: Meeting, tally: Tally
    ) -> AsyncIterator[Item]:
        """Yield the documents of the whole meeting, which only its page names."""
        answer = await talk.ask(meeting.url, tally)
        answer, files = read(answer, partial(modgov.meeting_files, url=meeting.url), tally)
        yield answer
        for file in files:
            yield await self.file(talk, council, meeting, file, tally)

    def _call(self, council: Council, operation: str, **parameters: str) -> str:
        asked = f"?{urlencode(parameters)}" if parameters else ""
        return f"{base_of(council)}{self.service}{operation}{asked}"


def moved(council: Council, answer: Answer, service: str) -> Council:
    """Return the council at the address to which its site has led, where it leads elsewhere."""
    base, found, _ = answer.final_url.partition(service)
    return replace(council, base_url=base) if found and answer.ok else council


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"

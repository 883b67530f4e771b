"""Modern.Gov, the committee system of three councils in four."""

from collections.abc import AsyncIterator
from datetime import date
from functools import partial
from urllib.parse import urlencode

from corpus.ids import paper_id
from corpus.study import Council
from crawler import modgov
from crawler.items import Answer, Fetched, Item, Meeting, MonthLooked, Outcome, Paper, Tally
from crawler.months import first_day, last_day, month_of
from crawler.spiders.base import Conversation
from crawler.spiders.papers import CouncilSpider, read


class ModgovSpider(CouncilSpider):
    """Committee papers of councils that use Modern.Gov.

    Domain
      Modern.Gov (Civica): agendas, reports, packs, minutes of every committee.
    Access
      XML web service: GetCommittees, GetMeetings for each committee, GetMeeting for each meeting;
      the page of the meeting for its packs and printed minutes, which the service leaves out.
      GetMeetings and not GetAllMeetingsByDate: its answers are recorded, it works with every
      committee, and a list that is cut short fails for one committee only.
    Dates
      The service filters by dd/mm/yyyy; some installations ignore it, so months are cut here.
    Identity
      `s` + attachment id; `g` + meeting id + `-t` + sort; `b` + number for supplements.
    Never asked for
      Documents marked as restricted, alone or with their item; addresses on other sites.
    """

    name = "modgov"
    vendor_domains = frozenset({"moderngov.co.uk"})
    service = "mgWebService.asmx/"
    meeting_page = "ieListDocuments.aspx"
    switched_off = frozenset({404, 409, 410})

    async def council(
        self, council: Council, months: list[str], left: list[str]
    ) -> AsyncIterator[Item]:
        """Yield a council's meetings and papers, month by month."""
        talk, listing = self.conversation(council.council), Tally()
        answer = await talk.ask(self._call(council, "GetCommittees"), listing)
        answer, committees = read(answer, modgov.committees, listing)
        yield answer
        if answer.status in self.switched_off:
            for month in list(left):
                left.remove(month)
                yield MonthLooked(council.council, month, "unsupported", 0, _no_service(answer))
        held: dict[str, list[modgov.ListedMeeting]] = {month: [] for month in left}
        async for answer, meetings in self._listed(talk, council, committees, months, listing):
            yield answer
            for meeting in meetings:
                held.get(month_of(meeting.held_on), []).append(meeting)
        for month, meetings in held.items():
            tally = Tally(month, troubles=dict(listing.troubles))
            async for item in self._month(talk, council, meetings, tally):
                yield item
            left.remove(month)
            yield tally.looked(council.council)

    async def _listed(
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
            yield read(answer, partial(modgov.meetings, asked=one), tally)

    async def _month(
        self,
        talk: Conversation,
        council: Council,
        meetings: list[modgov.ListedMeeting],
        tally: Tally,
    ) -> AsyncIterator[Item]:
        for listed in sorted(meetings, key=lambda one: (one.held_on, one.number)):
            meeting = self._facts(council, listed)
            yield meeting
            if not listed.cancelled:
                async for item in self._papers(talk, council, meeting, listed, tally):
                    yield item

    async def _papers(
        self,
        talk: Conversation,
        council: Council,
        meeting: Meeting,
        listed: modgov.ListedMeeting,
        tally: Tally,
    ) -> AsyncIterator[Item]:
        """Yield the papers of a meeting's items and its own documents."""
        answer = await talk.ask(self._call(council, "GetMeeting", lMeetingId=listed.number), tally)
        answer, links = read(answer, modgov.linked, tally)
        yield answer
        for link in links:
            yield await self._linked(talk, council, meeting, link, tally)
        # A meeting to come that has no paper yet has no pack either: its page is not asked for.
        if answer.ok and (links or listed.held_on <= date.today()):
            async for item in self._own(talk, council, meeting, tally):
                yield item

    async def _linked(
        self,
        talk: Conversation,
        council: Council,
        meeting: Meeting,
        link: modgov.Linked,
        tally: Tally,
    ) -> Item:
        """Return what came of one linked document; restricted and foreign ones are not asked."""
        url = modgov.join(_base(council), link.url)
        if link.restricted or not link.number or not self.is_own(council, url):
            tally.withheld += 1
        if link.restricted:
            return Answer(url, Outcome.RESTRICTED, reason=f"kept from the public: {link.title}")
        if not link.number or not self.is_own(council, url):
            return Answer(url, Outcome.ELSEWHERE, reason=f"not on the council's site: {link.title}")
        paper = Paper(
            document=self.document(council, f"s{link.number}"),
            council=council.council,
            kind=link.kind,
            title=link.title,
            url=url,
            published_on=link.published_on or meeting.held_on,
            meeting=meeting.meeting,
            item_number=link.item_number,
            dated=bool(link.published_on),
        )
        return await self.take(talk, paper, tally)

    async def _own(
        self, talk: Conversation, council: Council, meeting: Meeting, tally: Tally
    ) -> AsyncIterator[Item]:
        """Yield the documents of the whole meeting, which only its page names."""
        answer = await talk.ask(meeting.url, tally)
        answer, files = read(answer, partial(modgov.meeting_files, url=meeting.url), tally)
        yield answer
        for file in files:
            if self.is_own(council, file.url):
                yield await self._file(talk, council, meeting, file, tally)

    async def _file(
        self,
        talk: Conversation,
        council: Council,
        meeting: Meeting,
        file: modgov.MeetingFile,
        tally: Tally,
    ) -> Fetched:
        paper = Paper(
            document=self.document(council, file.number),
            council=council.council,
            kind=file.kind,
            title=f"{meeting.committee}: {file.title}",
            url=file.url,
            published_on=meeting.held_on,
            meeting=meeting.meeting,
        )
        return await self.take(talk, paper, tally)

    def _facts(self, council: Council, listed: modgov.ListedMeeting) -> Meeting:
        asked = {"CId": listed.committee.number, "MId": listed.number, "Ver": "4"}
        return Meeting(
            meeting=paper_id(council.council, self.job.source.source, f"m{listed.number}"),
            council=council.council,
            committee=listed.committee.title,
            held_on=listed.held_on.isoformat(),
            url=f"{_base(council)}{self.meeting_page}?{urlencode(asked)}",
            status=listed.status,
        )

    def _call(self, council: Council, operation: str, **parameters: str) -> str:
        asked = f"?{urlencode(parameters)}" if parameters else ""
        return f"{_base(council)}{self.service}{operation}{asked}"


def _base(council: Council) -> str:
    return council.base_url.rstrip("/") + "/"


def _no_service(answer: Answer) -> str:
    return f"the XML web service is switched off ({answer.reason}); its pages are not read yet"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"

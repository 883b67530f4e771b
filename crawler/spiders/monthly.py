"""Spiders of systems that tell a whole month in one answer: its meetings and their papers."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from corpus.errors import Broken
from corpus.study import Council
from crawler.items import Answer, Item, Meeting, Outcome, Paper, Tally
from crawler.modgov import clean, join, kind_of
from crawler.months import month_of
from crawler.spiders.base import Conversation
from crawler.spiders.papers import CouncilSpider, read


@dataclass(frozen=True)
class ListedPaper:
    """A paper as a month lists it; `number` goes into its id as it is."""

    number: str
    title: str
    url: str
    restricted: bool


@dataclass(frozen=True)
class ListedMeeting:
    """A meeting as a month lists it; `number` goes into its id as it is."""

    number: str
    committee: str
    held_on: date
    papers: tuple[ListedPaper, ...]
    cancelled: bool = False


class MonthlySpider(CouncilSpider):
    """Base of spiders that need to say two things only: where a month is, and how it is read."""

    @abstractmethod
    def address(self, council: Council, month: str) -> str:
        """Return the address of a month's list."""

    @staticmethod
    @abstractmethod
    def meetings(content: bytes) -> Iterable[ListedMeeting]:
        """Return the meetings of a month's list; raises `Broken` for anything else."""

    async def council(
        self, council: Council, months: list[str], left: list[str]
    ) -> AsyncIterator[Item]:
        """Yield a council's meetings and papers, month by month."""
        talk = self.conversation(council.council)
        for month in months:
            tally = Tally(month)
            answer = await talk.ask(self.address(council, month), tally)
            answer, found = read(answer, partial(self._of_month, month), tally)
            yield answer
            for listed in found:
                meeting = self._facts(council, listed, answer.final_url or answer.url)
                yield meeting
                for paper in listed.papers:
                    yield await self._paper(talk, council, meeting, paper, tally)
            left.remove(month)
            yield tally.looked(council.council)

    def _of_month(self, month: str, content: bytes) -> list[ListedMeeting]:
        """Return the meetings of a list, which must be that of the month asked for."""
        found = list(self.meetings(content))
        for one in found:
            if month_of(one.held_on) != month:
                raise Broken(f"asked for {month}, told of a meeting on {one.held_on}")
        return found

    def _facts(self, council: Council, listed: ListedMeeting, url: str) -> Meeting:
        return Meeting(
            meeting=self.document(council, listed.number),
            council=council.council,
            committee=clean(listed.committee),
            held_on=listed.held_on.isoformat(),
            url=url,
            status="Cancelled" if listed.cancelled else "Confirmed",
        )

    async def _paper(
        self, talk: Conversation, council: Council, meeting: Meeting, one: ListedPaper, tally: Tally
    ) -> Item:
        """Return what came of one paper; restricted and foreign ones are not asked for."""
        url, title = join(meeting.url, one.url), clean(one.title)
        if one.restricted:
            tally.withheld += 1
            return Answer(url, Outcome.RESTRICTED, reason=f"kept from the public: {title}")
        if not self.is_own(council, url):
            tally.withheld += 1
            return Answer(url, Outcome.ELSEWHERE, reason=f"not on the council's site: {title}")
        paper = Paper(
            document=self.document(council, one.number),
            council=council.council,
            kind=kind_of(title),
            title=title,
            url=url,
            published_on=meeting.held_on,
            meeting=meeting.meeting,
        )
        return await self.take(talk, paper, tally)

"""What every way into a Modern.Gov site shares: how its meetings and papers become items."""

from collections.abc import AsyncIterator, Callable, Iterable
from urllib.parse import urlencode

from corpus.ids import paper_id
from corpus.study import Council
from crawler import modgov
from crawler.items import Answer, Item, Meeting, Outcome, Paper, Tally
from crawler.months import month_of
from crawler.spiders.base import Conversation
from crawler.spiders.findings import with_caveat
from crawler.spiders.papers import CouncilSpider

Reading = Callable[
    [Conversation, Council, modgov.ListedMeeting, Tally],
    AsyncIterator[Item],
]
"""One way of reading a meeting: it yields the meeting, its papers and what was asked for them."""


class ModgovPapers(CouncilSpider):
    """Base of the ways into Modern.Gov: the same ids whichever way a paper was found."""

    vendor_domains = frozenset({"moderngov.co.uk"})
    meeting_page = "ieListDocuments.aspx"

    async def months(
        self,
        talk: Conversation,
        council: Council,
        meetings: Iterable[modgov.ListedMeeting],
        left: list[str],
        before: Callable[[str], Tally],
        reading: Reading,
        caveat: str = "",
    ) -> AsyncIterator[Item]:
        """Yield the meetings of the months that are left, month by month.

        `before` gives a month's tally with the troubles of the lists it depends on; `caveat` is
        added to the reason of months that count as searched.
        """
        held: dict[str, list[modgov.ListedMeeting]] = {month: [] for month in left}
        for one in meetings:
            held.get(month_of(one.held_on), []).append(one)
        for month, listed in held.items():
            tally = before(month)
            for one in sorted(listed, key=lambda found: (found.held_on, int(found.number))):
                async for item in reading(talk, council, one, tally):
                    yield item
            left.remove(month)
            yield with_caveat(tally.looked(council.council), caveat)

    async def linked(
        self,
        talk: Conversation,
        council: Council,
        meeting: Meeting,
        link: modgov.Linked,
        tally: Tally,
    ) -> Item:
        """Return what came of one linked document; restricted and foreign ones are not asked."""
        url = modgov.join(base_of(council), link.url)
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
            published_on=link.published_on or meeting.held_on or None,
            meeting=meeting.meeting or None,
            item_number=link.item_number,
            dated=bool(link.published_on),
        )
        return await self.take(talk, paper, tally)

    async def file(
        self,
        talk: Conversation,
        council: Council,
        meeting: Meeting,
        file: modgov.MeetingFile,
        tally: Tally,
    ) -> Item:
        """Return what came of a document of the whole meeting."""
        if not self.is_own(council, file.url):
            return Answer(
                file.url, Outcome.ELSEWHERE, reason=f"not on the council's site: {file.title}"
            )
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

    def facts(self, council: Council, listed: modgov.ListedMeeting) -> Meeting:
        """Return a meeting as it is kept, whichever list it stands in."""
        asked = {"CId": listed.committee.number, "MId": listed.number, "Ver": "4"}
        return Meeting(
            meeting=paper_id(council.council, self.job.source.source, f"m{listed.number}"),
            council=council.council,
            committee=listed.committee.title,
            held_on=listed.held_on.isoformat(),
            url=f"{base_of(council)}{self.meeting_page}?{urlencode(asked)}",
            status=listed.status,
        )


def base_of(council: Council) -> str:
    """Return the address below which a council's Modern.Gov lies."""
    return council.base_url.rstrip("/") + "/"

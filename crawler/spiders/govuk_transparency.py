"""GOV.UK's algorithmic transparency records, in which public bodies describe their tools."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from urllib.parse import urlencode, urljoin

from corpus.ids import notice_id
from crawler import transparency
from crawler.items import Answer, Fetched, Item, Outcome, Paper, Tally, WholeList
from crawler.job import Held
from crawler.months import month_of
from crawler.spiders.base import Conversation, CorpusSpider, Turn
from crawler.spiders.papers import VANISHED_STATUSES, read
from crawler.spiders.releases import failed
from crawler.transparency import page

PAGE = 500
"""Results a page; the search gives up to 1,500, and there are not so many records yet."""
_FIELDS = (
    *("title", "link", "public_timestamp"),
    *(f"{transparency.FORMAT}_{name}" for name in ("organisation", "date_published")),
)


@dataclass
class _Listing(Tally):
    """What has been read of the list."""

    total: int = 0
    links: set[str] = field(default_factory=set)

    @property
    def whole(self) -> bool:
        """Whether nothing is left out; an empty list is a fault of the search and tells nothing."""
        few = self.total <= transparency.MOST_RECORDS
        return not self.troubles and few and 0 < self.total <= len(self.links)


class GovukTransparencySpider(CorpusSpider):
    """Algorithmic transparency records of central government and of some councils.

    Domain
      GOV.UK: records filed under the Algorithmic Transparency Recording Standard.
    Access
      Search API by `filter_format`, the whole list in each crawl; Content API for each record. An
      unknown parameter is answered by 422. A record that the whole list leaves out has a miss.
    Dates
      A record belongs to the month of its publication, or to that of its last change where it was
      published before the window.
    Identity
      The last part of its address.
    Never asked for
      Records that have not changed since they were seen; attachments, which lie elsewhere and are
      named in the page that is kept.
    Pace
      No limit is published for so small a collection; one request a second.
    """

    name = "govuk_transparency"
    search = "/api/search.json"
    content = "/api/content"

    def turns(self) -> dict[str, Turn]:
        """Return the one turn: GOV.UK is one site."""
        this = month_of(date.today())
        months = [month for month in self.job.memory.open_months("") if month <= this]
        return {"": partial(self.turn, months)} if months else {}

    async def turn(self, months: list[str]) -> AsyncIterator[Item]:
        """Ask for the list once, then for the records of each month that are new or changed."""
        left = list(months)
        async for item in self.to_the_end(self._all(months, left), "", left):
            yield item

    async def _all(self, months: list[str], left: list[str]) -> AsyncIterator[Item]:
        talk, listing = self.conversation(), _Listing()
        listed: dict[str, list[transparency.Listed]] = {month: [] for month in months}
        async for answer, records in self._listed(talk, listing):
            yield answer
            for record in records:
                listed.get(_month(record, listed), []).append(record)
        if listing.whole:
            yield WholeList(frozenset(self._document(link) for link in listing.links))
        for month, records in listed.items():
            tally = Tally(month, troubles=dict(listing.troubles))
            for record in sorted(records, key=lambda one: one.link):
                async for item in self._record(talk, record, tally):
                    yield item
            left.remove(month)
            yield tally.looked("")

    async def _listed(
        self, talk: Conversation, tally: _Listing
    ) -> AsyncIterator[tuple[Answer, list[transparency.Listed]]]:
        """Yield each page of the list with the records that no page before it had.

        A page may hold fewer than were asked for; the next begins after what has been given.
        """
        given, total = 0, 1
        while given < min(total, transparency.MOST_RECORDS):
            answer = await talk.ask(self._search(given), tally)
            answer, pages = read(answer, lambda content: [transparency.listing(content)], tally)
            got = [one for page in pages for one in page.records]
            tally.total = total = pages[0].total if pages else 0
            before, given = given, given + sum(one.given for one in pages)
            if before == given < total:
                reason = f"it lists {given:,} records of {total:,} and no more"
                answer, total = tally.note(failed(answer, reason)), 0
            yield answer, [one for one in got if one.link not in tally.links]
            tally.links |= {one.link for one in got}

    async def _record(
        self, talk: Conversation, listed: transparency.Listed, tally: Tally
    ) -> AsyncIterator[Item]:
        """Yield a record and, beside it, the files it names."""
        url = urljoin(self.job.source.url, listed.link)
        if not listed.link.startswith(transparency.FOLDER) or not listed.slug:
            tally.withheld += 1
            yield Answer(url, Outcome.ELSEWHERE, reason=f"no record's address: {listed.title}")
            return
        tally.seen += 1
        paper = self._paper(listed, url)
        asked = urljoin(self.job.source.url, self.content + listed.link)
        held = self.job.memory.held(paper.document)
        if held and not talk.had(asked, tally) and (known := _known(held, listed, asked)):
            yield Fetched(paper, talk.remember(known, tally))
            return
        answer = await talk.ask(asked, Tally(tally.month), held.conditions if held else None)
        if held and answer.status in VANISHED_STATUSES:
            answer = replace(answer, outcome=Outcome.MISSING)
        answer, records = read(answer, lambda content: [transparency.record(content)], tally)
        for record in records:
            paper, answer = self._told(paper, record), replace(answer, content=page(record))
        yield Fetched(paper, tally.note(answer))
        for record in records:
            for file in record.attachments:
                reason = f"an attachment of {paper.document}: {file.title}"
                yield Answer(urljoin(url, file.url), Outcome.ELSEWHERE, reason=reason)

    def _document(self, link: str) -> str:
        return notice_id(self.job.source.source, transparency.slug_of(link))

    def _paper(self, listed: transparency.Listed, url: str) -> Paper:
        return Paper(
            document=self._document(listed.link),
            council=self._council(listed.organisation or listed.title.partition(":")[0]),
            kind="atrs",
            title=listed.title,
            url=url,
            published_on=listed.published_on or None,
            dated=bool(listed.published_on),
        )

    def _told(self, paper: Paper, record: transparency.Record) -> Paper:
        """Return a record's facts as it states them itself."""
        return replace(
            paper,
            title=record.title,
            council=paper.council or self._council(record.organisation),
            published_on=record.published_on or paper.published_on,
        )

    def _council(self, organisation: str) -> str | None:
        match = self.job.buyers.match(organisation)
        return match.council if match else None

    def _search(self, start: int) -> str:
        asked = {
            "filter_format": transparency.FORMAT,
            "fields": ",".join(_FIELDS),
            "order": "-public_timestamp",
            "count": PAGE,
            "start": start,
        }
        return f"{urljoin(self.job.source.url, self.search)}?{urlencode(asked)}"


def _month(listed: transparency.Listed, months: dict[str, list[transparency.Listed]]) -> str:
    """Return the month under which a record is counted."""
    published, changed = listed.published_on[:7], listed.changed_on[:7]
    return published if published in months else changed


def _known(held: Held, listed: transparency.Listed, url: str) -> Answer | None:
    """Return the answer for a record that need not be asked for, else None."""
    if held.forgotten:
        return Answer(url, Outcome.FORGOTTEN)
    # The list may lag behind by hours, so the day it was seen on does not settle that day.
    if listed.changed_on and listed.changed_on < held.last_seen_at[:10]:
        return Answer(url, Outcome.UNCHANGED, reason="not changed since it was last seen")
    return None

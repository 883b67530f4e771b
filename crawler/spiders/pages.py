"""Councils' own web pages: sitemaps, feeds and listings, as the study says for each."""

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from urllib.parse import urljoin, urlsplit

from corpus.errors import Broken
from corpus.formats import sniff
from corpus.study import Council, OwnSite
from crawler import own_pages
from crawler.items import Answer, Fetched, Item, MonthLooked, Outcome, Paper, Tally
from crawler.modgov import kind_of
from crawler.months import DAYS_AHEAD, month_of
from crawler.own_pages import Lead
from crawler.spiders.base import GONE_STATUSES, Conversation
from crawler.spiders.findings import as_finding, with_caveat
from crawler.spiders.papers import CouncilSpider, read

MOST_DEPTH = 60
"""Links from a start page to the furthest page: a calendar of five years, month by month."""
NOT_AUTHORED = "no start page is authored for it in sources/pages.yaml"


@dataclass
class _Walk:
    """A walk through a site: what is still to be asked and what was found."""

    site: OwnSite
    hosts: frozenset[str]
    since: str
    until: str
    queue: deque[tuple[str, int]] = field(default_factory=deque)
    met: set[str] = field(default_factory=set)
    papers: dict[str, Lead] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    asked: int = 0
    too_deep: str = ""

    def push(self, url: str, depth: int) -> None:
        """Note a page to be asked for, once."""
        if own_pages.key_of(url) in self.met or urlsplit(url).hostname not in self.hosts:
            return
        if depth > MOST_DEPTH:
            self.too_deep = self.too_deep or url
            return
        self.met.add(own_pages.key_of(url))
        self.queue.append((url, depth))

    def add(self, lead: Lead, depth: int) -> None:
        """Note a link: a paper, a page to be read for more, or nothing of ours."""
        if self._is_paper(lead.url):
            key = own_pages.key_of(lead.url)
            known = self.papers.get(key)
            self.papers[key] = own_pages.better(known, lead) if known else lead
        elif (
            own_pages.below(lead.url, self.site.follow)
            and own_pages.is_page(lead.url)
            and not own_pages.names_month_outside(lead.url, self.since, self.until)
        ):
            self.push(lead.url, depth + 1)

    def _is_paper(self, url: str) -> bool:
        if own_pages.is_named_paper(url):
            prefixes = self.site.documents
            return not prefixes or own_pages.below(url, prefixes)
        return own_pages.is_page(url) and own_pages.below(url, self.site.documents)

    @property
    def undated(self) -> int:
        """How many papers carry no day."""
        return sum(1 for lead in self.papers.values() if lead.day is None)


class PagesSpider(CouncilSpider):
    """Committee papers of councils that publish on web pages of their own.

    Domain
      Agendas, reports and minutes below the start pages that the study names for a council.
    Access
      robots.txt for its sitemaps, and /sitemap.xml; the start pages, which may be feeds; from
      there, nearest first, the pages below the paths that the study says to follow.
    Dates
      The feed's, the one beside the link, the one in the address, the sitemap's last change; a
      paper without any belongs to the month in which it is first seen, and every month says so.
      A page whose address names a month outside the window is not asked for.
    Identity
      A hash of the paper's address.
    Never asked for
      Other hosts than the council's; pages outside the paths to follow; more pages than the study
      allows, which is a trouble and no end.
    """

    name = "pages"

    async def council(
        self, council: Council, months: list[str], left: list[str]
    ) -> AsyncIterator[Item]:
        """Yield a council's papers, month by month, after one walk through its site."""
        site = self.job.source.sites.get(council.council)
        if site is None:
            for month in list(left):
                left.remove(month)
                yield MonthLooked(council.council, month, "unsupported", 0, NOT_AUTHORED)
            return
        talk, walk = self.conversation(council.council), _begun(site, council, months)
        async for answer in self._walked(talk, walk):
            yield answer
        for month in list(left):
            async for item in self._month(talk, council, walk, month):
                yield item
            left.remove(month)

    async def _walked(self, talk: Conversation, walk: _Walk) -> AsyncIterator[Answer]:
        """Yield the answers of a walk; one that does not come to an end is a trouble."""
        if walk.site.sitemap:
            async for answer in self._sitemaps(talk, walk):
                yield answer
        for url in walk.site.start:
            walk.push(url, 0)
        while walk.queue and walk.asked < walk.site.most_pages:
            url, depth = walk.queue.popleft()
            yield await self._asked(talk, walk, url, depth, dead_is_fine=depth > 0)
        if walk.queue or walk.too_deep:
            url = walk.queue[0][0] if walk.queue else walk.too_deep
            reason = (
                f"the walk ends before this page, after {walk.asked} pages: a calendar without "
                "end, or `most_pages` is too few"
            )
            yield walk.tally.note(
                Answer(url, Outcome.FAILED, None, reason, error="TooManyPages", permanent=True)
            )

    async def _sitemaps(self, talk: Conversation, walk: _Walk) -> AsyncIterator[Answer]:
        """Yield the answers for a site's sitemaps: those of robots.txt and the usual one."""
        for start in dict.fromkeys(urljoin(one, "/") for one in walk.site.start):
            robots = urljoin(start, "robots.txt")
            apart = Tally()
            answer = await talk.ask(robots, apart)
            found = own_pages.maps_of_robots(answer.content, robots) if answer.ok else []
            yield answer if answer.ok else as_finding(answer, f"no sitemap named: {answer.reason}")
            waiting = deque([*found, urljoin(start, "sitemap.xml")])
            while waiting and walk.asked < walk.site.most_pages:
                url = waiting.popleft()
                if own_pages.key_of(url) in walk.met or urlsplit(url).hostname not in walk.hosts:
                    continue
                walk.met.add(own_pages.key_of(url))
                usual = url not in found and url.endswith("/sitemap.xml")
                yield await self._asked(talk, walk, url, 0, usual, waiting)
            for url in waiting:
                walk.push(url, 0)

    async def _asked(
        self,
        talk: Conversation,
        walk: _Walk,
        url: str,
        depth: int,
        dead_is_fine: bool,
        maps: deque[str] | None = None,
    ) -> Answer:
        """Ask for one page or list and note what it links; a dead link among links is none."""
        walk.asked += 1
        apart = Tally()
        answer = await talk.ask(url, apart)
        if answer.status in GONE_STATUSES and dead_is_fine:
            return as_finding(answer, f"a link that leads nowhere: {answer.reason}")
        if answer.ok and depth > 0 and own_pages.is_paper(sniff(answer.content)):
            walk.papers.setdefault(own_pages.key_of(url), Lead(url))
            return as_finding(answer, "a paper and no page")
        place = answer.final_url or url
        if answer.ok and urlsplit(place).hostname not in walk.hosts:
            return as_finding(answer, f"leads to another site: {place}")
        answer, found = read(answer, partial(_one_listing, url=place), apart)
        walk.tally.troubles = apart.troubles | walk.tally.troubles
        for listing in found:
            for lead in listing.leads:
                walk.add(lead, depth)
            for one in listing.maps:
                maps.append(one) if maps is not None else walk.push(one, depth + 1)
        return answer

    async def _month(
        self, talk: Conversation, council: Council, walk: _Walk, month: str
    ) -> AsyncIterator[Item]:
        tally = Tally(month, troubles=dict(walk.tally.troubles))
        for lead in sorted(walk.papers.values(), key=lambda one: (str(one.day), one.url)):
            if self._month_of(council, lead) == month:
                yield await self._paper(talk, council, walk, lead, tally)
        yield _looked(council, walk, tally)

    def _month_of(self, council: Council, lead: Lead) -> str:
        """Return a paper's month; one without a day belongs to that in which it is seen first."""
        if lead.day:
            return month_of(lead.day)
        held = self.job.memory.held(self.document(council, own_pages.number_of(lead.url)))
        seen_first = held.first_seen_at[:7] if held else ""
        return seen_first or month_of(date.today())

    async def _paper(
        self, talk: Conversation, council: Council, walk: _Walk, lead: Lead, tally: Tally
    ) -> Item:
        """Return what came of one paper; a page where a paper was expected is none."""
        title = own_pages.title_of(lead)
        if urlsplit(lead.url).hostname not in walk.hosts:
            tally.withheld += 1
            return Answer(lead.url, Outcome.ELSEWHERE, reason=f"not on the council's site: {title}")
        paper = Paper(
            document=self.document(council, own_pages.number_of(lead.url)),
            council=council.council,
            kind=kind_of(title),
            title=title,
            url=lead.url,
            published_on=lead.day.isoformat() if lead.day else None,
            dated=lead.basis in ("feed", "text", "address"),
        )
        fetched = await self.take(talk, paper, tally)
        answer = fetched.answer
        if not answer.ok or own_pages.is_paper(sniff(answer.content)):
            return fetched
        tally.seen -= 1
        if not own_pages.is_named_paper(lead.url):
            return as_finding(answer, "a page and no paper")
        reason, error = "a page where a paper was expected", Broken.__name__
        failed = replace(answer, outcome=Outcome.FAILED, reason=reason, error=error, content=b"")
        return Fetched(paper, tally.note(failed))


def _begun(site: OwnSite, council: Council, months: list[str]) -> _Walk:
    """Begin a walk back to the oldest month; newer pages are on the way to it.

    Only what lies beyond the coming weeks is cut off: calendars go on for ever.
    """
    addresses = [*site.start, council.base_url]
    hosts = frozenset(host for url in addresses if (host := urlsplit(url).hostname))
    coming = month_of(date.today() + timedelta(days=DAYS_AHEAD))
    return _Walk(site, hosts, min(months), max(*months, coming))


def _one_listing(content: bytes, url: str) -> list[own_pages.Listing]:
    return [own_pages.listing(content, url)]


def _looked(council: Council, walk: _Walk, tally: Tally) -> MonthLooked:
    """Return the month's state: without its day a paper may belong to any month."""
    looked = tally.looked(council.council)
    if not walk.undated:
        return looked
    if looked.state == "none-published":
        looked = replace(looked, state="searched")
    caveat = f"{walk.undated} papers of this site carry no date and count where they are first seen"
    return with_caveat(looked, caveat)

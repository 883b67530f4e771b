"""Spiders of procurement services: OCDS releases by windows of time, page after page."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit

from corpus import loose, ocds
from corpus.errors import ReadingError
from corpus.ids import notice_id, sha256
from crawler.items import Answer, Item, Notice, Outcome, Tally
from crawler.months import month_of, slices
from crawler.spiders.base import Conversation, CorpusSpider, LeftAlone, Turn

MOST_PAGES = 2000
"""Pages of one slice after which the cursor must be running in a circle: 200,000 notices."""
SHORTEST_SLICE = timedelta(minutes=15)
"""A slice whose pages lose their thread is halved down to this: a page of 100 in less is no more
than a fault."""
MOST_FAILURES = 8
"""So many requests on end without an answer that can be read, each tried thrice, and the service is
left alone for this crawl: others have met months of server errors."""
_PACKAGE = frozenset({"version", "uri", "publisher", "publishedDate"})
"""What tells a release package without releases from an error message in JSON."""


class Page(NamedTuple):
    """One answer, what it holds, and where the next page is."""

    answer: Answer
    found: list[ocds.Release | str]
    following: str | None


@dataclass
class MonthTally(Tally):
    """A month of notices: one that two slices or pages hold is counted once."""

    met: dict[str, set[str]] = field(default_factory=dict)
    """The versions met of each notice."""


class ReleaseSpider(CorpusSpider):
    """Base of spiders of services that answer with packages of OCDS releases."""

    search: ClassVar[str] = ""
    """Path of the search, below the source's address."""
    one: ClassVar[str] = ""
    """Path of a single notice, to which its id is added."""
    parameters: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Parameters of every search."""
    since_parameter: ClassVar[str] = ""
    until_parameter: ClassVar[str] = ""
    opened: ClassVar[date] = date(2014, 1, 1)
    """The day from which the service has notices: months before are not asked for."""
    page_size: ClassVar[int] = 100
    """Releases on a full page: one that names no next page may have lost it."""
    may_lack_releases: ClassVar[bool] = False
    """Whether a package without `releases` is an answer, and no fault."""
    _failures = 0

    def turns(self) -> dict[str, Turn]:
        """Return the one turn: a service is one site."""
        months = self._months()
        return {"": partial(self.turn, months)} if months else {}

    def _months(self) -> list[str]:
        """Return the months to be looked at: since the service opened, and none to come."""
        first, this = month_of(self.opened), month_of(date.today())
        return [month for month in self.job.memory.open_months("") if first <= month <= this]

    async def turn(self, months: list[str]) -> AsyncIterator[Item]:
        """Look at the open months, the newest first."""
        left = list(months)
        async for item in self.to_the_end(self.all(months, left), "", left):
            yield item

    async def all(self, months: list[str], left: list[str]) -> AsyncIterator[Item]:
        """Yield the notices of all open months; one that is finished is taken out of `left`."""
        talk = self.conversation()
        for month in months:
            tally = MonthTally(month)
            async for item in self.month(talk, tally):
                yield item
            left.remove(month)
            yield tally.looked("")

    async def month(self, talk: Conversation, tally: MonthTally) -> AsyncIterator[Item]:
        """Yield the notices of a month, slice after slice."""
        for since, until in slices(tally.month, self.job.source.window_days):
            if since <= datetime.now(UTC):
                async for item in self.slice(talk, since, until, tally):
                    yield item

    async def slice(
        self, talk: Conversation, since: datetime, until: datetime, tally: MonthTally
    ) -> AsyncIterator[Item]:
        """Yield the notices of a slice, following the cursor to its end.

        A full page that names no next one is no end to rely upon: the slice is asked for in halves.
        """
        url: str | None = self._first(since, until)
        asked: set[str] = set()
        cut = False
        while url and len(asked) < MOST_PAGES:
            asked.add(url)
            page = await self.page(talk, url, tally)
            async for item in self.notices(page, tally):
                yield item
            url = page.following
            cut = not url and len(page.found) >= self.page_size
            if url in asked or (url and not self._same_site(url)):
                yield tally.note(failed(page.answer, f"its next page is {url}"))
                url = None
        if url:
            yield tally.note(failed(page.answer, f"it has more than {MOST_PAGES:,} pages"))
        if cut and until - since <= SHORTEST_SLICE:
            yield tally.note(failed(page.answer, "it is a full page and names no next one"))
        elif cut:
            middle = since + (until - since) / 2
            for half in ((since, middle), (middle, until)):
                async for item in self.slice(talk, *half, tally):
                    yield item

    async def page(self, talk: Conversation, url: str, tally: Tally) -> Page:
        """Ask for a page; raises `LeftAlone` where the service has failed too often on end."""
        page = self._read(await talk.ask(url, tally), tally)
        self.patience(page.answer)
        return page

    def patience(self, answer: Answer) -> None:
        """Count failures on end; raises `LeftAlone` where there were too many."""
        self._failures = self._failures + 1 if answer.outcome is Outcome.FAILED else 0
        if self._failures >= MOST_FAILURES:
            raise LeftAlone(answer)

    async def notices(self, page: Page, tally: MonthTally) -> AsyncIterator[Item]:
        """Yield an answer and its notices, without those met in this month already."""
        yield page.answer
        for found in page.found:
            item = self._notice(found, page.answer, tally)
            if item:
                yield item

    def _read(self, answer: Answer, tally: Tally) -> Page:
        """Return an answer with its releases and the address of the next page."""
        if not answer.ok:
            return Page(answer, [], None)
        try:
            package = package_of(answer.content, self.may_lack_releases)
        except (ReadingError, ValueError) as error:
            reason = f"not a release package ({error or type(error).__name__})"
            return Page(tally.note(failed(answer, reason)), [], None)
        links = package.get("links")
        url = links.get("next") if isinstance(links, dict) else None
        following = urljoin(answer.url, url) if isinstance(url, str) and url else None
        return Page(answer, list(ocds.members_of(package)), following)

    def _notice(self, found: ocds.Release | str, answer: Answer, tally: MonthTally) -> Item | None:
        if isinstance(found, str):
            tally.seen += 1
            return tally.note(failed(answer, found))
        document = notice_id(self.job.source.source, found.release)
        tally.seen += document not in tally.met
        versions, version = tally.met.setdefault(document, set()), sha256(found.content)
        if version in versions:
            return None
        versions.add(version)
        match = self.job.buyers.match(found.notice["buyer_name"], found.notice["buyer_id"])
        return Notice(
            document=document,
            url=self.address(found),
            release=replace(found, notice=found.notice | match.columns) if match else found,
            answer_sha256=sha256(answer.content),
            council=match.council if match else None,
        )

    def address(self, found: ocds.Release) -> str:
        """Return where a notice can be read."""
        return urljoin(self.job.source.url, self.one + found.release)

    def _first(self, since: datetime, until: datetime) -> str:
        # Both ends are inclusive at the service; a notice on the edge is found twice and kept once.
        asked = {
            self.since_parameter: f"{since:%Y-%m-%dT%H:%M:%SZ}",
            self.until_parameter: f"{until:%Y-%m-%dT%H:%M:%SZ}",
            **dict(self.parameters),
        }
        return f"{urljoin(self.job.source.url, self.search)}?{urlencode(asked)}"

    def _same_site(self, url: str) -> bool:
        return urlsplit(url).netloc == urlsplit(self.job.source.url).netloc


def package_of(content: bytes, may_lack_releases: bool = False) -> dict[str, Any]:
    """Return the release package of an answer; raises `Broken` or `ValueError` where it is none."""
    package = loose.parse(loose.decoded(content))
    if not isinstance(package, dict):
        raise ValueError("it is no JSON object")
    held = package.get("releases")
    if held is None and may_lack_releases and not _PACKAGE.isdisjoint(package):
        return package | {"releases": []}
    if not isinstance(held, list):
        raise ValueError("it has no list of releases")
    return package


def failed(answer: Answer, reason: str) -> Answer:
    """Return an answer as one that cannot be relied upon, with the reason."""
    return replace(
        answer, outcome=Outcome.FAILED, reason=reason, error="Broken", permanent=False, content=b""
    )

"""Spiders of procurement services: OCDS releases by windows of time, page after page."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, ClassVar
from urllib.parse import urlencode, urljoin, urlsplit

from corpus import ocds
from corpus.errors import ReadingError
from corpus.ids import notice_id, sha256
from crawler.items import Answer, Item, Notice, Outcome, Tally
from crawler.months import month_of, slices
from crawler.spiders.base import Conversation, CorpusSpider, Turn

MOST_PAGES = 2000
"""Pages of one slice after which the cursor must be running in a circle: 200,000 notices."""


class ReleaseSpider(CorpusSpider):
    """Base of spiders whose service answers a search by dates with `links.next`."""

    search: ClassVar[str] = ""
    """Path of the search, below the source's address."""
    one: ClassVar[str] = ""
    """Path of a single release, to which its id is added."""
    parameters: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Parameters of every search."""
    since_parameter: ClassVar[str] = ""
    until_parameter: ClassVar[str] = ""

    def turns(self) -> dict[str, Turn]:
        """Return the one turn: a service is one site."""
        months = self._months()
        return {"": partial(self.turn, months)} if months else {}

    def _months(self) -> list[str]:
        """Return the months to be looked at; nothing is published in those to come."""
        this = month_of(date.today())
        return [month for month in self.job.memory.open_months("") if month <= this]

    async def turn(self, months: list[str]) -> AsyncIterator[Item]:
        """Look at the open months, the newest first."""
        left = list(months)
        async for item in self.to_the_end(self._all(months, left), "", left):
            yield item

    async def _all(self, months: list[str], left: list[str]) -> AsyncIterator[Item]:
        talk = self.conversation()
        for month in months:
            async for item in self._month(talk, month):
                yield item
            left.remove(month)

    async def _month(self, talk: Conversation, month: str) -> AsyncIterator[Item]:
        tally = Tally(month)
        for since, until in slices(month, self.job.source.window_days):
            if since <= date.today():
                async for item in self._slice(talk, since, until, tally):
                    yield item
        yield tally.looked("")

    async def _slice(
        self, talk: Conversation, since: date, until: date, tally: Tally
    ) -> AsyncIterator[Item]:
        """Yield the notices of a slice, following the cursor to its end."""
        url: str | None = self._first(since, until)
        asked: set[str] = set()
        while url and len(asked) < MOST_PAGES:
            asked.add(url)
            answer = await talk.ask(url, tally)
            answer, found, url = self._read(answer, tally)
            yield answer
            for one in found:
                yield self._notice(one, answer, tally)
            if url in asked or (url and not self._same_site(url)):
                yield tally.note(_failed(answer, f"its next page is {url}"))
                url = None
        if url:
            yield tally.note(_failed(answer, f"it has more than {MOST_PAGES:,} pages"))

    def _read(
        self, answer: Answer, tally: Tally
    ) -> tuple[Answer, list[ocds.Release | str], str | None]:
        """Return an answer, its releases and the address of the next page."""
        if not answer.ok:
            return answer, [], None
        try:
            package = package_of(answer.content)
            found = list(ocds.releases(json.dumps(package).encode())) if package["releases"] else []
        except (ReadingError, ValueError, TypeError, LookupError, RecursionError) as error:
            return tally.note(_failed(answer, f"not a release package ({error!r})")), [], None
        links = package.get("links")
        url = links.get("next") if isinstance(links, dict) else None
        return answer, found, urljoin(answer.url, url) if isinstance(url, str) and url else None

    def _notice(self, found: ocds.Release | str, answer: Answer, tally: Tally) -> Item:
        tally.seen += 1
        if isinstance(found, str):
            return tally.note(_failed(answer, found))
        return Notice(
            document=notice_id(self.job.source.source, found.release),
            url=urljoin(self.job.source.url, self.one + found.release),
            release=found,
            answer_sha256=sha256(answer.content),
            council=self.job.buyers.match(found.notice["buyer_name"]),
        )

    def _first(self, since: date, until: date) -> str:
        # Both ends are inclusive at the service; a notice on the edge is found twice and kept once.
        asked = {
            self.since_parameter: f"{since}T00:00:00Z",
            self.until_parameter: f"{until}T00:00:00Z",
            **dict(self.parameters),
        }
        return f"{urljoin(self.job.source.url, self.search)}?{urlencode(asked)}"

    def _same_site(self, url: str) -> bool:
        return urlsplit(url).netloc == urlsplit(self.job.source.url).netloc


def package_of(content: bytes) -> Any:
    """Return the JSON of an answer: UTF-8, else the Latin-1 that some services answer in."""
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return json.loads(content.decode("cp1252", "replace"))


def _failed(answer: Answer, reason: str) -> Answer:
    return replace(
        answer, outcome=Outcome.FAILED, reason=reason, error="Broken", permanent=False, content=b""
    )

"""Spiders of committee systems: one turn for each council, its months from the newest back."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import ClassVar, TypeVar
from urllib.parse import urlsplit

import tldextract

from corpus.errors import Broken
from corpus.ids import paper_id
from corpus.study import Council
from crawler.items import Answer, Fetched, Item, Outcome, Paper, Tally
from crawler.job import Held
from crawler.ledger import settled_on
from crawler.spiders.base import Conversation, CorpusSpider, Turn

Part = TypeVar("Part")
VANISHED_STATUSES = frozenset({404, 410})
"""Statuses by which a site says that a paper it once gave is not there."""
# The list of public suffixes that comes with the package: no request is made for a newer one.
_registered = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


class CouncilSpider(CorpusSpider):
    """Base of spiders that read one committee system of many councils."""

    vendor_domains: ClassVar[frozenset[str]] = frozenset()
    """Domains of the supplier, under which a council's own papers may lie as well."""

    def turns(self) -> dict[str, Turn]:
        """Return a turn for each council that has a month to be looked at."""
        found: dict[str, Turn] = {}
        for council in self.job.councils:
            months = self.job.memory.open_months(council.council)
            if months:
                found[council.council] = partial(self.turn, council, months)
        return found

    async def turn(self, council: Council, months: list[str]) -> AsyncIterator[Item]:
        """Look at a council's months; what was not reached is recorded with its reason."""
        left = list(months)
        items = self.council(council, months, left)
        async for item in self.to_the_end(items, council.council, left):
            yield item

    @abstractmethod
    def council(self, council: Council, months: list[str], left: list[str]) -> AsyncIterator[Item]:
        """Yield a council's items; a month that is finished is taken out of `left`."""

    async def take(self, talk: Conversation, paper: Paper, tally: Tally) -> Fetched:
        """Ask for a paper as politely as what is held of it allows.

        One that is held and can no longer be had is a finding and no trouble of the month.
        """
        tally.seen += 1
        held = self.job.memory.held(paper.document)
        if held and not talk.had(paper.url, tally):
            known = self._known(held, paper, tally.month)
            if known:
                return Fetched(paper, talk.remember(known, tally))
        answer = await talk.ask(paper.url, Tally(tally.month), held.conditions if held else None)
        if answer.ok and not answer.content:
            answer = broken(answer, Broken("an empty answer"))
        if held and not held.forgotten and answer.status in VANISHED_STATUSES:
            answer = replace(answer, outcome=Outcome.MISSING)
        return Fetched(paper, tally.note(answer))

    def _known(self, held: Held, paper: Paper, month: str) -> Answer | None:
        """Return the answer for a paper that need not be asked for, else None."""
        if held.forgotten:
            return Answer(paper.url, Outcome.FORGOTTEN)
        settled = settled_on(month, self.job.source.window_days)
        if not self.job.again and held.seen_after(settled):
            reason = "had after the last day on which late papers are expected"
            return Answer(paper.url, Outcome.UNCHANGED, reason=reason)
        if not held.conditions and held.listed_as_before(paper):
            reason = "listed as before, and the site offers no way to ask whether it changed"
            return Answer(paper.url, Outcome.UNCHANGED, reason=reason)
        return None

    def document(self, council: Council, number: str) -> str:
        """Return the id of a paper by the platform's own number."""
        return paper_id(council.council, self.job.source.source, number)

    def is_own(self, council: Council, url: str) -> bool:
        """Whether an address lies on the council's own site or its supplier's."""
        host, own = urlsplit(url).hostname or "", urlsplit(council.base_url).hostname or ""
        domain = _domain(host)
        return host == own or bool(domain and domain in {_domain(own), *self.vendor_domains})


def read(
    answer: Answer, parse: Callable[[bytes], Iterable[Part]], tally: Tally
) -> tuple[Answer, list[Part]]:
    """Return an answer and what it holds; one that cannot be read becomes a failure."""
    try:
        return answer, list(parse(answer.content)) if answer.ok else []
    except Broken as error:
        return tally.note(broken(answer, error)), []


def broken(answer: Answer, error: Broken) -> Answer:
    """Return an answer that could not be read as a failure named after the error."""
    return replace(answer, outcome=Outcome.FAILED, reason=str(error), error=error.name, content=b"")


def _domain(host: str) -> str:
    return _registered(host).top_domain_under_public_suffix

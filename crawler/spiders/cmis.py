"""CMIS, the committee system of some three dozen councils."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Generic, TypeVar

from corpus.ids import paper_id
from corpus.study import Council
from crawler import cmis
from crawler.items import Answer, Fetched, Item, Meeting, MonthLooked, Outcome, Paper, Tally
from crawler.months import month_of
from crawler.spiders.base import Conversation, LeftAlone
from crawler.spiders.findings import NOTHING_TO_ASK, as_finding, as_term_searched
from crawler.spiders.papers import CouncilSpider, read

Part = TypeVar("Part")
_Wanted = tuple[cmis.Listed, set[str]]
MOST_PROBES = 16
"""Pages tried for the calendar or the search before a site is taken as another system's."""
MOST_RESULT_PAGES = 200


@dataclass
class _Probe(Generic[Part]):
    """A page that is looked for: the answers so far, and what was found on the right one."""

    queue: list[str]
    names: tuple[str, ...]
    found: Part | None = None
    asked: list[Answer] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    @property
    def unsure(self) -> bool:
        """Whether the page may be there all the same: a site was busy, broken or closed to us."""
        return any(one.troubled and not one.permanent for one in self.asked)

    def told(self) -> list[Answer]:
        """Return what was asked; a page that is not there is no failure, it was a guess.

        Nor is one that failed otherwise, where the page was found after all.
        """
        guesses = [one for one in self.asked if not one.ok and (one.permanent or self.found)]
        return [
            as_finding(one, f"tried: {one.reason}") if one in guesses else one for one in self.asked
        ]


class CmisSpider(CouncilSpider):
    """Committee papers of councils that use CMIS.

    Domain
      CMIS (Astech, today Civica; DotNetNuke with Telerik): agendas, reports, minutes.
    Access
      The calendar's page, found among the links of the address on record or by its known names;
      its module and tab; month by month; each meeting's page. On request the site's keyword
      search, a form with hidden state, page after page, and the meetings its hits belong to.
    Dates
      Rows of a month name day and weekday and no year; an answer whose weekdays do not fit the
      month asked for is taken as another month's.
    Identity
      `m` + meeting number + title. Links hold a token that may change with every view, so it is no
      part of an id; versions are told apart by their bytes.
    Never asked for
      Documents without a link or marked as restricted; addresses on other sites.
    Pace
      A month has been seen to take forty seconds.
    """

    name = "cmis"
    vendor_domains = frozenset({"cmis.uk.com", "cmis-ni.org"})

    async def council(
        self, council: Council, months: list[str], left: list[str]
    ) -> AsyncIterator[Item]:
        """Yield a council's meetings and papers, month by month."""
        talk = self.conversation(council.council)
        way = self._by_search if self.job.term_search else self._by_calendar
        async for item in way(talk, council, left):
            yield item

    async def _by_calendar(
        self, talk: Conversation, council: Council, left: list[str]
    ) -> AsyncIterator[Item]:
        probe: _Probe[cmis.Calendar] = self._probe(council, cmis.CALENDAR_PAGES)
        async for item in self._found(talk, council, probe, cmis.calendar, left):
            yield item
        if probe.found is None:
            return
        calendar, told = await self._with_tab(talk, probe.found)
        for answer in told:
            yield answer
        for month in list(left):
            tally = Tally(month)
            url = calendar.month(month)
            answer = await talk.ask(url, tally)
            answer, meetings = read(answer, partial(cmis.meetings, url=url, month=month), tally)
            yield answer
            for listed in sorted(meetings, key=lambda one: (one.held_on, one.number)):
                async for item in self._meeting(talk, council, listed, tally):
                    yield item
            left.remove(month)
            yield tally.looked(council.council)

    def _probe(self, council: Council, names: tuple[str, ...]) -> "_Probe[Part]":
        return _Probe([council.base_url], names)

    async def _found(
        self,
        talk: Conversation,
        council: Council,
        probe: "_Probe[Part]",
        parse: Callable[[bytes, str], Part],
        left: list[str],
    ) -> AsyncIterator[Item]:
        """Look for a page and yield what was asked, and the months where it is not to be found."""
        try:
            await self._look(talk, council, probe, parse)
        except LeftAlone:
            for answer in probe.asked:
                yield answer
            raise
        for answer in probe.told():
            yield answer
        if probe.found is not None:
            return
        reason = f"page not recognised as CMIS: none of {', '.join(probe.names)} was found"
        for month in list(left):
            left.remove(month)
            if probe.unsure:
                yield replace(probe.tally, month=month).looked(council.council)
            else:
                yield MonthLooked(council.council, month, "unsupported", 0, reason)

    async def _look(
        self,
        talk: Conversation,
        council: Council,
        probe: "_Probe[Part]",
        parse: Callable[[bytes, str], Part],
    ) -> None:
        """Try the address on record, the pages it links, then the known names."""
        tried: set[str] = set()
        known = [f"{one}{name}" for one in cmis.folders(council.base_url) for name in probe.names]
        while (probe.queue or known) and len(tried) < MOST_PROBES:
            url = probe.queue.pop(0) if probe.queue else known.pop(0)
            if url in tried or not self.is_own(council, url):
                continue
            tried.add(url)
            answer = await talk.ask(url, probe.tally)
            apart = Tally()
            _, linked = read(answer, partial(cmis.places, url=url, names=probe.names), apart)
            checked, found = read(answer, _one(parse, url), apart)
            if found:
                probe.asked.append(answer)
                probe.found = found[0]
                return
            told = as_finding(answer, checked.reason or "") if answer.ok else answer
            probe.asked.append(told)
            probe.queue += linked

    async def _with_tab(
        self, talk: Conversation, calendar: cmis.Calendar
    ) -> tuple[cmis.Calendar, list[Answer]]:
        """Return the calendar with its tab, which the list of the current month tells as well."""
        if calendar.tab:
            return calendar, []
        apart = Tally()
        answer = await talk.ask(calendar.list_view, apart)
        _, found = read(answer, _one(cmis.calendar, calendar.list_view), apart)
        told = answer if answer.ok else as_finding(answer, f"no list of meetings: {answer.reason}")
        if not found or not found[0].tab:
            return calendar, [told]
        return replace(calendar, prefix=found[0].prefix, tab=found[0].tab), [told]

    async def _meeting(
        self,
        talk: Conversation,
        council: Council,
        listed: cmis.Listed,
        tally: Tally,
        wanted: frozenset[str] | None = None,
    ) -> AsyncIterator[Item]:
        """Yield a meeting with its papers, or with those of the titles that are wanted."""
        if not self.is_own(council, listed.url):
            tally.withheld += 1
            reason = f"not on the council's site: {listed.title}"
            yield Answer(listed.url, Outcome.ELSEWHERE, reason=reason)
            return
        answer = await talk.ask(listed.url, tally)
        parse = partial(cmis.meeting, url=listed.url, number=listed.number)
        answer, found = read(answer, lambda content: [parse(content)], tally)
        meeting = Meeting(
            meeting=paper_id(council.council, self.job.source.source, f"m{listed.number}"),
            council=council.council,
            committee=(found[0].committee if found else "") or listed.title,
            held_on=listed.held_on.isoformat(),
            url=listed.url,
            status="Cancelled" if found and found[0].cancelled else "Confirmed",
        )
        yield meeting
        yield answer
        papers = found[0].documents if found else ()
        for one in papers:
            if wanted is None or one.title in wanted:
                yield await self._paper(talk, council, meeting, one, tally)
        for title in sorted((wanted or frozenset()) - {one.title for one in papers}):
            tally.withheld += 1
            reason = f"found by the search and not on its meeting's page: {title}"
            yield Answer(listed.url, Outcome.ELSEWHERE, reason=reason)

    async def _paper(
        self,
        talk: Conversation,
        council: Council,
        meeting: Meeting,
        found: cmis.Document,
        tally: Tally,
    ) -> Item:
        """Return what came of one document; one that failed is known by its meeting's page."""
        place = f"{meeting.url}#{found.number}"
        if found.restricted:
            tally.withheld += 1
            reason = f"kept from the public: {found.title}"
            return Answer(place, Outcome.RESTRICTED, reason=reason)
        if not self.is_own(council, found.url):
            tally.withheld += 1
            reason = f"not on the council's site: {found.title}"
            return Answer(found.url, Outcome.ELSEWHERE, reason=reason)
        paper = Paper(
            document=self.document(council, found.number),
            council=council.council,
            kind=found.kind,
            title=found.title,
            url=found.url,
            published_on=meeting.held_on,
            meeting=meeting.meeting,
        )
        fetched = await self.take(talk, paper, tally)
        # The token is another one next time: a failure under it could never be seen as mended.
        return Fetched(paper, replace(fetched.answer, url=place))

    async def _by_search(
        self, talk: Conversation, council: Council, left: list[str]
    ) -> AsyncIterator[Item]:
        """Yield the papers that the site's own search finds for the study's phrases."""
        phrases = [one for one in self.job.phrases if len(one) + 2 <= cmis.LONGEST_PHRASE]
        if not phrases:
            for month in list(left):
                left.remove(month)
                yield MonthLooked(council.council, month, "unsupported", 0, NOTHING_TO_ASK)
            return
        probe: _Probe[cmis.Form] = self._probe(council, cmis.SEARCH_PAGES)
        async for item in self._found(talk, council, probe, cmis.search_form, left):
            yield item
        if probe.found is None:
            return
        listing = Tally()
        hits: dict[str, dict[str, _Wanted]] = {month: {} for month in left}
        loose = 0
        for phrase in phrases:
            async for answer, page in self._results(talk, council, probe.found, phrase, listing):
                yield answer
                for hit in page.hits if page else ():
                    _add(hits.get(month_of(hit.meeting.held_on)), hit)
                loose += page.loose if page else 0
        more = f"{loose} hits belong to no meeting and are not read" if loose else ""
        for month, meetings in hits.items():
            tally = Tally(month, troubles=dict(listing.troubles))
            for _, (listed, titles) in sorted(meetings.items()):
                wanted = frozenset(titles)
                async for item in self._meeting(talk, council, listed, tally, wanted):
                    yield item
            left.remove(month)
            yield as_term_searched(tally.looked(council.council), phrases, more)

    async def _results(
        self, talk: Conversation, council: Council, form: cmis.Form, phrase: str, tally: Tally
    ) -> AsyncIterator[tuple[Answer, cmis.Results | None]]:
        """Yield page after page of results, each asked for with the state of the one before."""
        fields = form.asking(phrase)
        for _ in range(MOST_RESULT_PAGES):
            if not self.is_own(council, form.url):
                return
            answer = await talk.ask(form.url, tally, form=fields)
            answer, found = read(answer, _one(cmis.results, form.url), tally)
            yield answer, found[0] if found else None
            if not found or not found[0].following:
                return
            answer, forms = read(answer, _one(cmis.search_form, form.url), tally)
            if not forms:
                yield answer, None
                return
            fields = forms[0].turning(*found[0].following)
        reason = f"the search has more than {MOST_RESULT_PAGES} pages of results"
        cut = replace(answer, outcome=Outcome.FAILED, reason=reason, error="TooManyResults")
        yield tally.note(replace(cut, content=b"", permanent=True)), None


def _add(meetings: dict[str, _Wanted] | None, hit: cmis.Hit) -> None:
    """Note a hit with its meeting, unless the month is not looked for."""
    if meetings is not None:
        meetings.setdefault(hit.meeting.number, (hit.meeting, set()))[1].add(hit.title)


def _one(parse: Callable[[bytes, str], Part], url: str) -> Callable[[bytes], list[Part]]:
    return lambda content: [parse(content, url)]

"""What a crawl would do: which sources, councils and months, and what no spider can read."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlsplit

from corpus.errors import CorpusError
from corpus.study import Council, Source, Study
from crawler.months import Window, slices
from crawler.phrases import phrases
from crawler.registry import OWN_PAGES, spider_of


class NoSuchSource(CorpusError):
    """A source or council that the study does not know, or that do not go together."""


@dataclass(frozen=True)
class Unread:
    """A council, or a whole source with `council` empty, that cannot be looked at, and why."""

    source: str
    council: Council | None
    state: str
    reason: str


@dataclass(frozen=True)
class Step:
    """One source to be crawled; `councils` is empty for notices."""

    source: Source
    councils: tuple[Council, ...]
    searches_a_year: int = 0
    """Searches of a year's notices for the study's phrases, where they are not read in full."""
    since: date | None = None
    """The first day looked at, where it is not the plan's: a source that was missed for long."""

    @property
    def urls(self) -> list[str]:
        """The addresses at which the crawl begins."""
        if self.source.kind == "papers":
            return [url for council in self.councils for url in _starts(self.source, council)]
        return [self.source.url]

    def requests_at_least(self, window: Window) -> int:
        """Return how many requests a first crawl cannot do without: lists before any document."""
        if self.source.kind == "papers":
            return 2 * len(self.councils) + len({urlsplit(url).netloc for url in self.urls})
        if self.source.kind == "records":
            return 2
        if self.searches_a_year:
            return 1 + self.searches_a_year * len({month[:4] for month in window.months})
        days = self.source.window_days
        return 1 + sum(1 for month in window.months for _ in slices(month, days))

    def seconds_at_least(self, window: Window) -> float:
        """Return how long these requests take at the study's pause, hosts side by side."""
        if self.source.kind != "papers":
            return self.requests_at_least(window) * self.source.throttle_seconds
        hosts = Counter(urlsplit(url).netloc for url in self.urls)
        busiest = max(hosts.values(), default=0)
        return (1 + 2 * busiest) * self.source.throttle_seconds


@dataclass(frozen=True)
class Plan:
    """The steps of a crawl and what is left out."""

    window: Window
    steps: tuple[Step, ...]
    unread: tuple[Unread, ...]

    def window_of(self, step: Step) -> Window:
        """Return the days that a step looks at."""
        return Window(step.since, self.window.until) if step.since else self.window

    def caught_up(self, since: Mapping[str, date]) -> "Plan":
        """Return the plan with its sources looking back to a day each, at least as far as now."""
        first = {name: min(day.replace(day=1), self.window.since) for name, day in since.items()}
        steps = [replace(one, since=first.get(one.source.source)) for one in self.steps]
        return replace(self, steps=tuple(steps))

    @property
    def urls(self) -> list[str]:
        """The addresses at which all steps begin."""
        return [url for step in self.steps for url in step.urls]

    @property
    def private_hosts(self) -> frozenset[str]:
        """The hosts that the sources of this crawl name as private."""
        return frozenset(host for step in self.steps for host in step.source.private_hosts)


def plan(
    study: Study,
    sources: Iterable[str],
    councils: Iterable[str],
    window: Window,
    term_search: bool = False,
) -> Plan:
    """Return what is to be done; raises `NoSuchSource` for names the study does not have."""
    asked, codes = tuple(sources), tuple(councils)
    _check(study, asked, codes)
    chosen = [study.sources[name] for name in asked or sorted(study.sources)]
    if codes and not asked:
        chosen = [source for source in chosen if source.kind == "papers"]
    members = [
        council
        for code in codes or study.councils
        if _lived(council := study.councils[code], window)
    ]
    steps: list[Step] = []
    unread: list[Unread] = []
    for source in chosen:
        own = [council for council in members if platform(council) == source.source]
        unread += _unread(source, own)
        if spider := spider_of(source):
            with_url = tuple(council for council in own if _starts(source, council))
            searches = len(phrases(study.codebook)) if term_search and spider.searches_years else 0
            if with_url or source.kind != "papers":
                members_of = with_url if source.kind == "papers" else ()
                steps.append(Step(source, members_of, searches))
    return Plan(window, tuple(steps), tuple(unread))


def known_sources(study: Study, sources: Iterable[str]) -> None:
    """Raise `NoSuchSource` where the study does not have one of the sources."""
    _check(study, tuple(sources), ())


def platform(council: Council) -> str:
    """Return the source that a council's papers belong to: its own pages where none is known."""
    return OWN_PAGES if council.platform == "unknown" else council.platform


def _starts(source: Source, council: Council) -> tuple[str, ...]:
    """Return where the reading of a council begins: own pages are read where the study says."""
    if source.source == OWN_PAGES:
        site = source.sites.get(council.council)
        return site.start if site else ()
    return (council.base_url,) if council.base_url else ()


def _lived(council: Council, window: Window) -> bool:
    """Whether a council existed in the window: an abolished one has no new papers."""
    ended = council.end_on and council.end_on < window.since.isoformat()
    return not ended and council.start_on <= window.until.isoformat()


def _check(study: Study, sources: tuple[str, ...], councils: tuple[str, ...]) -> None:
    for source in sources:
        if source not in study.sources:
            known = ", ".join(sorted(study.sources))
            raise NoSuchSource(f"The study has no source `{source}` (it has {known}).")
        if councils and study.sources[source].kind != "papers":
            raise NoSuchSource(
                f"`{source}` is asked as a whole, not by council: leave out --council."
            )
    for council in councils:
        if council not in study.councils:
            raise NoSuchSource(
                f"No council has the code `{council}`; codes stand in "
                f"{study.folder / 'councils.csv'}."
            )


def _unread(source: Source, councils: list[Council]) -> list[Unread]:
    """Return what of a source cannot be looked at: its councils, or itself where it has none."""
    missing = spider_of(source) is None
    if source.kind != "papers":
        reason = f"no spider reads {source.title} yet"
        return [Unread(source.source, None, "unsupported", reason)] if missing else []
    return [
        one
        for council in councils
        if (one := _unread_council(source, council, missing)) is not None
    ]


def _unread_council(source: Source, council: Council, missing: bool) -> Unread | None:
    if not council.base_url and council.council not in source.sites:
        reason = "the address of its papers is not known"
        return Unread(source.source, council, "url-unknown", reason)
    if missing:
        reason = f"no spider reads {source.title} yet"
        return Unread(source.source, council, "unsupported", reason)
    if not _starts(source, council):
        reason = "no start page is authored for it in sources/pages.yaml"
        return Unread(source.source, council, "unsupported", reason)
    return None

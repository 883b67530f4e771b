"""What a spider is given: the source, the councils and what is held already."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from corpus.study import Council, Source
from crawler.budget import Budget
from crawler.buyers import Buyers
from crawler.items import Paper
from crawler.journal import Journal, RobotsCache

STAGE = "crawl"
"""The stage under which failed requests are kept in `failures`."""


@dataclass(frozen=True)
class Held:
    """A document that is held already, as far as asking for it again goes."""

    forgotten: bool = False
    etag: str | None = None
    last_modified: str | None = None
    title: str | None = None
    published_on: str | None = None
    last_seen_at: str = ""
    first_seen_at: str = ""

    def seen_after(self, day: date) -> bool:
        """Whether it was found as late as after a day, so that it is not asked for again."""
        return self.last_seen_at[:10] > day.isoformat()

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that let a site answer that nothing changed."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}

    def listed_as_before(self, paper: Paper) -> bool:
        """Whether the site lists a dated paper exactly as when it was fetched."""
        before = (self.title, self.published_on)
        return paper.dated and before == (paper.title, paper.published_on)


class Memory(Protocol):
    """What spiders may ask of the corpus; they never write."""

    def held(self, document: str) -> Held | None:
        """Return what is held of a document, None where it is new."""

    def failed_before(self, url: str) -> bool:
        """Whether an address failed in an earlier crawl and has not been had since."""

    def open_months(self, council: str) -> list[str]:
        """Return the months of the window that must be looked at, the newest first."""


@dataclass(frozen=True)
class Job:
    """One source's crawl."""

    source: Source
    councils: tuple[Council, ...]
    memory: Memory
    buyers: Buyers
    pause_seconds: float
    journal: Journal
    robots: RobotsCache
    budget: Budget
    again: bool = False
    """Whether what is done with is looked at again, to see what was replaced and what is gone."""
    phrases: tuple[str, ...] = ()
    """What a site's own search is asked for: the study's terms of high precision."""
    term_search: bool = False
    """Whether months are looked at by the site's own search alone."""

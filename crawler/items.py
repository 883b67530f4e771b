"""What spiders yield: plain facts, without a database and without Scrapy."""

from dataclasses import dataclass, field
from enum import StrEnum

from corpus.ids import sha256
from corpus.ocds import Release


class Outcome(StrEnum):
    """What came of a request, or why there was none; kept in `visits.outcome`."""

    LISTED = "listed"
    KEPT = "kept"
    UNCHANGED = "unchanged"
    MISSING = "missing"
    FORGOTTEN = "forgotten"
    RESTRICTED = "restricted"
    ELSEWHERE = "elsewhere"
    ROBOTS_REFUSED = "robots-refused"
    BLOCKED = "blocked"
    FAILED = "failed"


TROUBLES = (Outcome.FAILED, Outcome.BLOCKED, Outcome.ROBOTS_REFUSED)
"""What keeps a month from counting as searched, the gravest first."""


@dataclass(frozen=True)
class Answer:
    """One request that mattered and what came of it; becomes a row of `visits`.

    `error` names what is kept in `failures` where the outcome is `failed`; `status` is empty where
    nothing was sent.
    """

    url: str
    outcome: Outcome
    status: int | None = None
    reason: str | None = None
    content: bytes = field(default=b"", repr=False)
    etag: str | None = None
    last_modified: str | None = None
    error: str = ""
    permanent: bool = False
    final_url: str = ""
    """Where the answer came from in the end, empty where that is what was asked for."""
    retry_after: str | None = None
    """What the site said of when to come again, as it said it."""

    @property
    def ok(self) -> bool:
        """Whether the site answered with content."""
        return self.outcome is Outcome.LISTED

    @property
    def sha256(self) -> str | None:
        """The hash of what was answered, None where nothing was."""
        return sha256(self.content) if self.content else None

    @property
    def troubled(self) -> bool:
        """Whether it keeps a month from counting as searched."""
        return self.outcome in TROUBLES


@dataclass(frozen=True)
class Meeting:
    """A meeting as the site lists it."""

    meeting: str
    council: str
    committee: str
    held_on: str
    url: str
    status: str


@dataclass(frozen=True)
class Paper:
    """A council paper as the site lists it: its identity and where its bytes are.

    `dated` tells whether `published_on` is the site's own word, or the meeting's day for want
    of it.
    """

    document: str
    council: str | None
    kind: str
    title: str
    url: str
    published_on: str | None = None
    meeting: str | None = None
    item_number: str | None = None
    dated: bool = False


@dataclass(frozen=True)
class Fetched:
    """A paper and what came of asking for it."""

    paper: Paper
    answer: Answer


@dataclass(frozen=True)
class Notice:
    """A procurement notice: its release and the hash of the answer it came in."""

    document: str
    url: str
    release: Release
    answer_sha256: str
    council: str | None


@dataclass(frozen=True)
class MonthLooked:
    """A month that has been looked at to its end; `council` is empty for notices."""

    council: str
    month: str
    state: str
    documents_seen: int = 0
    reason: str | None = None


@dataclass(frozen=True)
class WholeList:
    """All documents that a source lists today: what is held and not among them is missing."""

    documents: frozenset[str]


@dataclass(frozen=True)
class TurnOver:
    """The conversation with one site is over: all of its months are recorded."""


Item = Answer | Meeting | Fetched | Notice | MonthLooked | WholeList | TurnOver


@dataclass(frozen=True)
class InTurn:
    """An item and the turn it came up in: turns run side by side, their items lie apart."""

    turn: str
    item: Item


@dataclass
class Tally:
    """What happened in one month while it is being looked at."""

    month: str = ""
    seen: int = 0
    withheld: int = 0
    """Papers that are listed and not ours to ask for: kept from the public, or elsewhere."""
    troubles: dict[Outcome, str] = field(default_factory=dict)

    def note(self, answer: Answer) -> Answer:
        """Remember the first trouble of each sort; returns the answer."""
        if answer.troubled:
            reason = f"{answer.url}: {answer.reason}" if answer.reason else answer.url
            self.troubles.setdefault(answer.outcome, reason)
        return answer

    def looked(self, council: str) -> MonthLooked:
        """Return the state of the month: searched only if every request of it succeeded."""
        for trouble in TROUBLES:
            if trouble in self.troubles:
                reason = self.troubles[trouble]
                return MonthLooked(council, self.month, trouble, self.seen, reason)
        if not self.seen and not self.withheld:
            return MonthLooked(council, self.month, "none-published", 0)
        withheld = f"{self.withheld} papers listed, not public" if self.withheld else None
        return MonthLooked(council, self.month, "searched", self.seen, withheld)

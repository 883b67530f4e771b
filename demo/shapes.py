"""The county's dataclasses: councils, committees, meetings, agenda items, documents."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Setting:
    """Where a document belongs: what its title block and header say."""

    council: str
    council_name: str
    committee: str
    held_on: date
    places: tuple[str, ...]


@dataclass(frozen=True)
class DemoDocument:
    """One published document; `parts` are the papers a pack repeats or minutes and agendas list."""

    attachment: int
    title: str
    kind: str
    form: str
    published: date
    seed: str
    setting: Setting
    subject: str = ""
    stage: str = ""
    restricted: bool = False
    parts: tuple["DemoDocument", ...] = ()

    @property
    def extension(self) -> str:
        """The ending of the file's name."""
        return "docx" if self.form == "docx" else "pdf"

    @property
    def filename(self) -> str:
        """The name ModernGov gives the file: the title with its spaces, without awkward signs."""
        plain = "".join(sign for sign in self.title if sign not in "'\":/?#%,")
        return f"{plain}.{self.extension}"


@dataclass(frozen=True)
class DemoItem:
    """One item of an agenda."""

    number: int
    position: int
    title: str
    text: str
    documents: tuple[DemoDocument, ...] = ()
    minutes: str = ""
    restricted: bool = False


@dataclass(frozen=True)
class DemoCommittee:
    """A committee with its platform number; one that is `past` has had its last meeting."""

    number: int
    title: str
    past: bool = False


@dataclass(frozen=True)
class DemoMeeting:
    """A meeting; `extras` are the meeting's own documents by their T number (0, 1, 10)."""

    number: int
    committee: DemoCommittee
    held_on: date
    cancelled: bool = False
    failing: bool = False
    items: tuple[DemoItem, ...] = ()
    extras: dict[int, DemoDocument] = field(default_factory=dict)

    @property
    def documents(self) -> tuple[DemoDocument, ...]:
        """The documents of the meeting's items, in order."""
        return tuple(document for item in self.items for document in item.documents)


@dataclass(frozen=True)
class DemoCouncil:
    """A council and its site.

    `platform` is the source its papers belong to, `entry` the path of the address on record,
    `service` whether its Modern.Gov answers in XML.
    """

    code: str
    name: str
    official_name: str
    type: str
    gss_code: str
    region: str
    host: str
    links: str
    ignores_dates: bool
    closed_attachment: int | None
    places: tuple[str, ...]
    committees: tuple[DemoCommittee, ...]
    meetings: tuple[DemoMeeting, ...]
    nation: str = "England"
    platform: str = "modgov"
    entry: str = ""
    service: bool = True

    @property
    def item_documents(self) -> tuple[DemoDocument, ...]:
        """Every document of an agenda item, in the order of the meetings."""
        return tuple(document for meeting in self.meetings for document in meeting.documents)

    def papers(self) -> Iterator[DemoDocument]:
        """Every document it publishes: those of its items and those of its meetings."""
        yield from self.item_documents
        for meeting in self.meetings:
            yield from meeting.extras.values()

    def meeting(self, number: int) -> DemoMeeting | None:
        """The meeting of that platform number."""
        return next((one for one in self.meetings if one.number == number), None)


@dataclass(frozen=True)
class World:
    """The whole county: seven councils and one procurement service."""

    councils: tuple[DemoCouncil, ...]
    notices: tuple[dict[str, Any], ...]
    notices_host: str

    def on(self, platform: str, service: bool | None = None) -> tuple[DemoCouncil, ...]:
        """The councils of a platform; `service` keeps those with or without the XML service."""
        found = (council for council in self.councils if council.platform == platform)
        return tuple(one for one in found if service in (None, one.service))

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host name of the county."""
        return (*(council.host for council in self.councils), self.notices_host)

    def papers(self) -> Iterator[DemoDocument]:
        """Every document a council publishes: those of its items and those of its meetings."""
        for council in self.councils:
            yield from council.papers()

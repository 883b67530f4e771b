"""Councils whose sites get in a crawler's way, each with one trouble of its own."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from demo.answer import NOT_FOUND, Answer, Query, Site
from demo.papers import render
from demo.shapes import DemoCouncil, DemoDocument, DemoItem, DemoMeeting
from demo.sites import CouncilSite
from demo.spoils import SPOILS, Asked, Spoil, moved_host
from demo.text import load
from demo.world import build_council

SUBJECTS = ("budget_monitoring.main", "highways_works.main", "libraries.main", "climate.main")
HELD_ON_DAY = 11
PRIVATE_HOST = "inner.private.test"
"""A name that no study calls private, and that leads to a private address all the same."""
SECRET_HOSTS = ("127.0.0.1", "127.1", "localhost", "2130706433", "0x7f000001", "", PRIVATE_HOST)
"""Host headers by which a crawler without guard would come to loopback; empty: an IPv6 address."""


@dataclass
class Clock:
    """The day of the changing site, from 1; whoever serves it moves it on."""

    day: int = 1


@dataclass(frozen=True)
class Trouble:
    """A troubled council: its site, what is wrong with it, and the address the study has of it."""

    council: DemoCouncil
    trouble: str
    trial: bool
    address: str

    def base_url(self, port: int) -> str:
        """The council's address in a study of a county that is served on that port."""
        return self.address.format(host=self.council.host, port=port)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names of its site that a study may call private; none of a council without a site."""
        if self.trouble in {"unknown", "private"}:
            return ()
        own = self.council.host
        return (own, moved_host(own)) if self.trouble == "moved" else (own,)


@cache
def troubles() -> tuple[Trouble, ...]:
    """Every troubled council, the quick ones first."""
    return tuple(_trouble(number, row) for number, row in enumerate(load("trouble")["councils"]))


def _trouble(number: int, row: dict[str, Any]) -> Trouble:
    name = row["name"]
    host = row.get("host") or f"democracy.{name.split()[0].lower()}.test"
    plan = {
        "code": row["code"],
        "name": name,
        "official_name": f"{name} District Council",
        "type": "Non-metropolitan district",
        "gss_code": "",
        "region": "West Midlands",
        "host": host,
        "links": "named",
        "first_meeting": 5000 + number * 100,
        "first_attachment": 70000 + number * 200,
        "places": [f"{name} Green", f"Upper {name}", f"{name} Wharf", f"{name} Hill"],
        "committees": {"cabinet": [201, "Cabinet"]},
        "meetings": list(_meetings(row)),
    }
    address = row.get("base_url", "http://{host}:{port}")
    return Trouble(build_council(plan), row["trouble"], row.get("trial", False), address)


def _meetings(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    papers = [SUBJECTS[n % len(SUBJECTS)] for n in range(row.get("papers", 2))]
    for held_on in _days(row):
        yield {"held": held_on, "of": "cabinet", "papers": papers, "pack": row.get("pack", False)}


def _days(row: dict[str, Any]) -> list[date]:
    """The days of the meetings; that of the changing site is always a few days ago."""
    if row["trouble"] == "changing":
        return [date.today() - timedelta(days=3)]
    months = row.get("months", ["2026-02", "2026-03"])
    return [date.fromisoformat(f"{month}-{HELD_ON_DAY}") for month in months]


class TroubledSite(CouncilSite):
    """A council's ModernGov site with one trouble."""

    def __init__(self, council: DemoCouncil, spoil: Spoil) -> None:
        super().__init__(council)
        self._spoil = spoil
        self._count: Counter[tuple[str, tuple[tuple[str, str], ...]]] = Counter()

    def answer(self, path: str, query: Query, base: str) -> Answer:
        """The answer to a decoded path and a query with lower-case keys."""
        key = path, tuple(sorted(query.items()))
        self._count[key] += 1
        asked = Asked(path, query, base, self._count[key], self.council)
        return self._spoil(asked, lambda: super(TroubledSite, self).answer(path, query, base))


class ChangingSite:
    """A site that changes from day to day, as its clock says.

    Of its four papers the first gets other bytes on day 2, the second is still listed from day 2
    to 5 and answers 404, the third is neither listed nor answered from day 2 to 5, and the last
    stays as it is. From day 6 on all are there again.
    """

    def __init__(self, council: DemoCouncil, clock: Clock) -> None:
        self._clock = clock
        self._whole, self._part = CouncilSite(council), CouncilSite(_without(council, 2))
        self._first, self._second, *_ = council.item_documents

    @property
    def _away(self) -> bool:
        return 2 <= self._clock.day <= 5

    def answer(self, path: str, query: Query, base: str) -> Answer:
        """The answer to a decoded path and a query with lower-case keys."""
        if self._clock.day >= 2 and f"/s{self._first.attachment}/" in path:
            body, mime = render(replace(self._first, seed=f"{self._first.seed}-again"))
            return Answer(200, body, mime, {"ETag": '"again"'})
        if self._away and f"/s{self._second.attachment}/" in path:
            return NOT_FOUND
        return (self._part if self._away else self._whole).answer(path, query, base)


def _without(council: DemoCouncil, number: int) -> DemoCouncil:
    """The council as if one of its papers had never been."""
    gone = council.item_documents[number]
    return replace(council, meetings=tuple(_meeting_without(m, gone) for m in council.meetings))


def _meeting_without(meeting: DemoMeeting, gone: DemoDocument) -> DemoMeeting:
    items: tuple[DemoItem, ...] = tuple(
        replace(item, documents=tuple(one for one in item.documents if one != gone))
        for item in meeting.items
    )
    return replace(meeting, items=items)


@dataclass
class SecretSite:
    """What lies on a private address and must never be asked for."""

    body: bytes = field(default=b"%PDF-1.4\nsecret\n", repr=False)

    def answer(self, path: str, query: Query, base: str) -> Answer:
        """Always the secret."""
        return Answer(200, self.body, "application/pdf")


def troubled_sites(clock: Clock) -> dict[str, Site]:
    """Every host of a troubled council with its site, and the hosts nobody must ask."""
    found: dict[str, Site] = {host: SecretSite() for host in SECRET_HOSTS}
    for one in troubles():
        site: Site = TroubledSite(one.council, SPOILS[one.trouble])
        if one.trouble == "changing":
            site = ChangingSite(one.council, clock)
        found |= dict.fromkeys(one.hosts, site)
    return found

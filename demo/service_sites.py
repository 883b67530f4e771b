"""How the county's other procurement services answer, with the habits of the real ones."""

import base64
import json
import re
import time
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from demo.answer import NOT_FOUND, SERVER_ERROR, Answer, Query, Site
from demo.services import (
    NATIONAL_HOST,
    SCOTTISH_HOST,
    WELSH_HOST,
    Release,
    TypedNotice,
    national,
    typed,
)
from demo.transparency import RECORDS_HOST, RecordsSite

JSON = "application/json"
ROBOTS = Answer(200, b"User-agent: *\nDisallow:\n")
BAD_REQUEST = Answer(400, b'{"message": "Invalid parameter"}', JSON)
FAILING = {SCOTTISH_HOST: (2, "05-2023")}
"""The notice type that answers with a server error, and in which month."""
WITHOUT_RELEASES = 13
"""The notice type whose packages come without `releases`."""


class NationalSite:
    """Find a Tender's habits: a slice that is too long leaves releases out, and says nothing.

    `longest` is the longest slice that is answered whole, `most_requests` how many are answered in
    `per_seconds` before a 429 without Retry-After; none is refused where it is zero.
    """

    SEARCH = "/api/1.0/ocdsReleasePackages"
    KNOWN = frozenset({"updatedfrom", "updatedto", "limit", "cursor", "stages"})

    def __init__(
        self,
        longest: timedelta = timedelta(days=15),
        most_requests: int = 0,
        per_seconds: float = 120,
        page_size: int = 2,
    ) -> None:
        self.longest = longest
        self.most_requests = most_requests
        self.per_seconds = per_seconds
        self.page_size = page_size
        self._asked: deque[float] = deque(maxlen=most_requests or 1)

    def answer(self, path: str, query: Query, base: str) -> Answer:
        """The answer to a decoded path and a query with lower-case keys."""
        if path == "/robots.txt":
            return ROBOTS
        if path != self.SEARCH:
            return NOT_FOUND
        if self._hurried():
            return Answer(429, b"12 request limit in 2 minute exceeded")
        if not self.KNOWN.issuperset(query):
            return BAD_REQUEST
        try:
            return self._page(query, base)
        except (KeyError, ValueError):
            return BAD_REQUEST

    def _hurried(self) -> bool:
        if not self.most_requests:
            return False
        now, full = time.monotonic(), len(self._asked) == self.most_requests
        if full and now - self._asked[0] < self.per_seconds:
            return True
        self._asked.append(now)
        return False

    def _page(self, query: Query, base: str) -> Answer:
        since, until, offset = query["updatedfrom"], query["updatedto"], 0
        if query.get("cursor"):
            since, until, number = base64.b64decode(query["cursor"]).decode().split("|")
            offset = int(number)
        found = self._within(_instant(since), _instant(until))
        size = min(int(query.get("limit") or 100), self.page_size)
        asked = f"{base}{self.SEARCH}?updatedFrom={since}&updatedTo={until}"
        package: Release = {
            "uri": asked,
            "version": "1.1",
            "releases": found[offset : offset + size],
        }
        if offset + size < len(found):
            cursor = base64.b64encode(f"{since}|{until}|{offset + size}".encode()).decode()
            package["links"] = {"next": f"{asked}&cursor={cursor.replace('=', '%3D')}"}
        return Answer(200, _spoilt(json.dumps(package, ensure_ascii=False)), JSON)

    def _within(self, since: datetime, until: datetime) -> list[Release]:
        found = [one for one in national() if since <= _instant(one["date"]) <= until]
        return found if until - since <= self.longest else found[::2]


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=None)


def _spoilt(text: str) -> bytes:
    """Two amounts as the real service has written them, which is no JSON."""
    text = re.sub(r'("amountGross": )[\d.]+', r"\g<1>1e9999", text, count=1)
    return re.sub(r'("amount":) 18500\b', r"\1 000", text).encode()


class TypedSite:
    """Proactis' habits: a month and a notice type are asked, everything is numbered anew."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.notices: tuple[TypedNotice, ...] = typed(host)
        self.answers = 0

    def answer(self, path: str, query: Query, base: str) -> Answer:
        """The answer to a decoded path and a query with lower-case keys."""
        if path == "/robots.txt":
            return ROBOTS
        if path.lower() != "/v1/notices":
            return NOT_FOUND
        month, kind = query.get("datefrom", ""), query.get("noticetype", "")
        if not re.fullmatch(r"\d\d-\d{4}", month) or not kind.isdigit():
            return BAD_REQUEST
        if query.get("outputtype") != "0":
            return Answer(200, b"<NOTICES/>", "text/xml")
        if FAILING.get(self.host) == (int(kind), month):
            return SERVER_ERROR
        if self.host == WELSH_HOST and query.get("locale") != "2057":
            return Answer(200, b'{"version": "1.1", "uri": "", "releases": []}', JSON)
        return self._package(month, int(kind))

    def _package(self, month: str, kind: int) -> Answer:
        package: Release = {"uri": f"http://{self.host}/v1/Notices", "version": "1.1"}
        if kind != WITHOUT_RELEASES:
            found = [one for one in self.notices if (one.kind, f"{one.on:%m-%Y}") == (kind, month)]
            self.answers += 1
            package["releases"] = _numbered(found, self.answers)
        encoding = "iso-8859-1" if self.host == WELSH_HOST else "utf-8"
        return Answer(200, json.dumps(package, ensure_ascii=False).encode(encoding), JSON)


def _numbered(found: list[TypedNotice], first: int) -> list[Release]:
    """Releases with the numbers of this answer: those of the next one are others."""
    releases = []
    for place, notice in enumerate(found, start=first):
        names = {"buyer": f"org-{2 * place}", "supplier": f"org-{2 * place + 1}"}
        numbered: Release = _renamed(notice.release, names)
        releases.append({"id": f"rls-{place}-{notice.number}"} | numbered)
    return releases


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """A release with ids of parties replaced, wherever they stand."""
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: names.get(str(item), item) if key == "id" else _renamed(item, names)
        for key, item in value.items()
    }


def service_sites() -> dict[str, Site]:
    """The three services and the transparency records, by their hosts."""
    return {
        NATIONAL_HOST: NationalSite(),
        SCOTTISH_HOST: TypedSite(SCOTTISH_HOST),
        WELSH_HOST: TypedSite(WELSH_HOST),
        RECORDS_HOST: RecordsSite(),
    }

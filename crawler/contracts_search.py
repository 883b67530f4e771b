"""Contracts Finder's keyword search (REST v2): what is asked of it, and its answers read.

Its request is recorded, of its answer only the documented shape. A hit is a lead: it says which
notice was found and when that was published, and nothing else of it is relied upon.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from corpus import loose
from corpus.errors import Broken

PATH = "api/rest/2/search_notices/json"
MOST_HITS = 1000
"""Hits of one answer, the documented most; there are no pages."""
NEAR = timedelta(hours=1)
"""Notices published this near to each other are fetched together: a page holds some hours."""
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_YEARS = range(2000, 2100)


@dataclass(frozen=True)
class Hit:
    """A notice that was found: its GUID in small letters, and when it was published (UTC)."""

    guid: str
    published_at: datetime


@dataclass(frozen=True)
class Results:
    """One answer: how many notices it counts, how many it gives, and those that can be read."""

    count: int
    given: int
    hits: tuple[Hit, ...]
    unread: tuple[str, ...]
    """A sentence for each that cannot be read."""


def body(phrase: str, since: date, until: date) -> dict[str, Any]:
    """Return what is sent to search for a phrase in notices published from a day to another.

    Whole days, told by their first and last second: right whether the service reads the time or
    the day alone.
    """
    criteria = {
        "keyword": phrase,
        "publishedFrom": f"{since}T00:00:00Z",
        "publishedTo": f"{until}T23:59:59Z",
    }
    return {"searchCriteria": criteria, "size": MOST_HITS}


def results(content: bytes) -> Results:
    """Return what an answer holds; raises `Broken` where it is no answer of the search."""
    try:
        found = loose.parse(loose.decoded(content))
    except ValueError as error:
        raise Broken(f"not JSON ({error})") from error
    count = found.get("hitCount") if isinstance(found, dict) else None
    listed = found.get("noticeList") if isinstance(found, dict) else None
    if type(count) is not int or count < 0:
        raise Broken("not an answer of the search: `hitCount` is no number of hits")
    if not isinstance(listed, list):
        raise Broken("not an answer of the search: `noticeList` is no list")
    read = [_hit(entry) for entry in listed]
    return Results(
        count,
        len(listed),
        tuple(one for one in read if isinstance(one, Hit)),
        tuple(one for one in read if isinstance(one, str)),
    )


def _hit(entry: Any) -> Hit | str:
    item = entry.get("item") if isinstance(entry, dict) else None
    if not isinstance(item, dict):
        return "a hit without an `item`"
    told = item.get("id")
    guid = told.lower() if isinstance(told, str) else ""
    if not _GUID.fullmatch(guid):
        return f"a hit whose `id` is no notice's: {str(told)[:60]!r}"
    at = _instant(item.get("publishedDate"))
    return Hit(guid, at) if at else f"a hit without a day of publication: {guid}"


def _instant(told: Any) -> datetime | None:
    """Return an instant in UTC, which is also what is taken where no zone is told."""
    try:
        at = datetime.fromisoformat(told)
    except (TypeError, ValueError):
        return None
    if at.year not in _YEARS:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def windows(hits: Iterable[Hit], around: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """Yield (first, last instant) of the times in which hits were published, the earliest first.

    Each reaches `around` beyond its hits; those that lie near to each other are one.
    """
    first = last = None
    for at in sorted(hit.published_at for hit in hits):
        if first and last and at - last > NEAR + 2 * around:
            yield first - around, last + around
            first = None
        first, last = first or at, at
    if first and last:
        yield first - around, last + around


def halves(since: date, until: date) -> tuple[tuple[date, date], tuple[date, date]]:
    """Return the two halves of some days, of which there are at least two."""
    middle = since + (until - since) // 2
    return (since, middle), (middle + timedelta(days=1), until)

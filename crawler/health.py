"""What is wrong with sources: gone quiet, stale, refused, moved or not recognised; only reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from corpus.store import Store
from corpus.study import Source, Study

QUIET_TIMES = 3
"""A council is quiet that has published nothing for so many times its usual interval."""
QUIET_DAYS = 60
"""No council is called quiet before: recess and elections last about so long."""
REFUSED = ("blocked", "robots-refused")
WRONG = ("failed", "unsupported", "url-unknown")
_LAST = """
    select source, council, month, state, looked_at, reason from coverage c
    where looked_at is not null and month = (
        select max(month) from coverage l where l.source = c.source and l.council = c.council
        and l.month <= ? and l.state != 'not-looked')
    order by source, council
"""
_PUBLISHED = """
    select published_on from documents where source = ? and coalesce(council, '') = ?
    and published_on is not null and published_on <= ? group by published_on order by published_on
"""
_MOVED = """
    select v.url, v.redirected_to, v.fetched_at from visits v
    where v.source = ? and v.redirected_to is not null
    and v.crawl = (select max(crawl) from visits where source = v.source)
"""


@dataclass(frozen=True)
class Complaint:
    """One thing that is wrong with a source at one council, and what to do about it."""

    source: str
    council: str
    kind: str
    reason: str
    since: str
    advice: str

    @property
    def line(self) -> str:
        """The complaint in one line."""
        where = f"{self.source} {self.council}".strip()
        return f"{self.kind:<8} {where}: {self.reason} ({self.since[:10]}). {self.advice}"


def complaints(store: Store, study: Study, today: date) -> list[Complaint]:
    """Return what is wrong with the sources that were crawled, the gravest first."""
    found = [*_states(store, today), *_moved(store, study), *_stale(store, study, today)]
    refused = {(one.source, one.council) for one in found}
    found += [one for one in _quiet(store, today) if (one.source, one.council) not in refused]
    order = {"wrong": 0, "refused": 1, "stale": 2, "quiet": 3}
    return sorted(found, key=lambda one: (order[one.kind], one.source, one.council))


def _states(store: Store, today: date) -> Iterator[Complaint]:
    """Yield councils whose newest month was refused or could not be read."""
    for row in store.rows(_LAST, (today.strftime("%Y-%m"),)):
        told = row["source"], row["council"]
        reason = row["reason"] or row["state"]
        if row["state"] in REFUSED:
            advice = f"Ask: `corpus sources letter {row['council']}`." if row["council"] else ""
            yield Complaint(*told, "refused", reason, row["looked_at"], advice)
        if row["state"] in WRONG:
            advice = (
                f"See `corpus sources check {row['source']}`; correct its address in the study."
            )
            yield Complaint(*told, "wrong", reason, row["looked_at"], advice)


def _moved(store: Store, study: Study) -> Iterator[Complaint]:
    """Yield councils whose site has led to another one in the last crawl, one for each."""
    for source in study.sources:
        led = store.rows(_MOVED, (source,))
        for council in study.councils.values():
            if council.platform != source or not council.base_url:
                continue
            host = urlsplit(council.base_url).hostname
            for row in led:
                to = urlsplit(row["redirected_to"]).hostname
                if urlsplit(row["url"]).hostname == host and to and to != host:
                    reason = f"{host} leads to {row['redirected_to']}"
                    advice = "Write the new address into the study's councils.csv."
                    told = source, council.council, "wrong", reason, row["fetched_at"], advice
                    yield Complaint(*told)
                    break


def _stale(store: Store, study: Study, today: date) -> Iterator[Complaint]:
    """Yield sources whose last finished crawl is older than their look-back."""
    for row in store.rows(
        "select source, max(finished_at) as at from crawls where outcome like 'finished%' "
        "group by 1"
    ):
        source = study.sources.get(row["source"])
        if source is None or source.spider is None:
            continue
        days = max(7.0, source.window_days)
        age = (today - date.fromisoformat(row["at"][:10])).days
        if age > days:
            reason = f"last crawled {age} days ago, and papers come up to {days:.0f} days late"
            yield Complaint(row["source"], "", "stale", reason, row["at"], "Run `corpus crawl`.")


def _quiet(store: Store, today: date) -> Iterator[Complaint]:
    """Yield councils that have published nothing for much longer than they used to."""
    pairs = store.rows(
        "select distinct source, coalesce(council, '') as council from documents "
        "where source in (select source from sources where kind = 'papers')"
    )
    for pair in pairs:
        of = pair["source"], pair["council"]
        days = [row[0] for row in store.db.execute(_PUBLISHED, (*of, today.isoformat()))]
        quiet = quiet_days(days, today)
        if quiet:
            reason = f"nothing published for {quiet} days, one paper every {usual(days):.0f} before"
            yield Complaint(*of, "quiet", reason, days[-1], "Look at its site in a browser.")


def usual(days: list[str]) -> float:
    """Return the mean interval between days of publication, in days."""
    first, last = date.fromisoformat(days[0][:10]), date.fromisoformat(days[-1][:10])
    return (last - first).days / max(1, len(days) - 1)


def quiet_days(days: list[str], today: date) -> int:
    """Return for how many days nothing was published, 0 where that is usual or unknown."""
    if len(days) < QUIET_TIMES:
        return 0
    silence = (today - date.fromisoformat(days[-1][:10])).days
    return silence if silence > max(QUIET_DAYS, QUIET_TIMES * usual(days)) else 0


def card(store: Store | None, study: Study, source: Source) -> dict[str, Any]:
    """Return all that is known of a source: what the study says, and what came of it."""
    own = [one for one in study.councils.values() if one.platform == source.source]
    return {
        "source": source.source,
        "title": source.title,
        "kind": source.kind,
        "publisher": source.publisher,
        "url": source.url,
        "licence": source.licence,
        "coverage": source.coverage,
        "spider": source.spider,
        "pause_seconds": source.throttle_seconds,
        "pause_why": source.throttle_why,
        "window_days": source.window_days,
        "window_why": source.window_why,
        "caveats": list(source.caveats),
        "councils": len(own),
        "councils_with_url": sum(1 for council in own if council.base_url),
    } | (_figures(store, source.source) if store else _NOTHING)


_NOTHING: dict[str, Any] = {"documents": 0, "months_by_state": {}, "last_crawl": None}


def _figures(store: Store, source: str) -> dict[str, Any]:
    states = store.rows(
        "select state, count(*) as months from coverage where source = ? group by 1", (source,)
    )
    last = store.rows(
        "select started_at, finished_at, outcome, requests, bytes, seen, kept, errors "
        "from crawls where source = ? order by crawl desc limit 1",
        (source,),
    )
    return {
        "documents": store.value("select count(*) from documents where source = ?", (source,)),
        "months_by_state": {row["state"]: row["months"] for row in states},
        "last_crawl": last[0] if last else None,
    }


def refusal(store: Store, council: str) -> dict[str, Any] | None:
    """Return the last refusal of a council: when, which rule, at which address; None without."""
    found = store.rows(
        "select v.source, v.url, v.outcome, v.status, v.reason, v.fetched_at from visits v "
        "where v.outcome in ('blocked', 'robots-refused') and v.source in "
        "(select source from coverage where council = ?1) and v.url like "
        "(select rtrim(base_url, '/') from councils where council = ?1) || '%' "
        "order by v.visit desc limit 1",
        (council,),
    )
    return found[0] if found else None

"""What must hold of each source after a run, as its study file asserts it; only reads.

Shares are of the newest documents of a source, so that a fault of today is not hidden by the good
years before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from corpus.store import Row, Store
from corpus.study import Source, Study
from crawler.due import due
from crawler.fields import lost_fields
from crawler.months import Window
from crawler.plan import Step, plan

NEWEST = 500
"""So many documents of a source are the newest: some weeks of a large service."""
LEAST = 20
"""Of fewer, a share says nothing."""
LATE_TIMES = 2
"""A source is late that was not crawled for so many times its cadence: one night may fail."""
_NEWEST = """
    select count(*) as documents,
        coalesce(sum(f.outcome in ('unreadable', 'unsupported', 'failed')), 0) as unreadable,
        coalesce(sum(f.text_source is not null and f.text_source != 'none'), 0) as with_text
    from (select sha256 from documents where source = ? and gone_at is null
          order by first_seen_at desc, document limit ?) d
    join files f using (sha256) where f.outcome is not null
"""
_ASKED = """
    select requests, seen from crawls where source = ? and outcome like 'finished%'
    order by crawl desc limit 1
"""


@dataclass(frozen=True)
class Monitor:
    """One assertion and what came of it; `value` and `limit` in the unit of the assertion."""

    source: str
    council: str
    name: str
    failing: bool
    value: float | None
    limit: float
    told: str
    advice: str = ""

    @property
    def key(self) -> str:
        """What names it: source, council where it is of one, assertion."""
        return "/".join(part for part in (self.source, self.council, self.name) if part)

    @property
    def line(self) -> str:
        """The monitor in one line."""
        state = "failing" if self.failing else "holds" if self.value is not None else "too early"
        return f"{state:<10}{self.key}: {self.told}" + (
            f" {self.advice}" if self.failing and self.advice else ""
        )


def monitors(store: Store, study: Study, at: datetime) -> list[Monitor]:
    """Return every assertion of the study's sources at an instant, the failing ones first."""
    steps = plan(study, (), (), Window.of(None, None, at.date())).steps
    found = [
        one
        for step in steps
        if store.value("select 1 from crawls where source = ?", (step.source.source,))
        for one in (*_held(store, step), *_of_source(store, step.source, at))
    ]
    found += _cadence(store, study, at)
    return sorted(found, key=lambda one: (not one.failing, one.key))


def _held(store: Store, step: Step) -> Iterator[Monitor]:
    """Yield whether as many documents are held as were expected: of each council, or the service.

    Councils that keep to it are one line together.
    """
    source, found, asked = step.source, problems(store, step), len(step.councils) or 1
    yield from found
    good = asked - len({one.council for one in found})
    if good:
        of = f"{good} of {asked} councils have" if step.councils else "the service has"
        told = f"{of} {source.min_documents:,} to {source.max_documents:,} documents, as expected."
        yield Monitor(source.source, "", "documents", False, good, asked, told)


def problems(store: Store, step: Step) -> list[Monitor]:
    """Return which counts of documents are not as expected, each with what to check.

    They are about what is held of each council that could be looked at (of the service, where
    there are no councils), so that a second crawl that finds nothing new fails none.
    """
    source, found = step.source, []
    for code, name, url in _subjects(step):
        held = _count(store, source.source, code)
        if held < source.min_documents and _was_searched(store, source.source, code):
            told = f"{name} has {held:,} documents, at least {source.min_documents:,} are expected."
            advice = f"Check {url} in a browser: has the site moved, or is the window too narrow?"
            limit = source.min_documents
            of = source.source, code, "min_documents"
            found.append(Monitor(*of, True, held, limit, told, advice))
        if held > source.max_documents:
            told = f"{name} has {held:,} documents, at most {source.max_documents:,} are expected."
            advice = f"Check whether {url} still filters by date."
            of = source.source, code, "max_documents"
            found.append(Monitor(*of, True, held, source.max_documents, told, advice))
    return found


def _subjects(step: Step) -> Iterator[tuple[str, str, str]]:
    if step.source.kind != "papers":
        yield "", step.source.title, step.source.url
    for council in step.councils:
        yield council.council, council.name, council.base_url


def _count(store: Store, source: str, council: str) -> int:
    sql = "select count(*) from documents where source = ?"
    if not council:
        return int(store.value(sql, (source,)))
    return int(store.value(f"{sql} and council = ?", (source, council)))


def _was_searched(store: Store, source: str, council: str) -> bool:
    return bool(
        store.value(
            "select 1 from coverage where source = ? and council = ? "
            "and state in ('searched', 'none-published')",
            (source, council),
        )
    )


def _of_source(store: Store, source: Source, at: datetime) -> Iterator[Monitor]:
    """Yield what is asserted of a source as a whole."""
    limits = source.upkeep
    newest = store.rows(_NEWEST, (source.source, NEWEST))[0]
    if limits.max_unreadable is not None:
        yield _share(source, "max_unreadable", newest, "unreadable", limits.max_unreadable)
    if limits.min_with_text is not None:
        yield _share(source, "min_with_text", newest, "with_text", limits.min_with_text)
    if limits.max_requests_per_document is not None:
        yield _requests(store, source, limits.max_requests_per_document)
    if limits.max_silent_days is not None:
        yield _silence(store, source, limits.max_silent_days, at)
    if limits.max_field_loss is not None:
        yield _fields(store, source, limits.max_field_loss)


def _share(source: Source, name: str, newest: Row, part: str, limit: float) -> Monitor:
    """Return whether a share of the newest documents keeps to its limit."""
    documents, count = newest["documents"], newest[part]
    words = "could not be read" if part == "unreadable" else "have text"
    told = f"{count:,} of the newest {documents:,} documents {words}"
    if documents < LEAST:
        told = f"{told}: of fewer than {LEAST}, no share is told"
        return Monitor(source.source, "", name, False, None, limit, told)
    share = count / documents
    failing = share > limit if name.startswith("max_") else share < limit
    bound = "at most" if name.startswith("max_") else "at least"
    told = f"{told} ({share:.0%}; {bound} {limit:.0%} is expected)."
    advice = f"See table `failures` and the newest documents of `{source.source}`."
    return Monitor(source.source, "", name, failing, round(share, 4), limit, told, advice)


def _requests(store: Store, source: Source, limit: float) -> Monitor:
    """Return whether the last whole run asked for no more than was worth it."""
    rows = store.rows(_ASKED, (source.source,))
    last: Row = rows[0] if rows else {"requests": 0, "seen": 0}
    of = source.source, "", "max_requests_per_document"
    requests, seen = last["requests"] or 0, last["seen"] or 0
    told = f"{requests:,} requests for {seen:,} documents in the last crawl"
    if requests < LEAST:
        return Monitor(*of, False, None, limit, f"{told}: too few to judge")
    share = requests / max(1, seen)
    told = f"{told} ({share:.1f} each; at most {limit:g} are expected)."
    advice = "Has the site changed its lists, or is every page asked for twice?"
    return Monitor(*of, share > limit, round(share, 2), limit, told, advice)


def _silence(store: Store, source: Source, limit: float, at: datetime) -> Monitor:
    """Return whether a source still publishes."""
    newest = store.value(
        "select max(published_on) from documents where source = ? and published_on <= ?",
        (source.source, at.date().isoformat()),
    )
    of = source.source, "", "max_silent_days"
    if newest is None:
        return Monitor(*of, False, None, limit, "no document with a date yet")
    days = (at.date() - datetime.fromisoformat(newest[:10]).date()).days
    told = f"newest document {newest[:10]}, {days:,} days ago; at most {limit:g} are expected."
    advice = f"See `corpus sources check {source.source}`."
    return Monitor(*of, days > limit, float(days), limit, told, advice)


def _fields(store: Store, source: Source, limit: float) -> Monitor:
    """Return whether the answers still have the fields they had."""
    of = source.source, "", "max_field_loss"
    lost = lost_fields(store, source.source)
    if lost is None:
        return Monitor(*of, False, None, limit, "too few documents to compare their fields")
    worst = max(lost.values(), default=0.0)
    names = [f"{name} (by {loss:.0%})" for name, loss in lost.items() if loss > limit]
    told = f"fields that the newest documents lack: {', '.join(names) or 'none'}."
    advice = "The service has changed its answers: compare one with what the spider reads."
    return Monitor(*of, bool(names), round(worst, 4), limit, told, advice)


def _cadence(store: Store, study: Study, at: datetime) -> Iterator[Monitor]:
    """Yield whether each source that was ever crawled is crawled as often as the study says."""
    for one in due(store, study, at):
        every = study.sources[one.source].upkeep.every_days
        if one.last is None:
            continue
        days = (at - datetime.fromisoformat(one.last)) / timedelta(days=1)
        limit = LATE_TIMES * every
        advice = "Run `corpus update`; does the scheduler (`corpus schedule --show`) still run it?"
        told = f"{one.why}."
        of = one.source, "", "cadence"
        yield Monitor(*of, not 0 <= days <= limit, round(days, 2), limit, told, advice)


def as_row(one: Monitor) -> Row:
    """Return a monitor as an answer for `--json` and as a row, but for its times."""
    return {
        "monitor": one.key,
        "source": one.source,
        "council": one.council or None,
        "name": one.name,
        "state": "failing" if one.failing else "holds" if one.value is not None else "too-early",
        "value": one.value,
        "limit": one.limit,
        "message": one.told,
        "advice": one.advice if one.failing else "",
    }

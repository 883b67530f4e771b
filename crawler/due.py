"""Which sources are due: each by its own cadence, counted from its last whole crawl; only reads."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from corpus.store import Store
from corpus.study import Source, Study
from crawler.months import Window
from crawler.plan import plan

SLACK = timedelta(hours=6)
"""A nightly run begins a little earlier or later than the night before: a day is not 24 hours."""
_LAST = """
    select max(started_at) as at from crawls
    where source = :source and outcome like 'finished%' and until >= substr(started_at, 1, 10)
    and coalesce(json_extract(options, '$.councils'), iif(council is null, 1e9, 1)) >= :councils
"""
"""A crawl of a few councils, or of years gone by, is none of the whole source."""


@dataclass(frozen=True)
class Due:
    """A source, when it was last crawled as a whole, and how far a crawl would look back."""

    source: str
    due: bool
    why: str
    last: str | None
    since: date


def due(store: Store, study: Study, at: datetime) -> list[Due]:
    """Return every source that can be crawled, with whether it is due at an instant (UTC).

    What was missed is caught up: the window begins where the last whole crawl began, if that is
    earlier than usual. A last crawl that lies in the future was dated by a clock that was ahead.
    """
    window = Window.of(None, None, at.date())
    found = []
    for step in plan(study, (), (), window).steps:
        asked = {"source": step.source.source, "councils": len(step.councils)}
        last = store.rows(_LAST, asked)
        found.append(_due(step.source, last[0]["at"], at, window.since))
    return found


def _due(source: Source, last: str | None, at: datetime, usual: date) -> Due:
    every = timedelta(days=source.upkeep.every_days)
    if last is None:
        return Due(source.source, True, "never crawled as a whole", None, usual)
    began = datetime.fromisoformat(last).astimezone(UTC)
    since = min(usual, began.date().replace(day=1))
    ago = (at - began) / timedelta(days=1)
    if ago < 0:
        why = f"last crawled at {last}, which is yet to come: the clock was wrong then, or is now"
        return Due(source.source, True, why, last, usual)
    why = f"last crawled {ago:.1f} days ago, every {source.upkeep.every_days:g} days is wanted"
    return Due(source.source, at - began >= every - min(SLACK, every / 4), why, last, since)

"""Whether a month without a meeting is silence or a fault: judged by the council's own cadence."""

from math import exp

from corpus.store import Store
from corpus.study import Source

RARE = 0.005
"""A month without a meeting that is less likely than this is taken for a fault."""
LEAST_MONTHS = 6
"""Of so many months of a council something must be known before one is judged."""
_QUIET = """
    select c.council, c.month from coverage c
    where c.source = ? and c.state = 'none-published' and c.council != ''
      and not exists (select 1 from documents d left join meetings m on m.meeting = d.meeting
                      where d.council = c.council and d.source = c.source
                      and substr(coalesce(m.held_on, d.published_on), 1, 7) = c.month)
"""
_LOOKED = """
    select c.month, count(m.meeting) as meetings from coverage c
    left join meetings m on m.council = c.council and m.source = c.source
         and substr(m.held_on, 1, 7) = c.month and lower(coalesce(m.status, '')) != 'cancelled'
    where c.source = ? and c.council = ? and c.state in ('searched', 'none-published')
    group by c.month
"""


def judge(store: Store, source: Source) -> None:
    """Mark months as `failed` whose lack of meetings does not fit their council.

    Meetings are taken as independent of each other (a Poisson process), and a month of the year as
    like the same month of other years where one is known: councils rest in August and before
    elections.
    """
    for council, month in store.db.execute(_QUIET, (source.source,)).fetchall():
        looked = store.db.execute(_LOOKED, (source.source, council)).fetchall()
        usual = expected(dict(looked), month)
        if usual is not None and exp(-usual) < RARE:
            store.db.execute(
                "update coverage set state = 'failed', reason = ? "
                "where source = ? and council = ? and month = ?",
                (
                    f"no meeting is listed where about {usual:.0f} are usual: more likely a fault "
                    "than silence",
                    source.source,
                    council,
                    month,
                ),
            )


def expected(meetings: dict[str, int], month: str) -> float | None:
    """Return how many meetings a month would have; None where too little is known.

    `meetings` are counts by month (YYYY-MM) of a council.
    """
    others = {one: count for one, count in meetings.items() if one != month}
    if len(others) < LEAST_MONTHS:
        return None
    same = [count for one, count in others.items() if one[5:] == month[5:]]
    mean = sum(others.values()) / len(others)
    return min(mean, sum(same) / len(same)) if same else mean

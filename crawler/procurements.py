"""One procurement, many notices: what stands on several services is found to be the same.

Notices of one ocid are one procurement. Where services gave ocids of their own, the same buyer, a
title that is alike and days that are near make it one; two procurements of one service are never
merged. Everything is recomputed buyer by buyer, and a buyer without news is passed over.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any, NamedTuple

from corpus.ids import short_hash
from corpus.store import Batch, Store
from corpus.study import is_date
from crawler.buyers import EXACT_NAME, SCORES, SHARED_ID, fold_name

MOST_DAYS_APART = 60
"""The same procurement is notified to a second service within days; awards may take two months."""
ALIKE = 0.9
"""Titles at least so alike, 0 to 1, are one: a word more or less, a spelling, an order of words."""
FEWEST_WORDS = 2
"""A title of one word ("Cleaning") says too little to tell two procurements apart."""
_REGISTERED = re.compile(r"[A-Z]{2}-[A-Z]+-.+")
"""Ids of a register. Others (`org-13`) count the parties of one answer and say nothing."""
_DIGITS = re.compile(r"\d+")

_NOTICES = """
    select n.document, n.ocid, coalesce(n.council, '') as council,
           coalesce(n.buyer_name, '') as buyer_name, d.source, coalesce(d.title, '') as title,
           coalesce(d.published_on, '') as published_on, coalesce(p.basis, '') as basis
    from notices n join documents d on d.document = n.document
    left join procurements p on p.document = n.document
    order by published_on, n.ocid, n.document
"""
_SHARED_IDS = """
    select buyer_id, min(council) as council from notices
    where council_how = ? and buyer_id is not null
    group by buyer_id having count(distinct council) = 1
"""


class Notice(NamedTuple):
    """What of a notice tells to which procurement it belongs."""

    document: str
    ocid: str
    council: str
    buyer_name: str
    source: str
    title: str
    published_on: str
    basis: str


@dataclass(frozen=True)
class Unit:
    """The notices of one ocid, in the order of their days."""

    notices: tuple[Notice, ...]

    @property
    def first(self) -> Notice:
        """The earliest notice."""
        return self.notices[0]

    @cached_property
    def sources(self) -> frozenset[str]:
        """The services that it stands on."""
        return frozenset(notice.source for notice in self.notices)

    @cached_property
    def days(self) -> tuple[int, ...]:
        """The days of its notices, counted from the year 1; what is no day is left out."""
        told = sorted({notice.published_on for notice in self.notices})
        return tuple(date.fromisoformat(day).toordinal() for day in told if is_date(day))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of its first title, in the order of the alphabet."""
        return tuple(sorted(fold_name(self.first.title).split()))


@dataclass(frozen=True)
class Likeness:
    """How sure it is that two units are one procurement, and why."""

    score: float
    reason: str


@dataclass
class Linked:
    """What linking did."""

    notices: int = 0
    procurements: int = 0
    compared_buyers: int = 0
    matched_by_id: int = 0


def link_procurements(store: Store) -> Linked:
    """Match buyers by shared ids and find which notices are of one procurement; writes both.

    To be called after a crawl or an import that brought notices; what has not changed since the
    last call is not compared again.
    """
    done = Linked()
    with Batch(store) as batch:
        with batch.document():
            done.matched_by_id = match_shared_ids(store)
            store.db.execute(
                "delete from procurements where document not in (select document from notices)"
            )
        for units in _buyers(store):
            notices = [notice for unit in units for notice in unit.notices]
            basis = _basis(notices)
            done.notices += len(notices)
            if all(notice.basis == basis for notice in notices):
                continue
            done.compared_buyers += 1
            with batch.document():
                rows = [row | {"basis": basis} for row in procurements(units)]
                store.db.table("procurements").upsert_all(rows, pk="document")
    done.procurements = store.value("select count(distinct procurement) from procurements")
    return done


def match_shared_ids(store: Store) -> int:
    """Give unmatched buyers the council that other notices of their id name exactly.

    Returns how many notices were matched. Only ids of a register are relied upon.
    """
    known = {
        row["buyer_id"]: row["council"]
        for row in store.rows(_SHARED_IDS, (EXACT_NAME,))
        if _REGISTERED.fullmatch(row["buyer_id"])
    }
    found = [
        (row["document"], known[row["buyer_id"]])
        for row in store.rows(
            "select document, buyer_id from notices where council is null "
            "and buyer_id is not null order by document"
        )
        if row["buyer_id"] in known
    ]
    for document, council in found:
        store.db.execute(
            "update notices set council = ?, council_score = ?, council_how = ? where document = ?",
            (council, SCORES[SHARED_ID], SHARED_ID, document),
        )
        store.db.execute("update documents set council = ? where document = ?", (council, document))
    return len(found)


def _buyers(store: Store) -> Iterator[list[Unit]]:
    """Yield each buyer's units in the order of their days; an ocid belongs to its first buyer."""
    units: dict[str, list[Notice]] = defaultdict(list)
    for row in store.rows(_NOTICES):
        notice = Notice(**row)
        units[notice.ocid or notice.document].append(notice)
    buyers: dict[str, list[Unit]] = defaultdict(list)
    for notices in units.values():
        unit = Unit(tuple(notices))
        buyers[_buyer(unit.first)].append(unit)
    for buyer in sorted(buyers):
        yield buyers[buyer]


def _buyer(notice: Notice) -> str:
    """Return what tells buyers apart: the council, else the name; without either, the notice."""
    return notice.council or fold_name(notice.buyer_name) or f"? {notice.document}"


def _basis(notices: Iterable[Notice]) -> str:
    facts = sorted("\x1e".join(notice[:-1]) for notice in notices)
    return short_hash(*facts, length=16)


def procurements(units: list[Unit]) -> Iterator[dict[str, Any]]:
    """Yield a row for each notice of one buyer: its procurement, and why and how surely.

    `units` are in the order of their days, and each joins the likest procurement before it.
    """
    recent: list[list[Unit]] = []
    for unit in units:
        recent = [group for group in recent if _is_near(group, unit)]
        likest = _likest(unit, recent)
        if likest is None:
            recent.append([unit])
            yield from _rows(unit, unit.first.ocid, Likeness(1.0, "first notice"))
        else:
            group, likeness = likest
            group.append(unit)
            yield from _rows(unit, group[0].first.ocid, likeness)


def _is_near(group: list[Unit], unit: Unit) -> bool:
    """Whether this unit, or one that comes after it, may still be near enough to a procurement."""
    last = max((member.days[-1] for member in group if member.days), default=0)
    return bool(unit.days) and unit.days[0] - last <= MOST_DAYS_APART


def _rows(unit: Unit, procurement: str, likeness: Likeness) -> Iterator[dict[str, Any]]:
    for notice in unit.notices:
        again = notice is not unit.first and likeness.score == 1.0
        yield {
            "document": notice.document,
            "procurement": procurement or notice.document,
            "reason": "same ocid" if again else likeness.reason,
            "score": likeness.score,
        }


def _likest(unit: Unit, groups: list[list[Unit]]) -> tuple[list[Unit], Likeness] | None:
    """Return the likest procurement of other services; of two alike, the earlier."""
    best: tuple[list[Unit], Likeness] | None = None
    for group in groups:
        if any(unit.sources & member.sources for member in group):
            continue
        for member in group:
            likeness = alike(member, unit)
            if likeness and (best is None or likeness.score > best[1].score):
                best = group, likeness
    return best


def alike(one: Unit, other: Unit) -> Likeness | None:
    """Return how sure it is that two units of one buyer are one procurement, None where not."""
    days = min((abs(a - b) for a in one.days for b in other.days), default=None)
    if days is None or days > MOST_DAYS_APART:
        return None
    ratio = title_likeness(one.words, other.words)
    if ratio < ALIKE:
        return None
    told = f"same buyer ({other.first.buyer_name or other.first.council}), title {ratio:.0%} alike"
    # A day apart costs a little: of two alike, the nearer is the likelier.
    score = round(ratio * (1 - 0.1 * days / MOST_DAYS_APART), 4)
    return Likeness(min(score, 0.99), f"{told}, {days} days from {one.first.document}")


def title_likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """Return how alike two titles are, 0 to 1, by their words in the order of the alphabet.

    Titles whose numbers differ (lots, years) are not alike at all, unless one has none.
    """
    shared = set(one) & set(other)
    if min(len(one), len(other)) < FEWEST_WORDS or 2 * len(shared) < min(len(one), len(other)):
        return 0.0
    numbers = [set(_DIGITS.findall(" ".join(words))) for words in (one, other)]
    if numbers[0] != numbers[1] and all(numbers):
        return 0.0
    return SequenceMatcher(None, " ".join(one), " ".join(other), autojunk=False).ratio()

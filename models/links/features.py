"""What speaks for and against a link, as figures from 0 to 1 and as reasons in words."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from rapidfuzz import fuzz

from corpus.study import is_date
from models.links.entities import Entity
from models.links.names import core
from models.links.papers import Paper

MOST_COUNTED = 15
"""Mentions of a product beyond which more say nothing new."""
NEAR_YEARS = 3.0
"""A notice and a paper further apart are less likely of one thing; contracts run so long."""
FAR_YEARS = 4
LIKE_TITLES = 0.6
"""Below it, titles share only words that all papers have."""


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for or against a link: its figure, and what it is in words."""

    feature: str
    value: float
    words: str


@dataclass(frozen=True)
class Around:
    """The other documents of a council that name a product, as far as they speak for this one.

    `number` is one that this document shares with one of them, `alike` and `words` how alike it
    is to the likest, `rivals` the other products that are called the same; `sold_here` is 1 where
    the council's documents name this one's seller alone, -1 where only a rival's, else 0.
    """

    others: int = 0
    number: str = ""
    alike: float = 0.0
    words: tuple[str, ...] = ()
    rivals: tuple[Entity, ...] = ()
    sold_here: int = 0


@dataclass
class Evidence:
    """All that speaks for and against one link."""

    reasons: list[Reason] = field(default_factory=list)

    def add(self, feature: str, value: float, words: str) -> None:
        """Note a figure that is not nought."""
        if round(value, 4):
            self.reasons.append(Reason(feature, round(value, 4), words))

    @property
    def features(self) -> dict[str, float]:
        """The figures by name."""
        return {reason.feature: reason.value for reason in self.reasons}


def of_product(
    paper: Paper, product: Entity, sellers: Mapping[str, str], around: Around
) -> Evidence:
    """Return what speaks for a document being about a product at its council.

    `sellers` are the names of entities known to sell it: itself, where it is a firm's, and the
    supplier that the study gives it.
    """
    found = Evidence()
    named = paper.named.get(product.code)
    if named:
        share = min(math.log2(1 + named.count) / math.log2(1 + MOST_COUNTED), 1.0)
        found.add("named", share, f"names {product.name} {_times(named.count)}")
        found.add("title", float(named.titled), f"{product.name} stands in its title")
        speaks = 1.0 if paper.sort == "notice" else named.speaks
        found.add("speaks", speaks, _stances(paper, named.stances))
        away = named.elsewhere / named.count if named.count else 0.0
        found.add("elsewhere", away, f"{_times(named.elsewhere)} beside another council's name")
    beside = named.beside if named else bool(paper.techniques)
    found.add("technique", float(beside), "names a technique of the study with it")
    _sold(found, paper, product, sellers, around)
    _company(found, around)
    return found


def _sold(
    found: Evidence,
    paper: Paper,
    product: Entity,
    sellers: Mapping[str, str],
    around: Around,
) -> None:
    """Add what the suppliers in a notice, or the firms in a text, say."""
    for seller, name in sorted(sellers.items()):
        how = paper.suppliers.get(seller)
        if how == "number":
            found.add("supplier_number", 1.0, f"awarded to {name}, known by its register number")
            return
        if how:
            found.add("supplier_name", 1.0, f"awarded to a supplier called {name}")
            return
        if seller in paper.firms and seller != product.entity:
            found.add("supplier_in_text", 1.0, f"names {name}, who sells it")
            return
    theirs = {rival.supplier for rival in around.rivals}
    told = ", ".join(rival.name for rival in around.rivals)
    if theirs & (paper.firms | paper.suppliers.keys()):
        found.add("other_supplier", 1.0, f"names who sells {told}")
    elif around.rivals and around.sold_here < 0:
        found.add("other_supplier", 0.5, f"the council's other documents name who sells {told}")
    elif around.rivals and not around.sold_here:
        found.add("ambiguous", 1.0, f"nothing tells it from {told}")


def _company(found: Evidence, around: Around) -> None:
    """Add what the council's other documents say that name the product."""
    if around.number:
        told = f"has the number {around.number} with another document that names it"
        found.add("reference", 1.0, told)
    words = ", ".join(around.words)
    found.add("context", around.alike, f"rare words of another document that names it: {words}")
    if not around.others:
        found.add("alone", 1.0, "no other document of the council names it")


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _stances(paper: Paper, stances: Mapping[str, int]) -> str:
    if paper.sort == "notice":
        return "a notice speaks of what its buyer wants or has"
    told = [f"{stance.replace('-', ' ')} {n}" for stance, n in sorted(stances.items()) if n]
    return f"stance of its mentions: {', '.join(told)}"


def of_documents(
    one: Paper,
    other: Paper,
    alike: float,
    shared: Sequence[str],
    common: frozenset[str] = frozenset(),
) -> Evidence:
    """Return what speaks for two documents of a council being about one thing.

    `alike` is the likeness of their words, 0 to 1, `shared` the rare words that make it, and
    `common` the numbers that too many documents have.
    """
    found = Evidence()
    numbers = sorted((one.references & other.references) - common)
    found.add("reference", float(bool(numbers)), f"both have the number {', '.join(numbers[:3])}")
    _supplier(found, one, other)
    _value(found, one, other)
    found.add("words", alike, f"rare words of both: {', '.join(shared)}")
    titles = fuzz.token_set_ratio(core(one.title), core(other.title)) / 100
    share = max(titles - LIKE_TITLES, 0.0) / (1 - LIKE_TITLES)
    found.add("title", share, f"their titles are {titles:.0%} alike")
    both = one.techniques & other.techniques
    told = ", ".join(sorted(both)).replace("_", " ")
    every = one.techniques | other.techniques
    found.add("technique", len(both) / len(every) if every else 0.0, f"both name {told}")
    if one.named and other.named and not one.named.keys() & other.named.keys():
        found.add("other_product", 1.0, "they name different products")
    _time(found, one, other)
    return found


def _supplier(found: Evidence, one: Paper, other: Paper) -> None:
    for awarding, naming in ((one, other), (other, one)):
        both = sorted(awarding.suppliers.keys() & (naming.firms | naming.suppliers.keys()))
        if both:
            found.add("supplier", 1.0, "one awards to the supplier that the other names")
            return


def _value(found: Evidence, one: Paper, other: Paper) -> None:
    for priced, naming in ((one, other), (other, one)):
        if priced.value and round(priced.value) in naming.amounts:
            found.add("value", 1.0, f"both speak of {round(priced.value):,}")
            return


def _time(found: Evidence, one: Paper, other: Paper) -> None:
    """Add how far apart they are, and whether a notice follows its paper or answers it."""
    if not (is_date(one.on) and is_date(other.on)):
        return
    years = abs((date.fromisoformat(one.on) - date.fromisoformat(other.on)).days) / 365.25
    told = f"{years:.1f} years apart"
    found.add("in_order", max(1 - years / NEAR_YEARS, 0.0), told)
    found.add("years_apart", min(max(years - NEAR_YEARS, 0.0), FAR_YEARS), told)


def sellers(product: Entity, entities: Mapping[str, Entity]) -> dict[str, str]:
    """Return who is known to sell a product, by entity: its own firm, and the study's supplier."""
    found = {product.entity: product.name}
    if product.supplier in entities:
        found[product.supplier] = entities[product.supplier].name
    return found

"""A document as it is compared: what it names, whom, when, for how much, in which words."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from models.links.names import FEWEST_LETTERS, core, folded

SORTS = {"notice": "notice", "atrs": "record", "foi": "answer"}
"""Kinds of documents that are not papers; only documents of two sorts are linked to each other."""
SPEAKS = frozenset({"uses", "plans", "stopped", "not-used"})
"""Stances that say something of the council's own dealings."""
LEAST_AMOUNT = 1000
"""In pounds: smaller sums stand in too many papers."""
_NUMBERED = re.compile(r"(?<![\w/.-])[A-Z][A-Z0-9/_.-]{3,39}(?!\w)")
_OCID = re.compile(r"\bocds-[a-z0-9]{6}-[\w-]+", re.I)
_MONEY = re.compile(r"(?:£|GBP|EUR|€)\s?(\d[\d,]*(?:\.\d+)?)\s?(million|m\b|k\b|thousand)?", re.I)
_FACTOR = {"million": 1_000_000, "m": 1_000_000, "k": 1000, "thousand": 1000}
_DIGITS = re.compile(r"\d")
FEWEST_DIGITS = 4
"""Of a reference number: "COVID-19", "A4" and "Q3-2021" are none."""


@dataclass(frozen=True)
class Named:
    """How a document names a product."""

    count: int
    stances: Mapping[str, int]
    titled: bool = False
    beside: bool = False
    elsewhere: int = 0

    @property
    def speaks(self) -> float:
        """The share of its mentions that speak of dealings with it, 0 to 1."""
        told = sum(n for stance, n in self.stances.items() if stance in SPEAKS)
        return told / self.count if self.count else 0.0


@dataclass(frozen=True)
class Paper:
    """One document of a council; `suppliers` are entities that a notice awards to, by what."""

    document: str
    kind: str
    council: str
    title: str = ""
    on: str = ""
    stage: str = ""
    value: float | None = None
    procurement: str = ""
    suppliers: Mapping[str, str] = field(default_factory=dict)
    named: Mapping[str, Named] = field(default_factory=dict)
    firms: frozenset[str] = frozenset()
    techniques: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()
    amounts: frozenset[int] = frozenset()
    words: str = ""

    @property
    def sort(self) -> str:
        """What it is to a link: `notice`, `record`, `answer` or `paper`."""
        return SORTS.get(self.kind, "paper")


def references(text: str) -> frozenset[str]:
    """Return the reference numbers in a text: of notices, contracts and tenders.

    Written in capitals with four digits at least; years, money and dates are none.
    """
    found = {match.lower() for match in _OCID.findall(text)}
    for number in _NUMBERED.findall(text):
        if len(_DIGITS.findall(number)) >= FEWEST_DIGITS:
            found.add(re.sub(r"[-/_.]", "", number).lower())
    return frozenset(found)


def amounts(text: str) -> frozenset[int]:
    """Return the sums of money in a text, in whole pounds or euros, small ones left out."""
    found = set()
    for digits, unit in _MONEY.findall(text):
        try:
            sum_ = float(digits.replace(",", "")) * _FACTOR.get(unit.lower(), 1)
        except ValueError:
            continue
        if LEAST_AMOUNT <= sum_ < 1e12:
            found.add(round(sum_))
    return frozenset(found)


class Firms:
    """Finds which of some suppliers a text names, by their whole names without legal form."""

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        self._by_first: dict[str, list[tuple[str, str]]] = {}
        for entity, given in names.items():
            for name in {core(one) for one in given}:
                if len(name.replace(" ", "")) > FEWEST_LETTERS:
                    self._by_first.setdefault(name.split()[0], []).append((f" {name} ", entity))

    def find(self, text: str) -> frozenset[str]:
        """Return the entities whose names stand in a text."""
        plain = f" {folded(text)} "
        found = set()
        for word in set(plain.split()) & self._by_first.keys():
            found |= {entity for name, entity in self._by_first[word] if name in plain}
        return frozenset(found)

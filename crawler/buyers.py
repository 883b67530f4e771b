"""Which council a buyer is: procurement services name buyers, they give no council code.

Org-id's lists (https://org-id.guide) of local authorities use the register codes that the study
uses for councils, so an id of one of them says which council it is.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from corpus.study import Council

REGISTERS = {
    "England": "GB-LAE",
    "Northern Ireland": "GB-LANI",
    "Scotland": "GB-LAS",
    "Wales": "GB-PLA",
}
"""Org-id's lists of local authorities, by nation."""
_WORDS = re.compile(r"[^\W_]+")
_TITLES = frozenset(
    [
        "the",
        "of",
        "and",
        "council",
        "city",
        "borough",
        "county",
        "district",
        "metropolitan",
        "london",
        "royal",
        "unitary",
        "authority",
        "corporation",
        "mbc",
        "bc",
        "cc",
        "dc",
        "lb",
        "rb",
        "mdc",
        "lbc",
    ]
)
"""Words of a council's style: they tell that a buyer is one, and not which."""
_SAYS_COUNCIL = re.compile(r"\b(council|borough|corporation|authority|cc|bc|dc|mbc|lb)\b", re.I)
EXACT_NAME = "exact name"
SHARED_ID = "shared id"
SCORES = {"known id": 1.0, EXACT_NAME: 1.0, SHARED_ID: 0.95, "core name": 0.8}
"""How sure a match is. Ids and whole names name one body; the same id under another name is a
department or a spelling; a name without its words of style says less, though it is unique."""


@dataclass(frozen=True)
class Match:
    """The council that a buyer is: its code and how that is known, one of `SCORES`."""

    council: str
    how: str

    @property
    def score(self) -> float:
        """How sure the match is, 0 to 1."""
        return SCORES[self.how]

    @property
    def columns(self) -> dict[str, Any]:
        """What `notices` keeps of it beside the council."""
        return {"council_score": self.score, "council_how": self.how}


class Buyers:
    """Councils by the names and ids under which they buy."""

    def __init__(self, councils: Iterable[Council]) -> None:
        self._exact: dict[str, str] = {}
        self._core: dict[str, set[str]] = {}
        self._ids: dict[str, str] = {}
        current_last = sorted(councils, key=lambda c: (not c.end_on, c.council))
        for council in current_last:
            for name in (council.name, council.official_name):
                self._exact[fold_name(name)] = council.council
                self._core.setdefault(_core(name), set()).add(council.council)
            self._ids |= dict.fromkeys(_ids(council), council.council)

    def match(self, buyer: str | None, buyer_id: str | None = None) -> Match | None:
        """Return the council that a buyer is beyond doubt, by its id or its name, else None."""
        told = (buyer_id or "").upper()
        known = self._ids.get(told) or self._ids.get(told.rpartition("-")[2])
        if known:
            return Match(known, "known id")
        if not buyer or not _SAYS_COUNCIL.search(buyer):
            return None
        if exact := self._exact.get(fold_name(buyer)):
            return Match(exact, EXACT_NAME)
        core = _core(buyer)  # empty: only words of style, which name no council
        candidates = self._core.get(core, set()) if core else set()
        return Match(next(iter(candidates)), "core name") if len(candidates) == 1 else None


def _ids(council: Council) -> Iterable[str]:
    """Yield the ids that name a council: in its nation's register, and its statistics code."""
    if council.nation in REGISTERS:
        yield f"{REGISTERS[council.nation]}-{council.council}"
    if council.gss_code:
        yield council.gss_code


def fold_name(name: str) -> str:
    """Return a name as names are compared: its words in small letters, `&` as a word."""
    return " ".join(_WORDS.findall(name.lower().replace("&", " and ")))


def _core(name: str) -> str:
    return " ".join(word for word in fold_name(name).split() if word not in _TITLES)

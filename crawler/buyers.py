"""Which council a buyer is: procurement services name buyers, they give no council code."""

import re
from collections.abc import Iterable

from corpus.study import Council

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


class Buyers:
    """Council codes by the names under which councils buy."""

    def __init__(self, councils: Iterable[Council]) -> None:
        self._exact: dict[str, str] = {}
        self._core: dict[str, set[str]] = {}
        current_last = sorted(councils, key=lambda c: (not c.end_on, c.council))
        for council in current_last:
            for name in (council.name, council.official_name):
                self._exact[_words(name)] = council.council
                self._core.setdefault(_core(name), set()).add(council.council)

    def match(self, buyer: str | None) -> str | None:
        """Return the code of the council that `buyer` names beyond doubt, else None."""
        if not buyer or not _SAYS_COUNCIL.search(buyer):
            return None
        exact = self._exact.get(_words(buyer))
        core = _core(buyer)  # empty: only words of style, which name no council
        candidates = self._core.get(core, set()) if core else set()
        return exact or (next(iter(candidates)) if len(candidates) == 1 else None)


def _words(name: str) -> str:
    return " ".join(_WORDS.findall(name.lower().replace("&", " and ")))


def _core(name: str) -> str:
    return " ".join(word for word in _words(name).split() if word not in _TITLES)

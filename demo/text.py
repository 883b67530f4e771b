"""Words for the county's papers: banks of sentences with choices and numbers, drawn by seed."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from corpus.authored import own_yaml

BANKS = Path(__file__).parent / "banks"
_CHOICE = re.compile(r"\[([^\[\]]+\|[^\[\]]+)\]")
_RANGE = re.compile(r"\{(n|y|k|m|pct):(\d+)-(\d+)\}")
_NAME = re.compile(r"\{(\w+)\}")
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]

_FORMATS: dict[str, Callable[[int], str]] = {
    "n": lambda number: f"{number:,}",
    "y": str,
    "k": lambda number: f"£{number},000",
    "m": lambda number: f"£{number} million",
    "pct": lambda number: f"{number} per cent",
}


@cache
def load(name: str) -> dict[str, Any]:
    """The bank of that name, read once; callers do not change it."""
    loaded: dict[str, Any] = own_yaml(BANKS / f"{name}.yaml")
    return loaded


@cache
def subjects() -> dict[str, dict[str, Any]]:
    """Every subject of every bank, by its key, with the bank's name under `bank`."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(BANKS.glob("*_*.yaml")):
        for key, subject in load(path.stem).items():
            found[key] = subject | {"bank": path.stem}
    return found


def is_analytics(subject: str) -> bool:
    """Whether a subject concerns analytics in the study's sense."""
    return str(subjects()[subject]["bank"]).startswith("analytics")


def lines(block: str) -> list[str]:
    """The sentences of a literal block, one a line."""
    return [line.strip() for line in block.splitlines() if line.strip()]


def financial_year(on: date, shift: int = 0) -> str:
    """`2024/25` for a day in the year that begins on 1 April 2024, moved by `shift` years."""
    start = on.year - (on.month < 4) + shift
    return f"{start}/{(start + 1) % 100:02d}"


def long_date(on: date) -> str:
    """`3 March 2025`, the same under every locale."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def lower_title(title: str) -> str:
    """A title as it stands inside a sentence: acronyms and names keep their capitals."""
    named = title.startswith(("National", "Council's")) or title[1:2].isupper()
    return title if named else title[:1].lower() + title[1:]


# Invented surnames; no councillor of this name is known to us.
_COUNCILLORS = [
    "Marrowby",
    "Tarnley",
    "Osgathwaite",
    "Fennick",
    "Quillan",
    "Brandreth-Lowe",
    "Ashdunham",
    "Pellwood",
    "Stavering",
    "Corriden",
    "Hobbleday",
    "Wexley-Marr",
]


class Writer:
    """Fills slots and makes choices for one document; the same seed writes the same words."""

    def __init__(self, seed: str, names: dict[str, str], places: tuple[str, ...], on: date) -> None:
        self.random = Random(seed)
        self.names = names | self._dated(on)
        self.names |= dict(zip(("place", "place2"), self.random.sample(places, 2), strict=True))
        self.names["councillor"] = self.councillor()

    def councillor(self) -> str:
        """An invented surname."""
        return self.random.choice(_COUNCILLORS)

    def _dated(self, on: date) -> dict[str, str]:
        years = {"last_year": -1, "year": 0, "next_year": 1}
        month = MONTHS[(on.month - 1 - self.random.randint(1, 4)) % 12]
        return {key: financial_year(on, shift) for key, shift in years.items()} | {"month": month}

    def fill(self, sentence: str) -> str:
        """One sentence with every choice made; an unknown slot is an error in the bank."""
        chosen = _CHOICE.sub(lambda found: self.random.choice(found[1].split("|")), sentence)
        counted = _RANGE.sub(self._number, chosen)
        return _NAME.sub(lambda found: self.names[found[1]], counted)

    def _number(self, found: re.Match[str]) -> str:
        return _FORMATS[found[1]](self.random.randint(int(found[2]), int(found[3])))

    def draw(self, block: str, low: int, high: int) -> list[str]:
        """Between `low` and `high` sentences of a block, in the block's order."""
        pool = lines(block)
        count = min(len(pool), self.random.randint(low, high))
        kept = sorted(self.random.sample(range(len(pool)), count))
        return [self.fill(pool[index]) for index in kept]

    def paragraphs(self, block: str, low: int, high: int) -> Iterator[str]:
        """The drawn sentences grouped into paragraphs of two to four."""
        waiting = self.draw(block, low, high)
        while waiting:
            size = self.random.randint(2, 4)
            yield " ".join(waiting[:size])
            waiting = waiting[size:]

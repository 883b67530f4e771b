"""The UK's councils as tiles: each in its region, each with a sign of what is known of it."""

import sqlite3
from collections import Counter
from dataclasses import dataclass

from publish.database import Row, rows

STATES = {
    "found": ("●", "mentions found in papers that were searched"),
    "none": ("0", "papers searched, no mention found"),
    "refused": ("R", "the site refused us, and nothing could be searched"),
    "unreachable": (
        "X",
        "no way in yet: address unknown, platform unsupported, or failed",
    ),
    "held": ("u", "papers are held, none of them has text that can be searched"),
    "not-looked": ("–", "nobody has looked: nothing is known"),
}
"""What may be known of a council: its sign, so that colour is not the only one, and its meaning."""
WORDS = {
    "found": "mentions found",
    "none": "no mention found",
    "refused": "refused",
    "unreachable": "no way in yet",
    "held": "no text to search",
    "not-looked": "not looked at",
}
"""The same for the head of a table."""
PLACES = {
    "Scotland": "scotland",
    "Northern Ireland": "ireland",
    "North East": "north-east",
    "North West": "north-west",
    "Yorkshire and The Humber": "yorkshire",
    "Wales": "wales",
    "West Midlands": "west-midlands",
    "East Midlands": "east-midlands",
    "East of England": "east",
    "South West": "south-west",
    "South East": "south-east",
    "London": "london",
}
"""Regions and where they lie on the map, by the names of their places in the style sheet."""


@dataclass(frozen=True)
class Tile:
    """A council on the map: what is known of it, in figures and in a sentence."""

    about: Row
    state: str

    @property
    def sign(self) -> str:
        """Its sign."""
        return STATES[self.state][0]

    @property
    def sentence(self) -> str:
        """What is known, in words."""
        a = self.about
        if self.state in ("found", "none"):
            return f"{a['mentioning']:,} of {a['searched']:,} documents searched mention a term"
        return STATES[self.state][1]


@dataclass(frozen=True)
class Region:
    """A part of the UK with its councils."""

    name: str
    place: str
    tiles: list[Tile]

    @property
    def counts(self) -> Counter[str]:
        """Councils by state."""
        return Counter(tile.state for tile in self.tiles)


@dataclass(frozen=True)
class Cartogram:
    """All regions in the order of the list above, then what lies in none of them."""

    regions: list[Region]

    @property
    def tiles(self) -> list[Tile]:
        """Every council."""
        return [tile for region in self.regions for tile in region.tiles]

    @property
    def counts(self) -> Counter[str]:
        """Councils by state."""
        return sum((region.counts for region in self.regions), Counter())


def cartogram(connection: sqlite3.Connection) -> Cartogram:
    """Return the current councils by region."""
    found: dict[str, list[Tile]] = {}
    for row in rows(connection, "council_states"):
        found.setdefault(row["region"], []).append(Tile(row, state_of(row)))
    names = [*PLACES, *sorted(found.keys() - PLACES.keys())]
    places = [(name, PLACES.get(name, "elsewhere")) for name in names if name in found]
    return Cartogram([Region(name, place, found[name]) for name, place in places])


def state_of(council: Row) -> str:
    """Return what is known of a council; what was found outweighs what was refused."""
    if council["searched"] or council["months_looked"]:
        return "found" if council["mentioning"] else "none"
    if council["months_refused"]:
        return "refused"
    if council["documents"]:
        return "held"
    return "unreachable" if council["months_unreachable"] else "not-looked"

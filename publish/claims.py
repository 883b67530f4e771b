"""What the page of claims shows: each sentence with the mentions on both its sides."""

import sqlite3
from dataclasses import dataclass

from publish.database import Row, rows

STATES = {
    "stands": "as it was",
    "not-counted": "no longer counted",
    "replaced": "its paper was replaced",
    "gone": "its paper is gone from its site",
    "lost": "no longer found",
    "erased": "its paper was erased",
}
"""What became of a mention, in words."""


@dataclass(frozen=True)
class Shown:
    """A claim with the mentions that support it and those that contradict it."""

    claim: Row
    supports: list[Row]
    contradicts: list[Row]


def claims(connection: sqlite3.Connection) -> list[Shown]:
    """Return the claims, those first whose evidence changed."""
    cited = rows(connection, "claim_mentions")

    def side(claim: str, name: str) -> list[Row]:
        return [row for row in cited if row["claim"] == claim and row["side"] == name]

    return [
        Shown(row, side(row["claim"], "supports"), side(row["claim"], "contradicts"))
        for row in rows(connection, "claims")
    ]

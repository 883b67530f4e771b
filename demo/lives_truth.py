"""What is true in the world of lives, in the ids of a corpus that it was imported into."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from demo.lives import Life, Lives

SORTS = {"notice": "notice", "atrs": "record", "foi": "answer"}
DOCUMENTS = """select d.document, d.url, n.release from documents d
    left join notices n using (document)"""
"""What `Truth` wants to know of a corpus."""


@dataclass(frozen=True)
class Truth:
    """Which links are true: documents by their ids, each with its life, or none."""

    lives: Mapping[str, Life | None]
    ids: Mapping[str, str]

    @classmethod
    def of(cls, world: Lives, rows: Iterable[Mapping[str, Any]]) -> "Truth":
        """Return the truth in the ids of a corpus, told by the rows of `DOCUMENTS`."""
        ids = {
            row["release"] or PurePosixPath(unquote(urlsplit(row["url"]).path)).name: row[
                "document"
            ]
            for row in rows
        }
        lives: dict[str, Life | None] = {ids[d.name]: None for d in world.noise}
        lives |= {ids[d.name]: life for life in world.systems for d in life.documents}
        return cls(lives, ids)

    def is_true(self, first: str, second: str) -> bool:
        """Whether a document belongs to a product's system, or two documents to one system."""
        life = self.lives[first]
        if second in self.lives:
            other = self.lives[second]
            return life is not None and other is not None and life.system == other.system
        return life is not None and life.product == second

    def products(self) -> set[tuple[str, str]]:
        """Return all true links of documents to products."""
        return {(name, life.product) for name, life in self.lives.items() if life and life.product}

    def documents(self, world: Lives) -> set[tuple[str, str]]:
        """Return all true links between documents of two sorts of systems without a product."""
        found = set()
        for life in world.systems:
            if not life.product:
                for one, other in combinations(life.documents, 2):
                    if SORTS.get(one.kind) != SORTS.get(other.kind):
                        first, second = sorted((self.ids[one.name], self.ids[other.name]))
                        found.add((first, second))
        return found

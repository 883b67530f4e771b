"""What a search reaches: the denominator that stands beside every answer."""

import sqlite3
from dataclasses import dataclass, field

SCOPE_SQL = """
    select case when f.kept_in is not null then 'aside'
           when f.outcome in ('read', 'screened') then 'searchable'
           else coalesce(f.outcome, 'not-extracted') end, count(*)
    from documents d left join files f on f.sha256 = d.sha256 group by 1"""


@dataclass(frozen=True)
class Scope:
    """The denominator: documents whose text is searched, and why the others are not."""

    searchable: int = 0
    without_text: dict[str, int] = field(default_factory=dict)
    aside: int = 0
    """Screened documents without a hit whose text is kept aside, not searched."""

    @property
    def note(self) -> str:
        """Say that some text is not searched; empty where all of it is."""
        if not self.aside:
            return ""
        return (
            f"Searches {self.searchable:,} of {self.searchable + self.aside:,} screened documents; "
            "the rest, which names no term of the codebook, is kept in screened.db "
            "(`keep: mentioning` in study.yaml)."
        )

    @property
    def unreadable(self) -> int:
        """Documents that no search can find, for whatever reason."""
        return sum(self.without_text.values())

    @property
    def documents(self) -> int:
        """All documents of the corpus."""
        return self.searchable + self.aside + self.unreadable


def scope(connection: sqlite3.Connection) -> Scope:
    """Count the documents that a search reaches, and those it cannot."""
    counts = {row[0]: int(row[1]) for row in connection.execute(SCOPE_SQL)}
    return Scope(counts.pop("searchable", 0), aside=counts.pop("aside", 0), without_text=counts)

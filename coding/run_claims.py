"""Writes claims and what became of their evidence; the one who looks is `check_claims`."""

from collections.abc import Sequence
from dataclasses import dataclass

from coding.check_claims import check
from coding.claims import Claim
from corpus.store import Store


@dataclass
class ClaimsChecked:
    """What a run found: claims, the papers they cite, and those of them that changed."""

    claims: int = 0
    papers: int = 0
    changed: int = 0
    """Claims with a paper that changed since somebody looked at it."""

    @property
    def lines(self) -> list[str]:
        """What was found, for people."""
        told = "as they were" if not self.changed else "`corpus claims` says which"
        return [f"{self.changed:,} of {self.claims:,} claims cite a paper that changed: {told}."]


def check_claims(store: Store, claims: Sequence[Claim]) -> ClaimsChecked:
    """Make the tables hold the study's claims as they stand now; a second run changes nothing."""
    verdicts = list(check(store, claims))
    wanted = {
        "claims": [verdict.row() for verdict in verdicts],
        "claim_mentions": [one.row() for verdict in verdicts for one in verdict.cited],
    }
    for table, rows in wanted.items():
        if store.rows(f"select * from {table} order by rowid") != rows:
            with store.db.atomic():
                store.db.execute(f"delete from {table}")
                store.db.table(table).insert_all(rows)
    papers = {one.paper for verdict in verdicts for one in verdict.cited}
    changed = sum(bool(verdict.changed) for verdict in verdicts)
    return ClaimsChecked(len(verdicts), len(papers), changed)

"""Whether the evidence of claims still stands as it was when somebody looked at it. Only reads."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from coding.claims import Claim
from corpus.ids import HASH_LENGTH, fold, mention_id
from corpus.store import Row, Store

STANDS = "stands"
STATES = {
    STANDS: "as it was",
    "not-counted": "no longer counted",
    "replaced": "its paper was replaced since",
    "gone": "its paper is gone from its site since",
    "lost": "no longer found",
    "erased": "its paper was erased",
}
"""What may have become of a mention, in words; the later ones weigh more."""
MOST_NTH = 12
"""Occurrences of the same words on a page that an old id is tried with."""
_FOUND = """
    select m.mention, m.page, m.term, m.quote, m.counted, m.reason, m.sha256, f.document
    from mentions m join files f using (sha256) where m.mention = ?"""
_SAME_FILE = """
    select m.mention, m.page, m.term, m.quote, m.counted, m.reason, m.sha256, f.document
    from mentions m join files f using (sha256)
    where m.sha256 between ? and ? order by m.page, m.start, m.mention"""
_LATER = """
    select sha256, min(fetched_at) as at from captures where document = ? and sha256 != ?
      and capture > (select max(capture) from captures where document = ?1 and sha256 = ?2)
    group by 1 having substr(min(fetched_at), 1, 10) > ? order by 2 limit 1"""
_ERASED = "select 1 from tombstones where sha256 between ? and ?"


@dataclass(frozen=True)
class Checked:
    """A mention that a claim cites: what became of it, and why that is so."""

    claim: str
    side: str
    mention: str
    present: str
    state: str
    why: str
    document: str
    page: str
    quote: str

    @property
    def paper(self) -> str:
        """What is counted as a paper: its document, else the file that the id begins with."""
        return self.document or self.mention[:HASH_LENGTH]

    def row(self) -> Row:
        """Return it as a row of `claim_mentions`."""
        told = {name: value or None for name, value in vars(self).items()}
        return told | {"claim": self.claim, "side": self.side, "mention": self.mention}


@dataclass(frozen=True)
class Verdict:
    """A claim with all that it cites."""

    claim: Claim
    cited: tuple[Checked, ...]

    @property
    def papers(self) -> int:
        """Papers that it cites."""
        return len({one.paper for one in self.cited})

    @property
    def changed(self) -> int:
        """Of them, those with a mention that does not stand as it did."""
        return len({one.paper for one in self.cited if one.state != STANDS})

    @property
    def line(self) -> str:
        """What became of it, in words."""
        if not self.changed:
            return f"all {self.papers} cited papers are as they were on {self.claim.on}"
        return f"{self.changed} of {self.papers} cited papers changed since {self.claim.on}"

    def row(self) -> Row:
        """Return it as a row of `claims`."""
        sides = Counter(one.side for one in self.cited)
        return {
            "claim": self.claim.claim,
            "sentence": self.claim.sentence,
            "reviewer": self.claim.reviewer,
            "reviewed_on": self.claim.on,
            "supports": sides["supports"],
            "contradicts": sides["contradicts"],
            "papers": self.papers,
            "changed": self.changed,
        }


def check(store: Store, claims: Iterable[Claim]) -> Iterator[Verdict]:
    """Yield each claim with what became of the mentions it cites since it was reviewed."""
    for claim in claims:
        cited = tuple(_checked(store, claim, side, name) for side, name in claim.cited)
        yield Verdict(claim, cited)


def _checked(store: Store, claim: Claim, side: str, name: str) -> Checked:
    row = _present(store, name)
    if row is None:
        erased = store.value(_ERASED, _range(name))
        why = "it was erased on request" if erased else "its words stand on no page of its file"
        document = "" if erased else _document(store, name)
        state = "erased" if erased else "lost"
        return Checked(claim.claim, side, name, "", state, why, document, "", "")
    state, why = _state(store, claim, row)
    where = {key: row[key] or "" for key in ("document", "page", "quote")}
    return Checked(claim.claim, side, name, row["mention"], state, why, **where)


def _present(store: Store, name: str) -> Row | None:
    """Return the mention, also where another reading of its file gave it another id."""
    found = store.rows(_FOUND, (name,))
    if found:
        return found[0]
    page = name.rpartition("-")[0]
    rows = sorted(store.rows(_SAME_FILE, _range(name)), key=lambda row: row["page"] != page)
    return next((row for row in rows if name in _ids(page, row)), None)


def _ids(page: str, row: Row) -> Iterator[str]:
    for nth in range(1, MOST_NTH + 1):
        yield mention_id(page, row["term"] or "", row["quote"] or "", nth)


def _range(name: str) -> tuple[str, str]:
    """Return between which hashes the file of a mention lies; `g` comes after every hex digit."""
    return name[:HASH_LENGTH], f"{name[:HASH_LENGTH]}g"


def _document(store: Store, name: str) -> str:
    sql = "select document from files where sha256 between ? and ?"
    return str(store.value(sql, _range(name)) or "")


def _state(store: Store, claim: Claim, row: Row) -> tuple[str, str]:
    """Return what became of a mention that is there, the gravest first, and why."""
    sql = "select gone_at from documents where document = ?"
    gone = store.value(sql, (row["document"],)) or ""
    if gone[:10] > claim.on:
        return "gone", f"its paper was found to be gone on {gone[:10]}"
    later = store.rows(_LATER, (row["document"], row["sha256"], claim.on))
    if later:
        return "replaced", _replaced(store, row, later[0])
    if not row["counted"]:
        return "not-counted", str(row["reason"] or "no reason recorded")
    return STANDS, ""


def _replaced(store: Store, row: Row, later: Row) -> str:
    """Say since when there is another version, and whether the words stand in it."""
    sql = "select quote from mentions where sha256 = ? and term = ?"
    same = {fold(r["quote"] or "") for r in store.rows(sql, (later["sha256"], row["term"]))}
    still = "still" if fold(row["quote"] or "") in same else "no longer"
    return f"another version came on {later['at'][:10]}; the words stand {still} in it"

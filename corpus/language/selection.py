"""Which part of a corpus is read: the same filters for concordances, collocates and keywords.

A file is read once, as its canonical document; older versions of a paper are left out, as in every
figure of the site.
"""

import sqlite3
from dataclasses import asdict, dataclass
from difflib import get_close_matches

from corpus.errors import CorpusError

CONDITIONS = {
    "council": "d.council = :council",
    "nation": "c.nation = :nation",
    "type": "c.type = :type",
    "kind": "d.kind = :kind",
    "year": "substr(d.published_on, 1, 4) = :year",
    "source": "d.source = :source",
}
ONCE = "not exists (select 1 from page_duplicates r where r.page = p.page)"
"""A page that repeats another of the same council is left out: its words are the other's."""
PRESENT = """join files f on f.sha256 = p.sha256
    join documents d on d.document = f.document and d.sha256 = f.sha256
    left join councils c on c.council = d.council"""


class NoSuchName(CorpusError):
    """A code, term or group that the corpus does not have."""


@dataclass(frozen=True)
class Selection:
    """A part of the corpus; what is None narrows nothing. `once` leaves out repeated pages."""

    council: str | None = None
    nation: str | None = None
    type: str | None = None
    kind: str | None = None
    year: str | None = None
    source: str | None = None
    once: bool = False

    @property
    def given(self) -> dict[str, str]:
        """The filters that are set, as SQL values."""
        return {n: str(v) for n, v in asdict(self).items() if n in CONDITIONS and v}

    def conditions(self, *, pages: bool = True) -> str:
        """Return ` and …` for the tables of `PRESENT`; `pages`: a table `p` of pages is there."""
        parts = [CONDITIONS[name] for name in self.given] + ([ONCE] if self.once and pages else [])
        return "".join(f" and {part}" for part in parts)


def known(connection: sqlite3.Connection, table: str, name: str) -> str:
    """Return the name of a code or term; raises `NoSuchName` with the nearest ones."""
    column = {"codes": "code", "terms": "term"}[table]
    names = [row[0] for row in connection.execute(f"select {column} from {table} order by 1")]
    if name in names:
        return name
    near = get_close_matches(name, names, n=3, cutoff=0.5)
    told = f"; did you mean {' or '.join(near)}?" if near else ""
    raise NoSuchName(f"The codebook of this corpus has no {column} `{name}`{told or '.'}")

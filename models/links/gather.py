"""Reads from the corpus what links are proposed from: each council's documents as `Paper`."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.ids import short_hash
from corpus.store import Row, Store
from corpus.study import Council
from models.links.names import folded
from models.links.papers import Firms, Named, Paper, amounts, references

VERSION = "1"
"""Of all that makes proposals: raised where the same corpus would now give others."""
WHOLE = ("notice", "atrs")
"""Kinds whose whole text is about one thing; of others the passages are compared."""
_EVIDENT = """select 1 from mentions m join codes c using (code) where m.sha256 = d.sha256
    and m.counted = 1 and c."group" in ('technique', 'supplier_product')"""
DOCUMENTS = f"""
    select d.document, d.kind, d.council, coalesce(d.title, '') as title, d.sha256,
           coalesce(d.published_on, '') as published_on, coalesce(n.stage, '') as stage,
           n.value, coalesce(n.ocid, '') as ocid, f.found_with, f.read_with, f.screened_with,
           (select count(*) || '/' || coalesce(sum(m.start), 0) || '/' ||
            coalesce(min(m.mention), '') || '/' || coalesce(max(m.mention), '')
            from mentions m where m.sha256 = d.sha256 and m.counted = 1) as mentions
    from documents d join files f on f.sha256 = d.sha256 and f.document = d.document
    left join notices n on n.document = d.document
    where d.council is not null and (exists ({_EVIDENT}) or d.document in
        (select value from json_each(:notices)))
    order by d.document"""
EVIDENT_NOTICES = f"""
    select document from notices where ocid in (select n.ocid from notices n
        join documents d on d.document = n.document where n.ocid != '' and exists ({_EVIDENT}))"""
"""Notices of a procurement of which one names a technique or product: its award may name none."""
_MENTIONS = """
    select m.sha256, m.code, c."group", m.stance, m.quote, m.before, m.after,
           coalesce(p.codes, '[]') as codes
    from mentions m join codes c using (code) left join passages p using (passage)
    where m.counted = 1 and c."group" in ('technique', 'supplier_product')
      and m.sha256 in (select value from json_each(?)) order by m.mention"""
_PAGES = """
    select p.sha256, p.text from pages p
    where p.sha256 in (select value from json_each(?)) and p.outcome = 'text'
      and (not exists (select 1 from reports r where r.sha256 = p.sha256) or exists (
        select 1 from reports r join mentions m on m.sha256 = r.sha256 and m.counted = 1
        join pages q on q.page = m.page
        where r.sha256 = p.sha256 and p.number between r.first_page and r.last_page
          and q.number between r.first_page and r.last_page))
    order by p.sha256, p.number"""
"""Of a pack, the papers with a counted mention; of any other file, every page."""
_PASSAGES = """
    select p.text, g.sha256 from passages p join pages g on g.page = p.page
    where g.sha256 in (select value from json_each(?)) order by p.passage"""


class Lineage:
    """Councils and those that took over from them: the history of one goes on in the other."""

    def __init__(self, councils: Mapping[str, Council]) -> None:
        self._councils = councils
        self._root = {code: self._last(code) for code in councils}
        self._names = Firms({code: _names(council) for code, council in councils.items()})

    def _last(self, code: str) -> str:
        seen: list[str] = []
        while code in self._councils and code not in seen:
            seen.append(code)
            following = self._councils[code].replaced_by
            code = following if following in self._councils else code
        return code

    def root(self, code: str) -> str:
        """Return the council that stands for a council now: itself, or who took over."""
        return self._root.get(code, code)

    def names_another(self, text: str, council: str) -> bool:
        """Whether a text names councils, and none of this lineage."""
        named = {self.root(code) for code in self._names.find(text)}
        return bool(named) and self.root(council) not in named

    def words(self, root: str) -> list[str]:
        """Return the words of the names of a lineage: they tell none of its papers apart."""
        own = [c for code, c in self._councils.items() if self.root(code) == root]
        return sorted(
            {w for c in own for n in (c.name, c.official_name) for w in folded(n).split()}
        )


def _names(council: Council) -> list[str]:
    """Return names that mean the authority and no town, river or person."""
    kinds = ("Council", "City Council", "Borough Council", "County Council", "District Council")
    plain = [f"{council.name} {kind}" for kind in kinds]
    return [council.official_name] * (" " in council.official_name) + plain


@dataclass(frozen=True)
class Bought:
    """Who supplies what a notice is about: entities by notice, and whether by number or name.

    `notices` are those of the study's subject, whether they name it or only buy of its firms;
    `names` are those that entities have in texts, and `known` the entities of codebook and study.
    """

    suppliers: Mapping[str, Mapping[str, str]]
    notices: frozenset[str]
    names: Mapping[str, tuple[str, ...]]
    known: frozenset[str]

    def named(self, rows: Iterable[Row]) -> dict[str, tuple[str, ...]]:
        """Return the names that are looked for in a council's texts: of its own suppliers, and of
        those whom codebook and study name.
        """
        wanted = self.known | {entity for row in rows for entity in row["suppliers"]}
        return {entity: self.names[entity] for entity in sorted(wanted & self.names.keys())}


class Gatherer:
    """Makes the papers of a council from the rows of the corpus."""

    def __init__(self, store: Store, lineage: Lineage, bought: Bought) -> None:
        self._store, self._lineage, self._bought = store, lineage, bought

    def documents(self) -> dict[str, list[Row]]:
        """Return the rows of all documents compared, by lineage, in the order of their ids."""
        found: dict[str, list[Row]] = defaultdict(list)
        notices = json.dumps(sorted(self._bought.notices))
        for row in self._store.rows(DOCUMENTS, {"notices": notices}):
            row["suppliers"] = dict(self._bought.suppliers.get(row["document"], {}))
            found[self._lineage.root(row["council"])].append(row)
        return dict(sorted(found.items()))

    def basis(self, rows: Sequence[Row], *more: str) -> str:
        """Return the fingerprint of what a council's links are proposed from."""
        told = (json.dumps(row, sort_keys=True) for row in rows)
        named = json.dumps(self._bought.named(rows))
        return short_hash(VERSION, named, *told, *more, length=16)

    def papers(self, rows: Sequence[Row]) -> list[Paper]:
        """Return the papers of some documents."""
        hashes = json.dumps(sorted({row["sha256"] for row in rows}))
        mentions = _grouped(self._store.rows(_MENTIONS, (hashes,)))
        passages = _texts(self._store.rows(_PASSAGES, (hashes,)))
        texts = _texts(self._store.rows(_PAGES, (hashes,)))
        firms = Firms(self._bought.named(rows))
        return [
            self._paper(row, mentions[key], passages[key], texts[key], firms)
            for row in rows
            for key in [row["sha256"]]
        ]

    def _paper(
        self, row: Row, mentions: Sequence[Row], passages: str, text: str, firms: Firms
    ) -> Paper:
        whole = text if row["kind"] in WHOLE else passages
        return Paper(
            document=row["document"],
            kind=row["kind"],
            council=row["council"],
            title=row["title"],
            on=row["published_on"],
            stage=row["stage"],
            value=row["value"],
            procurement=row["ocid"],
            suppliers=row["suppliers"],
            named=self._named(row, mentions),
            firms=firms.find(text),
            techniques=frozenset(m["code"] for m in mentions if m["group"] == "technique"),
            references=references(f"{row['title']}\n{text}\n{_own_numbers(row)}"),
            amounts=amounts(text),
            words=f"{row['title']}\n{whole}",
        )

    def _named(self, row: Row, mentions: Iterable[Row]) -> dict[str, Named]:
        by_code: dict[str, list[Row]] = defaultdict(list)
        for mention in mentions:
            if mention["group"] == "supplier_product":
                by_code[mention["code"]].append(mention)
        return {code: self._of(row, held) for code, held in sorted(by_code.items())}

    def _of(self, row: Row, mentions: Sequence[Row]) -> Named:
        title = f" {folded(row['title'])} "
        near = (f"{m['before']} {m['quote']} {m['after']}" for m in mentions)
        return Named(
            len(mentions),
            dict(sorted(Counter(m["stance"] for m in mentions).items())),
            any(f" {folded(m['quote'])} " in title for m in mentions),
            any(len(json.loads(m["codes"])) > 1 for m in mentions),
            sum(self._lineage.names_another(text, row["council"]) for text in near),
        )


def _own_numbers(row: Row) -> str:
    """Return the numbers of a notice itself, as a paper would write them."""
    return f"{row['ocid']} {row['document'].upper()}" if row["kind"] == "notice" else ""


def _grouped(rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["sha256"]].append(row)
    return found


def _texts(rows: Iterable[Row]) -> defaultdict[str, str]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row["sha256"]].append(row["text"] or "")
    return defaultdict(str, {key: "\n".join(parts) for key, parts in found.items()})

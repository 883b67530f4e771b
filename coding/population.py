"""What samples are drawn from: counted mentions, passages, and pages on which nothing was found."""

from collections.abc import Iterable, Iterator, Sequence

from coding.anchors import around
from coding.sample import Unit
from coding.sheets import Item
from corpus.ids import fold
from corpus.language.lexicon import EVIDENCE
from corpus.store import Row, Store

STRETCH_CHARS = 1200
"""About 200 words: what is judged of a page on which nothing was found."""
LEAST_CHARS = 40
"""A page with less text says nothing that could be judged."""
BY = {
    "group": 'codes."group"',
    "code": "m.code",
    "term": "m.term",
    "stance": "m.stance",
    "nation": "coalesce(k.nation, 'no council')",
    "year": "coalesce(substr(d.published_on, 1, 4), 'undated')",
    "kind": "coalesce(d.kind, 'other')",
    "council": "coalesce(d.council, 'no council')",
    "source": "d.source",
}
"""What a sample may be stratified by."""
BY_PAGE = ("nation", "year", "kind", "council", "source")
"""Of these, what a page without mentions has, too."""
_ABOUT = """join files f on f.sha256 = {of}.sha256 join documents d on d.document = f.document
    left join councils k on k.council = d.council"""
_FROM = {
    "mentions": "mentions m join codes on codes.code = m.code " + _ABOUT.format(of="m"),
    "passages": "passages s join mentions m on m.mention = s.passage "
    "join codes on codes.code = m.code " + _ABOUT.format(of="m"),
    "pages": "pages p " + _ABOUT.format(of="p"),
}
KINDS = tuple(_FROM)
_KEY = {"mentions": "m.mention", "passages": "s.passage", "pages": "p.page"}
_NOTHING_FOUND = """p.outcome = 'text' and p.chars >= {least}
    and p.page not in (select page from page_duplicates)
    and not exists (select 1 from mentions n join codes o on o.code = n.code
        where n.page = p.page and n.counted = 1 and o."group" in ({groups}))"""
_WHERE = {
    "mentions": "m.counted = 1",
    "passages": "1 = 1",
    "pages": _NOTHING_FOUND.format(
        least=LEAST_CHARS, groups=", ".join(f"'{group}'" for group in sorted(EVIDENCE))
    ),
}
UNITS = {
    "mentions": "counted mention",
    "passages": "passage",
    "pages": f"stretch of about {STRETCH_CHARS:,} characters of a page on which no technique, "
    "supplier or product counts",
}


def population(store: Store, of: str, by: Sequence[str]) -> Iterator[Unit]:
    """Yield the units of a kind with their strata; a page gives as many as it has stretches."""
    strata = " || ' / ' || ".join(BY[name] for name in by) or "''"
    chars = "p.chars" if of == "pages" else "0"
    sql = f"select {_KEY[of]}, {strata}, {chars} from {_FROM[of]} where {_WHERE[of]}"
    for key, stratum, size in store.db.execute(sql):
        for n in range(1, stretches(size) + 1):
            yield Unit(f"{key}#{n}" if of == "pages" else key, stratum)


def pages_searched(store: Store) -> dict[str, int]:
    """Return how many pages the corpus has, by what became of them."""
    return dict(store.db.execute("select outcome, count(*) from pages group by 1").fetchall())


def stretches(chars: int) -> int:
    """Return how many stretches a page of so many characters is cut into, at least one."""
    return max(1, -(-chars // STRETCH_CHARS))


def cut(text: str, number: int, chars: int) -> tuple[int, int]:
    """Return stretch `number` (from 1) of a page whose text was `chars` long: whole words."""
    parts = stretches(chars)
    edges = [_edge(text, len(text) * n // parts) for n in (number - 1, number)]
    start, end = edges
    part = text[start:end]
    if not part.strip():
        return start, start
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())


def _edge(text: str, at: int) -> int:
    """Return the next place from `at` on where a word begins or the text ends."""
    if at == 0:
        return 0
    while at < len(text) and not text[at - 1].isspace():
        at += 1
    return at


def items(store: Store, of: str, units: Iterable[Unit], sample: str) -> Iterator[Item]:
    """Yield the items to be judged, numbered in their order."""
    for number, unit in enumerate(units, 1):
        key, _, part = unit.id.partition("#")
        row = store.rows(_DETAILS[of], (key,))[0]
        start, end = _span(row, part)
        prefix, suffix = around(row["text"], start, end)
        told = {name: row[name] or "" for name in ("document", "page", "title", "council", "date")}
        yield Item(
            sample=sample,
            item=str(number),
            stratum=unit.stratum,
            prefix=prefix,
            quote=row["text"][start:end],
            suffix=suffix,
            **told,
        )


def _span(row: Row, part: str) -> tuple[int, int]:
    """Return the characters to be judged; the whole page where a stretch of it says nothing."""
    if not part:
        return row["start"], row["end"]
    start, end = cut(row["text"], int(part), row["chars"])
    return (start, end) if fold(row["text"][start:end]) else (0, len(row["text"]))


_TOLD = "f.document, d.title, d.council, d.published_on as date"
_DETAILS = {
    "mentions": f'select m.page, m.start, m."end", p.text, {_TOLD} from mentions m '
    f"join pages p using (page) {_ABOUT.format(of='m')} where m.mention = ?",
    "passages": f'select s.page, s.start, s."end", p.text, {_TOLD} from passages s '
    f"join pages p using (page) {_ABOUT.format(of='p')} where s.passage = ?",
    "pages": f"select p.page, p.chars, p.text, {_TOLD} from pages p {_ABOUT.format(of='p')} "
    "where p.page = ?",
}

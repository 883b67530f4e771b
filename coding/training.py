"""The texts a classifier learns from and ranks: passages, and what people judged elsewhere."""

from coding.measure import Judged, codings, settled
from coding.relevance import Text
from corpus.store import Row, Store

_PASSAGES = 'select passage, page, document, text, start, "end" from passages order by passage'
_STRETCH = """select f.document, substr(p.text, :start + 1, :end - :start) as text
    from pages p join files f on f.sha256 = p.sha256 where p.page = :page"""


def texts(store: Store) -> list[Text]:
    """Return every passage, judged or not, and the judged stretches that are in none.

    A judgement of any words of a passage is one of the passage.
    """
    judged, _ = settled(codings(store))
    by_page: dict[str, list[Judged]] = {}
    for item in judged:
        by_page.setdefault(item.page, []).append(item)
    used: set[int] = set()
    found = [_passage(row, by_page.get(row["page"], []), used) for row in store.rows(_PASSAGES)]
    return found + [_stretch(store, item) for item in judged if id(item) not in used]


def _passage(row: Row, near: list[Judged], used: set[int]) -> Text:
    inside = [item for item in near if item.start < row["end"] and row["start"] < item.end]
    used.update(map(id, inside))
    told = {item.about for item in inside} - {None}
    about = told.pop() if len(told) == 1 else None
    return Text(row["passage"], row["document"], row["text"], about, not inside)


def _stretch(store: Store, item: Judged) -> Text:
    """Return a stretch of a page; its id cannot be a passage's."""
    values = {"page": item.page, "start": item.start, "end": item.end}
    row = store.rows(_STRETCH, values)[0]
    name = f"{item.page}#{item.start}-{item.end}"
    return Text(name, row["document"] or item.page, row["text"], item.about, to_code=False)

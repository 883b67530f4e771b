"""Whether a source's answers still have the fields they had: drift of an API; only reads."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from corpus.store import Row, Store

NEWEST, BEFORE = 100, 400
"""The newest documents of a source are held against those before them."""
LEAST = 20
"""So many of each are needed."""
COMMON = 0.5
"""A field counts that at least so many of the documents before had."""
DEPTH = 3
"""So deep the fields of an original are looked at: `tender/value/amount`."""
MOST_BYTES = 1_000_000
"""A larger original is no release."""
_DOCUMENTS = """
    select d.title, d.published_on, d.meeting, d.item_number, nullif(d.kind, 'other') as kind,
        d.council, n.ocid, n.buyer_name, n.stage, n.value, n.currency, n.cpv, n.suppliers,
        n.start_on, n.end_on, f.path, f.mime
    from documents d left join notices n using (document) left join files f using (sha256)
    where d.source = ? order by d.first_seen_at desc, d.document limit ?
"""


def lost_fields(store: Store, source: str) -> dict[str, float] | None:
    """Return by how much each field's share has fallen, the worst first; None of too few.

    Fields are columns of documents and notices, and the keys of originals that are JSON.
    """
    rows = store.rows(_DOCUMENTS, (source, NEWEST + BEFORE))
    newest, before = rows[:NEWEST], rows[NEWEST:]
    if len(before) < LEAST:
        return None
    had, have = _shares(store, before), _shares(store, newest)
    lost = {name: share - have.get(name, 0.0) for name, share in had.items() if share >= COMMON}
    return dict(sorted(lost.items(), key=lambda one: (-one[1], one[0])))


def _shares(store: Store, rows: list[Row]) -> dict[str, float]:
    """Return which share of documents has each field."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update({name for name, value in row.items() if value not in (None, "", "[]")})
        if row["mime"] == "application/json":
            counts.update(_keys_of(store, row["path"]))
    return {name: count / len(rows) for name, count in counts.items()}


def _keys_of(store: Store, path: str) -> set[str]:
    """Return the fields of an original, none where it is not there or no JSON."""
    try:
        original = store.files.path(path)
        if original.stat().st_size > MOST_BYTES:
            return set()
        return set(_keys(json.loads(original.read_bytes()), DEPTH))
    except (OSError, ValueError, RecursionError):
        return set()


def _keys(value: Any, depth: int, under: str = "") -> Iterator[str]:
    """Yield the paths of a JSON value's fields; what stands in lists is one."""
    if isinstance(value, list):
        for one in value[:20]:
            yield from _keys(one, depth, under)
    if isinstance(value, dict) and depth:
        for name, below in value.items():
            yield f"{under}{name}"
            yield from _keys(below, depth - 1, f"{under}{name}/")

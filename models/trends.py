"""How common topics are, and where: never without the number of documents searched.

A topic is in a document that has a passage in which it is the strongest. Its share of the documents
searched comes with Wilson's interval (1927), which takes documents as drawn one by one; a council
that writes about little else makes the truth less sure than that.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist

from corpus.store import Row, Store

DIMENSIONS = {
    "year": "substr(d.published_on, 1, 4)",
    "nation": "c.nation",
    "type": "c.type",
    "kind": "iif(d.kind = 'notice', 'notice', 'paper')",
}
CONFIDENCE = 0.95
STRONGEST = """with ranked as (select passage, topic, weight, row_number() over
    (partition by passage order by weight desc, topic) as place from passage_topics
    where model = :model) """


def prevalence(store: Store, model: str, by: Sequence[str]) -> list[Row]:
    """Return a row for each topic and cell of `by`, also where the topic is in no document.

    Columns: topic, the dimensions, passages, weight (sum of its shares of passages), documents,
    searched, share, low, high. Cells in which nothing was searched have no row: nothing is known.
    """
    cells = [tuple(row.values()) for row in store.rows(_searched(by))]
    own = {"model": model}
    names = [row["topic"] for row in store.rows(_TOPICS, own)]
    passages, documents = (
        {tuple(row[name] for name in ("topic", *by)): row for row in store.rows(query, own)}
        for query in (_passages(by), _documents(by))
    )
    rows = []
    for topic in names:
        for *cell, searched in cells:
            said = passages.get((topic, *cell), {"passages": 0, "weight": 0.0})
            holding = documents.get((topic, *cell), {"documents": 0})["documents"]
            low, high = interval(holding, searched)
            rows.append(
                {"topic": topic, **dict(zip(by, cell, strict=True))}
                | {"passages": said["passages"], "weight": said["weight"]}
                | {"documents": holding, "searched": searched}
                | {"share": round(holding / searched, 4), "low": low, "high": high}
            )
    return rows


_TOPICS = "select topic from topics where model = :model order by number"


def _cells(by: Sequence[str]) -> tuple[str, str, str]:
    """Return what is selected, that all of it is known, and what is grouped by."""
    selected = "".join(f"{DIMENSIONS[name]} as {name}, " for name in by)
    known = " and ".join(f"{DIMENSIONS[name]} is not null" for name in by) or "1"
    return selected, known, ", ".join(DIMENSIONS[name] for name in by)


def _searched(by: Sequence[str]) -> str:
    selected, known, group = _cells(by)
    return (
        f"select {selected}count(*) as searched from documents d join files f using (sha256) "
        "left join councils c on c.council = d.council "
        f"where f.outcome in ('read', 'screened') and {known}"
        + (f" group by {group} order by {group}" if group else "")
    )


def _passages(by: Sequence[str]) -> str:
    """Return the query of passages, each counted once, in its file's first document."""
    selected, known, group = _cells(by)
    return (
        STRONGEST + f"select r.topic, {selected}sum(place = 1) as passages, "
        "round(sum(r.weight), 4) as weight from ranked r join passages p using (passage) "
        "join documents d using (document) left join councils c on c.council = d.council "
        f"where {known} group by r.topic{', ' * bool(group)}{group}"
    )


def _documents(by: Sequence[str]) -> str:
    """Return the query of documents, each counted, also where two are one file.

    `cross join` keeps SQLite from going through all files first.
    """
    selected, known, group = _cells(by)
    return (
        STRONGEST + f"select r.topic, {selected}count(distinct d.document) as documents "
        "from ranked r cross join passages p using (passage) cross join pages g on g.page = p.page "
        "cross join documents d on d.sha256 = g.sha256 cross join files f on f.sha256 = d.sha256 "
        "left join councils c on c.council = d.council "
        f"where r.place = 1 and f.outcome in ('read', 'screened') and {known} "
        f"group by r.topic{', ' * bool(group)}{group}"
    )


def interval(part: int, whole: int) -> tuple[float, float]:
    """Return the bounds of a share, 95 % (Wilson 1927); the whole is at least one."""
    z2 = NormalDist().inv_cdf((1 + CONFIDENCE) / 2) ** 2
    share = part / whole
    middle = (share + z2 / (2 * whole)) / (1 + z2 / whole)
    half = math.sqrt(z2 * share * (1 - share) / whole + z2 * z2 / (4 * whole * whole))
    half /= 1 + z2 / whole
    return round(max(middle - half, 0.0), 4), round(min(middle + half, 1.0), 4)

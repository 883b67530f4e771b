"""Every number of a methods section, asked of the database; nothing is typed by hand."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from corpus.store import Row, Store

COUNTS = {
    "councils": "select count(*) from councils where end_on is null",
    "councils_abolished": "select count(*) from councils where end_on is not null",
    "councils_asked": "select count(distinct council) from coverage where council != ''",
    "councils_with_documents": "select count(distinct council) from documents",
    "council_months": "select count(*) from coverage where council != ''",
    "meetings": "select count(*) from meetings",
    "documents": "select count(*) from documents",
    "notices": "select count(*) from documents where kind = 'notice'",
    "documents_gone": "select count(*) from documents where gone_at is not null",
    "files": "select count(*) from files",
    "files_searched": "select count(*) from files where outcome in ('read', 'screened')",
    "files_read": "select count(*) from files where outcome = 'read'",
    "pages": "select count(*) from pages",
    "pages_with_text": "select count(*) from pages where outcome in ('text', 'ocr')"
    " or (outcome not in ('ocr-queued', 'unreadable', 'blank') and chars > 0)",
    "pages_ocr": "select count(*) from pages where method = 'ocr'",
    "pages_repeated": "select count(*) from page_duplicates",
    "mentions": "select count(*) from mentions",
    "mentions_counted": "select count(*) from mentions where counted = 1",
    "documents_mentioning": "select count(*) from documents d where exists (select 1 from mentions "
    "m where m.sha256 = d.sha256 and m.counted = 1)",
    "documents_searched": "select count(*) from documents d join files f using (sha256) "
    "where f.outcome in ('read', 'screened')",
    "passages": "select count(*) from passages",
    "passages_coded": "select count(distinct s.passage) from passages s join codings c "
    'on c.page = s.page and c.start < s."end" and c."end" > s.start',
    "codings": "select count(*) from codings where state != 'forgotten'",
    "codings_lost": "select count(*) from codings where state = 'lost'",
    "coders": "select count(distinct coder) from codings where adjudicated = 0",
    "adjudicated": "select count(*) from codings where adjudicated = 1",
    "codes": "select count(*) from codes",
    "terms": "select count(*) from terms",
    "terms_found": "select count(distinct term) from mentions",
    "failures": "select count(*) from failures",
    "forgotten": "select count(distinct document) from tombstones",
}
VALUES = {
    "first_published_on": "select min(published_on) from documents",
    "last_published_on": "select max(published_on) from documents",
    "collected_from": "select substr(min(started_at), 1, 10) from crawls",
    "collected_to": "select substr(max(coalesce(finished_at, started_at)), 1, 10) from crawls",
    "codebook": "select found_with from files where found_with != '' "
    "group by 1 order by count(*) desc, 1 limit 1",
}
GROUPS = {
    "coverage": "select state, count(*) from coverage group by 1 order by 2 desc, 1",
    "kinds": "select kind, count(*) from documents group by 1 order by 2 desc, 1",
    "outcomes": "select coalesce(outcome, 'not-extracted'), count(*) from files group by 1 "
    "order by 2 desc, 1",
    "page_outcomes": "select outcome, count(*) from pages group by 1 order by 2 desc, 1",
    "qualities": "select coalesce(quality, 'not-graded'), count(*) from files group by 1 "
    "order by 2 desc, 1",
    "stances": "select coalesce(stance, 'not-told'), count(*) from mentions where counted = 1 "
    "group by 1 order by 2 desc, 1",
    "errors": "select stage || ' ' || error, count(*) from failures group by 1 order by 2 desc, 1",
    "readers": "select reader, count(*) from pages where reader is not null group by 1 "
    "order by 2 desc, 1",
    "mentions_by_group": 'select c."group", count(*) from mentions m join codes c using (code) '
    "where m.counted = 1 group by 1 order by 2 desc, 1",
}
REASONS = "select coalesce(reason, 'not told'), count(*) from mentions where counted = 0 group by 1"
_OWN = (
    (re.compile(r"\b[0-9a-f]{16}-\d{4}\b"), "another page"),
    (re.compile(r" within \d+ words.*"), " near"),
    (re.compile(r"[:;(].*"), ""),
)
"""What a reason says of its own case, and what it is in general."""
SOURCES = """select s.source, s.title, s.kind, s.publisher, s.licence, s.coverage,
    s.throttle_seconds, s.caveats, count(*) as documents, min(d.published_on) as first_on,
    max(d.published_on) as last_on, coalesce(sum(f.outcome in ('read', 'screened')), 0) as searched
    from sources s join documents d using (source) left join files f using (sha256)
    group by 1 order by 1"""
MODEL = """select model, algorithm, k, seed, unit, passages, npmi, c_v, diversity, stability,
    verdict from topic_models where chosen = 1"""
FIELDS = ("about", "stance")


def figures(store: Store) -> dict[str, Any]:
    """Return every number and name that the methods section and its diagram are made of."""
    found: dict[str, Any] = {name: store.value(sql) or 0 for name, sql in COUNTS.items()}
    found |= {name: store.value(sql) for name, sql in VALUES.items()}
    found |= {name: dict(store.db.execute(sql).fetchall()) for name, sql in GROUPS.items()}
    found["not_counted"] = _reasons(store.db.execute(REASONS).fetchall())
    sources = store.rows(SOURCES)
    found["sources"] = [s | {"caveats": json.loads(s["caveats"] or "[]")} for s in sources]
    found["model"] = next(iter(store.rows(MODEL)), None)
    found["agreement"] = _agreement(store)
    found["measured"] = _measured(store)
    return found | {"software": version("council-corpus")}


def _reasons(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return how many mentions were left out for each kind of reason, the commonest first."""
    found: Counter[str] = Counter()
    for reason, count in rows:
        for pattern, general in _OWN:
            reason = pattern.sub(general, reason)
        found[reason.strip() or "not told"] += count
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def _agreement(store: Store) -> list[Row]:
    """Return how far coders agree on whether and how a passage is evidence."""
    from coding.agreement import agreement
    from coding.reading import judgements

    rows = store.rows(
        "select * from codings where adjudicated = 0 and state != 'forgotten' order by coding"
    )
    said = judgements(rows)
    told = [agreement(field, said[field]) for field in FIELDS if field in said]
    return [
        {
            "field": one.field,
            "units": one.units,
            "coders": len(one.coders),
            "percent": one.percent,
            "alpha": one.alpha.value,
            "low": one.alpha.low,
            "high": one.alpha.high,
        }
        for one in told
        if one.units
    ]


def _measured(store: Store) -> Row | None:
    """Return precision and recall by people's codings, or None where nothing was judged."""
    from coding.measure import measure

    told = measure(store)
    if not told.precision.whole:
        return None
    recall = told.recall
    return {
        "precision": told.precision.as_row(),
        "stance": told.stance.as_row(),
        "recall": {"value": recall.value, "low": recall.low, "high": recall.high}
        if recall
        else None,
    }

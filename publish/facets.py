"""How many matching pages there are by council, year, kind and code: what a search narrows to."""

import sqlite3
from collections import Counter
from dataclasses import dataclass

from corpus.search import Filters, Parsed, narrowed, parse

_BY_DOCUMENT = """
    with matching as materialized (
        select f.document, count(*) as pages from pages_fts s
        cross join pages p on p.rowid = s.rowid cross join files f on f.sha256 = p.sha256
        where pages_fts match :match {condition} group by 1)
    select d.council, substr(d.published_on, 1, 4) as year, d.kind, sum(m.pages)
    from matching m cross join documents d on d.document = m.document group by 1, 2, 3"""
_BY_CODE = """
    select m.code, coalesce(c.label, m.code), count(distinct m.page) as pages
    from pages_fts s cross join pages p on p.rowid = s.rowid
    cross join mentions m on m.page = p.page left join codes c on c.code = m.code
    where pages_fts match :match {condition} and m.counted = 1 group by 1 order by 3 desc, 1"""
_COLUMNS = ("council", "year", "kind")

Counted = list[tuple[str | None, str | None, str | None, int]]
"""Council, year, kind, and the matching pages that have all three."""


@dataclass(frozen=True)
class Facet:
    """One value that a search can be narrowed to, and the matching pages that have it."""

    value: str
    label: str
    pages: int


def facets(
    connection: sqlite3.Connection, query: str, filters: Filters
) -> dict[str, tuple[Facet, ...]]:
    """Count matching pages by council, year, kind and code, each under the other filters.

    Opens every matching page: run it under a time limit.
    """
    parsed = parse(query)
    if not parsed.match:
        return {}
    names = {row[0]: row[1] for row in connection.execute("select council, name from councils")}
    counted: dict[Filters, Counted] = {}
    found = {}
    for index, column in enumerate(_COLUMNS):
        others = _without(filters, column)
        if others not in counted:
            counted[others] = _by_document(connection, parsed, others)
        found[column] = _summed(counted[others], index, names)
    return found | {"code": _by_code(connection, parsed, _without(filters, "code"))}


def _without(filters: Filters, name: str) -> Filters:
    return Filters(**{key: value for key, value in filters.given().items() if key != name})


def _by_document(connection: sqlite3.Connection, parsed: Parsed, filters: Filters) -> Counted:
    condition, values = narrowed(parsed, filters, "s.rowid")
    rows = connection.execute(_BY_DOCUMENT.format(condition=condition), values)
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def _summed(counted: Counted, index: int, names: dict[str, str]) -> tuple[Facet, ...]:
    """Add up one column; the most frequent value first."""
    pages: Counter[str] = Counter()
    for row in counted:
        if value := row[index]:
            pages[str(value)] += row[3]
    ordered = sorted(pages.items(), key=lambda each: (-each[1], each[0]))
    return tuple(Facet(value, names.get(value, value), count) for value, count in ordered)


def _by_code(connection: sqlite3.Connection, parsed: Parsed, filters: Filters) -> tuple[Facet, ...]:
    condition, values = narrowed(parsed, filters, "s.rowid")
    rows = connection.execute(_BY_CODE.format(condition=condition), values)
    return tuple(Facet(row[0], row[1], row[2]) for row in rows)

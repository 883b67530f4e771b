"""The codebook, and where each of its codes was found, beside what was searched."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from publish.charts import Columns, by_years
from publish.database import Row, first, rows
from publish.figures import by_year
from publish.wording import GROUPS

MENTIONS_SHOWN = 25
COUNCILS_SHOWN = 30
SUPPLIERS = "supplier_product"


@dataclass(frozen=True)
class Searched:
    """Documents searched, by year and by council: what every share is of."""

    years: dict[str | None, int]
    councils: dict[str | None, Row]

    @property
    def documents(self) -> int:
        """All documents searched."""
        return sum(self.years.values())


@dataclass(frozen=True)
class Narrowed:
    """What a code's mentions are narrowed to, and how many stand before those shown."""

    council: str = ""
    stance: str = ""
    offset: int = 0


@dataclass(frozen=True)
class Found:
    """What was found of a code in all documents searched."""

    code: Row
    terms: list[Row]
    years: list[Row]
    drawn: tuple[Columns, Columns]
    councils: list[Row]
    stances: list[tuple[str, int]]
    uncounted: list[Row]
    mentions: int
    documents: int
    notices: int
    searched: int


def every_code(connection: sqlite3.Connection) -> dict[str, list[Row]]:
    """Return the codes by the names of their groups; counts all mentions: keep the answer."""
    found: dict[str, list[Row]] = {group: [] for group in GROUPS}
    for row in rows(connection, "every_code"):
        found.setdefault(row["group"] or "other", []).append(row)
    return {group: members for group, members in found.items() if members}


def searched(connection: sqlite3.Connection) -> Searched:
    """Count the documents searched; counts the whole corpus: keep the answer."""
    return Searched(
        {row["year"]: row["searched"] for row in rows(connection, "searched_years")},
        {row["council"]: row for row in rows(connection, "searched_councils")},
    )


def one_code(connection: sqlite3.Connection, name: str, among: Searched) -> Found | None:
    """Return a code with its figures, or None."""
    code = first(connection, "code", code=name)
    if not code:
        return None
    found = rows(connection, "code_found", code=name)
    years = _years(found, among)
    return Found(
        code=code,
        terms=[_term(row) for row in rows(connection, "code_terms", code=name)],
        years=years,
        drawn=by_years(years),
        councils=_councils(found, among),
        stances=_most(found, "stance"),
        uncounted=rows(connection, "code_uncounted", code=name),
        mentions=sum(row["mentions"] for row in found),
        documents=len({row["document"] for row in found}),
        notices=len({row["document"] for row in found if row["is_notice"]}),
        searched=among.documents,
    )


def code_mentions(connection: sqlite3.Connection, name: str, narrowed: Narrowed) -> list[Row]:
    """Return a page of a code's counted mentions, the latest papers first."""
    return rows(connection, "code_mentions", code=name, limit=MENTIONS_SHOWN, **vars(narrowed))


def _years(found: Iterable[Row], among: Searched) -> list[Row]:
    """Return each year that was searched, with mentions and the documents that have one."""
    mentions: Counter[str | None] = Counter()
    documents: dict[str | None, set[str]] = {}
    for row in found:
        mentions[row["year"]] += row["mentions"]
        documents.setdefault(row["year"], set()).add(row["document"])
    return by_year(
        [
            {"year": year, "searched": among.years.get(year, 0), "mentions": mentions[year]}
            | {"mentioning": len(documents.get(year, ()))}
            for year in among.years.keys() | documents.keys()
        ]
    )


def _councils(found: Iterable[Row], among: Searched) -> list[Row]:
    """Return the councils with most documents that have the code, beside those searched there."""
    mentions: Counter[str | None] = Counter()
    documents: dict[str | None, set[str]] = {}
    for row in found:
        mentions[row["council"]] += row["mentions"]
        documents.setdefault(row["council"], set()).add(row["document"])
    told = [
        {"council": council, "mentions": mentions[council], "documents": len(members)}
        | {key: (among.councils.get(council) or {}).get(key) for key in ("name", "searched")}
        for council, members in documents.items()
    ]
    return sorted(told, key=lambda row: (-row["documents"], row["name"] or "~"))


def _most(found: Iterable[Row], name: str) -> list[tuple[str, int]]:
    counted: Counter[str] = Counter()
    for row in found:
        counted[row[name] or ""] += row["mentions"]
    return counted.most_common()


def _term(row: Row) -> Row:
    """Return a term with its conditions in words: what must and must not stand near it."""
    try:
        pattern = json.loads(row["pattern"] or "{}")
    except ValueError:
        pattern = {}
    pattern = pattern if isinstance(pattern, dict) else {}
    return row | {
        "exact": pattern.get("case") == "exact",
        "near": _neighbours(pattern.get("near")),
        "not_near": _neighbours(pattern.get("not_near")),
    }


def _neighbours(given: object) -> Row | None:
    if not isinstance(given, dict) or not isinstance(given.get("words"), list):
        return None
    return {"words": [str(word) for word in given["words"]], "within": given.get("within")}

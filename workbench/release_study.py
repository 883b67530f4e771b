"""What people authored and judged, as a release has it: a study to go on with, without names.

Made from the published tables, so that what was withheld stays out: coders are numbers, who decided
is nobody's name, and what people wrote to each other is not in it.
"""

import csv
import io
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import yaml

from corpus.cells import defused
from corpus.store import Row
from corpus.study import Study

SOMEBODY = "a person"
"""In the place of whoever decided something."""
NOT_TOLD = "not told"
CUT_SHORT = " […]"
"""Ends a quotation that a source's licence lets nobody publish in full."""
CODINGS = "study/codings/release.csv"
_CODINGS = "select * from codings where state != 'forgotten' and coder is not null order by coding"
_LINKS = """select first, second, decision, at from links
    where decision in ('accepted', 'refused') order by link"""
_CLAIMS = "select claim, sentence, reviewer, reviewed_on from claims order by claim"
_CITED = "select claim, side, mention from claim_mentions order by claim, side, mention"
_LABELS = "select topic, label from topics where label_by != 'terms' order by topic"


def authored(connection: sqlite3.Connection, study: Study) -> dict[str, str]:
    """Return codings, coders, decisions, claims, labels, entities as files of a study, by name."""
    codings = _rows(connection, _CODINGS)
    coders = sorted({_coder(row) for row in codings})
    labels = {
        row["topic"]: {"label": row["label"], "by": SOMEBODY, "on": NOT_TOLD}
        for row in _rows(connection, _LABELS)
    }
    found = {
        CODINGS: _codings(codings),
        "study/coders.yaml": _yaml({name: "" for name in coders}),
        "study/links.csv": _links(_rows(connection, _LINKS)),
        "study/claims.yaml": _claims(connection),
        "study/labels.yaml": _yaml(labels),
        "study/entities.yaml": _entities(study, _names(connection)),
    }
    return {name: text for name, text in found.items() if text}


def _rows(connection: sqlite3.Connection, sql: str) -> list[Row]:
    cursor = connection.execute(sql)
    names = [told[0] for told in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _yaml(value: Any) -> str:
    if not value:
        return ""
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=100)
    return text


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: defused(row[name]) for name in columns})
    return out.getvalue()


def _coder(row: Row) -> str:
    """Return a coder's number as an id that a study takes."""
    return str(row["coder"]).replace(" ", "-")


def _codings(rows: Sequence[Row]) -> str:
    from coding.codings import COLUMNS, REQUIRED

    def told() -> Iterator[Row]:
        for row in rows:
            given = {name: row.get(name) or "" for name in COLUMNS}
            given |= {"document": row["cited_document"] or "", "page": row["cited_page"] or ""}
            given |= {"coder": _coder(row), "adjudicated": "yes" if row["adjudicated"] else ""}
            given["quote"] = str(given["quote"]).removesuffix(CUT_SHORT)
            if all(given[name] for name in REQUIRED):
                yield given

    whole = list(told())
    return _csv(COLUMNS, whole) if whole else ""


def _claims(connection: sqlite3.Connection) -> str:
    """Return the claims with the evidence that is published, with a number for the reviewer."""
    cited = _rows(connection, _CITED)
    told = [
        {"claim": row["claim"], "sentence": row["sentence"]}
        | {
            side: [
                one["mention"]
                for one in cited
                if (one["claim"], one["side"]) == (row["claim"], side)
            ]
            for side in ("supports", "contradicts")
        }
        | {"reviewer": row["reviewer"], "on": row["reviewed_on"]}
        for row in _rows(connection, _CLAIMS)
    ]
    return _yaml(
        {"claims": kept} if (kept := [c for c in told if c["supports"] or c["contradicts"]]) else {}
    )


def _links(rows: Sequence[Row]) -> str:
    from models.links.decisions import COLUMNS

    told = [row | {"by": SOMEBODY, "at": row["at"] or "", "why": ""} for row in rows]
    return _csv(COLUMNS, told) if told else ""


def _names(connection: sqlite3.Connection) -> set[str]:
    """Return the names of suppliers and products that the screen let out."""
    sql = "select name from entities union select name from entity_names"
    return {str(row[0]) for row in connection.execute(sql)}


def _entities(study: Study, published: set[str]) -> str:
    """Return what people said of suppliers and products, without who and why."""
    from models.links.judged import load_judged

    judged = load_judged(study.folder)
    described = []
    for one in judged.described:
        told = vars(one) | {"names": [name for name in one.names if name in published]}
        told |= {"numbers": list(one.numbers), "why": ""}
        if one.name in published:
            described.append({name: value for name, value in told.items() if value})
    judgements = [
        {"same" if one.same else "apart": list(one.entities)}
        | {"why": NOT_TOLD, "by": SOMEBODY, "on": one.on}
        for one in judged.judgements
    ]
    told = {"entities": described, "judgements": judgements}
    return _yaml({name: value for name, value in told.items() if value})

"""The interface for programs, `/api/v1/…`: what may be asked, and what is answered.

A question that cannot be honoured is refused: an argument passed over in silence would be taken for
an answer to it. Every answer has its denominator.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from publish.database import Row, first, rows
from publish.matching import SORTS

VERSION = "v1"
ROOT = f"/api/{VERSION}"
MOST = 500
"""Rows of one answer at most; `next` is the address of those that follow."""
USUAL = 100
NARROWING = {
    "council": "mySociety's code of a council, such as KEN",
    "nation": "England, Northern Ireland, Scotland or Wales",
    "type": "a type of council, as in the table councils",
    "year": "year of publication, four digits",
}
OF_DOCUMENT = NARROWING | {"kind": "kind of document, such as report or minutes"}
PAGING = {
    "limit": f"rows of one answer, 1 to {MOST}; {USUAL} where it is not told",
    "after": "where the last answer ended; `next` has it",
}


class BadRequest(Exception):
    """A question that makes no sense; its words say why."""


@dataclass(frozen=True)
class Endpoint:
    """One question that may be asked: its arguments, its answer and an example."""

    name: str
    title: str
    answer: str
    arguments: Mapping[str, str]
    example: str
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Its address."""
        return f"{ROOT}/{self.name}"


ENDPOINTS = (
    Endpoint(
        "search",
        "Pages by words or by meaning",
        "Hits in the order asked for, with the number of all and of the documents searched.",
        {
            "q": "the query, as on the search page; must be given",
            "by": "`words` or `meaning`; without it the query decides",
            "sort": f"one of {', '.join(f'`{sort}`' for sort in SORTS)}",
            **OF_DOCUMENT,
            "code": "code of the codebook that is mentioned on the page",
            "stance": "stance of a mention on the page (with `code`: of that mention)",
            "topic": "strongest topic of a passage on the page",
            "quality": "grade of the page's text",
            "document": "id of a document",
            **PAGING,
        },
        "q=%22predictive+analytics%22&limit=5",
        {"total": "pages that match in all", "documents": "documents searched and unreadable"},
    ),
    Endpoint(
        "mentions",
        "Mentions of the codebook's terms",
        "Mentions in the order of their ids, which outlive a rebuild.",
        {
            **OF_DOCUMENT,
            "code": "code of the codebook",
            "stance": "`uses`, `plans`, `not-used`, `stopped`, `asks` or `general`",
            "document": "id of a document",
            "page": "id of a page",
            "counted": "`1` (without it, too), `0`, or `all`",
            **PAGING,
        },
        "limit=5",
    ),
    Endpoint(
        "topics",
        "Topics of the chosen model",
        "The model with its figures of quality, and each topic with its terms and its trend beside "
        "the documents searched.",
        {},
        "",
    ),
    Endpoint(
        "coverage",
        "What was looked at, by source, council and month",
        "The ledger. A council-month that is missing was not looked at: it is not a zero.",
        {
            "source": "id of a source",
            **NARROWING,
            "year": "year of the month",
            "state": "such as `searched`, `blocked` or `not-looked`",
            **PAGING,
        },
        "limit=5",
    ),
)


@dataclass(frozen=True)
class Question:
    """The arguments of a request, known to be allowed."""

    endpoint: Endpoint
    values: dict[str, str]
    limit: int

    def get(self, name: str) -> str | None:
        """Return an argument."""
        return self.values.get(name)

    def given(self) -> dict[str, str | None]:
        """Return every argument but those of paging, for a query."""
        return {n: self.values.get(n) for n in self.endpoint.arguments if n not in PAGING}


def understood(endpoint: Endpoint, arguments: Mapping[str, list[str]]) -> Question:
    """Return the question; raises `BadRequest` for what the endpoint does not know."""
    for name, given in arguments.items():
        if name not in endpoint.arguments:
            known = ", ".join(endpoint.arguments) or "none"
            raise BadRequest(f"{endpoint.path} has no argument {name[:50]!r}; it knows: {known}.")
        if len(given) > 1:
            raise BadRequest(f"The argument {name} may be given once.")
    values = {name: given[0].strip() for name, given in arguments.items() if given[0].strip()}
    return Question(endpoint, values, _limit(values.pop("limit", str(USUAL))))


def _limit(given: str) -> int:
    if not (given.isascii() and given.isdigit()) or not 1 <= int(given[:6]) <= MOST:
        raise BadRequest(f"limit is a number from 1 to {MOST}.")
    return int(given)


def mentions(connection: sqlite3.Connection, asked: Question) -> tuple[list[Row], str | None]:
    """Return mentions and where the next ones begin."""
    counted = asked.get("counted") or "1"
    if counted not in ("0", "1", "all"):
        raise BadRequest("counted is 0, 1 or all.")
    values: dict[str, Any] = asked.given() | {"after": asked.get("after") or ""}
    values["counted"] = None if counted == "all" else int(counted)
    found = rows(connection, "api_mentions", **values, limit=asked.limit)
    return found, found[-1]["mention"] if len(found) == asked.limit else None


def coverage(connection: sqlite3.Connection, asked: Question) -> tuple[list[Row], str | None]:
    """Return entries of the ledger and where the next ones begin."""
    source, council, month = _place(asked.get("after"))
    place = {"after_source": source, "after_council": council, "after_month": month}
    found = rows(connection, "api_coverage", **asked.given(), **place, limit=asked.limit)
    if len(found) < asked.limit:
        return found, None
    last = found[-1]
    return found, "~".join((last["source"], last["council"] or "", last["month"]))


def _place(after: str | None) -> list[str]:
    parts = after.split("~") if after else ["", "", ""]
    if len(parts) != 3:
        raise BadRequest("after is what the `next` of an earlier answer has.")
    return parts


def topics(connection: sqlite3.Connection) -> dict[str, Any]:
    """Return the chosen model and its topics; no model is an answer, too."""
    model = first(connection, "chosen_model")
    if not model:
        return {"model": None, "topics": []}
    named = rows(connection, "topics", model=model["model"])
    return {"model": _model(model), "topics": [_topic(connection, topic) for topic in named]}


def _model(model: Row) -> Row:
    try:
        options = json.loads(model["options"] or "null")
    except ValueError:
        options = None
    return model | {"options": options}


def _topic(connection: sqlite3.Connection, topic: Row) -> Row:
    name = topic["topic"]
    terms = rows(connection, "topic_terms", topic=name)
    return topic | {"terms": terms, "trends": rows(connection, "topic_trends", topic=name)}


LISTS: dict[str, Callable[[sqlite3.Connection, Question], tuple[list[Row], str | None]]] = {
    "mentions": mentions,
    "coverage": coverage,
}
"""Endpoints that answer with rows of a table."""

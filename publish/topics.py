"""What the topic pages show: a model's topics, its figures, and the passages behind them."""

import math
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.citation import Cited
from corpus.citing import cited
from publish.database import Row, first, rows

RELEVANCE = 0.7
"""As words are ranked when a model is kept (`models/topics.py`)."""
TENTHS = re.compile(r"0\.\d|1\.0")
SHOWN_TERMS = 15


@dataclass(frozen=True)
class Topics:
    """The chosen model and its topics, each with its best terms."""

    model: Row
    topics: list[Row]
    types: list[Row]
    drawn: frozenset[str]
    """The pictures for which there are figures: models of old have none for some."""


@dataclass(frozen=True)
class Topic:
    """One topic, with everything its page shows."""

    topic: Row
    terms: list[Row]
    relevance: float
    lifted: bool
    """Whether words can be ranked anew."""
    dated: bool
    """Whether documents are counted by year: in models of old, passages are."""
    passages: list[Row]
    trends: dict[str, list[Row]]
    councils: list[Row]
    cited: Cited


def chosen(connection: sqlite3.Connection) -> Row | None:
    """Return the model the site shows, if one was chosen."""
    return first(connection, "chosen_model")


def all_topics(connection: sqlite3.Connection) -> Topics | None:
    """Return the chosen model's topics, or None where no model was chosen."""
    model = chosen(connection)
    if not model:
        return None
    topics = rows(connection, "topics", model=model["model"])
    types = council_types(connection)
    return Topics(
        model,
        [
            t | {"words": with_bars(rows(connection, "topic_terms", topic=t["topic"]))}
            for t in topics
        ],
        types,
        frozenset(_drawn(topics, types)),
    )


def _drawn(topics: list[Row], types: list[Row]) -> Iterator[str]:
    if any(topic["x"] is not None for topic in topics):
        yield "topicmap"
    if any(None not in (topic["npmi"], topic["stability"]) for topic in topics):
        yield "topicstability"
    if types:
        yield "topictypes"


def council_types(connection: sqlite3.Connection) -> list[Row]:
    """Return in how many documents searched of each council type each topic is."""
    model = chosen(connection)
    return rows(connection, "topic_types", model=model["model"]) if model else []


def relevance_of(asked: str) -> float:
    """Return how words are ranked, 0 to 1 in tenths; as they were kept where nonsense is asked."""
    return int(asked.replace(".", "")) / 10 if TENTHS.fullmatch(asked) else RELEVANCE


def ranked_terms(connection: sqlite3.Connection, topic: str, relevance: float) -> list[Row]:
    """Return a topic's kept words ranked anew (Sievert and Shirley 2014).

    At 1 by their share of the topic, at 0 by how many times larger it is than their share of the
    corpus. As they were kept where that is not known.
    """
    found = rows(connection, "topic_terms", topic=topic)
    if any(not row["lift"] or not row["weight"] for row in found):
        return found[:SHOWN_TERMS]

    def rank(row: Row) -> float:
        return relevance * math.log(row["weight"]) + (1 - relevance) * math.log(row["lift"])

    return sorted(found, key=rank, reverse=True)[:SHOWN_TERMS]


def one_topic(
    connection: sqlite3.Connection, name: str, site: str = "", relevance: float = RELEVANCE
) -> Topic | None:
    """Return a topic of any model, or None; `site` is the address under which it is cited."""
    topic, known = (
        first(connection, "topic", topic=name),
        cited(connection, "topic", name, site=site),
    )
    if not topic or not known:
        return None
    trends: dict[str, list[Row]] = {}
    for row in rows(connection, "topic_trends", topic=name):
        trends.setdefault(row["dimension"], []).append(row)
    return Topic(
        topic=topic,
        terms=with_bars(ranked_terms(connection, name, relevance)),
        relevance=relevance,
        lifted=any(row["lift"] for row in rows(connection, "topic_terms", topic=name)),
        dated=any(row["documents"] is not None for row in trends.get("year", [])),
        passages=rows(connection, "topic_passages", topic=name),
        trends=trends,
        councils=rows(connection, "topic_councils", topic=name),
        cited=known,
    )


def with_bars(terms: list[Row]) -> list[Row]:
    """Add to each term the length of its bar, in percent of the longest."""
    largest = max((term["weight"] or 0 for term in terms), default=0) or 1
    return [term | {"percent": round(100 * (term["weight"] or 0) / largest, 1)} for term in terms]

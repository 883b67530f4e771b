"""What the topic pages show: a model's topics, its figures, and the passages behind them."""

import sqlite3
from dataclasses import dataclass

from corpus.citation import Cited
from corpus.citing import cited
from publish.charts import Columns, columns
from publish.database import Row, first, rows


@dataclass(frozen=True)
class Topics:
    """The chosen model and its topics, each with its best terms."""

    model: Row
    topics: list[Row]


@dataclass(frozen=True)
class Topic:
    """One topic, with everything its page shows."""

    topic: Row
    terms: list[Row]
    passages: list[Row]
    trends: dict[str, list[Row]]
    years: Columns
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
    return Topics(
        model,
        [
            t | {"words": with_bars(rows(connection, "topic_terms", topic=t["topic"]))}
            for t in topics
        ],
    )


def one_topic(connection: sqlite3.Connection, name: str, site: str = "") -> Topic | None:
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
        terms=with_bars(rows(connection, "topic_terms", topic=name)),
        passages=rows(connection, "topic_passages", topic=name),
        trends=trends,
        years=columns([(row["value"], row["weight"] or 0) for row in trends.get("year", [])]),
        councils=rows(connection, "topic_councils", topic=name),
        cited=known,
    )


def with_bars(terms: list[Row]) -> list[Row]:
    """Add to each term the length of its bar, in percent of the longest."""
    largest = max((term["weight"] or 0 for term in terms), default=0) or 1
    return [term | {"percent": round(100 * (term["weight"] or 0) / largest, 1)} for term in terms]

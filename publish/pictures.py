"""The site's charts as Vega-Lite, drawn here: SVG, PNG, the specification, and the figures as CSV.

The same charts are in the notebooks (`corpus/charts.py`, `corpus/topic_charts.py`). No script runs
in a reader's browser and nothing is loaded from elsewhere: the page shows a picture, the table
beside it has the figures.
"""

import json
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from corpus.theme import themed
from publish.codes import one_code, searched
from publish.database import Row, rows
from publish.figures import by_year
from publish.reading import as_csv
from publish.topics import chosen, council_types, ranked_terms, relevance_of

KINDS = {
    "svg": "image/svg+xml",
    "dark.svg": "image/svg+xml",
    "png": "image/png",
    "csv": "text/csv; charset=utf-8",
    "vl.json": "application/json; charset=utf-8",
}
SCALE = 2
"""Pixels of a PNG for each unit: sharp on paper."""
TREND = ("documents", "searched", "low", "high", "passages")
_drawing = threading.Lock()
"""One V8 at a time: each takes some eighty megabytes."""


@dataclass(frozen=True)
class Picture:
    """A chart: its figures, and how it is drawn from them."""

    figures: Callable[[sqlite3.Connection, str], list[Row]]
    draw: str
    """Module and function, below `corpus`: its libraries are loaded when the first is drawn."""


def _years(connection: sqlite3.Connection, _: str) -> list[Row]:
    return by_year(rows(connection, "years"))


def _topics(connection: sqlite3.Connection, _: str) -> list[Row]:
    model = chosen(connection)
    return rows(connection, "topics", model=model["model"]) if model else []


def _trend(connection: sqlite3.Connection, topic: str) -> list[Row]:
    found = rows(connection, "topic_trends", topic=topic)
    return [
        {"year": row["value"]} | {name: row[name] for name in TREND}
        for row in found
        if row["dimension"] == "year" and row["value"] and row["documents"] is not None
    ]


def _map(connection: sqlite3.Connection, _: str) -> list[Row]:
    return [row for row in _topics(connection, "") if row["x"] is not None]


def _stability(connection: sqlite3.Connection, _: str) -> list[Row]:
    measured = ("npmi", "stability")
    return [row for row in _topics(connection, "") if None not in [row[m] for m in measured]]


def _types(connection: sqlite3.Connection, _: str) -> list[Row]:
    return council_types(connection)


def _terms(connection: sqlite3.Connection, subject: str) -> list[Row]:
    """Return a topic's words as ranked; behind its id and `~`, the relevance asked for."""
    topic, _, asked = subject.partition("~")
    return ranked_terms(connection, topic, relevance_of(asked))


def _council(connection: sqlite3.Connection, council: str) -> list[Row]:
    return by_year(rows(connection, "council_figures", council=council))


def _code(connection: sqlite3.Connection, code: str) -> list[Row]:
    found = one_code(connection, code, searched(connection))
    return found.years if found else []


PICTURES = {
    "years": Picture(_years, "charts.years_chart"),
    "topics": Picture(_topics, "charts.topics_chart"),
    "topic": Picture(_trend, "topic_charts.topic_trend_chart"),
    "topicmap": Picture(_map, "topic_charts.topic_map_chart"),
    "topicstability": Picture(_stability, "topic_charts.topic_stability_chart"),
    "topictypes": Picture(_types, "topic_charts.topic_grid_chart"),
    "topicterms": Picture(_terms, "topic_charts.topic_ranked_chart"),
    "council": Picture(_council, "charts.years_chart"),
    "code": Picture(_code, "charts.years_chart"),
}
"""By the first word of their address; the id of a topic, council or code stands behind it."""


def picture(connection: sqlite3.Connection, name: str, subject: str, kind: str) -> bytes | None:
    """Return a chart as bytes of the kind asked for; None where there are no figures for it."""
    known = PICTURES[name]
    figures = known.figures(connection, subject)
    if not figures:
        return None
    if kind == "csv":
        return as_csv(figures).encode("utf-8")
    return drawn(known.draw, figures, kind)


def drawn(draw: str, figures: list[Row], kind: str) -> bytes:
    """Draw figures; the first time takes seconds, for the libraries are loaded."""
    import pandas as pd
    import vl_convert

    module, _, name = draw.partition(".")
    chart = getattr(import_module(f"corpus.{module}"), name)
    specification = themed(chart(pd.DataFrame(figures)).to_dict(), dark=kind.startswith("dark"))
    if kind == "vl.json":
        return json.dumps(specification, indent=1).encode("utf-8")
    with _drawing:
        if kind == "png":
            on_paper = specification | {"background": "white"}
            return bytes(vl_convert.vegalite_to_png(on_paper, scale=SCALE))
        return str(vl_convert.vegalite_to_svg(specification)).encode("utf-8")

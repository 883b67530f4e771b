"""Charts in which no count stands without what was searched."""

from typing import Any

import altair as alt
import pandas as pd

alt.renderers.enable("svg")  # drawn here: nothing is loaded from elsewhere to show a chart
MENTIONING, SEARCHED = "#1f4e79", "#c9d3dd"
LIGHT = ("#1c232b", "#8f8a7a", "#1f6f78", "#c3c9c6")
DARK = ("#e7e4dc", "#78828c", "#5fb3ba", "#4a545c")
"""Ink, lines, the strong colour and the pale one, as in the site's style sheet."""
FONT = "system-ui, sans-serif"


def rate_chart(frame: pd.DataFrame, by: str, title: str) -> alt.LayerChart:
    """Return bars of documents searched and, within them, documents that mention.

    `frame` has the columns `by`, `searched`, `mentioning` and `unreadable`.
    """
    unread = int(frame["unreadable"].sum())
    base = alt.Chart(frame).encode(
        x=alt.X(f"{by}:N", title=by, axis=alt.Axis(labelAngle=0, labelLimit=160)),
        tooltip=[by, "mentioning", "searched", "unreadable"],
    )
    searched = base.mark_bar(color=SEARCHED).encode(y=alt.Y("searched:Q", title="documents"))
    mentioning = base.mark_bar(color=MENTIONING).encode(y="mentioning:Q")
    words = (
        base.mark_text(dy=-6, fontSize=10)
        .transform_calculate(shown="datum.mentioning + ' of ' + datum.searched")
        .encode(y="searched:Q", text="shown:N")
    )
    chart: alt.LayerChart = (searched + mentioning + words).properties(
        width=520,
        height=260,
        title=alt.TitleParams(
            title,
            anchor="start",
            subtitle=[
                "dark: documents with a counted mention; light: all whose text was searched",
                f"{unread:,} more could not be read: nothing is known of what they say",
            ],
        ),
    )
    return chart


def topics_chart(frame: pd.DataFrame) -> alt.Chart:
    """Return topics by the number of passages they lead; `frame` has number, label, passages."""
    named: Any = frame.assign(topic=frame["number"].map("{:02d}".format) + "  " + frame["label"])
    chart: alt.Chart = (
        alt.Chart(named)
        .mark_bar(color=MENTIONING)
        .encode(
            x=alt.X("passages:Q", title="passages in which it is the strongest topic"),
            y=alt.Y("topic:N", title=None, axis=alt.Axis(labelLimit=320)),
            tooltip=["topic", "passages", "weight"],
        )
        .properties(width=420)
    )
    return chart


FIGURES = ("npmi", "c_v", "diversity", "exclusivity", "stability_resamples")


def comparison_chart(frame: pd.DataFrame, recommended: int | None) -> alt.FacetChart:
    """Return what speaks for each number of topics, one panel a figure.

    `frame` has the columns `k`, `npmi`, `c_v`, `diversity`, `exclusivity`, `stability_resamples`.
    """
    long = frame.melt(id_vars=["k"], value_vars=list(FIGURES), var_name="figure")
    base = alt.Chart(long).encode(x=alt.X("k:Q", title="topics"))
    lines = base.mark_line(point=True, color=MENTIONING).encode(
        y=alt.Y("value:Q", title=None), tooltip=["figure", "k", "value"]
    )
    rule = base.mark_rule(color="#b3541e").transform_filter(f"datum.k == {recommended or -1}")
    chart: alt.FacetChart = (
        (lines + rule)
        .properties(width=220, height=120)
        .facet(facet=alt.Facet("figure:N", title=None, sort=list(FIGURES)), columns=2)
        .resolve_scale(y="independent")
    )
    return chart


def years_chart(frame: pd.DataFrame) -> alt.VConcatChart:
    """Return counted mentions by year above the documents searched, on one axis.

    `frame` has year (`undated` for papers without a date), mentions, searched and mentioning.
    """
    years = list(frame["year"])
    x = alt.X("year:N", sort=years, title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True))
    base = alt.Chart(frame).encode(tooltip=["year", "mentions", "searched", "mentioning"])
    mentions = base.mark_bar(color=MENTIONING).encode(
        x=x, y=alt.Y("mentions:Q", title=None, axis=alt.Axis(tickCount=4))
    )
    searched = base.mark_bar(color=SEARCHED).encode(
        x=x, y=alt.Y("searched:Q", title=None, axis=alt.Axis(tickCount=3))
    )
    mentioning = base.mark_bar(color=MENTIONING).encode(x=x, y="mentioning:Q")
    chart: alt.VConcatChart = alt.vconcat(
        mentions.properties(width=680, height=150, title="Counted mentions"),
        (searched + mentioning).properties(
            width=680, height=90, title="Documents searched; dark: those with a mention"
        ),
    ).configure_concat(spacing=16)
    return chart


def trend_chart(frame: pd.DataFrame) -> alt.Chart:
    """Return passages of a topic for every hundred documents searched, by year.

    `frame` has year, passages and searched; a year of which nothing was searched has no bar.
    """
    known: Any = frame[frame["searched"] > 0]
    chart: alt.Chart = (
        alt.Chart(known.assign(rate=100 * known["passages"] / known["searched"]))
        .mark_bar(color=MENTIONING)
        .encode(
            x=alt.X("year:N", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
            y=alt.Y("rate:Q", title="passages per 100 documents searched"),
            tooltip=["year", "passages", "searched"],
        )
        .properties(width=480, height=160)
    )
    return chart


def themed(specification: dict[str, Any], *, dark: bool = False) -> dict[str, Any]:
    """Return a chart's specification with the site's letters, on a light or dark page."""
    ink, line, strong, pale = DARK if dark else LIGHT
    words = {"labelColor": ink, "titleColor": ink, "labelFontSize": 12, "titleFontSize": 12}
    axis = words | {"domainColor": line, "tickColor": line, "gridColor": line, "gridOpacity": 0.4}
    config = {
        "background": "transparent",
        "font": FONT,
        "axis": axis | {"titleFontWeight": "normal"},
        "title": {"color": ink, "subtitleColor": ink, "fontSize": 13, "anchor": "start"},
        "view": {"stroke": None},
        "text": {"color": ink},
    }
    painted: dict[str, Any] = _painted(specification, {MENTIONING: strong, SEARCHED: pale})
    return painted | {"config": painted.get("config", {}) | config}


def _painted(value: Any, colours: dict[str, str]) -> Any:
    """Replace colours wherever they stand in a specification."""
    if isinstance(value, dict):
        return {key: _painted(each, colours) for key, each in value.items()}
    if isinstance(value, list):
        return [_painted(each, colours) for each in value]
    return colours.get(value, value) if isinstance(value, str) else value

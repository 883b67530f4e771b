"""Charts in which no count stands without what was searched."""

from typing import Any

import altair as alt
import pandas as pd

alt.renderers.enable("svg")  # drawn here: nothing is loaded from elsewhere to show a chart
MENTIONING, SEARCHED = "#1f4e79", "#c9d3dd"


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

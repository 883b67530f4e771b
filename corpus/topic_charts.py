"""Charts of topics for a command, a site and a notebook, in Vega-Lite."""

from typing import Any

import altair as alt
import pandas as pd

from corpus.theme import MENTIONING

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


def topic_trend_chart(frame: pd.DataFrame) -> alt.Chart:
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

"""Charts of topics for a command, a site and a notebook, in Vega-Lite."""

from typing import Any

import altair as alt
import pandas as pd

from corpus.theme import MENTIONING

VERDICTS = {"use": "#1f6f78", "with care": "#9a5b00", "do not use": "#a3242c"}
"""Colours that carry white figures on light and dark pages; the table beside names the verdict."""
STABLE_BOUNDS, COHERENT_BOUNDS = (0.3, 0.5), (0.0, 0.05)
"""Where verdicts change (`models/evaluate.py`)."""
PALE_TO_STRONG = ("#dfe9ea", "#1f6f78")
FEWEST = 5
SHOWN_TERMS = 15
RELEVANCE = 0.7
"""As words are ranked when a model is kept (`models/topics.py`)."""
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


def topic_trend_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """Return the share of documents that hold a topic, by year, with its 95 % interval.

    `frame` has year, documents, searched, low and high; a year of which nothing was searched, or
    of which documents were not counted, has no dot.
    """
    known: Any = frame[frame["searched"] > 0].dropna(subset=["documents"])
    base = alt.Chart(
        known.assign(
            share=known["documents"] / known["searched"],
            told=[
                f"{d:.0f} of {n:,}"
                for d, n in zip(known["documents"], known["searched"], strict=True)
            ],
        )
    ).encode(
        x=alt.X("year:N", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        tooltip=["year", "documents", "searched", "share", "low", "high"],
    )
    rate = alt.Y(
        "share:Q", title="share of documents searched", axis=alt.Axis(format="%", tickCount=5)
    )
    chart: alt.LayerChart = (
        base.mark_rule(color=MENTIONING, strokeWidth=1.5).encode(y="low:Q", y2="high:Q")
        + base.mark_point(color=MENTIONING, filled=True, size=55, opacity=1).encode(y=rate)
        + base.mark_text(dy=-8, fontSize=10).encode(y="high:Q", text="told:N")
    ).properties(width=620, height=200)
    return chart


def topic_map_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """Return topics as circles on a plane: like words lie close, area is the share of words.

    `frame` has number, label, x, y, weight and verdict; what has no place is left out.
    """
    placed: Any = frame.dropna(subset=["x", "y"])
    axis = alt.Axis(labels=False, ticks=False, grid=False, domain=False, title=None)
    base = alt.Chart(_named(placed)).encode(
        x=alt.X("x:Q", axis=axis, scale=alt.Scale(zero=False, padding=80)),
        y=alt.Y("y:Q", axis=axis, scale=alt.Scale(zero=False, padding=45)),
        tooltip=["topic", "weight", "verdict"],
    )
    size = alt.Size("weight:Q", scale=alt.Scale(range=[140, 1700], zero=True), legend=None)
    names = base.mark_text(dy=31, fontSize=10, limit=150)
    chart: alt.LayerChart = (
        base.mark_circle(opacity=0.85, stroke="#ffffff").encode(size=size, color=_verdicts(placed))
        + base.mark_text(fontSize=11, fontWeight="bold", color="#ffffff").encode(text="number:N")
        + names.encode(text="label:N")
    ).properties(width=620, height=400)
    return chart


def topic_stability_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """Return each topic by stability and coherence, with the bounds below which care is asked.

    `frame` has number, label, npmi, stability and verdict; what was not measured is left out.
    """
    known: Any = frame.dropna(subset=["npmi", "stability"])
    base = alt.Chart(_named(known)).encode(
        x=alt.X(
            "stability:Q",
            title="stability: overlap of its ten words over resampled passages",
            scale=alt.Scale(domain=[0, 1]),
        ),
        y=alt.Y("npmi:Q", title="coherence (NPMI)"),
        tooltip=["topic", "npmi", "stability", "verdict"],
    )
    bounds = pd.DataFrame({"stability": STABLE_BOUNDS})
    least = pd.DataFrame({"npmi": COHERENT_BOUNDS})
    chart: alt.LayerChart = (
        alt.Chart(bounds).mark_rule(strokeDash=[4, 4], color="#8f8a7a").encode(x="stability:Q")
        + alt.Chart(least).mark_rule(strokeDash=[4, 4], color="#8f8a7a").encode(y="npmi:Q")
        + base.mark_circle(size=330, opacity=0.9).encode(color=_verdicts(known))
        + base.mark_text(fontSize=10, fontWeight="bold", color="#ffffff").encode(text="number:N")
    ).properties(width=620, height=280)
    return chart


def topic_grid_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """Return in how many of the documents searched each topic is, by council type.

    `frame` has number, label, type, documents and searched. A cell with fewer documents than
    `FEWEST` has its numbers and no colour: its share says nothing.
    """
    known: Any = frame[frame["searched"] > 0].dropna(subset=["documents"])
    rate = known["documents"] / known["searched"]
    shown = _named(known.assign(rate=rate.where(known["searched"] >= FEWEST)))
    top = float(shown["rate"].max())
    top = top if top > 0 else 1.0  # also where every cell has too few
    lines = alt.Axis(labelAngle=0, labelExpr="split(datum.label, ' ')")
    base = alt.Chart(shown).encode(
        x=alt.X("type:N", title=None, axis=lines),
        y=alt.Y("topic:N", title=None, axis=alt.Axis(labelLimit=200)),
        tooltip=["topic", "type", "documents", "searched", "rate"],
    )
    scale = alt.Scale(domain=[0, top], range=list(PALE_TO_STRONG))
    legend = alt.Legend(format=".0%", orient="bottom", title="share of documents searched")
    ink = alt.condition(f"datum.rate > {top / 2}", alt.value("#ffffff"), alt.value("#16202a"))
    cells = base.transform_filter("isValid(datum.rate)").mark_rect(stroke="#ffffff")
    words = base.transform_calculate(told="datum.documents + ' of ' + datum.searched")
    few = words.transform_filter("!isValid(datum.rate)").mark_text(fontSize=10, fontStyle="italic")
    chart: alt.LayerChart = (
        cells.encode(color=alt.Color("rate:Q", scale=scale, legend=legend))
        + words.transform_filter("isValid(datum.rate)")
        .mark_text(fontSize=10)
        .encode(text="told:N", color=ink)
        + few.encode(text="told:N")
    ).properties(
        width=430, height=alt.Step(22), padding={"left": 25, "top": 5, "right": 5, "bottom": 5}
    )
    return chart


def topic_terms_chart(frame: pd.DataFrame, relevance: float = RELEVANCE) -> alt.Chart:
    """Return a topic's fifteen best words, with a slider for how they are ranked.

    `frame` has term, weight (share of the topic) and lift (how many times more frequent than in
    the corpus). At 1 words rank by share, at 0 by lift alone (Sievert and Shirley 2014); the
    slider ranks the words of `frame`, not the whole vocabulary.
    """
    slide = alt.param(
        name="relevance",
        value=relevance,
        bind=alt.binding_range(min=0, max=1, step=0.1, name="relevance (1: frequent, 0: special) "),
    )
    ranked = "relevance * log(datum.weight) + (1 - relevance) * log(datum.lift)"
    chart: alt.Chart = (
        alt.Chart(frame[(frame["weight"] > 0) & (frame["lift"] > 0)])
        .transform_calculate(ranked=ranked)
        .transform_window(place="row_number()", sort=[alt.SortField("ranked", order="descending")])
        .transform_filter(f"datum.place <= {SHOWN_TERMS}")
        .mark_bar(color=MENTIONING)
        .encode(
            x=alt.X("weight:Q", title="share of the topic's words"),
            y=alt.Y("term:N", title=None, sort=alt.EncodingSortField("place", op="min")),
            tooltip=["term", "weight", "lift"],
        )
        .add_params(slide)
        .properties(width=420, height=alt.Step(18))
    )
    return chart


def topic_ranked_chart(frame: pd.DataFrame) -> alt.Chart:
    """Return words in the order of `frame`, which has term and weight: a rank already chosen."""
    chart: alt.Chart = (
        alt.Chart(frame.head(SHOWN_TERMS))
        .mark_bar(color=MENTIONING)
        .encode(
            x=alt.X("weight:Q", title="share of the topic's words"),
            y=alt.Y("term:N", title=None, sort=None),
            tooltip=["term", "weight"],
        )
        .properties(width=420, height=alt.Step(18))
    )
    return chart


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(topic=frame["number"].map("{:02d}".format) + "  " + frame["label"])


def _verdicts(frame: pd.DataFrame) -> alt.Color:
    """Return the colour of each verdict there is."""
    used = [verdict for verdict in VERDICTS if verdict in set(frame["verdict"])]
    scale = alt.Scale(domain=used, range=[VERDICTS[verdict] for verdict in used])
    return alt.Color("verdict:N", title=None, scale=scale, legend=alt.Legend(orient="bottom"))

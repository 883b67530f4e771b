"""Charts in which no count stands without what was searched; drawn here, nothing is loaded."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from corpus.theme import MENTIONING, SEARCHED

alt.renderers.enable("svg")  # drawn here: nothing is loaded from elsewhere to show a chart
alt.data_transformers.disable_max_rows()  # nothing is sent anywhere, so nothing need be small
UNREAD = "#b06000"
SERIES = ("#1f4e79", "#b06000", "#2e7d4f", "#7b3f8c", "#5a5a5a", "#a3242c")
"""Apart from each other for most people who tell few colours apart; lines have shapes as well."""
STATES = {
    "searched": ("S", "#1f4e79"),
    "term-searched": ("T", "#5b8cb8"),
    "none-published": ("0", "#c9d3dd"),
    "blocked": ("B", "#a3242c"),
    "robots-refused": ("R", "#d98c5f"),
    "failed": ("F", "#b06000"),
    "unsupported": ("U", "#8c8c8c"),
    "url-unknown": ("?", "#b5b5b5"),
    "not-looked": ("-", "#e6e6e6"),
}
"""Letter and colour of each state of the ledger; letters as `corpus coverage --grid` has them."""
WIDTH = 520
DARK_FROM = 0.55
"""Of a scale: from here on words on a cell are white."""
BARS, BAR_WIDTH = 11, 48
"""More bars than this are given room for the words over each."""
FEW = 10
"""Documents searched: of fewer, a share has no line, and an interval says next to nothing."""
YEARS_IN_LINE = 8
LINE_PT = 12
_DRAWN = ("rate", "low", "high")


def rate_chart(frame: pd.DataFrame, by: str, title: str) -> alt.LayerChart:
    """Return bars of documents searched and, within them, documents that mention.

    `frame` has the columns `by`, `searched`, `mentioning` and `unreadable`.
    """
    base = alt.Chart(frame).encode(
        x=alt.X(f"{by}:N", title=by, axis=alt.Axis(labelAngle=_angle(frame[by]), labelLimit=160)),
        tooltip=[by, "mentioning", "searched", "unreadable"],
    )
    room = alt.Scale(domain=[0, max(int(frame["searched"].max() or 0), 1) * 1.06])
    searched = base.mark_bar(color=SEARCHED).encode(
        y=alt.Y("searched:Q", title="documents", scale=room)
    )
    mentioning = base.mark_bar(color=MENTIONING).encode(y="mentioning:Q")
    words = (
        base.mark_text(dy=-6, fontSize=10)
        .transform_calculate(shown="datum.mentioning + ' of ' + datum.searched")
        .encode(y="searched:Q", text="shown:N")
    )
    told = "dark: documents with a counted mention; light: all whose text was searched"
    chart: alt.LayerChart = (searched + mentioning + words).properties(
        width=WIDTH if len(frame) <= BARS else alt.Step(BAR_WIDTH),
        height=260,
        title=_title(title, told, _unread(frame)),
    )
    return chart


def interval_chart(frame: pd.DataFrame, by: str, title: str, told: str = "") -> alt.LayerChart:
    """Return a dot with its 95 % interval for each row, and "n of N" beside it.

    `frame` has the columns `by`, `rate`, `low`, `high`, `mentioning` and `searched`; with `least`
    and `most`, the bounds that unreadable papers leave are drawn as a pale bar behind.
    """
    reach = ["high", *(["most"] if "most" in frame else [])]
    placed = frame.assign(end=frame[reach].max(axis=1))
    base = alt.Chart(placed).encode(
        y=alt.Y(f"{by}:N", title=None, sort=None, axis=alt.Axis(labelLimit=300)),
        tooltip=[c for c in frame.columns if c != "reason"],
    )
    scale = alt.Scale(domainMin=0)
    rate = alt.X("rate:Q", title="share of documents searched", axis=alt.Axis(format="%"))
    layers = []
    if "least" in frame:
        layers.append(
            base.mark_bar(color=SEARCHED, height=12).encode(
                x=alt.X("least:Q", scale=scale), x2="most:Q"
            )
        )
    layers += [
        base.mark_rule(color=MENTIONING, strokeWidth=1.5).encode(x="low:Q", x2="high:Q"),
        base.mark_point(color=MENTIONING, filled=True, size=55).encode(x=rate),
        base.mark_text(align="left", dx=8, fontSize=10)
        .transform_calculate(shown="datum.mentioning + ' of ' + datum.searched")
        .encode(x="end:Q", text="shown:N"),
    ]
    subtitle = told or "dot: rate; line: 95 % interval (Wilson); beside it: documents"
    layered: Any = alt.layer(*layers)
    chart: alt.LayerChart = layered.properties(
        width=WIDTH - 120, height=alt.Step(22), title=_title(title, subtitle, _unread(frame))
    )
    return chart


def trend_chart(frame: pd.DataFrame, of: str, title: str) -> alt.LayerChart:
    """Return a line for each of several codes or groups by year, with intervals and counts.

    `frame` is as `trends` of the notebook library gives it: `of`, `year`, `rate`, `low`, `high`,
    `mentioning`, `searched`.
    """
    names = list(dict.fromkeys(frame[of]))
    colour = alt.Color(
        f"{of}:N",
        title=None,
        scale=alt.Scale(domain=names, range=_colours(names)),
        legend=alt.Legend(orient="bottom", columns=2, labelLimit=260, symbolOpacity=1),
    )
    base = alt.Chart(frame).encode(
        x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0)),
        color=colour,
        tooltip=[of, "year", "mentioning", "searched", "rate", "low", "high"],
    )
    enough = {name: f"datum.searched >= {FEW} ? datum.{name} : null" for name in _DRAWN}
    drawn = base.transform_calculate(**{f"{name}_": told for name, told in enough.items()})
    rate = alt.Y("rate_:Q", title="share of documents searched", axis=alt.Axis(format="%"))
    chart: alt.LayerChart = (
        drawn.mark_area(opacity=0.12, invalid="break-paths-filter-domains").encode(
            y="low_:Q", y2="high_:Q"
        )
        + drawn.mark_line(invalid="break-paths-filter-domains").encode(y=rate)
        + base.mark_point(filled=True, size=50).encode(
            y="rate:Q", shape=alt.Shape(f"{of}:N", scale=alt.Scale(domain=names), legend=None)
        )
    ).properties(
        width=WIDTH,
        height=260,
        title=_title(title, *_trend_told(frame)),
    )
    return chart


def grid_chart(frame: pd.DataFrame, across: str, down: str, title: str) -> alt.LayerChart:
    """Return a grid of rates, "n of N" in each cell; nothing in a cell that was not searched.

    `frame` has `across`, `down`, `rate`, `mentioning` and `searched`.
    """
    top = float(frame["rate"].max())
    top = top if top > 0 else 1.0  # also where no rate is known
    lines = max((len(str(each).split(" ")) for each in frame[across]), default=1)
    base = alt.Chart(frame[frame["searched"] > 0]).encode(
        x=alt.X(
            f"{across}:N",
            title=None,
            axis=alt.Axis(
                orient="top",
                labelAngle=0,
                labelExpr="split(datum.label, ' ')",  # a line for each word
                labelPadding=4 + LINE_PT * (lines - 1),
            ),
        ),
        y=alt.Y(f"{down}:N", title=None, axis=alt.Axis(labelLimit=300)),
        tooltip=[across, down, "mentioning", "searched", "rate"],
    )
    scale = alt.Scale(domain=[0, top], range=["#f4f6f8", MENTIONING])
    legend = alt.Legend(format="%", orient="bottom", title="share of documents searched")
    ink = alt.condition(
        f"datum.rate > {top * DARK_FROM}", alt.value("#ffffff"), alt.value("#1b1b1b")
    )
    cells = base.mark_rect(stroke="#ffffff").encode(
        color=alt.Color("rate:Q", scale=scale, legend=legend)
    )
    words = (
        base.mark_text(fontSize=10)
        .transform_calculate(shown="datum.mentioning + ' of ' + datum.searched")
        .encode(text="shown:N", color=ink)
    )
    chart: alt.LayerChart = (cells + words).properties(
        width=alt.Step(110),
        height=alt.Step(20),
        title=_title(title, "documents that mention, of documents searched"),
    )
    return chart


def ledger_chart(frame: pd.DataFrame, title: str) -> alt.LayerChart:
    """Return what was looked at, a cell for each council and month, by colour and by letter.

    `frame` is as `coverage` of the notebook library gives it, of one source at a time: two sources
    would lie on top of each other.
    """
    named = frame.assign(
        who=frame["council_name"].fillna(frame["council"]).replace("", "all buyers"),
        letter=[STATES.get(state, ("·", ""))[0] for state in frame["state"]],
    )
    used = [state for state in STATES if state in set(frame["state"])]
    base = alt.Chart(named).encode(
        x=alt.X("month:O", title=None, axis=alt.Axis(labelAngle=-90, labelOverlap=True)),
        y=alt.Y("who:N", title=None, axis=alt.Axis(labelLimit=200)),
        tooltip=["who", "month", "state", "documents_seen", "documents_mentioning", "reason"],
    )
    colour = alt.Color(
        "state:N",
        title=None,
        scale=alt.Scale(domain=used, range=[STATES[state][1] for state in used]),
        legend=alt.Legend(
            orient="bottom",
            columns=5,
            labelExpr="datum.label + ' (' + "
            + str({state: STATES[state][0] for state in used})
            + "[datum.label] + ')'",
        ),
    )
    dark = {"searched", "blocked", "failed", "term-searched"}
    ink = alt.condition(
        alt.FieldOneOfPredicate("state", sorted(dark)), alt.value("#ffffff"), alt.value("#1b1b1b")
    )
    chart: alt.LayerChart = (
        base.mark_rect(stroke="#ffffff").encode(color=colour)
        + base.mark_text(fontSize=8).encode(text="letter:N", color=ink)
    ).properties(
        width=alt.Step(13),
        height=alt.Step(16),
        title=_title(title, "an empty cell was never looked at; it is not a zero"),
    )
    return chart


def words_chart(frame: pd.DataFrame, title: str, told: Sequence[str] = ()) -> alt.LayerChart:
    """Return the words that one side uses more, by effect size, with both counts.

    `frame` is as `keyness` (`count_a`, `count_b`) or `collocates` (`count`, `total`) give it.
    """
    pair = ("count_a", "count_b") if "count_a" in frame else ("count", "total")
    shown = frame.assign(
        shown=frame[pair[0]].map("{:,}".format) + " / " + frame[pair[1]].map("{:,}".format)
    )
    base = alt.Chart(shown).encode(
        y=alt.Y("word:N", title=None, sort=None, axis=alt.Axis(labelLimit=200)),
        tooltip=["word", *pair, "log_likelihood", "log_ratio", "q", "dispersion"],
    )
    bars = base.mark_bar(color=MENTIONING).encode(
        x=alt.X("log_ratio:Q", title="log ratio: each step doubles the difference")
    )
    counts = base.mark_text(align="left", dx=4, fontSize=10).encode(x="log_ratio:Q", text="shown:N")
    chart: alt.LayerChart = (bars + counts).properties(
        width=WIDTH - 120, height=alt.Step(18), title=_title(title, *told)
    )
    return chart


def sweep_chart(frame: pd.DataFrame, title: str) -> alt.Chart:
    """Return what was measured for each number of topics tried; `frame` is as `sweep` gives it."""
    long = frame.melt(["k", "chosen"], ["npmi", "c_v", "diversity"], "measure", "value")
    base = alt.Chart(long).encode(
        x=alt.X("k:O", title="number of topics", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False)),
    )
    size = alt.condition("datum.chosen == 1", alt.value(140), alt.value(30))
    lines = base.mark_line(color=MENTIONING) + base.mark_point(
        color=MENTIONING, filled=True
    ).encode(size=size)
    chart: alt.Chart = (
        lines.properties(width=160, height=150)
        .facet(alt.Facet("measure:N", title=None), columns=3)
        .resolve_scale(y="independent")
        .properties(title=_title(title, "large dot: the number that was chosen"))
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
            width=680, height=90, title="Documents searched; in colour: those with a mention"
        ),
    ).configure_concat(spacing=16)
    return chart


def _title(text: str, *subtitle: str) -> alt.TitleParams:
    return alt.TitleParams(text, anchor="start", offset=12, subtitle=[t for t in subtitle if t])


def _unread(frame: pd.DataFrame) -> str:
    """Say how many documents nothing is known of."""
    if "unreadable" not in frame:
        return ""
    unread = int(frame["unreadable"].sum())
    return f"{unread:,} more could not be read: nothing is known of what they say"


def _trend_told(frame: pd.DataFrame) -> list[str]:
    """Return what is under a trend's title: what is drawn, and the documents of each year."""
    years = frame.drop_duplicates("year").sort_values("year")
    told = [f"{year}: {n:,}" for year, n in zip(years["year"], years["searched"], strict=True)]
    lines = [told[at : at + YEARS_IN_LINE] for at in range(0, len(told), YEARS_IN_LINE)]
    few = (years["searched"] < FEW).any()
    what = "band: 95 % interval (Wilson)"
    what += f"; no band or line where fewer than {FEW} were searched" if few else ""
    return [what, "documents searched in", *(", ".join(line) for line in lines)]


def _angle(labels: pd.Series) -> int:
    """Return how labels are turned: many or long ones would lie on each other."""
    return -40 if len(labels) * max((len(str(each)) for each in labels), default=0) > 80 else 0


def _colours(names: Sequence[str]) -> list[str]:
    return [SERIES[n % len(SERIES)] for n in range(len(names))]

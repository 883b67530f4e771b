"""The flow diagram: councils to coded passages, and what was left out at each step and why.

In the manner of PRISMA 2020 (Page and others 2021, BMJ 372:n71): kept at the left, left out at the
right. Mermaid text for editing, a picture drawn by Vega for printing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

WIDTH, GAP, LINE = 300, 60, 15
"""Of a box, between columns, and of a line of text, in pixels."""
MOST_REASONS = 6
LONGEST = 44
"""Characters of a reason that fit a box beside its count."""


@dataclass(frozen=True)
class Step:
    """One step: what is kept, and what is left out with its reasons."""

    name: str
    kept: int
    unit: str
    notes: tuple[str, ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()
    left_title: str = ""


def steps(figures: dict[str, Any]) -> list[Step]:
    """Return the steps of a corpus from its figures (`workbench.methods_figures`)."""
    told = figures
    looked = ("searched", "term-searched", "none-published")
    unseen = {k: n for k, n in told["coverage"].items() if k not in looked}
    unread = {k: n for k, n in told["outcomes"].items() if k not in ("read", "screened")}
    blank = {k: n for k, n in told["page_outcomes"].items() if k not in ("text", "ocr")}
    reached = f"{told['councils_with_documents']:,} with documents"
    return [
        Step(
            *("councils", told["councils"], "current councils of the study"),
            notes=(reached, f"{told['council_months']:,} months asked for"),
            left_out=_ranked(unseen),
            left_title="Months not searched",
        ),
        Step("meetings", told["meetings"], "meetings listed"),
        Step(
            *("documents", told["documents"], "documents"),
            notes=(f"{told['files']:,} files, {told['notices']:,} procurement notices",),
            left_out=_ranked(unread),
            left_title="Files without text",
        ),
        Step(
            *("pages", told["pages"], "pages"),
            notes=(f"{told['pages_ocr']:,} read by OCR",),
            left_out=_ranked(blank),
            left_title="Pages without text",
        ),
        Step(
            *("mentions", told["mentions_counted"], "counted mentions"),
            notes=(
                f"of {told['mentions']:,} found, in {told['documents_mentioning']:,} documents",
            ),
            left_out=_ranked(told["not_counted"]),
            left_title="Found, not counted",
        ),
        Step("passages", told["passages"], "passages"),
        Step(
            *("coded", told["passages_coded"], "passages with a person's coding"),
            notes=(f"{told['codings']:,} judgements by {told['coders']:,} coders",),
        ),
    ]


def _ranked(counts: dict[str, int]) -> tuple[tuple[str, int], ...]:
    """Return the reasons that matter most, the rest added up."""
    ranked = sorted(((k or "not told", n) for k, n in counts.items()), key=lambda e: (-e[1], e[0]))
    rest = sum(n for _, n in ranked[MOST_REASONS:])
    return (*ranked[:MOST_REASONS], *([("other reasons", rest)] if rest else []))


def _kept_lines(step: Step) -> list[str]:
    return [f"{step.kept:,} {step.unit}", *step.notes]


def _left_lines(step: Step) -> list[str]:
    reasons = [f"{_short(plain(name))}: {count:,}" for name, count in step.left_out]
    return [step.left_title, *reasons] if reasons else []


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def plain(text: str) -> str:
    """Return a reason without signs that Mermaid or Markdown would take for their own."""
    return " ".join("".join(c if c.isalnum() or c in " -.,'/" else " " for c in text).split())


def mermaid(told: Sequence[Step]) -> str:
    """Return the diagram as Mermaid text."""
    lines = ["flowchart TD"]
    for step in told:
        lines.append(f'    {step.name}["{"<br>".join(_kept_lines(step))}"]')
        if left := _left_lines(step):
            lines.append(f'    {step.name} --> {step.name}_left["{"<br>".join(left)}"]')
    lines += [f"    {a.name} --> {b.name}" for a, b in pairwise(told)]
    return "\n".join(lines) + "\n"


def svg(told: Sequence[Step]) -> str:
    """Return the diagram as SVG, drawn by Vega; it loads nothing."""
    import vl_convert

    boxes, arrows, top = [], [], 0
    for step in told:
        kept, left = _kept_lines(step), _left_lines(step)
        tall = max(len(kept), len(left)) * LINE + 16
        boxes.append(_box(0, top, tall, kept, "kept"))
        if left:
            boxes.append(_box(WIDTH + GAP, top, tall, left, "left"))
            middle = top + tall / 2
            arrows.append({"x": WIDTH, "y": middle, "x2": WIDTH + GAP, "y2": middle, "to": "right"})
        top += tall + 26
    for above, below in pairwise(_column(boxes)):
        arrows.append(
            {"x": WIDTH / 2, "x2": WIDTH / 2, "y": above["y2"], "y2": below["y"], "to": "down"}
        )
    drawn: str = vl_convert.vegalite_to_svg(_picture(boxes, arrows, top))
    return drawn


def _column(boxes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [box for box in boxes if box["part"] == "kept"]


def _box(x: int, y: int, tall: int, lines: list[str], part: str) -> dict[str, Any]:
    return {"x": x, "x2": x + WIDTH, "y": y, "y2": y + tall, "part": part, "text": lines}


def _picture(
    boxes: list[dict[str, Any]], arrows: list[dict[str, Any]], height: int
) -> dict[str, Any]:
    """Return the diagram in Vega-Lite: boxes, their text, arrows with heads."""
    import altair as alt

    across: dict[str, Any] = {
        "scale": alt.Scale(domain=[0, 2 * WIDTH + GAP], nice=False, zero=False),
        "axis": None,
    }
    down: dict[str, Any] = {
        "scale": alt.Scale(domain=[height, 0], nice=False, zero=False),
        "axis": None,
    }
    x, y = alt.X("x:Q", **across), alt.Y("y:Q", **down)
    drawn = alt.Chart(alt.InlineData(values=boxes))
    fill = alt.Color(
        "part:N",
        scale=alt.Scale(domain=["kept", "left"], range=["#e8eef4", "#ffffff"]),
        legend=None,
    )
    rects = drawn.mark_rect(stroke="#1f4e79").encode(x=x, x2="x2:Q", y=y, y2="y2:Q", color=fill)
    words = drawn.mark_text(
        align="left", baseline="top", dx=8, dy=9, lineHeight=LINE, fontSize=11, color="#1b1b1b"
    ).encode(x=x, y=y, text="text:N")
    lines = alt.Chart(alt.InlineData(values=arrows))
    rules = lines.mark_rule(color="#1f4e79").encode(x=x, y=y, x2="x2:Q", y2="y2:Q")
    heads = lines.mark_point(filled=True, color="#1f4e79", size=60).encode(
        x=alt.X("x2:Q", **across),
        y=alt.Y("y2:Q", **down),
        shape=alt.Shape(
            "to:N",
            scale=alt.Scale(domain=["down", "right"], range=["triangle-down", "triangle-right"]),
            legend=None,
        ),
    )
    chart: Any = alt.layer(rects, words, rules, heads)
    told: dict[str, Any] = (
        chart.properties(width=2 * WIDTH + GAP, height=height).configure_view(stroke=None).to_dict()
    )
    return told

"""How charts look on the site: its colours and letters, on a light or a dark page."""

from typing import Any

MENTIONING, SEARCHED = "#1f4e79", "#c9d3dd"
"""The colours of what mentions the subject and of what was searched, in every chart."""
LIGHT = ("#1c232b", "#8f8a7a", "#1f6f78", "#c3c9c6")
DARK = ("#e7e4dc", "#78828c", "#5fb3ba", "#4a545c")
"""Ink, lines, the strong colour and the pale one, as in the site's style sheet."""
FONT = "system-ui, sans-serif"


def themed(specification: dict[str, Any], *, dark: bool = False) -> dict[str, Any]:
    """Return a chart's specification with the site's letters, on a light or dark page."""
    ink, line, strong, pale = DARK if dark else LIGHT
    words = {"labelColor": ink, "titleColor": ink, "labelFontSize": 12, "titleFontSize": 12}
    axis = words | {"domainColor": line, "tickColor": line, "gridColor": line, "gridOpacity": 0.4}
    config = {
        "background": "transparent",
        "font": FONT,
        "axis": axis | {"titleFontWeight": "normal"},
        "legend": words | {"titleFontWeight": "normal"},
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

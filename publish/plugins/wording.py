"""Filters for the templates: figures, dates and kinds as people write them."""

from typing import Any

from publish import wording
from publish.database import DATABASE
from publish.hooks import hook

FILTERS = (
    *("number", "plural", "share", "day", "size", "web_link"),
    *("kind", "outcome", "sentence", "head", "tail"),
)


@hook
def prepare_jinja2_environment(env: Any) -> None:
    """Give the templates their filters."""
    for name in FILTERS:
        env.filters[name] = getattr(wording, name)
    env.globals["raw"] = f"/{DATABASE}"

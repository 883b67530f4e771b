"""Filters for the templates: figures, dates and kinds as people write them."""

from functools import partial
from typing import Any
from urllib.parse import quote

from datasette.utils import tilde_encode

from publish import wording
from publish.assets import asset
from publish.coverage import month_cell
from publish.database import DATABASE
from publish.hooks import hook
from publish.routes import answers

FILTERS = (
    *("number", "plural", "share", "day", "instant", "size", "web_link"),
    *("kind", "choice", "outcome", "sentence", "head", "tail"),
)


@hook
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """Give the templates their filters."""
    env.filters["council_address"] = partial(council_address, datasette)
    env.filters["month_cell"] = month_cell
    for name in FILTERS:
        env.filters[name] = getattr(wording, name)
    env.globals["raw"] = f"/{DATABASE}"
    env.globals["groups"] = wording.GROUPS
    env.globals["asset"] = asset


def council_address(datasette: Any, council: str) -> str:
    """Return the address of a council's page; of its row where no page is made of it."""
    own = f"/council/{quote(council, safe='')}"
    return own if answers(datasette, own) else f"/{DATABASE}/councils/{tilde_encode(council)}"


@hook
def extra_template_vars(datasette: Any, request: Any) -> dict[str, Any]:
    """Give them the page's whole address, for cards and citations, and that of its picture."""
    if request is None:
        return {}
    return {
        "whole_address": datasette.absolute_url(request, request.path),
        "card_picture": datasette.absolute_url(request, "/picture/years.png"),
    }

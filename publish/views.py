"""What every page of the site is made with."""

from typing import Any
from urllib.parse import unquote

from datasette import Response


async def show(
    datasette: Any, request: Any, template: str, context: dict[str, Any], status: int = 200
) -> Response:
    """Answer with a page."""
    body = await datasette.render_template(template, context, request=request)
    return Response.html(body, status=status)


async def missing(datasette: Any, request: Any, what: str, why: str, status: int = 404) -> Response:
    """Answer that something is not here, why that may be, and where to go on."""
    context = {"title": what, "why": why, "status": status}
    return await show(datasette, request, "problem.html", context, status)


def number_of(request: Any, name: str, most: int = 1_000_000) -> int:
    """Return a number of the address, 0 where it is none."""
    given = request.args.get(name) or ""
    return min(int(given), most) if given.isascii() and given.isdigit() and len(given) < 9 else 0


def named(request: Any, name: str) -> str:
    """Return an id of the address: Datasette matches addresses as they were sent, encoded."""
    return unquote(request.url_vars[name])


def text_of(request: Any, name: str, longest: int = 200) -> str:
    """Return a text of the address, cut to what a person would type; empty where there is none."""
    return (request.args.get(name) or "").strip()[:longest]

"""What every page of the site is made with."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote
from weakref import WeakKeyDictionary

from datasette import Response

MOST_KEPT_CHARS = 24_000_000
"""Of drawn pages; the oldest make room."""


@dataclass
class _Drawn:
    """A page as it was drawn, and what it was made of."""

    of: tuple[Any, ...]
    body: str


_drawn: WeakKeyDictionary[Any, dict[Any, _Drawn]] = WeakKeyDictionary()


async def show(
    datasette: Any,
    request: Any,
    template: str,
    context: dict[str, Any],
    status: int = 200,
    *,
    of: tuple[Any, ...] = (),
) -> Response:
    """Answer with a page.

    `of` names all that a large page is made of: it is drawn anew only where one of these is another
    object than before. The same answer of `ask_once` is the same object.
    """
    if not of:
        body = await datasette.render_template(template, context, request=request)
        return Response.html(body, status=status)
    kept = _drawn.setdefault(datasette, {})
    key = (datasette.absolute_url(request, request.full_path), template)
    known = kept.get(key)
    if known is None or any(a is not b for a, b in zip(known.of, of, strict=True)):
        known = _Drawn(of, await datasette.render_template(template, context, request=request))
        kept.pop(key, None)
        kept[key] = known
        while len(kept) > 1 and sum(len(each.body) for each in kept.values()) > MOST_KEPT_CHARS:
            kept.pop(next(iter(kept)))
    return Response.html(known.body, status=status)


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

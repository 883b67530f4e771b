"""The interface for programs, `/api/v1/…`, and the page that describes it, `/api`."""

from typing import Any
from urllib.parse import urlencode

from datasette import Response

from corpus.retrieval.search import Filters
from publish.answering import SEARCH_MS, census_of, find
from publish.api import (
    ENDPOINTS,
    LISTS,
    ROOT,
    VERSION,
    BadRequest,
    Endpoint,
    Question,
    topics,
    understood,
)
from publish.database import TookTooLong, ask, ask_once
from publish.hooks import Route, hook
from publish.matching import SORTS, hits_at, ordered
from publish.reach import reach
from publish.results import head
from publish.searching import NAMES, Asked
from publish.views import show

LAST_PLACE = 1_000_000
TOPICS_MS = 5000


@hook
def register_routes() -> list[Route]:
    """Answer at `/api`, `/api/v1` and each endpoint."""
    return [
        (r"^/api$", described),
        (rf"^{ROOT}/?$", listed),
        (rf"^{ROOT}/(?P<name>[a-z]+)$", answered),
    ]


async def described(datasette: Any, request: Any) -> Response:
    """Show what may be asked."""
    context = {"endpoints": ENDPOINTS, "root": ROOT}
    return await show(datasette, request, "api.html", context)


async def listed(datasette: Any, request: Any) -> Response:
    """Answer with the endpoints."""
    told = [
        {"path": each.path, "title": each.title, "arguments": dict(each.arguments)}
        for each in ENDPOINTS
    ]
    return Response.json({"version": VERSION, "described": "/api", "endpoints": told})


async def answered(datasette: Any, request: Any) -> Response:
    """Answer a question, or say why it cannot be answered."""
    endpoint = next((e for e in ENDPOINTS if e.name == request.url_vars["name"]), None)
    if endpoint is None:
        return _refused(f"{ROOT} has no such endpoint; it has: {_names()}.", 404)
    try:
        asked = understood(endpoint, _arguments(request))
        body = await _body(datasette, asked)
    except BadRequest as error:
        return _refused(str(error), 400)
    except TookTooLong as error:
        return _refused(f"{error}: narrow the question.", 503)
    after = body.pop("after", None)
    return Response.json(body | {"next": _next(datasette, request, endpoint, asked, after)})


def _arguments(request: Any) -> dict[str, list[str]]:
    return {name: request.args.getlist(name) for name in request.args}


def _names() -> str:
    return ", ".join(each.name for each in ENDPOINTS)


def _refused(why: str, status: int) -> Response:
    return Response.json({"ok": False, "error": why, "status": status}, status=status)


def _next(
    datasette: Any, request: Any, endpoint: Endpoint, asked: Question, after: str | None
) -> str | None:
    if after is None:
        return None
    values = asked.values | {"limit": str(asked.limit), "after": after}
    return str(datasette.absolute_url(request, f"{endpoint.path}?{urlencode(values)}"))


async def _body(datasette: Any, asked: Question) -> dict[str, Any]:
    if asked.endpoint.name == "search":
        return await _search(datasette, asked)
    if asked.endpoint.name == "topics":
        return await ask_once(datasette, "api topics", topics, TOPICS_MS)
    read = LISTS[asked.endpoint.name]
    found, after = await ask(datasette, lambda connection: read(connection, asked), SEARCH_MS)
    filters = Filters(**{n: v for n, v in asked.given().items() if n in NAMES and n != "document"})
    told = reach(await census_of(datasette), filters)
    return {
        "documents": {"searched": told.scope.searchable, "unreadable": told.scope.unreadable},
        "coverage": told.sentences,
        asked.endpoint.name: found,
        "after": after,
    }


async def _search(datasette: Any, asked: Question) -> dict[str, Any]:
    """Return the hits of one part of the answer."""
    if not asked.get("q"):
        raise BadRequest("q, the query, must be given.")
    if (asked.get("by") or "words") not in ("words", "meaning"):
        raise BadRequest("by is words or meaning.")
    if (asked.get("sort") or "rank") not in SORTS:
        raise BadRequest(f"sort is one of {', '.join(SORTS)}.")
    place = asked.get("after") or "0"
    if not (place.isascii() and place.isdigit()) or int(place[:8]) > LAST_PLACE:
        raise BadRequest("after is what the `next` of an earlier answer has.")
    filters = Filters(**{name: asked.get(name) for name in NAMES})
    sort = asked.get("sort") or "rank"
    wanted = Asked(str(asked.get("q")), filters, by=asked.get("by"), sort=sort)
    found, start = await find(datasette, wanted), int(place)
    end = start + asked.limit
    matches = ordered(found.shelf, found.matches, sort, end)
    places = list(range(start, min(end, len(matches.rows))))
    hits = await ask(
        datasette, lambda connection: hits_at(connection, matches, places, found.match), SEARCH_MS
    )
    more = end < len(found.matches.rows)
    return head(found) | {
        "hits": [hit.as_row() | {"number": hit.number} for hit in hits],
        "after": str(end) if more else None,
    }

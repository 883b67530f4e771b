"""Reading: words in context, collocates and keywords, as pages, CSV and JSON."""

from functools import partial
from typing import Any

from datasette import Response

from corpus.language.collocates import SORTS as COLLOCATE_SORTS
from corpus.retrieval.search import Filters
from publish.answering import shelf_of
from publish.database import TookTooLong, ask_once
from publish.hooks import Route, hook
from publish.matching import oldest_first
from publish.reading import (
    DIRECTIONS,
    FILTERS,
    KEYWORDS,
    LINES,
    MOST_LINES,
    SORTS,
    WINDOWS,
    around,
    as_csv,
    asked,
    company,
    comparison,
    concordance,
    suggested,
)
from publish.views import missing, show

READING_MS = 8000
"""A concordance of a word on every page, sorted, or a comparison of every passage."""
SLOW = (
    "It took longer than a page may. Narrow it to a council, year or kind, leave it unsorted, or "
    "ask on the command line (corpus kwic, collocates, keyness), which has no such limit."
)


@hook
def register_routes() -> list[Route]:
    """Answer at `/kwic`, `/collocates`, `/keyness` and `/suggestions`, and as data."""
    return [
        (r"^/kwic(?P<suffix>\.csv|\.json)?$", kwic_page),
        (r"^/collocates(?P<suffix>\.csv|\.json)?$", collocates_page),
        (r"^/suggestions(?P<suffix>\.csv|\.json)?$", suggestions_page),
        (r"^/keyness(?P<suffix>\.csv|\.json)?$", keyness_page),
    ]


async def kwic_page(datasette: Any, request: Any) -> Response:
    """Show a concordance."""
    suffix = request.url_vars.get("suffix")
    wanted = asked("/kwic", request.args, ("q", "code", "sort", *FILTERS))
    limit = MOST_LINES if suffix else LINES
    known = await ask_once(datasette, "around", around, READING_MS)
    order, made = None, None
    try:
        if wanted.get("q") and wanted.get("sort") == "date":
            shelf = await shelf_of(datasette)
            narrowed = Filters(**{name: wanted.get(name) or None for name in FILTERS})
            order, made = partial(oldest_first, shelf, narrowed), shelf.made
        told = await ask_once(
            datasette,
            ("kwic", made, limit, *sorted(wanted.values.items())),
            lambda connection: concordance(connection, wanted, known, limit, order),
            READING_MS,
        )
    except TookTooLong:
        return await missing(datasette, request, "Too much to sort", SLOW, 503)
    if suffix:
        return _data([line.as_row() for line in told.lines], suffix, told.problem)
    return await show(datasette, request, "kwic.html", {"told": told, "sorts": SORTS})


async def collocates_page(datasette: Any, request: Any) -> Response:
    """Show the company a word or code keeps."""
    suffix = request.url_vars.get("suffix")
    names = ("q", "code", "window", "sort", *FILTERS)
    wanted = asked("/collocates", request.args, names)
    known = await ask_once(datasette, "around", around, READING_MS)
    try:
        told = await ask_once(
            datasette,
            ("collocates", bool(suffix), *sorted(wanted.values.items())),
            lambda connection: company(
                connection, wanted, known, MOST_LINES if suffix else KEYWORDS
            ),
            READING_MS,
        )
    except TookTooLong:
        return await missing(datasette, request, "Too much to count", SLOW, 503)
    if suffix:
        rows = [each.as_row() for each in told.found.collocates] if told.found else []
        return _data(rows, suffix, told.problem)
    context = {"told": told, "sorts": COLLOCATE_SORTS, "windows": WINDOWS}
    return await show(datasette, request, "collocates.html", context)


async def keyness_page(datasette: Any, request: Any) -> Response:
    """Show the keywords of a group."""
    suffix = request.url_vars.get("suffix")
    wanted = asked("/keyness", request.args, ("by", "group", "against", "unit", "direction"))
    try:
        told = await ask_once(
            datasette,
            ("keyness", bool(suffix), *sorted(wanted.values.items())),
            lambda connection: comparison(connection, wanted, *([MOST_LINES] if suffix else [])),
            READING_MS,
        )
    except TookTooLong:
        return await missing(datasette, request, "Too much to count", SLOW, 503)
    if suffix:
        rows = [each.as_row() for each in told.found.keywords] if told.found else []
        return _data(rows, suffix, told.problem)
    return await show(datasette, request, "keyness.html", {"told": told, "directions": DIRECTIONS})


async def suggestions_page(datasette: Any, request: Any) -> Response:
    """Show the words that the codebook may lack, as last kept."""
    suffix = request.url_vars.get("suffix")
    rows = await ask_once(datasette, ("suggestions",), suggested, READING_MS)
    if suffix:
        return _data(rows, suffix, "")
    return await show(datasette, request, "suggestions.html", {"rows": rows})


def _data(rows: list[dict[str, Any]], suffix: str, problem: str) -> Response:
    """Answer with rows as data; a question that makes no sense is a 400."""
    if suffix == ".json":
        body = {"error": problem} if problem else rows
        return Response.json(body, status=400 if problem else 200)
    text = problem if problem else as_csv(rows)
    kind = "text/plain" if problem else "text/csv"
    return Response(text, status=400 if problem else 200, content_type=f"{kind}; charset=utf-8")

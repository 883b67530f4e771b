"""Errors as pages that say what to do next; only what is unforeseen is printed."""

import sys
import traceback
from collections.abc import Awaitable
from typing import Any

from datasette import Response
from datasette.views.base import DatasetteError
from markupsafe import Markup

from publish.database import TookTooLong
from publish.hooks import hook
from publish.views import missing

SLOW = (
    "The question took longer than the site allows. Narrow it, or ask the database file itself "
    "with sqlite3 or in a notebook: that has no limit."
)
NOTHING = "Nothing is at this address."
BROKEN = "Something went wrong here. What it was is printed where the site was started."


@hook
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Awaitable[Response]:
    """Answer an exception with a page, or with JSON where JSON was asked for."""
    status = int(getattr(exception, "status", 500) or 500)
    if isinstance(exception, DatasetteError) and _message(exception).startswith("Cannot "):
        status = 400  # such as "Cannot sort table by x": Datasette calls its reader's slip its own
    if isinstance(exception, TookTooLong):
        return _answer(datasette, request, 503, "That took too long", SLOW)
    if status >= 500:
        traceback.print_exception(exception, file=sys.stderr)
        return _answer(datasette, request, status, "An error on this side", BROKEN)
    title = "Not found" if status == 404 else f"Error {status}"
    return _answer(datasette, request, status, title, _message(exception))


def _message(exception: Exception) -> str:
    """Return an exception's words as plain text: Datasette writes HTML into some."""
    words = str(getattr(exception, "message", "") or next(iter(exception.args), ""))
    if getattr(exception, "message_is_html", False):
        words = Markup(words).striptags()  # noqa: S704 - escaped again in the page
    return NOTHING if words in ("", "404") or words.startswith("Database not found") else words


async def _answer(datasette: Any, request: Any, status: int, title: str, why: str) -> Response:
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "error": why, "status": status}, status=status)
    return await missing(datasette, request, title, why, status)

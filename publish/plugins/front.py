"""The front page, `/`: what the corpus is, in figures with their denominators."""

from typing import Any

from datasette import Response

from publish.cartogram import STATES, WORDS
from publish.database import ask_once
from publish.figures import front
from publish.hooks import Route, hook
from publish.views import show

COUNTING_MS = 60_000
"""The front page counts the whole corpus, once for every change."""


@hook
def register_routes() -> list[Route]:
    """Answer at `/`."""
    return [(r"^/$", front_page)]


async def front_page(datasette: Any, request: Any) -> Response:
    """Show the front page."""
    told = await ask_once(datasette, "front", front, COUNTING_MS)
    context = {"front": told, "map_states": STATES, "map_words": WORDS}
    return await show(datasette, request, "front.html", context, of=(told,))

"""Claims, `/claims`: what people concluded, and whether its evidence still stands."""

from typing import Any

from datasette import Response

from publish.claims import STATES, claims
from publish.database import ask_once
from publish.hooks import Route, hook
from publish.views import show


@hook
def register_routes() -> list[Route]:
    """Answer at `/claims`."""
    return [(r"^/claims$", claims_page)]


async def claims_page(datasette: Any, request: Any) -> Response:
    """Show the claims."""
    told = await ask_once(datasette, "claims", claims)
    return await show(datasette, request, "claims.html", {"told": told, "states": STATES})

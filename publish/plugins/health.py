"""Health, `/-/health`: 200 where all is well, 503 where not, as JSON for machines."""

import sqlite3
from typing import Any

from datasette import Response

from publish.database import TookTooLong, ask
from publish.health import health, unwell
from publish.hooks import Route, hook


@hook
def register_routes() -> list[Route]:
    """Answer at `/-/health`; `?only=database` looks at no more than whether it answers."""
    return [(r"^/-/health$", health_page)]


async def health_page(datasette: Any, request: Any) -> Response:
    """Tell how the corpus is; never from a cache."""
    try:
        told = await ask(datasette, health)
    except (sqlite3.Error, TookTooLong) as error:
        told = unwell(error)
    well = told["ok"]
    if request.args.get("only") == "database":
        well = told["database"] == "open"
        told = {"ok": well, "database": told["database"]}
    headers = {"cache-control": "no-store"}
    return Response.json(told, status=200 if well else 503, headers=headers)

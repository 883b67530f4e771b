"""Systems, `/systems` and `/system/ID`: their lives, across councils, as pages and as data."""

import sqlite3
from typing import Any

from datasette import Response

from corpus.network import SYSTEMS, coverage, graphml, listed
from corpus.network import rows as network_rows
from publish.database import ask, ask_once
from publish.hooks import Route, hook
from publish.reading import as_csv
from publish.systems import FILTERS, STATUSES, STEPS, all_systems, months, one_system
from publish.views import missing, named, show

SYSTEMS_MS = 10_000
"""The whole network, with the coverage of every council."""


@hook
def register_routes() -> list[Route]:
    """Answer at `/systems`, its data, and `/system/ID`."""
    return [
        (r"^/systems$", systems_page),
        (r"^/systems(?P<suffix>\.csv|\.json|\.graphml)$", systems_data),
        (r"^/systems/coverage\.csv$", coverage_data),
        (r"^/system/(?P<system>[^/]+)$", system_page),
    ]


async def systems_page(datasette: Any, request: Any) -> Response:
    """Show the systems, of one product, council or status where asked for."""
    asked = {name: request.args.get(name) or None for name in FILTERS}
    key = ("systems", *sorted((name, value or "") for name, value in asked.items()))
    told = await ask_once(
        datasette, key, lambda connection: all_systems(connection, asked), SYSTEMS_MS
    )
    context = {"told": told, "statuses": STATUSES}
    return await show(datasette, request, "systems.html", context, of=(told,))


async def systems_data(datasette: Any, request: Any) -> Response:
    """Give the systems that people reviewed as data; `?proposed=1` gives the others too."""
    suffix, proposed = request.url_vars["suffix"], bool(request.args.get("proposed"))
    if suffix == ".graphml":

        def network(connection: sqlite3.Connection) -> bytes:
            return graphml(connection, proposed=proposed)

        body = await ask_once(datasette, ("network", proposed), network, SYSTEMS_MS)
        return _file(body.decode("utf-8"), "systems.graphml", "application/xml")

    def read(connection: sqlite3.Connection) -> tuple[list[Any], list[Any]]:
        found = network_rows(connection, SYSTEMS, proposed=proposed)
        return listed(found), coverage(connection)

    found, looked = await ask(datasette, read, SYSTEMS_MS)
    if suffix == ".json":
        return Response.json({"coverage": looked, "systems": found})
    return _file(as_csv(found), "systems.csv", "text/csv")


async def coverage_data(datasette: Any, request: Any) -> Response:
    """Give what was looked at of every council: it stands beside the network."""
    return _file(as_csv(await ask(datasette, coverage, SYSTEMS_MS)), "coverage.csv", "text/csv")


def _file(body: str, name: str, kind: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(body, headers=headers, content_type=f"{kind}; charset=utf-8")


async def system_page(datasette: Any, request: Any) -> Response:
    """Show one system's life, or say that there is none."""
    name = named(request, "system")
    told = await ask(datasette, lambda connection: one_system(connection, name), SYSTEMS_MS)
    if told:
        context = {"told": told, "steps": STEPS, "months": months}
        return await show(datasette, request, "system.html", context)
    why = f"No system has the id {name}. Links may have been decided otherwise since; the list of "
    return await missing(datasette, request, "No such system", f"{why}systems shows what there is.")

"""The codebook, `/codes`, `/code/CODE` and `/suppliers`: definitions, terms and what was found."""

from typing import Any

from datasette import Response

from publish.codes import Narrowed, code_mentions, every_code, one_code, searched
from publish.database import ask_once, rows
from publish.hooks import Route, hook
from publish.views import missing, named, number_of, show, text_of

COUNTING_MS = 20_000
"""Counting all mentions by code, once for every change."""
CODE_MS = 8000
"""A code that stands in a tenth of all papers."""
SUPPLIERS_SHOWN = 50


@hook
def register_routes() -> list[Route]:
    """Answer at `/codes`, `/code/CODE` and `/suppliers`."""
    return [
        (r"^/codes$", codes_page),
        (r"^/code/(?P<code>(?!\d+$)[^/.]+)$", code_page),  # numbers and files: the coding page's
        (r"^/suppliers$", suppliers_page),
    ]


async def codes_page(datasette: Any, request: Any) -> Response:
    """Show the codebook."""
    told = await ask_once(datasette, "codes", every_code, COUNTING_MS)
    among = await ask_once(datasette, "searched", searched, COUNTING_MS)
    context = {"told": told, "among": among}
    return await show(datasette, request, "codes.html", context, of=(told, among))


async def code_page(datasette: Any, request: Any) -> Response:
    """Show a code, or say that there is none."""
    name = named(request, "code")
    among = await ask_once(datasette, "searched", searched, COUNTING_MS)
    found = await ask_once(
        datasette, ("code", name), lambda connection: one_code(connection, name, among), CODE_MS
    )
    if not found:
        why = f"The codebook has no code {name}. All its codes stand on the page of the codebook."
        return await missing(datasette, request, "No such code", why)
    narrowed = Narrowed(
        text_of(request, "council"), text_of(request, "stance"), number_of(request, "from")
    )
    mentions = await ask_once(
        datasette,
        ("code-mentions", name, narrowed),
        lambda connection: code_mentions(connection, name, narrowed),
        CODE_MS,
    )
    told = {"told": found, "narrowed": narrowed, "mentions": mentions}
    return await show(datasette, request, "code.html", told)


async def suppliers_page(datasette: Any, request: Any) -> Response:
    """Show the suppliers and products of the codebook, and those that notices name."""
    told = await ask_once(datasette, "codes", every_code, COUNTING_MS)
    among = await ask_once(datasette, "searched", searched, COUNTING_MS)
    offset = number_of(request, "from")
    named_there = await ask_once(
        datasette,
        ("suppliers", offset),
        lambda connection: rows(
            connection, "notice_suppliers", limit=SUPPLIERS_SHOWN, offset=offset
        ),
        CODE_MS,
    )
    products = await ask_once(
        datasette,
        "products",
        lambda connection: rows(connection, "products", limit=SUPPLIERS_SHOWN),
        CODE_MS,
    )
    context = {"told": told, "among": among, "named": named_there, "offset": offset}
    context["products"] = [] if offset else products
    made_of = (told, among, named_there, products)
    return await show(datasette, request, "suppliers.html", context, of=made_of)

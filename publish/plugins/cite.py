"""Citations to download, `/cite/KIND/ID.bib`, `.json` (CSL), `.ris`, `.txt`, and of all papers."""

from typing import Any

from datasette import Response

from corpus.citation import FORMS
from corpus.citing import THINGS, cited, mentioning
from publish.citing import site_address
from publish.database import ask, ask_once
from publish.hooks import Route, hook
from publish.views import named, number_of

MOST = 5000
"""Documents of one file: `?from=5000` has the next."""
BIBLIOGRAPHY_MS = 10_000


@hook
def register_routes() -> list[Route]:
    """Answer at `/cite/KIND/ID.FORM` and `/cite/documents.FORM`."""
    things, forms = "|".join(THINGS), "|".join(FORMS)
    return [
        (rf"^/cite/(?P<thing>{things})/(?P<name>[^/]+)\.(?P<form>{forms})$", citation_file),
        (rf"^/cite/documents\.(?P<form>{forms})$", bibliography),
    ]


async def citation_file(datasette: Any, request: Any) -> Response:
    """Answer with a citation as a file, or say that there is no such thing."""
    thing, name = request.url_vars["thing"], named(request, "name")
    form, site = FORMS[request.url_vars["form"]], site_address(datasette)
    found = await ask(datasette, lambda connection: cited(connection, thing, name, site=site))
    if not found:
        return Response.text(f"No {thing} has the id {name}.", status=404)
    headers = {"content-disposition": f'attachment; filename="{found.key}.{form.suffix}"'}
    kind = f"{form.mime}; charset=utf-8"
    return Response(form.write([found]), content_type=kind, headers=headers)


async def bibliography(datasette: Any, request: Any) -> Response:
    """Answer with the citations of the documents that have a counted mention, MOST at a time."""
    form, site = FORMS[request.url_vars["form"]], site_address(datasette)
    offset = number_of(request, "from")
    found = await ask_once(
        datasette,
        ("bibliography", form.suffix, offset),
        lambda connection: form.write(mentioning(connection, site=site, limit=MOST, offset=offset)),
        BIBLIOGRAPHY_MS,
    )
    headers = {"content-disposition": f'attachment; filename="documents.{form.suffix}"'}
    return Response(found, content_type=f"{form.mime}; charset=utf-8", headers=headers)

"""Charts, `/picture/NAME.svg`: drawn from the corpus, kept until it changes."""

from typing import Any

from datasette import Response

from publish.database import ask_once
from publish.hooks import Route, hook
from publish.pictures import KINDS, PICTURES, picture
from publish.views import missing, named

PICTURE_MS = 60_000
"""Counting the years of a large corpus, and loading what draws."""
_KINDS = "|".join(kind.replace(".", r"\.") for kind in KINDS)


@hook
def register_routes() -> list[Route]:
    """Answer at `/picture/NAME.KIND` and `/picture/NAME/SUBJECT.KIND`."""
    return [
        (rf"^/picture/(?P<name>[a-z]+)(?:/(?P<subject>[^/]+?))?\.(?P<kind>{_KINDS})$", drawn),
    ]


async def drawn(datasette: Any, request: Any) -> Response:
    """Answer with a picture, its figures or its specification."""
    name, kind = request.url_vars["name"], request.url_vars["kind"]
    subject = named(request, "subject") if request.url_vars.get("subject") else ""
    found = None
    if name in PICTURES:
        found = await ask_once(
            datasette,
            ("picture", name, subject, kind),
            lambda connection: picture(connection, name, subject, kind),
            PICTURE_MS,
        )
    if found is None:
        why = "There is no such picture, or no figures to draw it from yet."
        return await missing(datasette, request, "No picture", why)
    headers = {"cache-control": "max-age=60"}
    if kind in ("csv", "png"):
        headers["content-disposition"] = f'inline; filename="{name}.{kind}"'
    return Response(found, content_type=KINDS[kind], headers=headers)

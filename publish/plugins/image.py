"""The picture of a page, `/page/ID.png`, drawn by PDFium with the mentions' boxes on it."""

from typing import Any

from datasette import Response

from corpus.errors import ReadingError
from publish.database import ask
from publish.hooks import Route, hook
from publish.images import Busy, renderer_of
from publish.pages import Drawing, drawing
from publish.views import named

UNPUBLISHED = "Pictures of pages are not published: the originals stay with who collected them."


@hook
def register_routes() -> list[Route]:
    """Answer at `/page/ID.png`."""
    return [(r"^/page/(?P<page>[^/.]+)\.png$", page_picture)]


async def page_picture(datasette: Any, request: Any) -> Response:
    """Answer with a picture, or say in words why there is none."""
    name = named(request, "page")
    mention = request.args.get("mention") or ""
    wanted = await ask(datasette, lambda connection: drawing(connection, name, mention))
    if wanted is None:
        return Response.text(f"No page has the id {name}.", status=404)
    if not isinstance(wanted, Drawing):
        why = f"Pages of PDF files have pictures; this file is {wanted['mime']}."
        return Response.text(why if wanted["path"] else UNPUBLISHED, status=404)
    try:
        picture = await renderer_of(datasette).picture(wanted)
    except Busy:
        headers = {"retry-after": "5"}
        return Response.text("Too many pages are being drawn.", status=503, headers=headers)
    except ReadingError as error:
        return Response.text(f"The page cannot be drawn: {error.name}, {error}", status=404)
    return Response(picture, content_type="image/png", headers={"cache-control": "max-age=300"})

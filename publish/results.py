"""All results of a search as CSV or JSON, written as they are read: none is left out."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from datasette import Response
from datasette.utils.asgi import AsgiStream

from corpus.cells import defused
from corpus.retrieval.search import Hit
from publish.answering import Found
from publish.database import ask
from publish.matching import hits_at, ordered

BATCH = 200
"""Hits read at once: a tenth of a second, so that other readers are served in between."""
BATCH_MS = 10_000
MOST_AT_ONCE = 4
"""Downloads under way; who comes later is told to come back."""
COLUMNS = (
    *("document", "page", "title", "council", "kind", "date", "snippet", "url", "score", "matched"),
    *("documents_searched", "documents_unreadable"),
)
"""The last two are the denominator, the same in every row: a table is cut and joined."""

_under_way: WeakKeyDictionary[Any, int] = WeakKeyDictionary()


def download(datasette: Any, request: Any, found: Found, suffix: str) -> Any:
    """Answer with every hit, in the order asked for; 503 where too many are being written."""
    if _under_way.get(datasette, 0) >= MOST_AT_ONCE:
        headers = {"retry-after": "30"}
        return Response.text("Too many downloads are under way.", status=503, headers=headers)
    write, kind = (_csv, "text/csv") if suffix == ".csv" else (_json, "application/json")

    async def stream(writer: Any) -> None:
        _under_way[datasette] = _under_way.get(datasette, 0) + 1
        gone = asyncio.ensure_future(_gone(request))
        try:
            async for part in write(datasette, found):
                if gone.done():
                    return
                await writer.write(part)
        finally:
            gone.cancel()
            _under_way[datasette] -= 1

    headers = {"content-disposition": f'attachment; filename="search{suffix}"'}
    return AsgiStream(
        stream,
        headers=headers if suffix == ".csv" else {},
        content_type=f"{kind}; charset=utf-8",
    )


async def _gone(request: Any) -> None:
    """Wait until the reader has gone away."""
    with suppress(RuntimeError):  # a request that was made by hand has nothing to wait for
        while (await request.receive())["type"] != "http.disconnect":
            await asyncio.sleep(0)


async def batches(datasette: Any, found: Found) -> AsyncIterator[list[Hit]]:
    """Yield all hits in order, some at a time."""
    matches = ordered(found.shelf, found.matches, found.asked.sort)
    for start in range(0, len(matches.rows), BATCH):
        places = list(range(start, min(start + BATCH, len(matches.rows))))
        read = partial(hits_at, matches=matches, places=places, match=found.match)
        yield await ask(datasette, read, BATCH_MS)


async def _csv(datasette: Any, found: Found) -> AsyncIterator[str]:
    yield _line(COLUMNS)
    searched = {
        "documents_searched": found.reach.scope.searchable,
        "documents_unreadable": found.reach.scope.unreadable,
    }
    async for hits in batches(datasette, found):
        rows = [hit.as_row() | searched for hit in hits]
        flat = [row | {"matched": " ".join(row.get("matched", ()))} for row in rows]
        yield "".join(_line(defused(row[name]) for name in COLUMNS) for row in flat)


def _line(cells: Any) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerow(cells)
    return stream.getvalue()


async def _json(datasette: Any, found: Found) -> AsyncIterator[str]:
    """Yield one object: what was searched first, then the hits."""
    yield json.dumps(head(found))[:-1] + ', "hits": ['
    between = ""
    async for hits in batches(datasette, found):
        for hit in hits:
            yield f"{between}{json.dumps(hit.as_row())}"
            between = ",\n"
    yield "]}"


def head(found: Found) -> dict[str, Any]:
    """Return what stands before the hits: the question, the counts and what was searched."""
    scope = found.reach.scope
    return {
        "query": found.asked.query,
        "filters": found.asked.filters.given(),
        "by": found.by,
        "sort": found.asked.sort,
        "total": len(found.matches.rows),
        "hint": found.hint,
        "repairs": list(found.asked.parsed.repairs),
        "documents": {"searched": scope.searchable, "unreadable": scope.unreadable},
        "coverage": found.reach.sentences,
    }

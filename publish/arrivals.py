"""The feed of a search: the documents that it finds, those that came last first."""

import sqlite3
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from datasette import Response

from publish.answering import SEARCH_MS, find
from publish.database import ask
from publish.feeds import Entry, feed, instant
from publish.matching import PER_SCREEN, Group, groups
from publish.searching import Asked
from publish.wording import day, kind, plural

SCREENS = 5
"""Of results in a feed: fifty documents."""


async def arrivals(datasette: Any, request: Any, wanted: Asked) -> Response:
    """Answer with the newest documents that hold the words: a ranking by meaning has no news."""
    exact = replace(wanted, by="words", sort="rank", page=1)
    found = await find(datasette, exact, ranked=False)
    told = found.documents("seen")

    def read(connection: sqlite3.Connection) -> tuple[list[Group], dict[str, str]]:
        shown = [g for n in range(SCREENS) for g in groups(connection, told, n + 1, found.match)]
        names = [group.first.document for group in shown]
        marks = ",".join("?" * len(names))
        sql = f"select document, first_seen_at from documents where document in ({marks})"
        return shown, dict(connection.execute(sql, names).fetchall())

    shown, seen = await ask(datasette, read, SEARCH_MS)

    def absolute(path: str) -> str:
        return str(datasette.absolute_url(request, path))

    body = feed(
        f"Council Corpus: {wanted.query or 'all documents'}",
        f"The last {PER_SCREEN * SCREENS} documents that hold the words; "
        f"{plural(told.total, 'document')} in all, of "
        f"{plural(found.reach.scope.searchable, 'document')} searched.",
        absolute(exact.link(suffix=".atom")),
        absolute(exact.link()),
        (_entry(group, instant(seen.get(group.first.document)), absolute) for group in shown),
    )
    return Response(body, content_type="application/atom+xml; charset=utf-8")


def _entry(group: Group, updated: str, absolute: Any) -> Entry:
    hit = group.first
    address = absolute(f"/document/{quote(hit.document, safe='')}")
    about = f"{kind(hit.kind).capitalize()}, {day(hit.date)}, {plural(group.pages, 'page')} found"
    return Entry(
        id=address,
        title=hit.title or "Untitled",
        address=address,
        updated=updated,
        summary=f"{about}. Page {hit.number}: {hit.snippet}",
        author=hit.council_name or hit.council or "Council not recorded",
    )

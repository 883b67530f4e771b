"""The procurement service's keyword search, in the shape that Contracts Finder documents."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from demo.notices import Release

_TYPES = {"planning": "PreProcurement", "tender": "Contract", "award": "Contract"}
_STATUSES = {"planning": "Open", "tender": "Open", "award": "Awarded"}


def hits(releases: Iterable[Release], asked: dict[str, Any], most: int) -> Release:
    """The notices whose title or text has the keyword, published between two instants.

    All are counted, and no more given than `size` and `most`. Raises `KeyError`, `TypeError` or
    `ValueError` for a body that asks for nothing.
    """
    wanted = asked["searchCriteria"]
    word = str(wanted["keyword"]).casefold()
    since, until = (datetime.fromisoformat(wanted[key]) for key in ("publishedFrom", "publishedTo"))
    found = [
        release
        for release in releases
        if since <= datetime.fromisoformat(release["date"]) <= until and word in _text(release)
    ]
    given = found[: min(int(asked["size"]), most)]
    return {
        "hitCount": len(found),
        "noticeList": [
            {"score": 1.0 / place, "item": _item(one)} for place, one in enumerate(given, 1)
        ],
    }


def notice_of(release: Release) -> str:
    """The GUID of the notice that a release tells of."""
    return str(release["id"]).rpartition("-")[0]


def _text(release: Release) -> str:
    return f"{release['tender']['title']} {release['tender']['description']}".casefold()


def _item(release: Release) -> Release:
    tender, (stage,) = release["tender"], release["tag"]
    return {
        "id": notice_of(release),
        "parentId": None,
        "noticeIdentifier": tender["id"],
        "title": tender["title"],
        "description": tender["description"],
        "cpvDescription": tender["classification"]["description"],
        "publishedDate": release["date"],
        "organisationName": release["buyer"]["name"],
        "noticeType": _TYPES[stage],
        "noticeStatus": _STATUSES[stage],
    }

"""The procurement service's notices, as OCDS releases in the shape of Contracts Finder."""

import base64
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from demo.text import load

NOTICES_HOST = "notices.county.test"
# The reserved prefix of Contracts Finder is not ours to use; this one is no registered publisher's.
OCID_PREFIX = "ocds-x0demo"
_STATUS = {"planning": "planning", "tender": "active", "award": "complete"}
_DOCUMENT = {
    "planning": ("marketEngagementNotice", "Early engagement notice"),
    "tender": ("tenderNotice", "Open opportunity notice"),
    "award": ("awardNotice", "Awarded contract notice"),
}
Release = dict[str, Any]


def build_releases() -> tuple[Release, ...]:
    """Every release, the newest first, as the service answers them."""
    plan = load("notices")
    releases = [
        _release(procurement, plan["buyers"][procurement["buyer"]], stage, on, number)
        for procurement in plan["procurements"]
        for number, (stage, on) in enumerate(procurement["stages"])
    ]
    return tuple(sorted(releases, key=lambda release: (release["date"], release["id"]))[::-1])


def _guid(*parts: object) -> UUID:
    return uuid5(NAMESPACE_URL, f"http://{NOTICES_HOST}/" + "/".join(map(str, parts)))


def _release(
    plan: dict[str, Any], buyer: dict[str, str], stage: str, on: date, number: int
) -> Release:
    award = number if stage == "award" and plan["stages"][0][0] == "award" else 0
    # Two awards years apart are two procurements, not two stages of one.
    ocid = f"{OCID_PREFIX}-{_guid(plan['title'], buyer['name'], award)}"
    guid = _guid(ocid, stage, on)
    instant = f"{on}T{9 + guid.int % 8:02d}:{guid.int % 60:02d}:{guid.int % 59:02d}Z"
    release: Release = {
        "ocid": ocid,
        "id": f"{guid}-{700000 + guid.int % 200000}",
        "language": "en",
        "date": instant,
        "tag": [stage],
        "initiationType": "tender",
        "tender": _tender(plan, stage, on, guid),
        "parties": _parties(plan, buyer, stage),
        "buyer": {"id": buyer["id"], "name": buyer["name"]},
    }
    return release | _stage_block(plan, stage, on, ocid, _document(guid, stage, instant))


def _tender(plan: dict[str, Any], stage: str, on: date, guid: UUID) -> Release:
    code, description = plan["cpv"]
    tender: Release = {
        "id": f"tender_{guid.int % 900000}/{guid.int % 1500000}",
        "title": plan["title"],
        "description": plan["text"],
        "status": _STATUS[stage],
        "classification": {"scheme": "CPV", "id": code, "description": description},
        "items": [{"id": "1", "deliveryAddresses": [{"region": "East Midlands"}]}],
        "suitability": {"sme": True, "vcse": bool(guid.int % 2)},
        "mainProcurementCategory": "services",
    }
    return tender | (_tender_terms(plan, on) if stage != "planning" else {})


def _tender_terms(plan: dict[str, Any], on: date) -> Release:
    return {
        "value": {"amount": plan["value"], "currency": "GBP"},
        "procurementMethod": "open",
        "procurementMethodDetails": "Open procedure (below threshold)",
        "tenderPeriod": {"endDate": f"{on + timedelta(days=30)}T12:00:00Z"},
        "contractPeriod": _period(on),
    }


def _period(on: date) -> dict[str, str]:
    start = on + timedelta(days=60)
    return {
        "startDate": f"{start}T00:00:00Z",
        "endDate": f"{start + timedelta(days=730)}T23:59:59Z",
    }


def _parties(plan: dict[str, Any], buyer: dict[str, str], stage: str) -> list[Release]:
    # The contact point is what a crawler must drop: a made-up person at a reserved domain.
    people = ["Jo Merrivale", "Sam Tarrowby", "Pat Quillan"]
    person = Random(plan["title"]).choice(people)
    contact = {
        "name": person,
        "email": f"{person.lower().replace(' ', '.')}@{NOTICES_HOST}",
        "telephone": "01632 960 123",
    }
    address = {"streetAddress": "Council Offices", "locality": buyer["town"]}
    bought = {
        "id": buyer["id"],
        "name": buyer["name"],
        "identifier": {"legalName": buyer["name"]},
        "address": address | {"countryName": "England"},
        "contactPoint": contact,
        "roles": ["buyer"],
    }
    return [bought, _supplier_party(plan)] if stage == "award" else [bought]


def _supplier(plan: dict[str, Any]) -> dict[str, str]:
    number = _guid("supplier", plan["supplier"]).int % 90000
    return {"id": f"GB-CFS-{300000 + number}", "name": plan["supplier"]}


def _supplier_party(plan: dict[str, Any]) -> Release:
    supplier = _supplier(plan)
    details = {"details": {"scale": "sme", "vcse": False}, "roles": ["supplier"]}
    return {**supplier, "identifier": {"legalName": supplier["name"]}} | details


def _document(guid: UUID, stage: str, instant: str) -> dict[str, str]:
    kind, description = _DOCUMENT[stage]
    return {
        "id": "1",
        "documentType": kind,
        "description": description,
        "url": f"http://{NOTICES_HOST}/Notice/{guid}",
        "datePublished": instant,
        "format": "text/html",
        "language": "en",
    }


def _stage_block(
    plan: dict[str, Any], stage: str, on: date, ocid: str, document: dict[str, str]
) -> Release:
    if stage == "planning":
        return {"title": plan["title"], "planning": {"documents": [document]}}
    if stage == "tender":
        return {}
    award = {
        "id": f"{ocid}-1",
        "status": "active",
        "date": f"{on - timedelta(days=10)}T00:00:00Z",
        "datePublished": document["datePublished"],
        "value": {"amount": plan["value"], "currency": "GBP"},
        "suppliers": [_supplier(plan)],
        "contractPeriod": _period(on),
        "documents": [document],
    }
    return {"awards": [award]}


def search(releases: Iterable[Release], query: dict[str, str], base: str) -> Release:
    """One page of a search as a release package with `links.next` while there is more.

    Knows publishedFrom, publishedTo, stages, limit (at most 100) and cursor; ignores the rest, as
    the real service does.
    """
    limit = min(int(query.get("limit") or 100), 100)
    offset = _cursor_offset(query.get("cursor", ""))
    found = [release for release in releases if _wanted(release, query)]
    package = _package(base, query, found[offset : offset + limit])
    if offset + limit < len(found):
        package["links"] = {"next": _next_url(base, query, offset + limit)}
    return package


def _wanted(release: Release, query: dict[str, str]) -> bool:
    stages = {stage for stage in query.get("stages", "").split(",") if stage}
    at = _instant(release["date"])
    after = _instant(query.get("publishedFrom") or "1900-01-01") <= at
    before = at <= _instant(query.get("publishedTo") or "2900-01-01")
    return after and before and (not stages or bool(stages & set(release["tag"])))


def _instant(text: str) -> datetime:
    """A time of a query or a release, its zone left out: the county is on Greenwich time."""
    # A `+01:00` that was not percent-encoded arrives as a space.
    return datetime.fromisoformat(text.replace(" ", "+")[:19])


def _package(base: str, query: dict[str, str], releases: list[Release]) -> Release:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return {
        "uri": f"{base}?{asked}",
        "version": "1.1",
        "publishedDate": releases[0]["date"] if releases else "2026-09-30T00:00:00Z",
        "publisher": {"name": "The fictional county", "uri": f"http://{NOTICES_HOST}/"},
        "license": "http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        "releases": releases,
    }


def _next_url(base: str, query: dict[str, str], offset: int) -> str:
    kept = {key: value for key, value in query.items() if key != "cursor"}
    asked = "&".join(f"{key}={value}" for key, value in kept.items())
    inner = "|".join([*(f"{key}={value}" for key, value in kept.items()), f"nextCursor={offset}"])
    cursor = base64.urlsafe_b64encode(inner.encode()).decode()
    return f"{base}?{asked}&cursor={cursor}" if asked else f"{base}?cursor={cursor}"


def _cursor_offset(cursor: str) -> int:
    if not cursor:
        return 0
    inner = base64.urlsafe_b64decode(cursor.encode()).decode()
    return int(inner.rpartition("nextCursor=")[2])

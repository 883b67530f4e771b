"""The county's other procurement services, in the shapes of Find a Tender and of Proactis."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from demo.text import load

NATIONAL_HOST = "tenders.county.test"
SCOTTISH_HOST = "scotland.county.test"
WELSH_HOST = "wales.county.test"
# As for the first service, no registered publisher's prefixes.
NATIONAL_PREFIX = "ocds-x1demo"
PREFIXES = {SCOTTISH_HOST: "ocds-x2demo", WELSH_HOST: "ocds-x3demo"}
_TAGS = {"planning": ["planning"], "tender": ["tender"], "award": ["award", "contract"]}
_NOTICES = {"planning": "UK2", "tender": "UK4", "award": "UK7"}
Release = dict[str, Any]


@dataclass(frozen=True)
class TypedNotice:
    """A notice of a service that is asked by month and notice type."""

    kind: int
    on: date
    number: str
    release: Release


@cache
def national() -> tuple[Release, ...]:
    """Every release of the national service, the oldest first."""
    plan = load("services")
    found = [
        _national(one, stage, on, _ocid(one))
        for one in plan["national"]
        for stage, on in one["stages"]
    ]
    found += [release for again in plan["republished"] for release in _republished(again)]
    found += [
        release for one in plan["scotland"] if one.get("national") for release in _repeated(one)
    ]
    return tuple(sorted(found, key=lambda release: (release["date"], release["id"])))


def _ocid(plan: Release) -> str:
    return f"{NATIONAL_PREFIX}-{_digits(plan['title'], plan['buyer']):06x}"


def _digits(*parts: object) -> int:
    return uuid5(NAMESPACE_URL, "/".join(map(str, parts))).int % 0xF00000


def _republished(again: Release) -> list[Release]:
    """The tenders and awards of a procurement of the first service, under a title of its own."""
    (plan,) = (one for one in load("notices")["procurements"] if one["title"] == again["title"])
    changed = plan | {"title": again["as"], "buyer": again["buyer"]}
    later = timedelta(days=again["days"])
    return [
        _national(changed, stage, on + later, _ocid(changed))
        for stage, on in plan["stages"]
        if stage != "planning"
    ]


def _repeated(plan: Release) -> list[Release]:
    """The notices of another service, under that service's ocid."""
    ocid = f"{PREFIXES[SCOTTISH_HOST]}-{_digits(plan['title']) % 10**7:010d}"
    day = timedelta(days=1)
    return [_national(plan, stage, on + day, ocid) for _, stage, on in plan["notices"]]


def _national(plan: Release, stage: str, on: date, ocid: str) -> Release:
    buyer, number = load("services")["buyers"][plan["buyer"]], _digits(ocid, stage, on)
    notice = f"{number % 90000:06d}-{on.year}"
    hour = f"{number % 24:02d}:{number % 60:02d}:{number % 59:02d}"
    parties = [_party(buyer, buyer["id"], "buyer")]
    release: Release = {
        "ocid": ocid,
        "id": notice,
        "tag": _TAGS[stage],
        "date": f"{on}T{hour}+00:00",
        "initiationType": "tender",
        "parties": parties,
        "buyer": {"id": buyer["id"], "name": buyer["name"]},
        "tender": _tender(plan, stage, notice),
        "language": "en",
    }
    return release | (_awarded(plan, on, parties) if stage == "award" else {})


def _party(body: Release, number: str, role: str) -> Release:
    # The contact point is what a crawler must drop: a made-up person at a reserved domain.
    person = {"name": "Robin Ellerby", "email": f"robin.ellerby@{NATIONAL_HOST}"}
    return {
        "name": body["name"],
        "id": number,
        "address": {"locality": body.get("town", "Oxmead"), "region": body.get("region", "UKF9")},
        "contactPoint": person | {"telephone": "01632 960 456"},
        "roles": [role],
    }


def _tender(plan: Release, stage: str, notice: str) -> Release:
    code, description = plan["cpv"]
    url = f"http://{NATIONAL_HOST}/Notice/{notice}"
    lot: Release = {"id": "1", "status": "active", "description": None}
    if stage == "tender":  # a lot's value stands beside the tender's, and may be the only one
        lot["value"] = {"amount": plan["value"], "currency": "GBP"}
    classification = {"scheme": "CPV", "id": code, "description": description}
    return {
        "id": f"AL-{_digits(plan['title']) % 9000}",
        "title": plan["title"],
        "description": plan["text"],
        "status": "active" if stage == "tender" else "complete",
        "items": [{"id": "1", "additionalClassifications": [classification], "relatedLot": "1"}],
        "lots": [lot],
        "documents": [{"id": notice, "noticeType": _NOTICES[stage], "url": url}],
    }


def _awarded(plan: Release, on: date, parties: list[Release]) -> Release:
    supplier = {"name": plan["supplier"], "id": f"GB-FTS-{_digits(plan['supplier']) % 90000}"}
    parties.append(_party({"name": plan["supplier"]}, supplier["id"], "supplier"))
    start = on + timedelta(days=30)
    period = {
        "startDate": f"{start}T00:00:00Z",
        "endDate": f"{start + timedelta(days=729)}T23:59:59Z",
    }
    value = {"amountGross": plan["value"] * 1.2, "amount": plan["value"], "currency": "GBP"}
    return {
        # Suppliers are told by their id alone now and then: the parties name them.
        "awards": [{"id": "1", "status": "active", "suppliers": [{"id": supplier["id"]}]}],
        "contracts": [{"id": "1", "awardID": "1", "period": period, "value": value}],
    }


@cache
def typed(host: str) -> tuple[TypedNotice, ...]:
    """Every notice of the Scottish or the Welsh service, the oldest first."""
    plans = load("services")["scotland" if host == SCOTTISH_HOST else "wales"]
    found = [
        _typed(host, one, kind, stage, on) for one in plans for kind, stage, on in one["notices"]
    ]
    return tuple(sorted(found, key=lambda notice: (notice.on, notice.number)))


def _typed(host: str, plan: Release, kind: int, stage: str, on: date) -> TypedNotice:
    buyer, code = load("services")["buyers"][plan["buyer"]], plan["cpv"][0]
    number = f"{on:%b}".upper() + f"{_digits(host, plan['title'], stage) % 900000 + 100000}"
    release: Release = {
        "ocid": f"{PREFIXES[host]}-{_digits(plan['title']) % 10**7:010d}",
        "date": f"{on}T00:00:00Z",
        "tag": [stage],
        "parties": [_party(buyer, "buyer", "buyer")],
        "buyer": {"name": buyer["name"], "id": "buyer"},
        "tender": {
            "title": plan["title"],
            "description": plan["text"],
            "items": [{"id": "1", "additionalClassifications": [{"id": code, "scheme": "CPV"}]}],
            "value": {"amount": plan["value"], "currency": "GBP"},
            "classification": {"id": code, "scheme": "CPV"},
        },
        "language": "EN",
    }
    if stage == "award":
        named = {"name": plan["supplier"], "id": "supplier"}
        release["parties"].append(_party(named, "supplier", "supplier"))
        release["awards"] = [{"id": "1", "suppliers": [named]}]
    return TypedNotice(kind, on, number, release)

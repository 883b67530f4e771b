"""Open Contracting (OCDS 1.0 and 1.1) releases: found in packages, made canonical, summarised.

https://standard.open-contracting.org/1.1/en/schema/ is the specification of all names here.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from corpus import loose
from corpus.errors import Broken, Unsupported

PREFIX_SOURCES = {
    "ocds-b5fd17": "contracts-finder",
    "ocds-h6vhtk": "find-tender",
    "ocds-r6ebe6": "public-contracts-scotland",
    "ocds-kuma6s": "sell2wales",
}
"""Registered OCDS prefixes of the procurement services of the United Kingdom."""
PERSONAL = frozenset(
    {"contactpoint", "contactpoints", "additionalcontactpoints", "persones", "beneficialowners"}
)
"""Blocks that name persons, in small letters: left out before anything is kept."""
NUMBERED_SOURCES = frozenset({"public-contracts-scotland", "sell2wales"})
"""Services that number releases (`rls-1-MAR552053`) and parties (`org-285`) in each answer anew."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_FIND_TENDER = re.compile(r"\d{6}-\d{4}")
_NUMBERED = re.compile(r"rls-\d+-([A-Z]{3}\d{4,})")
_NOTICE_NUMBER = re.compile(r"[A-Z]{3}\d{4,}")
_PARTY_NUMBER = re.compile(r"org-\d+")

Json = dict[str, Any]


@dataclass(frozen=True)
class Release:
    """One release: its canonical bytes and the fields that documents and notices keep."""

    content: bytes
    ocid: str
    release: str
    title: str
    published_on: str | None
    notice: Json

    @property
    def source(self) -> str | None:
        """The service that issued it, by its ids; None where it is not known.

        Find a Tender repeats Scottish and Welsh notices under their own ocid and a number of its.
        """
        if _FIND_TENDER.fullmatch(self.release):
            return "find-tender"
        return _source_of(self.ocid)


def _source_of(ocid: str) -> str | None:
    return PREFIX_SOURCES.get("-".join(ocid.split("-")[:2]))


def releases(content: bytes) -> Iterator[Release | str]:
    """Yield the releases of a package, record package, bare release, list or JSON Lines text.

    A member that is no release is yielded as a sentence saying why. Raises `Unsupported` for JSON
    that is not OCDS and `Broken` for what is not JSON.
    """
    found = False
    for member in _members(_parse(content)):
        found = True
        yield member if isinstance(member, str) else _release(member)
    if not found:
        raise Unsupported("JSON that holds no OCDS release")


def members_of(package: Json) -> Iterator[Release | str]:
    """Yield the releases of one parsed package, which may hold none."""
    for member in _members([package]):
        yield member if isinstance(member, str) else _release(member)


def _parse(content: bytes) -> list[Any]:
    """Return the JSON values of a text: one, or one a line."""
    text = loose.decoded(content)
    try:
        return [loose.parse(text)]
    except ValueError as whole:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2:
            raise Broken(f"not JSON: {whole}") from whole
        try:
            return [loose.parse(line) for line in lines]
        except ValueError:
            raise Broken(f"neither JSON nor JSON Lines: {whole}") from whole


def _members(values: list[Any]) -> Iterator[Json | str]:
    """Yield what may be releases, wherever OCDS keeps them."""
    for value in values:
        if isinstance(value, list):
            yield from _members(value)
        elif isinstance(value, dict) and isinstance(value.get("releases"), list):
            yield from (_dict(item, "release") for item in value["releases"])
        elif isinstance(value, dict) and isinstance(value.get("records"), list):
            for record in value["records"]:
                yield from _record(record)
        elif isinstance(value, dict) and "ocid" in value:
            yield from _record(value) if "compiledRelease" in value else (value,)


def _record(record: Any) -> Iterator[Json | str]:
    """Yield a record's own releases where it holds them, else its compiled one."""
    if not isinstance(record, dict):
        yield "a record that is not an object"
        return
    embedded = [item for item in _list(record.get("releases")) if _is_release(item)]
    compiled = record.get("compiledRelease")
    if embedded:
        yield from embedded
    elif isinstance(compiled, dict):
        yield {"ocid": record.get("ocid"), **compiled}
    else:
        yield f"the record {record.get('ocid')} holds only links to its releases"


def _is_release(item: Any) -> bool:
    """Whether it is a whole release and not a link to one."""
    return isinstance(item, dict) and "id" in item and "url" not in item


def _dict(item: Any, what: str) -> Json | str:
    return item if isinstance(item, dict) else f"a {what} that is not an object"


def _release(raw: Json) -> Release | str:
    """Return the canonical release, or a sentence saying why it is none."""
    ocid, number = _text(raw.get("ocid")), _text(raw.get("id"))
    if not (ocid or number):
        return "a release with neither ocid nor id"
    try:
        raw = _impersonal(raw)
        if _is_numbered(ocid, number):
            raw, number = _unnumbered(raw, number)
        content = json.dumps(
            raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
        ).encode("utf-8", "surrogatepass")
    except RecursionError:
        return "a release nested too deeply"
    tender = _object(raw.get("tender"))
    title = (
        _text(tender.get("title"))
        or _first(raw.get("awards"), "title")
        or _first(raw.get("contracts"), "title")
        or _text(raw.get("title"))
        or _text(tender.get("description"))[:120]
        or ocid
    )
    return Release(
        content,
        ocid,
        number or ocid,
        title,
        _date(raw.get("date")),
        {"ocid": ocid, "release": number, **_summary(raw, tender)},
    )


def _is_numbered(ocid: str, number: str) -> bool:
    """Whether a release's ids hang on its place in the answer: Proactis' own, or with no id."""
    own = not number and _source_of(ocid) in NUMBERED_SOURCES
    return own or bool(_NUMBERED.fullmatch(number))


def _unnumbered(raw: Json, number: str) -> tuple[Json, str]:
    """Return a release and its id without the numbers that hang on its place in the answer."""
    known: dict[str, str] = {}

    def party(found: re.Match[str]) -> str:
        return known.setdefault(found[0], f"org-{len(known) + 1}")

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: walk(item) for key, item in value.items()}
        if isinstance(value, list):
            return [walk(item) for item in value]
        is_number = isinstance(value, str) and _PARTY_NUMBER.fullmatch(value)
        return _PARTY_NUMBER.sub(party, value) if is_number else value

    given = _NUMBERED.fullmatch(number)
    notice = given[1] if given else _notice_number(raw)
    return walk(raw | ({"id": notice} if number else {})), notice


def _notice_number(raw: Json) -> str:
    """Return the number of the notice that a release without an id names among its documents."""
    holders = [
        _object(raw.get("tender")),
        _object(raw.get("planning")),
        *_objects(raw.get("awards")),
    ]
    named = (
        _text(document.get("id")) for h in holders for document in _objects(h.get("documents"))
    )
    return next((one for one in named if _NOTICE_NUMBER.fullmatch(one)), "")


def _summary(raw: Json, tender: Json) -> Json:
    """Return the columns of `notices` that the release states."""
    buyer, value, period = _buyer(raw, tender), _value(raw, tender), _period(raw, tender)
    return {
        "stage": ", ".join(_text(tag) for tag in _list(raw.get("tag"))),
        "buyer_name": _text(buyer.get("name")) or None,
        "buyer_id": _text(buyer.get("id")) or None,
        "suppliers": json.dumps(sorted(_suppliers(raw)), ensure_ascii=False),
        "value": value.get("amount"),
        "currency": _text(value.get("currency")) or None,
        "cpv": json.dumps(sorted(_cpv(raw, tender))),
        "start_on": _date(period.get("startDate")),
        "end_on": _date(period.get("endDate")),
    }


def _buyer(raw: Json, tender: Json) -> Json:
    """Return the buyer's name and id; where only an id is given, the party of that id names it."""
    buyer = _object(raw.get("buyer")) or _object(tender.get("procuringEntity"))
    if buyer.get("name"):
        return buyer
    parties = list(_objects(raw.get("parties")))
    same = (p for p in parties if buyer.get("id") and p.get("id") == buyer.get("id"))
    buying = (p for p in parties if "buyer" in _list(p.get("roles")))
    return next(same, None) or next(buying, None) or buyer


def _value(raw: Json, tender: Json) -> Json:
    """Return the first value stated: of a contract, an award, the tender, else of all its lots."""
    holders = [*_objects(raw.get("contracts")), *_objects(raw.get("awards")), tender]
    stated = [value for h in holders if (value := _amount(h.get("value")))]
    lots = [value for lot in _objects(tender.get("lots")) if (value := _amount(lot.get("value")))]
    if not stated and len({lot["currency"] for lot in lots}) == 1:
        return {"amount": sum(lot["amount"] for lot in lots), "currency": lots[0]["currency"]}
    return stated[0] if stated else {}


def _amount(value: Any) -> Json:
    """Return an amount and its currency where there is an amount that can be one."""
    held = _object(value)
    amount = held.get("amount")
    if not isinstance(amount, (int, float)) or abs(amount) >= 1e15:
        return {}
    return {"amount": float(amount), "currency": _text(held.get("currency"))}


def _period(raw: Json, tender: Json) -> Json:
    """Return the contract's period: of the contract, its award or tender, else of all its lots."""
    for holder in (*_objects(raw.get("contracts")), *_objects(raw.get("awards")), tender):
        found = _object(holder.get("period")) or _object(holder.get("contractPeriod"))
        if found.get("startDate") or found.get("endDate"):
            return found
    lots = [_object(lot.get("contractPeriod")) for lot in _objects(tender.get("lots"))]
    starts = sorted(filter(None, (_date(lot.get("startDate")) for lot in lots)))
    ends = sorted(filter(None, (_date(lot.get("endDate")) for lot in lots)))
    return {"startDate": starts[0] if starts else None, "endDate": ends[-1] if ends else None}


def _suppliers(raw: Json) -> set[str]:
    """Return the names of the suppliers: of awards, else of parties in that role."""
    parties = list(_objects(raw.get("parties")))
    names = {_text(p.get("id")): _text(p.get("name")) for p in parties}
    named = {
        _text(s.get("name")) or names.get(_text(s.get("id")), "")
        for a in _objects(raw.get("awards"))
        for s in _objects(a.get("suppliers"))
    } - {""}
    return named or {
        _text(p.get("name")) for p in parties if "supplier" in _list(p.get("roles"))
    } - {""}


def _cpv(raw: Json, tender: Json) -> set[str]:
    """Return the CPV codes of a tender, its awards and contracts, and the items of them all."""
    parts = [tender, *_objects(raw.get("awards")), *_objects(raw.get("contracts"))]
    holders = [*parts, *(item for part in parts for item in _objects(part.get("items")))]
    found = [
        c
        for h in holders
        for c in (_object(h.get("classification")), *_objects(h.get("additionalClassifications")))
    ]
    return {_text(c.get("id")) for c in found if _text(c.get("scheme")).upper() == "CPV"} - {""}


def text(content: bytes) -> str:
    """Return the readable text of a canonical release: title, description, items, lots, awards."""
    raw = _object(json.loads(content))
    tender = _object(raw.get("tender"))
    parts = [
        (_text(part.get("title")), _text(part.get("description")))
        for part in (
            tender,
            *_objects(tender.get("items")),
            *_objects(tender.get("lots")),
            *_objects(raw.get("awards")),
            *_objects(raw.get("contracts")),
        )
    ]
    planning = _object(raw.get("planning"))
    lines = [line for part in parts for line in part] + [
        _text(planning.get("rationale")),
        _text(raw.get("description")),
        _text(raw.get("title")),
    ]
    return "\n\n".join(dict.fromkeys(line.strip() for line in lines if line.strip()))


def _impersonal(value: Any) -> Any:
    """Return a value without the blocks that name persons, at any depth."""
    if isinstance(value, dict):
        return {k: _impersonal(v) for k, v in value.items() if k.lower() not in PERSONAL}
    return [_impersonal(item) for item in value] if isinstance(value, list) else value


def _text(value: Any) -> str:
    plain = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    return plain.encode("utf-8", "replace").decode()  # half a surrogate pair is no text


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _objects(value: Any) -> Iterator[Json]:
    return (item for item in _list(value) if isinstance(item, dict))


def _first(value: Any, key: str) -> str:
    return next((_text(item.get(key)) for item in _objects(value) if item.get(key)), "")


def _date(value: Any) -> str | None:
    match = _DATE.match(_text(value))
    return match.group() if match else None

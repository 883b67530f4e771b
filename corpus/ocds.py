"""Open Contracting (OCDS 1.0 and 1.1) releases: found in packages, made canonical, summarised.

https://standard.open-contracting.org/1.1/en/schema/ is the specification of all names here.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from corpus.errors import Broken, Unsupported

PREFIX_SOURCES = {
    "ocds-b5fd17": "contracts-finder",
    "ocds-h6vhtk": "find-tender",
    "ocds-r6ebe6": "public-contracts-scotland",
    "ocds-kuma6s": "sell2wales",
}
"""Registered OCDS prefixes of the procurement services of the United Kingdom."""
PERSONAL = frozenset({"contactPoint", "contactPoints", "additionalContactPoints"})
"""Blocks that name persons: left out before anything is kept."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d")

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
        """The service that issued it, by the prefix of its ocid; None where it is not known."""
        return PREFIX_SOURCES.get("-".join(self.ocid.split("-")[:2]))


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


def _parse(content: bytes) -> list[Any]:
    """Return the JSON values of a text: one, or one a line."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("iso-8859-1")  # as some of Contracts Finder's answers are
    try:
        return [json.loads(text)]
    except RecursionError as error:
        raise Broken("JSON nested too deeply") from error
    except ValueError as whole:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2:
            raise Broken(f"not JSON: {whole}") from whole
        try:
            return [json.loads(line) for line in lines]
        except (ValueError, RecursionError):
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
        content = json.dumps(
            _impersonal(raw), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ).encode("utf-8", "surrogatepass")
    except RecursionError:
        return "a release nested too deeply"
    tender = _object(raw.get("tender"))
    title = (
        _text(tender.get("title"))
        or _first(raw.get("awards"), "title")
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


def _summary(raw: Json, tender: Json) -> Json:
    """Return the columns of `notices` that the release states."""
    buyer = _object(raw.get("buyer")) or _object(tender.get("procuringEntity"))
    contract = next(_objects(raw.get("contracts")), {}) or next(_objects(raw.get("awards")), {})
    value = _object(contract.get("value")) or _object(tender.get("value"))
    period = (
        _object(contract.get("period"))
        or _object(contract.get("contractPeriod"))
        or _object(tender.get("contractPeriod"))
    )
    amount = value.get("amount")
    return {
        "stage": ", ".join(_text(tag) for tag in _list(raw.get("tag"))),
        "buyer_name": _text(buyer.get("name")) or None,
        "suppliers": json.dumps(sorted(_suppliers(raw)), ensure_ascii=False),
        "value": float(amount) if isinstance(amount, (int, float)) and abs(amount) < 1e15 else None,
        "currency": _text(value.get("currency")) or None,
        "cpv": json.dumps(sorted(_cpv(tender))),
        "start_on": _date(period.get("startDate")),
        "end_on": _date(period.get("endDate")),
    }


def _suppliers(raw: Json) -> set[str]:
    """Return the names of the suppliers: of awards, else of parties in that role."""
    named = {
        _text(s.get("name"))
        for a in _objects(raw.get("awards"))
        for s in _objects(a.get("suppliers"))
    }
    parties = {
        _text(p.get("name"))
        for p in _objects(raw.get("parties"))
        if "supplier" in _list(p.get("roles"))
    }
    return (named or parties) - {""}


def _cpv(tender: Json) -> set[str]:
    """Return the CPV codes of a tender and its items."""
    holders = [tender, *_objects(tender.get("items"))]
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
        return {k: _impersonal(v) for k, v in value.items() if k not in PERSONAL}
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

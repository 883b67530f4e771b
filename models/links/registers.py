"""The suppliers of a notice, each with its name and its numbers in registers (OCDS 1.1)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from models.links.names import identifier, whole_identifier

MOST_SUPPLIERS = 500
"""Of one notice: the largest framework seen has some 300."""
MOST_CHARS = 300
"""Of a name."""

Json = dict[str, Any]


@dataclass(frozen=True, order=True)
class Supplier:
    """A supplier as a notice names it, with its register numbers in order."""

    name: str
    numbers: tuple[str, ...] = ()


def suppliers(content: bytes) -> tuple[Supplier, ...]:
    """Return the suppliers of a canonical release, in the order of their names.

    What is no JSON, or no release, has none.
    """
    try:
        release = json.loads(content)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(release, dict):
        return ()
    parties = {_text(party.get("id")): party for party in _objects(release.get("parties"))}
    found: dict[str, set[str]] = {}
    for named in _named(release):
        party = parties.get(_text(named.get("id")), {})
        name = (_text(named.get("name")) or _text(party.get("name"))).strip()[:MOST_CHARS]
        if name:
            found.setdefault(name, set()).update(_numbers(named), _numbers(party))
    ordered = sorted(Supplier(name, tuple(sorted(numbers))) for name, numbers in found.items())
    return tuple(ordered[:MOST_SUPPLIERS])


def _named(release: Json) -> Iterator[Json]:
    """Yield the suppliers of awards; where none is named, the parties in that role."""
    awarded = [one for award in _objects(release.get("awards")) for one in _suppliers(award)]
    if awarded:
        yield from awarded
        return
    for party in _objects(release.get("parties")):
        roles = party.get("roles")
        if isinstance(roles, list) and "supplier" in roles:
            yield party


def _suppliers(award: Json) -> Iterator[Json]:
    yield from _objects(award.get("suppliers"))


def _numbers(party: Json) -> Iterator[str]:
    """Yield the register numbers of a party: of its identifiers, and of its id where it is one."""
    own = party.get("identifier")
    for held in (
        own if isinstance(own, dict) else {},
        *_objects(party.get("additionalIdentifiers")),
    ):
        number = identifier(_text(held.get("scheme")), _text(held.get("id")))
        number = number or whole_identifier(_text(held.get("id")))
        if number:
            yield number
    number = whole_identifier(_text(party.get("id")))
    if number:
        yield number


def _objects(value: Any) -> Iterator[Json]:
    return (
        (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())
    )


def _text(value: Any) -> str:
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""

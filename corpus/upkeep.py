"""How a source is looked after: how often it is crawled, and what must hold of what came."""

from dataclasses import dataclass, fields

from corpus.authored import Located

EVERY_DAYS = 1.0
"""A source whose study file says nothing is crawled daily."""
COUNTS = ("min_documents", "max_documents")


@dataclass(frozen=True)
class Upkeep:
    """A source's cadence, and the assertions about its runs; None where nothing is asserted.

    Shares are from 0 to 1, of the newest documents of the source (`crawler/monitors.py`).
    """

    every_days: float = EVERY_DAYS
    every_why: str = ""
    max_requests_per_document: float | None = None
    max_unreadable: float | None = None
    min_with_text: float | None = None
    max_silent_days: float | None = None
    max_field_loss: float | None = None


SHARES = ("max_unreadable", "min_with_text", "max_field_loss")
ASSERTIONS = tuple(f.name for f in fields(Upkeep) if f.name.startswith(("max_", "min_")))


def upkeep(source: Located, assertions: Located) -> Upkeep:
    """Read a source's `every` and `assertions`; raises `BadStudy` with file and line."""
    assertions.only(*COUNTS, *ASSERTIONS)
    found = {}
    for name in ASSERTIONS:
        limit = assertions.take(name, (int, float), None)
        if limit is not None and (limit < 0 or (name in SHARES and limit > 1)):
            wanted = "a share from 0 to 1" if name in SHARES else "zero or more"
            raise assertions.wrong(f"`{name}` is {limit}; it must be {wanted}")
        found[name] = limit
    every = source.take("every", Located, None)
    if every is None:
        return Upkeep(**found)
    every.only("days", "why")
    if every.take("days", (int, float)) <= 0:
        raise every.wrong("`days` must be more than zero")
    return Upkeep(float(every["days"]), every.take("why", str).strip(), **found)

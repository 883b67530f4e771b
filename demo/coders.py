"""Two invented readers of the county's passages: what they say follows a rule, and is no judgement.

The first repeats what the codebook says. The second says the same, but finds each seventh passage
marginal, gives each fifth no stance of its own, and leaves out the last code of each third: so the
figures of agreement have something to tell.
"""

from collections.abc import Sequence

CODERS = {"first": "First invented reader", "second": "Second invented reader"}
CODED_AT = "2026-11-02T09:00:00Z"
PASSAGES = 60
"""So many of the county's passages are coded."""


def said(coder: str, number: int, stance: str, codes: Sequence[str]) -> dict[str, str]:
    """Return what a reader says of passage `number` (from 1), as the cells of a sheet."""
    given = sorted(codes)
    if coder == "second":
        stance = "general" if number % 5 == 0 else stance
        given = given[:-1] if number % 3 == 0 else given
    about = "marginal" if coder == "second" and number % 7 == 0 else "yes"
    return {"about": about, "stance": stance, "boilerplate": "no", "codes": "; ".join(given)}

"""People who judged: a number in place of each coder's name, and no name at all of the others."""

import re
from collections.abc import Mapping

from corpus.store import Store

A_PERSON = "a person"
"""Whoever judged, and coded nothing."""
_JUDGED = re.compile(r"(?:^coded|, (?:accepted|refused)) by ")
_SIGNED = re.compile(r"\(([^()]*), (\d{4}-\d\d-\d\d)\)$")


def coders(store: Store) -> dict[str, str]:
    """Return a number for each coder, in the order in which they began."""
    sql = (
        "select coder from codings where coder is not null "
        "group by coder order by min(coded_at), coder"
    )
    return {row[0]: f"coder-{n}" for n, row in enumerate(store.db.execute(sql), 1)}


def unnamed(text: str | None, numbers: Mapping[str, str]) -> str | None:
    """Return how something is known, without the name of whoever judged and that person's remark.

    What is judged ends in `coded by NAME`, `, accepted by NAME: remark` or `(NAME, date)`.
    """
    if not text:
        return text
    told = _JUDGED.search(text)
    if told:
        return f"{text[: told.end()]}{numbers.get(text[told.end() :], A_PERSON)}"
    return _SIGNED.sub(lambda said: f"({numbers.get(said[1], A_PERSON)}, {said[2]})", text)

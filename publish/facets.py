"""What a search narrows to: how many matching pages each council, year, code or topic has."""

from dataclasses import dataclass
from functools import reduce

import numpy as np

from corpus.retrieval.search import Filters
from publish.shelf import BY_ROW, Ints, Mask, Shelf

NAMES = ("council", "type", "nation", "year", "kind", "code", "stance", "topic", "quality")
"""What the search page offers, in its order."""


@dataclass(frozen=True)
class Facet:
    """One value that a search can be narrowed to, and the matching pages that have it."""

    value: str
    label: str
    pages: int


def passing(shelf: Shelf, found: Ints, filters: Filters) -> Mask:
    """Say which pages, given by row number, the filters let pass."""
    return _all(_masks(shelf, found, filters), len(found))


def facets(shelf: Shelf, found: Ints, filters: Filters) -> dict[str, tuple[Facet, ...]]:
    """Count pages by every filter's values, each under the other filters; most frequent first."""
    masks = _masks(shelf, found, filters)
    told = {}
    for name in NAMES:
        others = {key: mask for key, mask in masks.items() if key != _group(name)}
        if name in ("code", "stance"):  # they are one mention's: the other one still narrows
            others[name] = _member(shelf, found, _other(filters, name))
        left = found[_all(others, len(found))]
        told[name] = _facets(shelf, name, _counts(shelf, name, left, filters))
    return told


def _group(name: str) -> str:
    return "mention" if name in ("code", "stance") else name


def _other(filters: Filters, name: str) -> Filters:
    """Return only the other filter on the same mention."""
    return Filters(stance=filters.stance) if name == "code" else Filters(code=filters.code)


def _masks(shelf: Shelf, found: Ints, filters: Filters) -> dict[str, Mask]:
    """Return a mask for each filter that is set; those of one mention are one."""
    given = filters.given()
    masks = {
        name: shelf.codes(name, found) == shelf.column(name).code(value)
        for name, value in given.items()
        if name not in BY_ROW
    }
    if "code" in given or "stance" in given:
        masks["mention"] = _member(shelf, found, filters)
    if filters.topic:
        holding = shelf.holding[shelf.topics.codes == shelf.topics.code(filters.topic)]
        masks["topic"] = _among(shelf, found, holding)
    return masks


def _member(shelf: Shelf, found: Ints, filters: Filters) -> Mask:
    """Say which pages have a mention with the code and stance asked for."""
    if not filters.code and not filters.stance:
        return np.ones(len(found), bool)
    return _among(shelf, found, shelf.mentions[_mentions(shelf, filters)])


def _mentions(shelf: Shelf, filters: Filters) -> Mask:
    chosen = np.ones(len(shelf.mentions), bool)
    for name, column in shelf.of_mention.items():
        if value := getattr(filters, name):
            chosen &= column.codes == column.code(value)
    return chosen


def _among(shelf: Shelf, found: Ints, wanted: Ints) -> Mask:
    member = np.zeros(len(shelf.file_of), bool)
    member[wanted] = True
    picked: Mask = member[found]
    return picked


def _all(masks: dict[str, Mask], size: int) -> Mask:
    return reduce(np.logical_and, masks.values(), np.ones(size, bool))


def _counts(shelf: Shelf, name: str, found: Ints, filters: Filters) -> Ints:
    """Return the number of pages for each value of a column."""
    values = len(shelf.column(name).values)
    codes = _held(shelf, name, found, filters) if name in BY_ROW else shelf.codes(name, found)
    return np.bincount(codes[codes >= 0], minlength=values)


def _held(shelf: Shelf, name: str, found: Ints, filters: Filters) -> Ints:
    """Return the codes on the pages, each once a page."""
    if name == "topic":
        pages, codes = shelf.holding, shelf.topics.codes
    else:
        others = _mentions(shelf, _other(filters, name))
        pages, codes = shelf.mentions[others], shelf.of_mention[name].codes[others]
    here = np.zeros(len(shelf.file_of), bool)
    here[found] = True
    kept = here[pages] & (codes >= 0)
    width = len(shelf.column(name).values) + 1
    once: Ints = np.unique(pages[kept] * width + codes[kept]) % width
    return once


def _facets(shelf: Shelf, name: str, counts: Ints) -> tuple[Facet, ...]:
    column = shelf.column(name)
    found = [
        Facet(value, column.label(value), int(pages))
        for value, pages in zip(column.values, counts.tolist(), strict=True)
        if pages
    ]
    return tuple(sorted(found, key=lambda facet: (-facet.pages, facet.value)))

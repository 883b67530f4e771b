"""The privacy screen: what of a text must not be published, and what a person has to decide. Pure.

Found are e-mail addresses, telephone, National Insurance, NHS (check digit), account and card
numbers, dates of birth, residents' names beside addresses or called residents, lists of people and
pages of signatures. Officers and councillors in their public roles are kept. What is found is
replaced by a word on what stood there; where the screen is not sure, the lines around it go too,
until a person has decided (`study/privacy.csv`). The rules are told in `docs/method.md`.
"""

from collections.abc import Iterable

from corpus.ids import fold, short_hash
from publish.public.findings import Finding
from publish.public.people import people
from publish.public.personal_numbers import numbers

LINE_CHARS = 300
"""Characters of a line, on either side, that an unsure finding takes with it."""


def screen(text: str) -> list[Finding]:
    """Return what is found in a text, in order; `sure` is False where a person should decide."""
    found = [*numbers(text), *people(text)]
    whole = [one for one in found if one.end - one.start == len(text) and one.kind in WHOLE]
    return whole[:1] or sorted(set(found))


WHOLE = ("signatures", "list-of-people")
"""Kinds of finding that withhold a page and not words."""


def item_of(place: str, text: str, finding: Finding) -> str:
    """Return the id by which a person's decision on a finding is kept.

    It hangs on where the words stand (a page or a row) and on the words, not on their offsets, so
    that it survives a new reading of the file.
    """
    words = text[finding.start : finding.end]
    return f"{place}:{finding.kind}:{short_hash(finding.kind, fold(words))}"


def lines_around(text: str, finding: Finding) -> tuple[int, int]:
    """Return the line of a finding and its neighbours: what goes while it is unsure."""
    start = text.rfind("\n", max(finding.start - LINE_CHARS, 0), finding.start)
    before = text.rfind("\n", max(finding.start - LINE_CHARS, 0), max(start, 0))
    end = text.find("\n", finding.end, finding.end + LINE_CHARS)
    after = text.find("\n", end + 1, finding.end + LINE_CHARS) if end >= 0 else -1
    first = before + 1 if before >= 0 else max(finding.start - LINE_CHARS, 0)
    last = after if after >= 0 else min(finding.end + LINE_CHARS, len(text))
    return first, last


def redacted(text: str, found: Iterable[Finding]) -> list[Finding]:
    """Return findings as they are cut out: an unsure one with the lines around it."""
    return [
        one if one.sure else Finding(*lines_around(text, one), "undecided", one.reason, False)
        for one in found
    ]

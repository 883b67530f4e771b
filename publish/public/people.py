"""Private persons in a text: names beside addresses, named residents, pages of signatures. Pure.

A name is told by a title, by a given name (`given_names.txt`), or, beside an address alone, by two
capitalised words. Officers, councillors and firms are told by the words around them, and are kept.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

from publish.public.findings import Finding
from publish.public.personal_numbers import OFFICIAL, RESIDENT, around

BESIDE = 60
"""Characters between a name and the address that makes it a private person's."""
LONGEST_PLACE = 150
ROLE_WITHIN = 80
"""Characters around a name in which a role is named."""
FEWEST_IN_LIST = 4
"""Names beside addresses from which a page is a list of people."""
FEWEST_SIGNATURES = 2
TITLES = frozenset(("Mr", "Mrs", "Ms", "Miss", "Mx", "Dr", "Rev"))

_STREETS = (
    "road|rd|street|st|lane|avenue|ave|close|drive|crescent|gardens?|terrace|court|place|grove|"
    "way|walk|mews|rise|hill|row|square|view|parade|green|park|paddocks?|glas|stryd|heol|ffordd|"
    "croft|drove|vale|wynd|quay|gate|yard|end|bank"
)
_CAPITALISED = r"[A-Z][a-z'’]{1,20}(?:[-'’][A-Z][a-z]{1,20})?"
_ADDRESS = re.compile(
    r"(?:\b(?:Flat|Apartment|Apt|Unit|Room)\s\w{1,4},?\s)?(?<![\w/.-])\d{1,4}[A-Za-z]?,?[ ]"
    rf"(?:(?:{_CAPITALISED}|The|Maes)[ ]){{1,3}}?(?i:{_STREETS})\b(?:[ ](?i:{_STREETS})\b)?"
)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?[ ]?\d[ABD-HJLNP-UVW-Z]{2}\b")
_NO_SURNAME = re.compile(
    rf"(?:{_STREETS}|ward|school|house|hall|centre|council|committee|library|hospital|surgery|"
    r"church|primary|academy|estate|college|university|county|city|borough|district|limited|ltd|"
    r"trust|association|group|group's|and|analytics|services?|team|report|board|hotel|inn|"
    r"foundation|partnership|institute)\b",
    re.IGNORECASE,
)
_SURNAME = rf"(?:(?:O['’]|Mc|Mac|de |van |von |al-|ap |ab )?{_CAPITALISED})"
_TITLED = re.compile(
    r"\b(?:Mr\.? (?:and|&) )?(?:Mr|Mrs|Ms|Miss|Mx|Dr|Rev)\.?[ ]"
    rf"(?:[A-Z]\.?[ ]){{0,3}}(?:{_CAPITALISED}[ ])?{_SURNAME}"
)
_TITLE = re.compile(r"(?:Mr\.? (?:and|&) )?(?:Mr|Mrs|Ms|Miss|Mx|Dr|Rev)\.?[ ]")
_PAIR = re.compile(rf"\b({_CAPITALISED})[ ](?:[A-Z]\.?[ ]){{0,2}}({_SURNAME})")
_WHO = (
    r"(?:residents?|tenants?|complainants?|claimants?|appellants?|objectors?|leaseholders?|"
    r"service users?|patients?|lead petitioner|householders?|family of|member of the public|"
    r"neighbours?|question from|speaking against|speaking for)"
)
_BEFORE = re.compile(rf"\b{_WHO}[:,]?\s{{1,2}}$", re.IGNORECASE)
_AFTER = re.compile(
    r"^,?\s{1,2}(?:\(?(?:is |was |as )?(?:an? |the |another )?(?:local |other |neighbouring )?"
    rf"{_WHO})\b",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"^[^\w\n]{0,5}(?:signed|signature)\b[^:.…_\n]{0,60}[:.…_]", re.IGNORECASE | re.MULTILINE
)
_SIGNED_BESIDE = re.compile(r"\b(?:witness|print(?:ed)? name|in the presence of)\b", re.IGNORECASE)
_SIGNED_ONLINE = re.compile(r"\b(?:docusign envelope|electronically signed by)\b", re.IGNORECASE)

Span = tuple[int, int]


@cache
def given_names() -> frozenset[str]:
    """Return the given names by which two capitalised words are told to be a person's."""
    path = Path(__file__).with_name("given_names.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


def forms(words: str, kind: str) -> list[str]:
    """Return how words that were found may stand again: a name without its title, or by surname."""
    match = _TITLE.match(words) if kind == "name" else None
    if not match:
        return [words]
    plain = words[match.end() :]
    return [words, f"{match[0]}{plain.split()[-1]}", *([plain] if " " in plain else [])]


def people(text: str) -> list[Finding]:
    """Return names and addresses of private persons, or the whole page where it is full of them."""
    if why := _signatures(text):
        return [Finding(0, len(text), "signatures", why)]
    places = _places(text)
    found = list(_beside_addresses(text, places))
    beside = sum(finding.kind == "name" for finding in found)
    if beside >= FEWEST_IN_LIST:
        why = f"{beside} names beside addresses on one page"
        return [Finding(0, len(text), "list-of-people", why)]
    return found + list(_residents(text))


def _signatures(text: str) -> str:
    """Say why a page is one of signatures; empty where it is none."""
    if _SIGNED_ONLINE.search(text):
        return "an electronic signature"
    lines = sum(1 for _ in _SIGNED.finditer(text))
    if lines >= FEWEST_SIGNATURES or (lines and _SIGNED_BESIDE.search(text)):
        return "lines for signatures"
    return ""


def _places(text: str) -> list[tuple[Span, bool]]:
    """Return where addresses stand, in order, and whether each has a street: towns stand beside
    bare postcodes, and look like names."""
    found = [(match.span(), True) for match in _ADDRESS.finditer(text)]
    return sorted(found + [(match.span(), False) for match in _POSTCODE.finditer(text)])


def _names(text: str) -> Iterator[tuple[Span, bool]]:
    """Yield where names stand, and whether a title or a given name says that they are some."""
    end = 0
    found = (*_TITLED.finditer(text), *_pairs(text))
    for match in sorted(found, key=lambda m: (m.start(), -m.end())):
        if match.start() >= end:
            end = match.end()
            yield match.span(), match.re is _TITLED or match[1].split("-")[0] in given_names()


def _pairs(text: str) -> Iterator[re.Match[str]]:
    """Yield pairs of capitalised words, overlapping ones too, that are no street or body."""
    at = 0
    while match := _PAIR.search(text, at):
        at = match.end(1)
        titled = not TITLES.isdisjoint((match[1], match[2]))
        if not (titled or _NO_SURNAME.match(match[2]) or _NO_SURNAME.fullmatch(match[1])):
            yield match


def _beside_addresses(text: str, places: list[tuple[Span, bool]]) -> Iterator[Finding]:
    """Yield names beside addresses, and these addresses, where nothing tells of a public role."""
    if not places:
        return
    taken: set[Span] = set()
    streets = {place for place, is_street in places if is_street}
    for span, known in _names(text):
        place = _nearest(text, span, places)
        if place is None or _is_official(text, span):
            continue
        sure = known or bool(RESIDENT.search(around(text, *span, ROLE_WITHIN)))
        if not sure and not (
            place in streets and _adjoins(text[span[1] : place[0]] if span[1] <= place[0] else "…")
        ):
            continue
        why = "a name beside an address" if sure else "two capitalised words beside an address"
        yield Finding(*span, "name", why, sure)
        for each, _ in _near(place, places):
            if each not in taken:
                taken.add(each)
                yield Finding(*each, "address", "an address beside a name", sure)


def _nearest(text: str, span: Span, places: list[tuple[Span, bool]]) -> Span | None:
    """Return the address nearest to a name, if it is beside it and no part of it."""
    near = [
        (_gap(span, place), place)
        for place, _ in _near(span, places)
        if not (place[0] < span[1] and span[0] < place[1])
    ]
    return min(near)[1] if near else None


def _near(span: Span, places: list[tuple[Span, bool]]) -> Iterator[tuple[Span, bool]]:
    """Yield the addresses beside a stretch: they are in order, and none is long."""
    at = bisect_left(places, span[0] - BESIDE - LONGEST_PLACE, key=lambda place: place[0][0])
    for place in islice(places, at, None):
        if place[0][0] > span[1] + BESIDE:
            return
        if _gap(span, place[0]) <= BESIDE:
            yield place


def _gap(one: Span, other: Span) -> int:
    """Return the characters between two stretches, 0 where they overlap."""
    return max(one[0] - other[1], other[0] - one[1], 0)


def _adjoins(between: str) -> bool:
    """Whether nothing but a comma or a line's end lies between a name and its address."""
    return bool(re.fullmatch(r"[\s,;:()|–-]{0,6}(?:of|at)?[\s,]{0,3}", between))


def _is_official(text: str, span: Span) -> bool:
    """Whether a name is an officer's, a councillor's or a firm's; a resident's words win."""
    near = around(text, *span, ROLE_WITHIN)
    return bool(OFFICIAL.search(near)) and not RESIDENT.search(near)


def _residents(text: str) -> Iterator[Finding]:
    """Yield names that the text itself calls a resident's."""
    for span, known in _names(text):
        if not known or re.search(
            r"(?:Councillor|Cllr)\.?\s$", text[max(span[0] - 14, 0) : span[0]]
        ):
            continue
        before, after = text[max(span[0] - 40, 0) : span[0]], text[span[1] : span[1] + 60]
        if _BEFORE.search(before) or _AFTER.search(after):
            yield Finding(*span, "name", "a name that the text calls a resident's")

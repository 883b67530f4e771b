"""Names and register numbers of suppliers and products: folded, told apart, compared.

The legal form of a company and its place in brackets are no part of what tells it apart; a number
of a register is. Likeness of names is rapidfuzz's, on the folded words.
"""

import html
import re
from functools import lru_cache

from rapidfuzz import fuzz

STRONG = frozenset({"GB-COH", "GB-PPON", "GB-CHC", "GB-SC", "GB-NIC", "GB-NHS", "GB-UKPRN"})
"""Registers in which a number names one body for good (https://org-id.guide)."""
ACCOUNTS = frozenset({"GB-CFS", "GB-SRS", "GB-FTS"})
"""Accounts on a procurement service: one body may have several, and one may change hands."""
FEWEST_LETTERS = 3
"""Of a name that is compared at all: "EY" or "CGI" are told by their numbers or whole."""
NAMES_KEPT = 100_000
_WORDS = re.compile(r"[^\W_]+")
_TRADING = re.compile(r"\b(?:trading as|t/a|t\\a|formerly|now known as|also known as|aka)\b", re.I)
_NUMBER = re.compile(r"([A-Z]{2}-[A-Z]+)-(.+)")
_COMPANY = re.compile(r"(?:\d{8}|[A-Z]{2}\d{6}|[A-Z]\d{7})")
_FORMS = frozenset(
    [
        *("ltd", "limited", "plc", "llp", "lp", "inc", "incorporated", "corp", "corporation"),
        *("company", "co", "cic", "cio", "gmbh", "bv", "sa", "ag", "llc", "the", "cyf"),
        "cyfyngedig",
    ]
)
"""Words of a legal form: one company is written with them and without."""
_STRUCTURE = frozenset(["uk", "group", "holdings", "international", "europe", "united", "kingdom"])
"""Words of a group's structure: A Ltd and A (UK) Ltd are two companies, mostly of one house."""
ONE_HOUSE = 0.95
"""Likeness of names that differ by such words alone: enough to ask, too little to join."""


@lru_cache(NAMES_KEPT)
def folded(name: str) -> str:
    """Return the words of a name in small letters; entities of HTML as their signs."""
    plain = html.unescape(html.unescape(name)).lower().replace("&", " and ")
    return " ".join(_WORDS.findall(plain.replace("'", "").replace("’", "")))


@lru_cache(NAMES_KEPT)
def core(name: str) -> str:
    """Return a folded name without its legal form; a name of nothing else stays whole."""
    words = folded(name).split()
    kept = [word for word in words if word not in _FORMS]
    return " ".join(kept or words)


def _house(words: str) -> str:
    kept = [word for word in words.split() if word not in _STRUCTURE]
    return " ".join(kept or words.split())


def parts(name: str) -> tuple[str, ...]:
    """Return the names in a name: "A Ltd (t/a B)" is A Ltd, and B."""
    told = [part.strip(" ()[]-,;:") for part in _TRADING.split(name)]
    return tuple(dict.fromkeys(part for part in told if _WORDS.search(part)))


def identifier(scheme: str, number: str) -> str | None:
    """Return a register's number as `GB-COH-01234567`, or None where it says nothing.

    People write "n/a", a row of noughts or a name where a number is asked for.
    """
    register = scheme.strip().upper()
    plain = re.sub(r"[^A-Z0-9-]", "", number.strip().upper()).strip("-")
    if register not in STRONG | ACCOUNTS or not plain or len(set(plain)) == 1:
        return None
    if register == "GB-COH":
        plain = plain.replace("-", "")
        plain = plain.zfill(8) if plain.isdigit() else plain
        if not _COMPANY.fullmatch(plain) or not plain.strip("0"):
            return None
    return f"{register}-{plain}" if any(sign.isdigit() for sign in plain) else None


def whole_identifier(text: str) -> str | None:
    """Return a number written with its register (`GB-COH-01234567`), None where it is none."""
    found = _NUMBER.fullmatch(text.strip().upper())
    return identifier(found[1], found[2]) if found else None


def register(number: str) -> str:
    """Return the register of a number: the part before its last hyphen that names one."""
    found = _NUMBER.fullmatch(number)
    return found[1] if found else ""


def is_strong(number: str) -> bool:
    """Whether a number names one body for good."""
    return register(number) in STRONG


def likeness(one: str, other: str) -> float:
    """Return how alike two names are, 0 to 1, by their folded words without legal form.

    Numbers in a name must agree: "Solutions 24" is not "Solutions 42".
    """
    first, second = core(one), core(other)
    if min(len(first.replace(" ", "")), len(second.replace(" ", ""))) < FEWEST_LETTERS:
        return float(first == second)
    if re.findall(r"\d+", first) != re.findall(r"\d+", second):
        return 0.0
    if _house(first) == _house(second) and first != second:
        return ONE_HOUSE
    ratio = max(fuzz.ratio(first, second), fuzz.token_sort_ratio(first, second))
    joined = fuzz.ratio(first.replace(" ", ""), second.replace(" ", ""))
    return round(max(ratio, joined) / 100, 4)

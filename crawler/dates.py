"""Days as British council pages write them, and no guesses: what is not plain is no date."""

import re
from datetime import date

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
_FORMS = (
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<d>\d\d?)/(?P<m>\d\d?)/(?P<y>(?:19|20)\d\d)(?!\d)"),
    re.compile(
        rf"(?<!\d)(?P<d>\d\d?)(?:st|nd|rd|th)?[\s/.-]+(?P<name>{_MONTH})[\s/.,-]+"
        r"(?P<y>(?:19|20)\d\d)(?!\d)",
        re.IGNORECASE,
    ),
)
"""2026-06-01; 01/06/2026, the day before the month; 1st June, 2026 and 01/Jun/2026."""
_IN_PATH = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)[/_.-](?P<m>0[1-9]|1[0-2])(?:[/_.-](?P<d>\d\d))?(?!\d)"
)


def dates_in(text: str) -> list[date]:
    """Return the days a text names, in its order, each form once."""
    found: dict[int, date] = {}
    for form in _FORMS:
        for match in form.finditer(text):
            day = _day(match)
            if day:
                found.setdefault(match.start(), day)
    return [found[start] for start in sorted(found)]


def date_in(text: str) -> date | None:
    """Return the first day a text names, None where it names none."""
    return next(iter(dates_in(text)), None)


def month_number(name: str) -> int | None:
    """Return the number of a month by its English name, whole or cut to three letters."""
    short = name.strip().casefold()[:3]
    return _NAMES.index(short) + 1 if short in _NAMES else None


def date_in_path(path: str) -> tuple[date, bool] | None:
    """Return the day an address names and whether it names the day or the month alone.

    `/2025/03/12/` and `minutes-2025-03-12.pdf` name a day, `/2025/03/` names a month: its first.
    """
    for match in _IN_PATH.finditer(path):
        try:
            day = date(int(match["y"]), int(match["m"]), int(match["d"] or 1))
        except ValueError:
            continue
        return day, bool(match["d"])
    return None


def _day(match: re.Match[str]) -> date | None:
    groups = match.groupdict()
    month = month_number(groups["name"]) if groups.get("name") else int(groups["m"])
    try:
        return date(int(groups["y"]), month or 0, int(groups["d"]))
    except ValueError:
        return None

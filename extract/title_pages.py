"""What the first page of a council report says of it: item, title, whose report, what it asks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

HEAD_LINES = 28
"""Title blocks end within so many lines; below them the words "to" and "date" mean nothing."""
RECOMMENDATION_CHARS = 1500
_FACTS = {
    "to": r"(?:report )?to",
    "from": r"(?:from|by)",
    "role": r"(?:joint )?report (?:of|from|by)",
    "date": r"(?:date(?: of (?:meeting|report))?|meeting date)",
    "meeting": r"(?:meeting|committee|decision[- ]maker|name of (?:committee|meeting))",
    "title": r"(?:(?:report )?title|subject|title of report)",
    "wards": r"(?:wards?|electoral divisions?)(?: ?\(s\))?(?: or groups?)?(?: ?affected)?",
    "key": r"(?:key )?decision(?: (?:no|number|type))?\.?",
    "class": r"(?:classification|status|exempt|confidential(?:ity)?)",
    "officer": r"(?:(?:lead|contact|responsible|presenting) officer|report author|author|"
    r"officer presenting the report|portfolio(?: holder)?|cabinet (?:member|portfolio)|"
    r"lead (?:director|member))(?: ?\(s\))?",
    "item": r"(?:agenda )?item(?: no| number)?\.?",
    "pathway": r"(?:past pathway of report|future pathway of report|pathway of paper)",
    "summary": r"(?:summary|purpose(?: of (?:the )?report)?)",
}
_PLAIN = {"role", "wards", "meeting", "key", "class", "date"}
"""Facts that some councils set in a table, so that no colon stands between name and value."""
_FACT = {
    name: re.compile(
        rf"^{pattern}\s*(?:[:–]|\s-\s|$)" + (r"|" + rf"^{pattern}\s+\S" if name in _PLAIN else ""),
        re.IGNORECASE,
    )
    for name, pattern in _FACTS.items()
}
STAMP = re.compile(
    r"^(?:page\s+\d+\s*)?agenda item(?: no\.?| number)?:?\s+(\d{1,3}[a-z]?(?:\.\d{1,2})?)"
    r"(?:\s+page\s+\d+)?\s*$",
    re.IGNORECASE,
)
_APPENDIX = re.compile(r"^(?:appendix|annex|enclosure)\b(?:\s+(?:no\.?\s*)?[A-Z0-9]{1,3}\b)?", re.I)
_MINUTES = re.compile(r"^(?:(?:draft |public )?minutes of\b|minutes$)", re.IGNORECASE)
_AGENDA = re.compile(
    r"^(?:(?:supplementary |public )?agenda\b(?! item)(?:$|.{0,40}$)|apologies for absence)", re.I
)
_ROLE = re.compile(
    r"\b(?:director|chief|head|leader|officer|manager|counsel|clerk|cabinet member|mayor|solicitor|"
    r"treasurer|committee|board|auditor|portfolio holder)\b",
    re.IGNORECASE,
)
_PARTED = re.compile(r"\s+[-–—]\s+|,\s*|\s*\bjob title\s*:\s*", re.IGNORECASE)
"""What stands between a person's name and role, either way round."""
LONGEST_ROLE = 120
_ASKS = re.compile(
    r"^(?:\d+(?:\.\d+)*\.?\s+)?(?:officer |the )?recommendations?(?: ?\(s\))?(?:\s*:|\s*$|\s*–)",
    re.IGNORECASE,
)
_HEADING = re.compile(r"^(?:\d{1,2}\.?\s+[A-Z][^.;]{2,70}|[A-Z][A-Z &/'-]{5,60}:?)$")


@dataclass(frozen=True)
class Head:
    """What stands at the top of a page; `facts` are the names of a title block's lines."""

    facts: frozenset[str]
    item: str | None
    stamped: bool
    title: str
    author_role: str | None
    kind: str


def lines_of(text: str) -> list[str]:
    """Return a page's lines without white space around them and without empty ones."""
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]


def head(text: str) -> Head:
    """Return what the top of a page says; its kind is `report` where nothing says otherwise."""
    lines = lines_of(text)
    top = lines[:HEAD_LINES]
    stamp = next((m[1] for line in top + lines[-3:] if (m := STAMP.match(line))), None)
    return Head(
        facts=frozenset(n for n, fact in _FACT.items() if any(fact.match(line) for line in top)),
        item=stamp or _fact(top, "item", r"\d{1,3}[a-z]?"),
        stamped=stamp is not None,
        title=_title(top),
        author_role=_author_role(top),
        kind=_kind(top),
    )


def _kind(top: Sequence[str]) -> str:
    """Tell appendices, minutes and agendas from reports by their first lines."""
    for kind, pattern, within in (
        ("appendix", _APPENDIX, 3),
        ("minutes", _MINUTES, 5),
        ("agenda", _AGENDA, 12),
    ):
        if any(pattern.match(line) for line in top[:within]):
            return kind
    return "report"


def _fact(top: Sequence[str], name: str, value: str) -> str | None:
    """Return what follows the name of a fact, on its line."""
    for line in top:
        match = _FACT[name].match(line)
        told = re.match(value, line[match.end() :].strip()) if match else None
        if told:
            return told[0]
    return None


def _title(top: Sequence[str]) -> str:
    """Return the value of the line "Subject:" or "Title:", else the first line that is a title."""
    for index, line in enumerate(top):
        match = _FACT["title"].match(line)
        if match:
            value = line[match.end() :].strip() or " ".join(top[index + 1 : index + 2])
            if len(value) > 3:
                return _on(value, top[index + 1 :])[:300]
    plain = (line for line in top[:8] if not _furniture(line))
    return next(plain, "")[:300]


def _on(value: str, after: Sequence[str]) -> str:
    """Add the next line to a title that plainly goes on there."""
    following = after[0] if after else ""
    goes_on = following and following not in value and not _is_fact(following)
    return f"{value} {following}" if goes_on and value[-1] in ",-–" else value


def _is_fact(line: str) -> bool:
    return any(fact.match(line) for fact in _FACT.values())


def _furniture(line: str) -> bool:
    """Whether a line is a page number, stamp, running header or fact rather than a title."""
    return bool(
        len(line) < 4
        or STAMP.match(line)
        or re.match(r"^(?:pack )?page\b|^\d+$|^official\b", line, re.IGNORECASE)
        or "|" in line
        or _is_fact(line)
    )


def _author_role(top: Sequence[str]) -> str | None:
    """Return the role of who reports, without the person's name where it can be told apart."""
    for name in ("role", "from", "officer"):
        for index, line in enumerate(top):
            match = re.match(rf"{_FACTS[name]}\b\s*[:–-]?\s*", line, re.IGNORECASE)
            if not match or not _FACT[name].match(line):
                continue
            role = _role(line[match.end() :] or " ".join(top[index + 1 : index + 2]))
            if role:
                return role
    return None


def _role(value: str) -> str | None:
    """Return the role from words such as "NAME, Director of Finance", which may be a list."""
    pieces = _PARTED.split(value)
    for index, piece in enumerate(pieces):
        if _ROLE.search(piece):
            return ", ".join(pieces[index:])[:LONGEST_ROLE].strip(" ,:")
    return None


def recommendation(pages: Sequence[str]) -> str | None:
    """Return the words after the heading "Recommendation(s)", up to the next heading."""
    for at, text in enumerate(pages):
        lines = lines_of(text)
        for index, line in enumerate(lines):
            match = _ASKS.match(line)
            if not match:
                continue
            after = [line[match.end() :].strip(), *lines[index + 1 :]]
            if at + 1 < len(pages):
                after += lines_of(pages[at + 1])
            found = _until_heading([one for one in after if one])
            if len(found) > 20:
                return found
    return None


def _until_heading(lines: Sequence[str]) -> str:
    taken: list[str] = []
    for line in lines:
        if taken and _HEADING.match(line) and not line.isdigit():
            break
        if not re.match(r"^(?:pack )?page \d+$|^\d+$", line, re.IGNORECASE):
            taken.append(line)
        if sum(map(len, taken)) > RECOMMENDATION_CHARS:
            break
    return " ".join(taken)[:RECOMMENDATION_CHARS]

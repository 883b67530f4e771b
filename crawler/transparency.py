"""GOV.UK's algorithmic transparency records: the list, a record's numbered fields, the page kept.

The template numbers its fields ("1.4.1 - External supplier"); numbers and wording have changed
between versions, so a field is known by its number and keeps the label it was published with.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree, html
from lxml.html import builder

from corpus import loose
from corpus.errors import Broken
from corpus.study import is_date

FORMAT = "algorithmic_transparency_record"
"""The search's name of the format, and the beginning of its fields' names."""
FOLDER = "/algorithmic-transparency-records/"
MOST_RECORDS = 1500
"""The search gives no more results in one answer."""
_NUMBER = r"(\d{1,2}(?:\.\d{1,2})*)\.?"
_HEADING = re.compile(rf"{_NUMBER}\s*[-\u2013\u2014:]?\s+(\S.*)", re.S)
# Outside a heading a number alone ("1.4 million") begins no field: a dash must follow.
_LABEL = re.compile(rf"{_NUMBER}\s*[-\u2013\u2014:]\s+(\S.{{0,200}})")
_TIER = re.compile(r"Tier \d\b.{0,60}", re.I)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | {"p", "li", "td", "th", "dt", "dd", "pre", "div", "section", "ul", "ol"}
_BLOCKS |= {"table", "thead", "tbody", "tr", "dl", "blockquote", "br", "body"}
_SKIPPED = frozenset({"script", "style", "template", "noscript"})


@dataclass(frozen=True)
class Listed:
    """A record as the search lists it; dates as YYYY-MM-DD, empty where not told."""

    link: str
    title: str
    organisation: str
    changed_on: str
    published_on: str

    @property
    def slug(self) -> str:
        """The record's own part of its address."""
        return slug_of(self.link)


@dataclass(frozen=True)
class Listing:
    """One answer of the search: its records, how many results it gave and how many there are."""

    given: int
    total: int
    records: tuple[Listed, ...]


@dataclass(frozen=True)
class RecordField:
    """A field of a record; `number` is empty for a heading that has none."""

    number: str
    label: str
    text: str


@dataclass(frozen=True)
class Attachment:
    """A file that a record names."""

    title: str
    url: str
    mime: str


@dataclass(frozen=True)
class Record:
    """A record: what it says of itself, its fields and its files."""

    title: str
    description: str
    organisation: str
    published_on: str
    facts: tuple[tuple[str, str], ...]
    fields: tuple[RecordField, ...]
    attachments: tuple[Attachment, ...]


def slug_of(link: str) -> str:
    """Return a record's own part of an address."""
    return link.removeprefix(FOLDER).strip("/")


def listing(content: bytes) -> Listing:
    """Read an answer of the search; raises `Broken` where it is none."""
    told = _object(content)
    results, total = told.get("results"), told.get("total")
    if not isinstance(results, list):
        raise Broken("the search's answer has no list of results")
    records = tuple(_listed(one) for one in results if isinstance(one, dict) and one.get("link"))
    return Listing(len(results), total if isinstance(total, int) else len(results), records)


def _listed(one: dict[str, Any]) -> Listed:
    changed_on = _day(one.get("public_timestamp"))
    return Listed(
        link=_plain(one.get("link")),
        title=_plain(one.get("title")),
        organisation=_named(one.get(f"{FORMAT}_organisation")),
        changed_on=changed_on,
        published_on=_day(one.get(f"{FORMAT}_date_published")) or changed_on,
    )


def record(content: bytes) -> Record:
    """Read a record as the Content API gives it; raises `Broken` where it is none."""
    told = _object(content)
    details, title = told.get("details"), _plain(told.get("title"))
    if not isinstance(details, dict) or not title:
        raise Broken(f"no record, but a page of the kind `{_plain(told.get('schema_name'))}`")
    facts = dict(_facts(details.get("metadata")))
    return Record(
        title=title,
        description=_plain(told.get("description")),
        organisation=facts.get("organisation") or title.partition(":")[0],
        published_on=_day(told.get("first_published_at")) or facts.get("date published", "")[:10],
        facts=tuple(facts.items()),
        fields=tuple(fields(_body(details.get("body")))),
        attachments=tuple(_attachments(details.get("attachments"))),
    )


def _object(content: bytes) -> dict[str, Any]:
    try:
        told = loose.parse(loose.decoded(content))
    except ValueError as error:
        raise Broken(f"not JSON: {error}") from error
    if not isinstance(told, dict):
        raise Broken("JSON that is no object")
    return told


def _facts(metadata: Any) -> Iterator[tuple[str, str]]:
    """Yield what the record's publisher filled in beside the body: name and words."""
    for name, value in metadata.items() if isinstance(metadata, dict) else ():
        words = _named(value)
        if name.startswith(FORMAT) and words:
            yield name.removeprefix(f"{FORMAT}_").replace("_", " "), words


def _named(value: Any) -> str:
    """Return the words of a facet's value, or values: slugs are written with hyphens."""
    values = value if isinstance(value, list) else [value]
    plain = [_plain(one.get("value") if isinstance(one, dict) else one) for one in values]
    return ", ".join(one if is_date(one[:10]) else one.replace("-", " ") for one in plain if one)


def _body(body: Any) -> str:
    """Return a body's HTML: a text, or the HTML among several renditions."""
    for one in body if isinstance(body, list) else [{"content": body}]:
        held = one if isinstance(one, dict) else {}
        if held.get("content_type", "text/html") == "text/html" and held.get("content"):
            return str(held["content"])
    return ""


def _attachments(given: Any) -> Iterator[Attachment]:
    for one in given if isinstance(given, list) else ():
        if isinstance(one, dict) and isinstance(one.get("url"), str):
            yield Attachment(
                _plain(one.get("title")) or one["url"], one["url"], _plain(one.get("content_type"))
            )


def fields(body: str) -> Iterator[RecordField]:
    """Yield the fields of a record's body in their order; text before the first has no label."""
    number = label = ""
    lines: list[str] = []
    for is_heading, line in _lines(body):
        found = (_HEADING if is_heading else _LABEL).fullmatch(line)
        if not (found or is_heading or _TIER.fullmatch(line)):
            lines.append(line)
            continue
        if label or lines:
            yield RecordField(number, label, "\n".join(lines))
        number, label, lines = found[1] if found else "", found[2] if found else line, []
    if label or lines:
        yield RecordField(number, label, "\n".join(lines))


def _lines(body: str) -> Iterator[tuple[bool, str]]:
    """Yield the lines of an HTML body, and of each whether it is a heading."""
    try:
        parser = html.HTMLParser(encoding="utf-8", no_network=True)
        root = html.document_fromstring(body.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError):
        return
    told: list[str] = []
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        starts, skipped = event == "start", not tag or tag in _SKIPPED
        if tag in _BLOCKS and (line := _squeezed(told)):
            yield bool(depth), line
        if tag in _BLOCKS:
            told = []
        depth += (starts - (event == "end")) * (tag in _HEADINGS)
        if starts and not skipped:
            told.append(element.text or "")
        elif not starts:
            told.append(element.tail or "")
    if line := _squeezed(told):
        yield False, line


def _squeezed(told: list[str]) -> str:
    return " ".join(_plain("".join(told)).split())


def page(found: Record) -> bytes:
    """Return the page that is kept of a record: title, facts, each field under its label, files."""
    parts = [builder.H1(found.title), builder.P(found.description)]
    parts += [builder.P(f"{name.capitalize()}: {words}") for name, words in found.facts]
    for field in found.fields:
        if field.label:
            told = f"{field.number} - {field.label}" if field.number else field.label
            parts.append((builder.H3 if field.number else builder.H2)(told))
        parts += [builder.P(line) for line in field.text.splitlines()]
    if found.attachments:
        parts.append(builder.H2("Attachments"))
    for one in found.attachments:
        parts.append(builder.P(f"{one.title} ({one.mime or 'a page'}): {one.url}"))
    root = builder.HTML(
        builder.HEAD(builder.META(charset="utf-8"), builder.TITLE(found.title)),
        builder.BODY(*parts),
        lang="en",
    )
    content: bytes = html.tostring(root, encoding="utf-8", doctype="<!doctype html>")
    return content


def _plain(value: Any) -> str:
    """Return a text without the control characters that no page may hold, else nothing."""
    return _CONTROL.sub("", value).strip() if isinstance(value, str) else ""


def _day(value: Any) -> str:
    day = _plain(value)[:10]
    return day if is_date(day) else ""

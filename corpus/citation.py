"""How evidence is cited: one description, written as BibTeX, CSL-JSON, RIS and plain text.

A paper is a report whose author is an institution, the council. BibTeX is written here, because no
library escapes titles and leaves addresses alone; its readers, and those of RIS and CSL, try every
kind of it in the tests.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote as percent

from corpus.addresses import web_link
from corpus.ids import short_hash

CORPUS = "Council Corpus"
TYPES = {
    "paper": ("techreport", "report", "RPRT"),
    "notice": ("misc", "document", "GEN"),
    "dataset": ("misc", "dataset", "DATA"),
}
"""What a thing cited is called in BibTeX, CSL and RIS."""
_LATEX = str.maketrans(
    {sign: f"\\{sign}" for sign in "&%$#_"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}  # a bare one ends the field
)
_SAFE_IN_ADDRESS = ":/?#[]@!$&'()*+,;=%-._~"


@dataclass(frozen=True)
class Cited:
    """What is cited; what is not known is empty.

    Dates are ISO 8601, also of a year alone. `thing` is what `id` names: a page, a document.
    `container` is the pack in which a report was published, `item` its number there.
    """

    id: str
    thing: str
    kind: str
    title: str
    author: str
    issued: str = ""
    accessed: str = ""
    url: str = ""
    link: str = ""
    genre: str = ""
    committee: str = ""
    held_on: str = ""
    container: str = ""
    item: str = ""
    page: int | None = None
    pages: int | None = None
    printed: str = ""
    quote: str = ""
    sha256: str = ""
    version: str = ""
    licence: str = ""

    @property
    def key(self) -> str:
        """Return the id as a key that every reader takes: letters, digits and `.:_-`."""
        plain = re.sub(r"[^A-Za-z0-9.:_-]+", "-", self.id).strip("-")
        return plain if plain == self.id else f"{plain[:60]}-{short_hash(self.id)}".lstrip("-")

    @property
    def address(self) -> str:
        """Return where it was published, else where the evidence stands, if that is on the web."""
        return _address(self.url) or _address(self.link)


def written(value: str) -> str:
    """Return an ISO date or instant as people write it; anything else as it is."""
    parts = _parts(value)
    if not parts or len(parts) < 3:
        return value
    when = date(*parts)
    return f"{when.day} {when:%B %Y}"


def _parts(value: str) -> list[int]:
    """Return year, month and day, as many as are given; none where it is no date."""
    match = re.match(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?!\d)", value)
    parts = [int(part) for part in match.groups() if part] if match else []
    try:
        date(*parts, *[1] * (3 - len(parts))) if parts else None
    except ValueError:
        return []
    return parts


def _line(text: str) -> str:
    """Return text on one line, without signs that nobody sees: a reader takes lines for fields."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _address(value: str) -> str:
    return percent(web_link(value) or "", safe=_SAFE_IN_ADDRESS)


def _where(cited: Cited) -> str:
    """Name the page in the file, and what is printed on it."""
    if not cited.page:
        return ""
    among = f" of {cited.pages}" if cited.pages else ""
    printed = f" (printed {cited.printed})" if cited.printed not in ("", str(cited.page)) else ""
    return f"page {cited.page}{among}{printed}"


def _meeting(cited: Cited) -> str:
    held = written(cited.held_on) if cited.held_on and cited.held_on != cited.issued else ""
    return ", ".join(part for part in (cited.committee, held) if part)


def _inside(cited: Cited) -> str:
    item = f"item {cited.item}" if cited.item else ""
    within = f"‘{cited.container}’" if cited.container else ""
    return " of ".join(part for part in (item, within) if part)


def _record(cited: Cited) -> str:
    """Name the record in the corpus, with the hash that tells whether a file is the same."""
    parts = (
        f"{CORPUS} {cited.thing} {cited.id}",
        _address(cited.link) if cited.url else "",
        f"SHA-256 {cited.sha256}" if cited.sha256 else "",
    )
    return ", ".join(part for part in parts if part)


def _note(cited: Cited) -> str:
    """Return in sentences what the formats have no field for."""
    words = f"“{cited.quote}”" if cited.quote else ""
    where, inside = _where(cited), _inside(cited)
    parts = (words, where.capitalize(), inside[:1].upper() + inside[1:], _meeting(cited))
    fetched = f"Fetched {written(cited.accessed)}" if cited.accessed else ""
    licence = f"Licence: {cited.licence}" if cited.licence else ""
    return _line(". ".join(p for p in (*parts, fetched, licence, _record(cited)) if p) + ".")


def plain(cited: Cited) -> str:
    """Return a citation in one sentence: who, what, when, which page, where, and the hash."""
    item = f" (item {cited.item})" if cited.item else ""
    within = f"{item} in ‘{cited.container}’" if cited.container else item
    parts = (
        cited.author,
        f"‘{cited.title}’{within}",
        f"version {cited.version}" if cited.version else "",
        _meeting(cited),
        written(cited.issued) or "no date",
        _where(cited),
        f"“{cited.quote}”" if cited.quote else "",
        cited.address,
        f"fetched {written(cited.accessed)}" if cited.accessed else "",
        _record(cited),
    )
    return _line(", ".join(part for part in parts if part) + ".")


def bibtex(cited: Cited) -> str:
    """Return an entry in BibTeX, which biblatex and Zotero read, too; UTF-8."""
    author, parts = _latex(cited.author), _parts(cited.issued)
    fields = {
        "author": f"{{{author}}}",  # braces: an institution has no first name
        "title": f"{{{_latex(cited.title)}}}",
        "institution" if cited.kind == "paper" else "organization": author,
        "type": _latex(cited.genre),
        "year": f"{parts[0]:04d}" if parts else "",
        "date": _iso(cited.issued),
        "version": _latex(cited.version),
        "pages": str(cited.page or ""),
        "url": cited.address,
        "urldate": _iso(cited.accessed),
        "note": _latex(_note(cited)),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@{TYPES[cited.kind][0]}{{{cited.key},\n" + ",\n".join(lines) + "\n}\n"


def _latex(text: str) -> str:
    return _line(text).translate(_LATEX)


def _iso(value: str) -> str:
    """Return a date as it is, without time; nothing where it is none."""
    parts = _parts(value)
    filled = [*parts, 1, 1][:3] if parts else []
    return date(*filled).isoformat()[: 3 * len(parts) + 1] if parts else ""


def csl(cited: Cited) -> dict[str, Any]:
    """Return an item of CSL-JSON, as Zotero, Mendeley and pandoc read it."""
    author = _line(cited.author)
    item = {
        "id": cited.key,
        "type": TYPES[cited.kind][1],
        "title": _line(cited.title),
        "author": [{"literal": author}] if author else [],
        "publisher": author,
        "genre": _line(cited.genre),
        "container-title": _line(cited.container),
        "event-title": _line(cited.committee),
        "event-date": _csl_date(cited.held_on),
        "number": _line(cited.item),
        "version": _line(cited.version),
        "page": str(cited.page or ""),
        "issued": _csl_date(cited.issued),
        "accessed": _csl_date(cited.accessed),
        "URL": cited.address,
        "archive": CORPUS,
        "archive_location": _line(cited.id),
        "note": _note(cited),
    }
    return {name: value for name, value in item.items() if value}


def _csl_date(value: str) -> dict[str, Any]:
    parts = _parts(value)
    if parts:
        return {"date-parts": [parts]}
    return {"literal": _line(value)} if value else {}


def ris(cited: Cited) -> str:
    """Return a record in RIS."""
    from rispy import dumps

    author, parts = _line(cited.author), _parts(cited.issued)
    record: dict[str, Any] = {
        "type_of_reference": TYPES[cited.kind][2],
        "id": cited.key,
        "authors": [author.replace(",", "")] if author else [],  # a comma would part a first name
        "title": _line(cited.title),
        "secondary_title": _line(cited.container or cited.committee),
        "publisher": author,
        "type_of_work": _line(cited.genre),
        "year": f"{parts[0]:04d}" if parts else "",
        "date": "/".join(_iso(cited.issued).split("-")),
        "start_page": str(cited.page or ""),
        "edition": _line(cited.version),
        "urls": [cited.address] if cited.address else [],
        "access_date": "/".join(_iso(cited.accessed).split("-")),
        "name_of_database": CORPUS,
        "accession_number": _line(cited.id),
        "notes": [_note(cited)],
    }
    text: str = dumps([{name: value for name, value in record.items() if value}])
    return text.partition("\n")[2]  # the first line is a number, which the format does not know


@dataclass(frozen=True)
class Form:
    """A way to write citations: its name, the end of its file's name, its media type."""

    name: str
    suffix: str
    mime: str
    write: Callable[[Iterable[Cited]], str]


def _csl_json(cited: Iterable[Cited]) -> str:
    return json.dumps([csl(each) for each in cited], ensure_ascii=False, indent=2) + "\n"


FORMS = {
    form.suffix: form
    for form in (
        Form("BibTeX", "bib", "application/x-bibtex", lambda c: "\n".join(map(bibtex, c))),
        Form("CSL-JSON", "json", "application/vnd.citationstyles.csl+json", _csl_json),
        Form("RIS", "ris", "application/x-research-info-systems", lambda c: "".join(map(ris, c))),
        Form("Plain text", "txt", "text/plain", lambda c: "".join(plain(e) + "\n" for e in c)),
    )
}
"""The forms, by the end of the file's name."""

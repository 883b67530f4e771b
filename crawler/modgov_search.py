"""Modern.Gov's own keyword search: what it is asked for and what its result pages say.

Titles and snippets are leads only: what counts is the paper. Shapes are those of recorded pages:
ten hits a page, each led by a label; dates with their slashes escaped; old meetings of an archive
that the system took over, with numbers of their own.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import quote, urlsplit

from corpus.errors import Broken
from crawler.dates import date_in
from crawler.markup import Element, links, of_class, text_of
from crawler.modgov import Committee, Linked, MeetingFile, clean, join, kind_of, meeting_file
from crawler.modgov_pages import (
    kept_back,
    meeting_number,
    modgov_part,
    paper_number,
    parameters,
)

LONGEST_URL = 1500
"""Servers and what stands before them refuse addresses of 2,048 characters and more."""
_SIGNS = re.compile(r"[^\w\s./&-]")
_LABEL = re.compile(r"^(meeting|key issue|issue|decision)\s*:", re.IGNORECASE)
_DECIDED = ("Publication date", "Date of decision")
_NTH = re.compile(r"\s*\(\d+(\.\d+)?\)\s*$")
_ANCHOR = re.compile(r"#(AI\d+)$")
_OLD = re.compile(r"/olddocuments/([^/]+)$", re.IGNORECASE)
_OLD_MEETING = re.compile(r"/celistdocuments\.aspx$", re.IGNORECASE)


@dataclass
class Hit:
    """One hit: a meeting by its number, `old` for the archive's, or the page of an issue.

    `held_on` is None for issues, which carry no date; `anchors` are the items' of the meeting,
    `about` is the issue's title where that is all that is known of the item.
    """

    url: str
    title: str
    number: str = ""
    old: bool = False
    committee: Committee = field(default_factory=lambda: Committee("", ""))
    held_on: date | None = None
    about: str = ""
    anchors: set[str] = field(default_factory=set)
    linked: dict[str, Linked] = field(default_factory=dict)
    files: dict[str, MeetingFile] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether it is the meeting as a whole that was found."""
        return not (self.anchors or self.linked or self.files)

    def add(self, other: "Hit") -> None:
        """Take over what a further hit of the same meeting found."""
        self.anchors |= other.anchors
        self.linked |= other.linked
        self.files |= other.files


@dataclass(frozen=True)
class Results:
    """One page of results and whether another follows."""

    hits: tuple[Hit, ...]
    more: bool


def expressions(base: str, phrases: Iterable[str]) -> list[str]:
    """Return the phrases quoted and joined by OR, in as few searches as addresses are long enough.

    Signs that mean something to the search are left out of a phrase.
    """
    found: list[str] = []
    for phrase in phrases:
        plain = " ".join(_SIGNS.sub(" ", phrase).split())
        quoted = f'"{plain}"'
        joined = f"{found[-1]} OR {quoted}" if found else quoted
        if plain and found and len(address(base, joined, date.max, date.max, 999)) <= LONGEST_URL:
            found[-1] = joined
        elif plain:
            found.append(quoted)
    return found


def address(base: str, expression: str, since: date, until: date, number: int) -> str:
    """Return the address of a page of results between two days, both included."""
    first, last = (quote(f"{day:%d/%m/%Y}", safe="") for day in (since, until))
    asked = f"SS={quote(expression, safe='')}&SD={first}&ED={last}&DT=3&ADV=1&CA=false&SB=true"
    return f"{base}ieSearchResults2.aspx?{asked}&PG={number}"


def results(content: bytes, url: str) -> Results:
    """Return the hits of a page of results.

    Raises `Broken` for a page that neither holds any nor says that there are none.
    """
    root = modgov_part(content)
    hits = tuple(_hits(root, url))
    if not hits and not of_class(root, "mgErrorTxt"):
        raise Broken("a page of results that holds no hit and does not say that there is none")
    this = _page_number(url)
    following = {_page_number(join(url, href)) for _, href in links(root)}
    return Results(hits, this + 1 in following)


def _page_number(url: str) -> int:
    parts = urlsplit(url)
    if not parts.path.casefold().endswith("/iesearchresults2.aspx"):
        return 0
    number = parameters(parts.query).get("pg", "1")
    return int(number) if number.isdigit() else 0


def _hits(root: Element, url: str) -> Iterator[Hit]:
    hit: Hit | None = None
    for link in root.iter("a"):
        href, title = link.get("href"), _title(link)
        above = next((one for one in link.iterancestors("p", "li")), None)
        if href is None or above is None:
            continue
        if "mgAiTitleTxt" in (above.get("class") or "") and _LABEL.match(text_of(above)):
            if hit:
                yield hit
            hit = _begun(join(url, href), title)
        elif hit and above.tag == "li" and not kept_back(link, url):
            _document(hit, join(url, href), title)
        elif hit and (anchor := _ANCHOR.search(href)):
            hit.anchors.add(anchor[1])
    if hit:
        yield hit


def _begun(url: str, title: str) -> Hit:
    """Return a hit by the link it begins with: a meeting, one of the archive, or an issue."""
    parts = urlsplit(url)
    if number := meeting_number(url):
        committee = parameters(parts.query).get("cid", "")
        return Hit(url, title, number, False, Committee(committee, _name(title)), date_in(title))
    if _OLD_MEETING.search(parts.path):
        number = parameters(parts.query).get("meetingid", "")
        return Hit(url, title, number, True, Committee("", _name(title)), date_in(title))
    return Hit(url, title)


def _document(hit: Hit, url: str, title: str) -> None:
    """Add the document of a list to its hit; what is no document is left out."""
    if number := paper_number(url):
        hit.linked[number] = _linked(number, title, url)
    elif file := meeting_file(url, title):
        hit.files[file.number] = file
    elif number := _old_number(url):
        hit.files[number] = MeetingFile(number, kind_of(title), title, url)


def _old_number(url: str) -> str:
    """Return the archive's name of a document: that of its file, or of its meeting and part."""
    parts = urlsplit(url)
    if match := _OLD.search(parts.path):
        return f"old-{match[1].casefold()}"
    given = parameters(parts.query)
    if _OLD_MEETING.search(parts.path) and given.get("mid") and given.get("rd"):
        return f"old-{given['mid']}-{given['rd'].casefold()}"
    return ""


def leads(content: bytes, url: str, about: str = "") -> list[Hit]:
    """Return the meetings that the page of an issue or a decision names, with its documents.

    A decision's page gives its documents and the meeting it was made at; they are that meeting's.
    Documents on a page that names no meeting come as a hit without a number, with the day of the
    decision where the page gives one.
    """
    root = modgov_part(content)
    found: dict[str, Hit] = {}
    papers: dict[str, Linked] = {}
    for link, href in links(root):
        address_, title = join(url, href), _title(link)
        if number := meeting_number(address_):
            hit = found.setdefault(number, _begun(address_, title))
            hit.anchors |= set(_ANCHOR.findall(href))
            hit.about = about
        elif (number := paper_number(address_)) and not kept_back(link, url):
            papers[number] = _linked(number, title, address_)
    met = [hit for hit in found.values() if hit.held_on]
    target = met[0] if len(met) == 1 else Hit(url, "", held_on=_decided_on(root))
    target.linked |= papers
    return met if target in met or not papers else [*met, target]


def _decided_on(root: Element) -> date | None:
    for label in of_class(root, "mgLabel"):
        above = label.getparent()
        if above is not None and text_of(label).startswith(
            ("Publication date", "Date of decision")
        ):
            return date_in(text_of(above))
    return None


def _linked(number: str, title: str, url: str) -> Linked:
    return Linked(number, title, url, False, False, None, None, kind_of(title))


def _title(link: Element) -> str:
    return _NTH.sub("", clean(text_of(link)))


def _name(title: str) -> str:
    """Return the committee of a hit's title, which begins with the day."""
    return title.partition(" - ")[2] or title

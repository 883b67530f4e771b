"""What Modern.Gov answers say: its XML web service and the links of a meeting's page.

Shapes and quirks are those of recorded answers: dates dd/mm/yyyy, text escaped twice, counts
with a leading space, literal spaces in links.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from urllib.parse import parse_qsl, urljoin, urlsplit

from lxml import etree
from w3lib.html import strip_html5_whitespace
from w3lib.url import safe_url_string

from corpus.errors import Broken
from crawler.markup import Element, links, of_class, page, text_of

LONGEST_TITLE = 500
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
_PAGE = re.compile(rb"<(!doctype html|html)\b", re.IGNORECASE)
_MEETING_FILE = re.compile(r"/documents/([gb])(\d+)/[^/]", re.IGNORECASE)
_CONVERTED = re.compile(r"/mgconvert2pdf\.aspx$", re.IGNORECASE)
_SUPPLEMENT = "9"
"""The T of supplements, whose number is their own and not the meeting's."""
_MEETING_KINDS = {"0": "agenda", "1": "minutes", "10": "pack", "11": "minutes"}
"""Kinds of a meeting's own documents by the parameter T of their address."""
_KINDS = (
    ("appendix", re.compile(r"\b(appendix|appendices|annex|enclosure)\b", re.I)),
    ("minutes", re.compile(r"\bminutes\b", re.I)),
    ("pack", re.compile(r"\b(reports?|agenda) pack\b", re.I)),
    ("agenda", re.compile(r"\bagenda\b", re.I)),
    (
        "decision",
        re.compile(r"\b(decision (notice|record|sheet|list)|record of decisions?)\b", re.I),
    ),
)


@dataclass(frozen=True)
class Committee:
    """A committee: its number and its name."""

    number: str
    title: str


@dataclass(frozen=True)
class ListedMeeting:
    """A meeting as a committee's list gives it."""

    number: str
    committee: Committee
    held_on: date
    status: str

    @property
    def cancelled(self) -> bool:
        """Whether it did not take place: such a meeting has no documents."""
        return self.status.casefold() in {"cancelled", "abandoned"}


@dataclass(frozen=True)
class Linked:
    """A document that an agenda item links: `elsewhere` where it is an address, not a file."""

    number: str
    title: str
    url: str
    restricted: bool
    is_url: bool
    published_on: str | None
    item_number: str | None
    kind: str


@dataclass(frozen=True)
class MeetingFile:
    """A document of the whole meeting: agenda front sheet, pack, printed minutes."""

    number: str
    kind: str
    title: str
    url: str


def committees(content: bytes) -> list[Committee]:
    """Return the committees of an answer to GetCommittees, also past ones: they had meetings."""
    return [
        Committee(number, _text(node, "committeetitle"))
        for node in _parse(content, "committees").iter("committee")
        if (number := _number(node, "committeeid"))
    ]


def meetings(content: bytes, asked: Committee) -> Iterator[ListedMeeting]:
    """Yield the meetings of an answer to GetMeetings for one committee, whatever their dates."""
    for node in _parse(content, "getmeetings").iter("meeting"):
        held_on, number = _date(node, "meetingdate"), _number(node, "meetingid")
        if held_on and number:
            yield ListedMeeting(number, asked, held_on, _text(node, "meetingstatus"))


def undated(content: bytes) -> list[str]:
    """Return the numbers of the meetings of an answer to GetMeetings that have no readable date."""
    return [
        number
        for node in _parse(content, "getmeetings").iter("meeting")
        if (number := _number(node, "meetingid")) and not _date(node, "meetingdate")
    ]


def is_page(content: bytes) -> bool:
    """Whether an answer is a web page, which the web service never sends."""
    return bool(_PAGE.match(content.lstrip(b"\xef\xbb\xbf \r\n\t")[:200]))


def linked(content: bytes) -> Iterator[Linked]:
    """Yield the documents that the agenda items of an answer to GetMeeting link."""
    for item in _parse(content, "meeting").iter("agendaitem"):
        closed = _true(item, "isrestricted")
        number = _text(item, "fulldisplaynumberformat").strip(". ") or None
        for node in item.iter("linkeddoc"):
            yield _linked(node, _text(item, "agendaitemtitle"), number, closed)


def _linked(node: etree._Element, item: str, item_number: str | None, closed: bool) -> Linked:
    published = _date(node, "publicationdate")
    title = _text(node, "title") or item
    return Linked(
        number=_number(node, "attachmentid"),
        title=title,
        url=_text(node, "url"),
        restricted=closed or _true(node, "isrestricted"),
        is_url=_true(node, "isurl"),
        published_on=published.isoformat() if published else None,
        item_number=item_number,
        kind=kind_of(title, item),
    )


def kind_of(title: str, item: str = "") -> str:
    """Guess a paper's kind from its title; an item called Minutes brings the last meeting's."""
    for kind, pattern in _KINDS:
        if pattern.search(title):
            return kind
    return "minutes" if item.casefold().startswith("minutes") else "report"


def meeting_files(content: bytes, url: str) -> list[MeetingFile]:
    """Return the meeting's own documents that its page links, each once.

    `g` numbers are the meeting's, told apart by T; `b` numbers are those of its supplements.
    """
    root = page(content, "a meeting's page")
    for hidden in (*of_class(root, "mgHide"), *of_class(root, "mgFileSize")):
        hidden.drop_tree()
    return files_of(root, url)


def files_of(root: Element, url: str) -> list[MeetingFile]:
    """Return the meeting's own documents that a page, or a part of one, links."""
    found: dict[str, MeetingFile] = {}
    for link, href in links(root):
        if file := meeting_file(join(url, href), clean(text_of(link))):
            found.setdefault(file.number, file)
    return list(found.values())


def meeting_file(url: str, title: str) -> MeetingFile | None:
    """Return the meeting's own document an address leads to, None where it leads to none.

    Installations that convert on request write `mgConvert2PDF.aspx?ID=718&T=0` for `g718?T=0`.
    """
    parts = urlsplit(url)
    given = {name.lower(): value for name, value in parse_qsl(parts.query)}
    sort, number = given.get("t", ""), given.get("id", "")
    if match := _MEETING_FILE.search(parts.path):
        return _meeting_file(match[1].lower(), match[2], sort, title, url)
    if _CONVERTED.search(parts.path) and sort.isdigit() and number.isdigit():
        return _meeting_file("b" if sort == _SUPPLEMENT else "g", number, sort, title, url)
    return None


def _meeting_file(letter: str, number: str, sort: str, title: str, url: str) -> MeetingFile:
    kind = _MEETING_KINDS.get(sort, "other") if letter == "g" else "other"
    part = f"g{number}-t{sort}" if letter == "g" else f"b{number}"
    return MeetingFile(part, kind, title, url)


def join(base: str, href: str) -> str:
    """Return the address of a link: joined, percent-encoded, without its fragment.

    Line breaks inside it are dropped, as browsers do; the fragments are search words.
    """
    flat = re.sub(r"[\r\n\t]", "", strip_html5_whitespace(href))
    try:
        return safe_url_string(urljoin(base, flat)).partition("#")[0]
    except ValueError:
        return ""


def clean(text: str) -> str:
    """Return a text on one line, its entities resolved once more, control characters dropped."""
    return " ".join(_CONTROL.sub(" ", unescape(text)).split())[:LONGEST_TITLE]


def _parse(content: bytes, root: str) -> etree._Element:
    """Return the root of an answer; raises `Broken` for anything that is not such an answer."""
    if is_page(content):
        raise Broken(f"a web page where the XML of a <{root}> was expected")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
    )
    try:
        found = etree.fromstring(content.lstrip(b"\xef\xbb\xbf \r\n\t"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Broken(f"not the XML of a <{root}> ({str(error)[:120]})") from error
    if found.getroottree().docinfo.internalDTD is not None:
        raise Broken("XML with a document type, which this service never sends")
    if found.tag != root:
        raise Broken(f"<{str(found.tag)[:40]}> where a <{root}> was expected")
    return found


def _text(node: etree._Element, name: str) -> str:
    return clean(node.findtext(name) or "")


def _number(node: etree._Element, name: str) -> str:
    text = _text(node, name)
    return text if text.isascii() and text.isdigit() else ""


def _true(node: etree._Element, name: str) -> bool:
    return _text(node, name).casefold() == "true"


def _date(node: etree._Element, name: str) -> date | None:
    try:
        return datetime.strptime(_text(node, name), "%d/%m/%Y").date()
    except ValueError:
        return None

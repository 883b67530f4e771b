"""What Modern.Gov's pages say: committees, meetings, agendas with their papers.

For councils whose XML web service is switched off. Shapes are those of recorded pages: hrefs with
literal spaces and line breaks, parameters in any case, sizes and repeated words in spans that no
reader sees.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qsl, urlsplit

from corpus.errors import Broken
from crawler.dates import date_in
from crawler.markup import Element, links, of_class, page, text_of
from crawler.modgov import (
    Committee,
    Linked,
    ListedMeeting,
    MeetingFile,
    clean,
    files_of,
    join,
    kind_of,
)

UNSEEN = ("mgHide", "mgFileSize")
_ITEM_FILE = re.compile(r"/documents/s(\d+)/[^/]", re.IGNORECASE)
_CONVERTED = re.compile(r"/mgconvert2pdf\.aspx$", re.IGNORECASE)
_REASONS = re.compile(r"/mgreasonsrestricted\.aspx$", re.IGNORECASE)
_MARKED = re.compile(r"\((restricted|exempt|confidential)\)\s*$", re.IGNORECASE)
_CANCELLED = re.compile(r"\b(cancelled|abandoned)\b", re.IGNORECASE)


class NotModgov(Broken):
    """A page that is not one of Modern.Gov's."""


@dataclass(frozen=True)
class MeetingPage:
    """A meeting's page: its heading's day, its papers, its own documents, its items' anchors."""

    held_on: date | None
    committee: Committee
    cancelled: bool
    linked: tuple[Linked, ...]
    files: tuple[MeetingFile, ...]
    anchors: dict[str, str] = field(default_factory=dict)
    """Number of the item by its anchor, `AI54346`, where the page gives both."""
    titles: dict[str, str] = field(default_factory=dict)
    """Title of the item by its number."""


def committees(content: bytes, url: str) -> list[Committee]:
    """Return the committees that `mgListCommittees.aspx` links, each once.

    Raises `NotModgov` where the page is not Modern.Gov's or lists none.
    """
    found: dict[str, str] = {}
    for link, href in links(modgov_part(content)):
        parts = urlsplit(join(url, href))
        number = parameters(parts.query).get("id", "")
        if parts.path.casefold().endswith("/mgcommitteedetails.aspx") and number.isdigit():
            found.setdefault(number, clean(text_of(link)))
    if not found:
        raise NotModgov("page not recognised as Modern.Gov: it lists no committee")
    return [Committee(number, title) for number, title in found.items()]


def searchable(content: bytes) -> list[Committee]:
    """Return the committees of the search form, past ones too; raises `Broken` where it has none.

    Its field is a list on the advanced form and hidden on the simple one.
    """
    options = modgov_part(content).xpath(
        ".//select[@id='CommitteeId' or @name='CommitteeId']/option"
    )
    found = [
        Committee(number, clean(text_of(option)))
        for option in options
        if (number := (option.get("value") or "").strip()).isdigit() and int(number)
    ]
    if not found:
        raise Broken("a search form that lists no committees")
    return found


def meetings(content: bytes, url: str, asked: Committee) -> list[ListedMeeting]:
    """Return the meetings that `ieListMeetings.aspx` links, each once, whatever their dates.

    Raises `Broken` where the day of one cannot be read: it belongs to no month then.
    """
    found: dict[str, ListedMeeting] = {}
    for link, href in links(modgov_part(content)):
        number = meeting_number(join(url, href))
        if not number or number in found:
            continue
        row = _row(link)
        held_on = date_in(text_of(link)) or date_in(text_of(row))
        if held_on is None:
            raise Broken(f"the day of meeting {number} cannot be read")
        status = "Cancelled" if _CANCELLED.search(text_of(row)) else "Confirmed"
        found[number] = ListedMeeting(number, asked, held_on, status)
    return list(found.values())


def meeting(content: bytes, url: str) -> MeetingPage:
    """Return what a meeting's page says; raises `NotModgov` for any other page."""
    root = modgov_part(content)
    headings = [*of_class(root, "mgSubTitleTxt"), *of_class(root, "mgMainTitleTxt")]
    anchors: dict[str, str] = {}
    titles: dict[str, str] = {}
    linked: list[Linked] = []
    for row in root.xpath(".//table[contains(@class, 'mgItemTable')]//tr"):
        number, title = _item(row)
        for anchor in row.xpath(".//a[@name]/@name"):
            anchors[str(anchor)] = number
        titles[number] = title
        linked += _papers(row, url, number, title)
    text = text_of(headings[0]) if headings else ""
    return MeetingPage(
        date_in(text),
        _committee(root, url, text),
        bool(_CANCELLED.search(text)),
        tuple({(one.number or one.title): one for one in linked}.values()),
        tuple(files_of(root, url)),
        anchors,
        titles,
    )


def _committee(root: Element, url: str, heading: str) -> Committee:
    """Return the meeting's committee by the heading, which links it and ends with the day."""
    title = clean(re.split(r"\s+-\s+(?=\S*\s*\d)", heading)[0])
    for _, href in links(root):
        parts = urlsplit(join(url, href))
        if parts.path.casefold().endswith("/mgcommitteedetails.aspx"):
            return Committee(parameters(parts.query).get("id", ""), title)
    return Committee("", title)


def _item(row: Element) -> tuple[str, str]:
    cell = _first(row, "mgItemNumberCell")
    title = [one for one in of_class(row, "mgAiTitleTxt") if cell is None or cell not in _up(one)]
    number = clean(text_of(cell)).strip(". ") if cell is not None else ""
    return number, clean(text_of(title[0])) if title else ""


def _papers(row: Element, url: str, number: str, title: str) -> Iterator[Linked]:
    """Yield the papers of an item; those kept from the public are marked as restricted."""
    reasons = [link for link, href in links(row) if _gives_reasons(join(url, href))]
    shut = {_row(link, "li", "p") for link in reasons}
    closed = _is_marked(title) or any("mgAiTitleTxt" in (one.get("class") or "") for one in shut)
    for entry in shut:
        if not any(paper_number(join(url, href)) for _, href in links(entry)):
            yield _restricted(entry, number, title, url)
    for link, href in links(row):
        address = join(url, href)
        if paper := paper_number(address):
            name = clean(text_of(link)) or title
            entry = _row(link, "li", "p")
            kept = closed or entry in shut or _is_marked(text_of(entry))
            kind = kind_of(name, title)
            yield Linked(paper, name, address, kept, False, None, number or None, kind)
    for entry in row.iter("li"):
        if _is_marked(text_of(entry)) and not len(entry.xpath(".//a[@href]")):
            yield _restricted(entry, number, title, url)


def _restricted(node: Element, number: str, item: str, url: str) -> Linked:
    """Return a paper kept from the public; the link to the reasons is no part of its title."""
    said = " ".join(str(text) for text in node.xpath(".//text()[not(ancestor::a[@href])]"))
    name = clean(said) or item
    return Linked("", name, url, True, False, None, number or None, kind_of(name, item))


def kept_back(link: Element, url: str) -> bool:
    """Whether what a link leads to is marked as kept from the public where it stands."""
    entry = _row(link, "li", "p")
    reasons = any(_gives_reasons(join(url, href)) for _, href in links(entry))
    return reasons or _is_marked(text_of(entry))


def _is_marked(text: str) -> bool:
    return bool(_MARKED.search(text))


def _gives_reasons(url: str) -> bool:
    """Whether an address tells why a paper is kept from the public."""
    return bool(_REASONS.search(urlsplit(url).path))


def paper_number(url: str) -> str:
    """Return the number of the paper an address leads to, as its XML calls it, empty for none.

    `documents/s123/…` and `mgConvert2PDF.aspx?ID=123` are one paper; with a T it is a meeting's.
    """
    parts = urlsplit(url)
    if match := _ITEM_FILE.search(parts.path):
        return match[1]
    given = parameters(parts.query)
    if _CONVERTED.search(parts.path) and "t" not in given:
        return number if (number := given.get("id", "")).isdigit() else ""
    return ""


def meeting_number(url: str) -> str:
    """Return the number of the meeting an address leads to, empty for none."""
    parts = urlsplit(url)
    if not parts.path.casefold().endswith("/ielistdocuments.aspx"):
        return ""
    given = parameters(parts.query).get("mid", "")
    return str(int(given)) if given.isascii() and given.isdigit() else ""


def parameters(query: str) -> dict[str, str]:
    """Return the parameters of an address by their names in small letters: their case varies."""
    return {name.casefold(): value.strip() for name, value in parse_qsl(query)}


def modgov_part(content: bytes) -> Element:
    """Return Modern.Gov's part of a page, without what is there for screen readers alone."""
    root = page(content, "a page of Modern.Gov")
    found = root.xpath("//*[@id='modgov']")
    if not found:
        raise NotModgov("page not recognised as Modern.Gov")
    for name in UNSEEN:
        for hidden in of_class(found[0], name):
            hidden.drop_tree()
    part: Element = found[0]
    return part


def _row(link: Element, *names: str) -> Element:
    """Return the row, entry or paragraph a link stands in, the link itself where it is in none."""
    wanted = names or ("li", "tr", "p")
    return next((node for node in link.iterancestors() if node.tag in wanted), link)


def _first(node: Element, name: str) -> Element | None:
    return next(iter(of_class(node, name)), None)


def _up(node: Element) -> list[Element]:
    return list(node.iterancestors())

"""What CMIS pages say: the calendar, its months, meetings with their documents, search results.

Shapes are those of recorded pages (DotNetNuke with Telerik grids): a module number inside ids, days
without a year, links to documents by an opaque token that may be another one tomorrow.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from slugify import slugify

from corpus.errors import Broken
from corpus.ids import short_hash
from crawler.dates import date_in, month_number
from crawler.markup import Element, links, of_class, page, text_of
from crawler.modgov import clean, join, kind_of
from crawler.months import first_day

CALENDAR_PAGES = (
    "Meetings.aspx",
    "MeetingCalendar.aspx",
    "MeetingsCalendar.aspx",
    "CalendarofMeetings.aspx",
    "Committees.aspx",
    "Committee.aspx",
)
"""Names under which the calendar has been seen."""
SEARCH_PAGES = ("Search.aspx",)
LONGEST_PHRASE = 100
"""What the search's field takes."""
LONGEST_SLUG = 40
_MODULE = re.compile(r"dnn[$_]ctr(\d+)[$_]MeetingCalendarPublic")
_CONTROL = re.compile(
    r"^(?P<prefix>.*)/tabid/(?P<tab>\d+)/(?:.*/)?mid/(?P<module>\d+)(?:/|$)", re.IGNORECASE
)
_MEETING = re.compile(r"/meeting/(\d+)(?:/|$)", re.IGNORECASE)
_PARENT_DAY = re.compile(r"-\s*(\d{1,2}/[A-Za-z]{3,9}/\d{4})\s*$")
_DAY = re.compile(r"^(?P<weekday>[A-Za-z]+),?\s+(?P<day>\d{1,2})\s+(?P<month>[A-Za-z]+)")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_POSTBACK = re.compile(r"__doPostBack\('([^']+)'\s*,\s*'Page\$(\d+)'\)")
_MARKED = re.compile(r"\((restricted|exempt|confidential)\)|\bnot for publication\b", re.IGNORECASE)


class NotCmis(Broken):
    """A page that is not one of CMIS's."""


@dataclass(frozen=True)
class Calendar:
    """Where the calendar of a site is: months are asked for below it.

    `tab` is empty where no link of the page tells it; the page itself is asked by query then.
    """

    page: str
    module: str
    prefix: str = ""
    tab: str = ""

    def month(self, month: str) -> str:
        """Return the address of a month, which the calendar gives for any day of it."""
        control, day = "MeetingCalendarPublicNoJava", first_day(month).isoformat()
        if not self.tab:
            return f"{self.page}?ctl={control}&mid={self.module}&Date={day}"
        where = f"{self.prefix}/tabid/{self.tab}/ctl/{control}"
        return f"{where}/mid/{self.module}/Date/{day}/Default.aspx"

    @property
    def list_view(self) -> str:
        """The address of the list of the current month, whose links tell the tab."""
        return f"{self.page}?ctl=MeetingCalendarListView&mid={self.module}"


@dataclass(frozen=True)
class Listed:
    """A meeting as a month lists it."""

    number: str
    title: str
    held_on: date
    url: str


@dataclass(frozen=True)
class Document:
    """A document of a meeting; `number` is made of the meeting and the title, never the token."""

    number: str
    title: str
    url: str
    kind: str
    restricted: bool


@dataclass(frozen=True)
class Details:
    """A meeting's page."""

    committee: str
    held_on: date | None
    status: str
    documents: tuple[Document, ...]

    @property
    def cancelled(self) -> bool:
        """Whether the meeting does not take place."""
        return self.status.casefold() in {"cancelled", "abandoned"}


@dataclass(frozen=True)
class Form:
    """The search form: its address, its fields as they stand, the name of its control.

    The fields hold the hidden state that the server asks back with every step.
    """

    url: str
    fields: dict[str, str]
    control: str

    def asking(self, phrase: str) -> dict[str, str]:
        """Return the fields that ask for documents that hold a phrase."""
        return self.fields | {
            "__EVENTTARGET": f"{self.control}$SimpleSearchSubmit",
            "__EVENTARGUMENT": "",
            f"{self.control}$SimpleSearchSelector": "documents",
            f"{self.control}$SimpleSearchFor": f'"{phrase}"',
        }

    def turning(self, target: str, argument: str) -> dict[str, str]:
        """Return the fields that ask for another page of results."""
        return self.fields | {"__EVENTTARGET": target, "__EVENTARGUMENT": argument}


@dataclass(frozen=True)
class Hit:
    """A document that the search found: its title and its meeting."""

    title: str
    meeting: Listed


@dataclass(frozen=True)
class Results:
    """A page of search results; `following` is the postback that asks for the next one.

    `loose` counts the hits that belong to no meeting with a day, which no month can own.
    """

    hits: tuple[Hit, ...]
    following: tuple[str, str] | None
    loose: int = 0


def calendar(content: bytes, url: str) -> Calendar:
    """Return where the calendar is, by the page that holds it.

    Raises `NotCmis` where the page is none of CMIS's or holds no calendar.
    """
    found = _MODULE.search(content.decode("utf-8", "replace"))
    if not found:
        raise NotCmis("page not recognised as CMIS: it holds no calendar of meetings")
    for _, href in links(page(content, "a page of CMIS")):
        match = _CONTROL.match(join(url, href))
        if match and match["module"] == found[1]:
            return Calendar(_bare(url), found[1], match["prefix"], match["tab"])
    return Calendar(_bare(url), found[1])


def places(content: bytes, url: str, names: tuple[str, ...] = CALENDAR_PAGES) -> list[str]:
    """Return the pages of these names that a page links, the likeliest first."""
    known = [name.casefold() for name in names]
    found: dict[str, int] = {}
    for link, href in links(page(content, "a page of CMIS")):
        address = _bare(join(url, href))
        name = urlsplit(address).path.rpartition("/")[2].casefold()
        if name in known:
            found.setdefault(address, known.index(name))
        elif names is CALENDAR_PAGES and "calendar" in text_of(link).casefold():
            found.setdefault(address, len(known))
    return sorted(found, key=lambda one: found[one])


def folders(url: str) -> list[str]:
    """Return the folders an address lies in, the deepest first: pages stand in one of them."""
    parts = urlsplit(url)
    path = re.split(r"/tabid/", parts.path, flags=re.IGNORECASE)[0]
    steps = [step for step in path.split("/") if step]
    if steps and "." in steps[-1]:
        steps.pop()
    tree = [steps[: len(steps) - up] for up in range(len(steps) + 1)]
    return [f"{parts.scheme}://{parts.netloc}/" + "".join(f"{s}/" for s in one) for one in tree]


def meetings(content: bytes, url: str, month: str) -> list[Listed]:
    """Return the meetings of a month; its rows name day and month, the year is the one asked for.

    Raises `NotCmis` for any other page, and `Broken` where the weekdays belong to another year or
    no row to the month: the calendar has answered another month then.
    """
    root = page(content, "a month of CMIS")
    rows = [row for name in ("rgRow", "rgAltRow") for row in of_class(root, name)]
    if not rows or not of_class(root, "SimpleCalendarDate"):
        raise NotCmis("page not recognised as CMIS: it is no month of a calendar")
    days = [(day, row) for row in rows if (day := _day_of(row, month))]
    if not days:
        raise Broken(f"the calendar was asked for {month} and answered another month")
    found: dict[str, Listed] = {}
    for day, row in days:
        for entry in of_class(row, "Meeting"):
            for link, href in links(entry):
                address = join(url, href)
                if match := _MEETING.search(urlsplit(address).path):
                    title = re.sub(r"^\d{1,2}[:.]\d\d\s+", "", clean(text_of(link)))
                    found.setdefault(match[1], Listed(match[1], title, day, address))
    return list(found.values())


def _day_of(row: Element, month: str) -> date | None:
    """Return the day of a row of the month asked for, None for rows of the months beside it."""
    cell = next(iter(of_class(row, "SimpleCalendarDate")), None)
    match = _DAY.match(text_of(cell)) if cell is not None else None
    first = first_day(month)
    if not match or month_number(match["month"]) != first.month:
        return None
    try:
        day = first.replace(day=int(match["day"]))
    except ValueError as error:
        raise Broken(f"a day that {month} does not have: {match[0]}") from error
    if match["weekday"].casefold()[:3] != _WEEKDAYS[day.weekday()]:
        raise Broken(f"the calendar was asked for {month}, its weekdays are another year's")
    return day


def meeting(content: bytes, url: str, number: str) -> Details:
    """Return what a meeting's page says; raises `NotCmis` for any other page."""
    root = page(content, "a meeting of CMIS")
    if not of_class(root, "ModCMISMeetingsC"):
        raise NotCmis("page not recognised as CMIS: it is no meeting")
    return Details(
        committee=_value(root, "Committee"),
        held_on=date_in(_value(root, "DateTime")),
        status=_status(root),
        documents=tuple(_documents(root, url, number)),
    )


def _documents(root: Element, url: str, meeting_number: str) -> Iterator[Document]:
    seen: dict[str, int] = {}
    for entry in of_class(root, "DocumentListItem"):
        link = next(iter(of_class(entry, "TitleLink")), None)
        title = clean(text_of(entry if link is None else link))
        href = link.get("href") if link is not None else None
        number = document_number(meeting_number, title, seen)
        closed = not href or bool(_MARKED.search(text_of(entry)))
        yield Document(number, title, join(url, href or ""), kind_of(title), closed)


def document_number(meeting_number: str, title: str, seen: dict[str, int]) -> str:
    """Return a document's number by its meeting and its title; `seen` counts titles met before.

    A title that is met again, or is too long to stand in whole, gets a short hash of itself.
    """
    whole = slugify(title)
    slug = slugify(title, max_length=LONGEST_SLUG, word_boundary=True) or "document"
    seen[slug] = seen.get(slug, 0) + 1
    seen[f"={title}"] = again = seen.get(f"={title}", 0) + 1
    if seen[slug] == 1 and slug == whole:
        return f"m{meeting_number}-{slug}"
    return f"m{meeting_number}-{slug}-{short_hash(title, str(again))}"


def _value(root: Element, name: str) -> str:
    for node in of_class(root, name):
        if "Value" in (node.get("class") or "").split():
            return clean(text_of(node))
    return ""


def _status(root: Element) -> str:
    """Return the value that follows the label Status; its class is that of the venue."""
    for holder in of_class(root, "holder"):
        label = next(iter(of_class(holder, "DNNLabel")), None)
        if label is not None and text_of(label).casefold().startswith("status"):
            return _value(holder, "Venue") or _value(holder, "Status")
    return ""


def search_form(content: bytes, url: str) -> Form:
    """Return the search form of a page; raises `NotCmis` where there is none."""
    for form in page(content, "the search of CMIS").forms:
        named = next((n for n in form.fields if n and n.endswith("$SimpleSearchFor")), "")
        if named:
            fields = {str(name): str(value) for name, value in form.form_values()}
            address = join(url, form.get("action") or url)
            return Form(address, fields, named.rpartition("$")[0])
    raise NotCmis("page not recognised as CMIS: it holds no search form")


def results(content: bytes, url: str) -> Results:
    """Return a page of search results.

    Raises `Broken` for a page that neither holds any nor says that there are none.
    """
    root = page(content, "a page of results of CMIS")
    rows = [
        row
        for name in ("CMIS_Grid_RowStyle", "CMIS_Grid_AlternatingRowStyle")
        for row in of_class(root, name)
    ]
    if not rows and "produced no results" not in text_of(root):
        raise Broken("a page of results that holds none and does not say that there are none")
    hits = tuple(hit for row in rows if (hit := _hit(row, url)))
    return Results(hits, _following(root), len(rows) - len(hits))


def _hit(row: Element, url: str) -> Hit | None:
    """Return a hit by its row, None for one whose parent is no meeting with a day."""
    cells = row.findall("td")
    if len(cells) < 4:
        return None
    for link, href in links(cells[-1]):
        address, text = join(url, href), clean(text_of(link))
        match, day = _MEETING.search(urlsplit(address).path), _PARENT_DAY.search(text)
        held_on = date_in(day[1]) if day else None
        if match and held_on and day:
            committee = text[: day.start()].strip().removeprefix("Meeting:").strip()
            return Hit(clean(text_of(cells[2])), Listed(match[1], committee, held_on, address))
    return None


def _following(root: Element) -> tuple[str, str] | None:
    for pager in of_class(root, "CMIS_Grid_PagerStyle"):
        here = [text_of(one) for one in pager.iter("span")]
        this = next((int(text) for text in here if text.isdigit()), 0)
        for _, href in links(pager):
            match = _POSTBACK.search(href)
            if match and int(match[2]) == this + 1:
                return match[1], f"Page${match[2]}"
    return None


def _bare(url: str) -> str:
    return url.partition("?")[0].partition("#")[0]

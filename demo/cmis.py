"""A CMIS site: a calendar without years, documents by changing tokens, a search with state."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from html import escape
from itertools import count

from demo.answer import HTML, NOT_FOUND, RESTRICTED, Answer, Query, rendered
from demo.modgov_search import holds, text_of
from demo.shapes import DemoCouncil, DemoDocument, DemoMeeting

MODULE, TAB, SEARCH_MODULE = 412, 81, 431
HITS_A_PAGE = 5
_CONTROL = f"dnn$ctr{SEARCH_MODULE}$ViewCMIS_Search"
_GRID = f"{_CONTROL}$grdDocuments"
_MONTH = re.compile(r"/ctl/MeetingCalendarPublicNoJava/mid/\d+/Date/(\d{4}-\d\d-\d\d)/", re.I)
_MEETING = re.compile(r"/ctl/ViewMeetingPublic/mid/\d+/Meeting/(\d+)/", re.IGNORECASE)
_BAD_STATE = Answer(500, b"Validation of viewstate MAC failed.\n")
_Found = tuple[DemoMeeting, DemoDocument]


class CmisSite:
    """A council's CMIS: the address on record is that of its councillors, the root answers 404."""

    def __init__(self, council: DemoCouncil) -> None:
        self.council = council
        self.folder = "/" + council.entry.strip("/").partition("/")[0]
        self.documents = {one.attachment: one for one in council.item_documents}
        self._views = count(1)

    def answer(self, path: str, query: Query, base: str) -> Answer:
        """The answer to a decoded path and a query or form with lower-case keys."""
        if path == "/robots.txt":
            return Answer(200, b"User-agent: *\nDisallow:\n")
        name = path.removeprefix(self.folder)
        if name == "/Document.ashx":
            return self._document(query)
        if name == "/Search.aspx":
            return self._search(query)
        body = self._page(name, query)
        return Answer(200, _html(self.council, body), HTML) if body else NOT_FOUND

    def _page(self, name: str, query: Query) -> str:
        if month := _MONTH.search(name):
            return self._month(date.fromisoformat(month[1]))
        if match := _MEETING.search(name):
            meeting = self.council.meeting(int(match[1]))
            return self._meeting(meeting) if meeting else ""
        if name == "/CalendarofMeetings.aspx":
            wanted = query.get("ctl", "").casefold() == "meetingcalendarlistview"
            return self._list() if wanted else _CALENDAR
        return self._councillors() if f"{self.folder}{name}" == self.council.entry else ""

    def _councillors(self) -> str:
        links = [("CalendarofMeetings.aspx", "Meetings"), ("Search.aspx", "Search")]
        rows = [f'<li><a href="{self.folder}/{href}">{text}</a></li>' for href, text in links]
        return f"<h1>Councillors</h1><ul>{''.join(rows)}</ul>"

    def _list(self) -> str:
        rows = [
            f'<tr class="rgRow"><td class="DateColumn"><a href="{self._address(one)}">'
            f"{_short(one.held_on)} - {escape(one.committee.title)}</a></td></tr>"
            for one in self.council.meetings[-2:]
        ]
        grid = f"dnn_ctr{MODULE}_MeetingCalendarPublicList_grdRadMeeting"
        return f'<table id="{grid}">{"".join(rows)}</table>'

    def _month(self, day: date) -> str:
        """Every day of the month with its meetings, and the last day of the month before."""
        rows = ['<tr class="rgRow"><td class="SimpleCalendarDate">Monday, 31</td><td></td></tr>']
        for number in range(1, monthrange(day.year, day.month)[1] + 1):
            this = day.replace(day=number)
            name = "rgAltRow" if number % 2 else "rgRow"
            held = "".join(self._entry(one) for one in self.council.meetings if one.held_on == this)
            shown = f"{this:%A}, {number} {this:%B}"
            cell = f'<td class="SimpleCalendarDate">{shown}</td>'
            rows.append(f'<tr class="{name}">{cell}<td>{held}</td></tr>')
        return f'<table class="rgMasterTable">{"".join(rows)}</table>'

    def _entry(self, meeting: DemoMeeting) -> str:
        title = escape(meeting.committee.title)
        return f'<p class="Meeting"><a href="{self._address(meeting)}">18:30 {title}</a></p>'

    def _address(self, meeting: DemoMeeting) -> str:
        where = f"{self.folder}/CalendarofMeetings/tabid/{TAB}/ctl/ViewMeetingPublic/mid/{MODULE}"
        which = f"Meeting/{meeting.number}/Committee/{meeting.committee.number}"
        return f"{where}/{which}/SelectedTab/Documents/Default.aspx"

    def _meeting(self, meeting: DemoMeeting) -> str:
        status = "Cancelled" if meeting.cancelled else "Scheduled"
        items = "".join(self._linked(one) for one in meeting.documents)
        return (
            "<h1>Meeting Details</h1>"
            f"{_field('Committee', 'Committee', meeting.committee.title)}"
            f"{_field('DateTime', 'Date/Time', f'{_short(meeting.held_on)} - 18:30')}"
            f"{_field('Venue', 'Status', status)}"
            f'<ul class="DocumentList CmisDocumentList">{items}</ul>'
        )

    def _linked(self, document: DemoDocument) -> str:
        title = escape(document.title)
        link = f'<a class="TitleLink" href="{self._link(document)}">{title}</a>'
        if document.restricted:
            link = f'<span class="TitleLink">{title}</span> (Restricted)'
        return f'<li class="DocumentListItem">{link} <span class="FileSize">(90Kb)</span></li>'

    def _link(self, document: DemoDocument) -> str:
        """The address of a document under a token that was never given out before."""
        view = next(self._views)
        token = f"{view:08x}{document.attachment ^ _mask(view):08x}"
        return f"{self.folder}/Document.ashx?{token}"

    def _document(self, query: Query) -> Answer:
        token = next(iter(query), "")
        if not re.fullmatch(r"[0-9a-f]{16}", token):
            return NOT_FOUND
        document = self.documents.get(int(token[8:], 16) ^ _mask(int(token[:8], 16)))
        if document is None:
            return NOT_FOUND
        return RESTRICTED if document.restricted else rendered(document)

    def _search(self, query: Query) -> Answer:
        """The search form, and page after page of results for whoever sends its state back."""
        state, target = query.get("__viewstate", ""), query.get("__eventtarget", "")
        phrase = query.get(f"{_CONTROL}$SimpleSearchFor".lower(), "").strip('"')
        page = 1
        if target == _GRID:
            page = int(query.get("__eventargument", "").removeprefix("Page$") or 1)
            if state != _state(phrase, page - 1) and state != _state(phrase, page + 1):
                return _BAD_STATE
        elif target and state != _state("", 0):
            return _BAD_STATE
        if not target:
            return Answer(200, _html(self.council, self._form("", 0, "")), HTML)
        body = self._form(phrase, page, self._results(phrase, page))
        return Answer(200, _html(self.council, body), HTML)

    def _form(self, phrase: str, page: int, results: str) -> str:
        hidden = {
            "__EVENTTARGET": "",
            "__EVENTARGUMENT": "",
            "__VIEWSTATE": _state(phrase, page),
            "__EVENTVALIDATION": _state("valid", page),
        }
        fields = "".join(f'<input type="hidden" name="{k}" value="{v}">' for k, v in hidden.items())
        return (
            f'<form method="post" action="{self.folder}/Search.aspx" id="Form">{fields}'
            f'<div class="DNNModuleContent ModCMISSearchC"><select '
            f'name="{_CONTROL}$SimpleSearchSelector"><option selected="selected" value="documents">'
            f'Documents</option><option value="members">Members</option></select>'
            f'<input name="{_CONTROL}$SimpleSearchFor" type="text" maxlength="100" '
            f'value="{escape(phrase)}"><input type="submit" name="{_CONTROL}$SimpleSearchSubmit" '
            f'value="Start Search"><div class="SE_Results">{results}</div></div></form>'
        )

    def _results(self, phrase: str, page: int) -> str:
        found = list(self._found(phrase))
        if not found:
            return '<div class="NoData">Your search produced no results.</div>'
        first = (page - 1) * HITS_A_PAGE
        rows = [self._row(*hit) for hit in found[first : first + HITS_A_PAGE]]
        pages = -(-len(found) // HITS_A_PAGE)
        return f'<table class="CMIS_Grid">{"".join(rows)}{_pager(page, pages)}</table>'

    def _found(self, phrase: str) -> Iterator[_Found]:
        for meeting in self.council.meetings:
            for document in meeting.documents:
                if not document.restricted and holds(text_of(document), phrase):
                    yield meeting, document

    def _row(self, meeting: DemoMeeting, document: DemoDocument) -> str:
        title, committee = escape(document.title), escape(meeting.committee.title)
        parent = f"Meeting: {committee} - {meeting.held_on:%d/%b/%Y}"
        return (
            f'<tr class="CMIS_Grid_RowStyle"><td></td><td>3</td><td>'
            f'<a href="{self._link(document)}">{title}</a></td><td>Report</td><td>90 Kb</td>'
            f'<td><a href="{self._address(meeting)}">{parent}</a></td></tr>'
        )


_CALENDAR = (
    f'<div id="dnn_ctr{MODULE}_MeetingCalendarPublic_pnlViewActions"><input type="submit" '
    f'name="dnn$ctr{MODULE}$MeetingCalendarPublic$btnButtonListView" value="Meeting List View">'
    '<a href="#2026-06-08" class="rsApt" title="18:30 Cabinet : Chamber">Cabinet</a></div>'
)


def _pager(page: int, pages: int) -> str:
    if pages < 2:
        return ""
    cells = [
        f"<td><span>{number}</span></td>"
        if number == page
        else f"<td><a href=\"javascript:__doPostBack('{_GRID}','Page${number}')\">{number}</a></td>"
        for number in range(1, pages + 1)
    ]
    table = f"<table><tr>{''.join(cells)}</tr></table>"
    return f'<tr class="CMIS_Grid_PagerStyle"><td colspan="6">{table}</td></tr>'


def _field(name: str, label: str, value: str) -> str:
    label = f'<div class="DNNLabel {name}Label"><label><span>{label}:</span></label></div>'
    return f'<div class="holder">{label}<div class="Value {name}">{escape(value)}</div></div>'


def _short(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _state(phrase: str, page: int) -> str:
    """The hidden state of a search: it fits one phrase and one page only."""
    return sha256(f"{phrase.casefold()}:{page}".encode()).hexdigest()


def _mask(view: int) -> int:
    return int(sha256(f"view {view}".encode()).hexdigest()[:8], 16)


def _html(council: DemoCouncil, body: str) -> bytes:
    name = escape(council.official_name)
    return (
        f"<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'><title>{name}</title></head>"
        f'<body><div class="DNNModuleContent ModCMISMeetingsC">{body}</div></body></html>\n'
    ).encode()

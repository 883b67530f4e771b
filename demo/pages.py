"""The councils' HTML pages: committees, meetings, and the meeting page that names the packs."""

from html import escape

from demo.modgov import document_path
from demo.shapes import DemoCommittee, DemoCouncil, DemoDocument, DemoItem, DemoMeeting
from demo.text import long_date


def html_page(council: DemoCouncil, title: str, body: str) -> bytes:
    """A page of the council's ModernGov."""
    return (
        f"<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'><title>{escape(title)} - "
        f'{escape(council.official_name)}</title></head><body>\n<div id="modgov">\n'
        f'<h1 class="mgMainTitleTxt">{escape(title)}</h1>\n{body}\n</div>\n</body></html>\n'
        "<!-- modern.gov reverse CMS: undefined -->\n"
    ).encode()


def bullets(rows: list[str]) -> str:
    """ModernGov's list."""
    return '<ul class="mgBulletList">\n' + "\n".join(f"<li>{row}</li>" for row in rows) + "\n</ul>"


def committees_page(council: DemoCouncil) -> bytes:
    """`mgListCommittees.aspx`: every committee with a link to its details."""
    rows = [
        f'<a href="mgCommitteeDetails.aspx?ID={one.number}">{escape(one.title)}</a>'
        for one in council.committees
        if not one.past
    ]
    return html_page(council, "Committee structure", bullets(rows))


def search_form_page(council: DemoCouncil) -> bytes:
    """`ieDocSearch.aspx?ADV=1`: the advanced search, whose list knows past committees too."""
    options = "".join(
        f'<option value="{one.number}">{escape(one.title)}</option>' for one in council.committees
    )
    chosen = '<option value="0">[All committees]</option>'
    field = f'<select id="CommitteeId" name="CommitteeId">{chosen}{options}</select>'
    form = f'<form method="post" action="ieSearchResults.aspx?">{field}</form>'
    return html_page(council, "Search documents", form)


def committee_page(council: DemoCouncil, committee: DemoCommittee) -> bytes:
    """`mgCommitteeDetails.aspx?ID=`: a committee with a link to its meetings."""
    link = f"ieListMeetings.aspx?CommitteeId={committee.number}"
    return html_page(council, committee.title, f'<p><a href="{link}">Browse meetings</a></p>')


def meetings_page(council: DemoCouncil, committee: DemoCommittee, year: int) -> bytes:
    """`ieListMeetings.aspx?CId=&Year=`: the meetings of a year, or of all years for 0."""
    found = [
        meeting
        for meeting in council.meetings
        if meeting.committee == committee and year in {0, meeting.held_on.year}
    ]
    rows = [f"{_meeting_link(meeting)}{_cancelled(meeting)}" for meeting in found]
    return html_page(council, f"Browse meetings: {committee.title}", bullets(rows))


def _meeting_link(meeting: DemoMeeting) -> str:
    link = f"ieListDocuments.aspx?CId={meeting.committee.number}&amp;MId={meeting.number}&amp;Ver=4"
    return f'<a href="{link}">{long_date(meeting.held_on)} 6.30 pm</a>'


def _cancelled(meeting: DemoMeeting) -> str:
    return " - CANCELLED" if meeting.cancelled else ""


def meeting_page(council: DemoCouncil, meeting: DemoMeeting) -> bytes:
    """`ieListDocuments.aspx?CId=&MId=&Ver=4`: the agenda with its papers and the meeting's own."""
    title = f"{meeting.committee.title} - {long_date(meeting.held_on)}{_cancelled(meeting)}"
    extras = [_extra_link(meeting, number, one) for number, one in sorted(meeting.extras.items())]
    own = f"<h2>Meeting documents</h2>\n{bullets(extras)}" if extras else ""
    rows = "\n".join(_item_row(council, item) for item in meeting.items)
    table = f'<table class="mgItemTable">\n{rows}\n</table>' if rows else ""
    return html_page(council, title, f"{own}\n{table}")


def extra_path(meeting: DemoMeeting, number: int, document: DemoDocument) -> str:
    """Where a meeting's own document lies: `documents/g{MId}/{name}.pdf?T={number}`."""
    name = "Printed minutes" if number == 1 else document.title.rpartition(" ")[0]
    shown = f"{name} {meeting.held_on:%d-%b-%Y} 18.30 {meeting.committee.title}.pdf"
    return f"documents/g{meeting.number}/{shown}?T={number}"


def _extra_link(meeting: DemoMeeting, number: int, document: DemoDocument) -> str:
    path = escape(extra_path(meeting, number, document))
    names = {0: "Agenda frontsheet", 1: "Printed minutes", 10: "Public reports pack"}
    size = '<span class="mgFileSize">PDF</span>'
    return f'<a class="mgLinks" href="{path}">{names[number]}</a> {size}'


def _item_row(council: DemoCouncil, item: DemoItem) -> str:
    links = bullets([_document_link(council, one) for one in item.documents])
    said = f'<div class="mgWordPara">{escape(item.minutes)}</div>'
    said = f'<p class="mgSubItemTitleTxt">Minutes:</p>{said}'
    return (
        f'<tr><td class="mgItemNumberCell"><p>{item.position}.</p></td><td>'
        f'<p class="mgAiTitleTxt"><a class="mgAiTitleLnk" name="AI{item.number}" '
        f'href="mgAi.aspx?ID={item.number}">{escape(item.title)}</a></p>\n'
        f'<div class="mgWordPara"><p>{escape(item.text)}</p></div>\n'
        f"{links if item.documents else ''}{said if item.minutes else ''}</td></tr>"
    )


def _document_link(council: DemoCouncil, document: DemoDocument) -> str:
    if document.restricted and not council.service:
        link = f"mgReasonsRestricted.aspx?OID={document.attachment}&amp;OT=A"
        return f'{escape(document.title)} <a href="{link}">View reasons</a>'
    if document.restricted:
        return f"{escape(document.title)} <em>(Restricted)</em>"
    path = escape(document_path(council, document))
    return f'<a href="{path}">{escape(document.title)}</a><span class="mgHide"> PDF</span>'

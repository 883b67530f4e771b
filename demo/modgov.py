"""ModernGov's XML service: its element names, its order and its habits, as recorded in the wild."""

from collections.abc import Iterable
from datetime import date, datetime
from html import escape

from lxml import etree

from demo.shapes import DemoCouncil, DemoDocument, DemoItem, DemoMeeting

# Roles and made-up people, so that a crawler can show that it keeps no attendees.
_ATTENDEES = (
    ("311", "Councillor Ida Marrowby", "Chair"),
    ("327", "Councillor Perry Tarnley", "Member"),
)


def committees_xml(council: DemoCouncil) -> bytes:
    """The answer of GetCommittees."""
    root = etree.Element("committees")
    # The leading space of every count is the real service's.
    _put(root, committeescount=f" {len(council.committees)}")
    for committee in council.committees:
        node = etree.SubElement(root, "committee")
        _put(node, committeeid=committee.number, committeetitle=_twice(committee.title))
        _put(node, committeedeleted=False, committeeexpired=False)
        _put(node, committeecategory="Governance and Decision Making Committees")
    return _bytes(root)


def meetings_xml(council: DemoCouncil, committee: int, since: str, until: str) -> bytes:
    """The answer of GetMeetings: dd/mm/yyyy limits, which one council ignores altogether."""
    found = [one for one in council.meetings if committee in {0, one.committee.number}]
    if not council.ignores_dates:
        found = [one for one in found if _within(one.held_on, since, until)]
    wanted = [one for one in council.committees if committee in {0, one.number}]
    root = etree.Element("getmeetings")
    _put(root, meetingscount=f" {len(found)}", committeescount=f" {len(wanted)}")
    for one in wanted:
        _committee_meetings(root, one.number, one.title, found)
    return _bytes(root)


def _committee_meetings(
    root: etree._Element, number: int, title: str, found: Iterable[DemoMeeting]
) -> None:
    mine = [meeting for meeting in found if meeting.committee.number == number]
    node = etree.SubElement(root, "committee")
    _put(node, committeeid=number, committeetitle=_twice(title))
    _put(node, committeemeetingcount=f" {len(mine)}")
    listed = etree.SubElement(node, "committeemeetings")
    for meeting in mine:
        row = etree.SubElement(listed, "meeting")
        _put(row, meetingid=meeting.number, meetingdate=_day(meeting.held_on))
        _put(row, meetingstatus=_status(meeting), meetingtime="6.30 pm", iswebcast=False)


def _within(day: date, since: str, until: str) -> bool:
    """Whether a day lies in the asked range; a limit that is not dd/mm/yyyy is ignored."""
    first, last = _limit(since), _limit(until)
    return (first is None or first <= day) and (last is None or day <= last)


def _limit(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()
    except ValueError:
        return None


def meeting_xml(council: DemoCouncil, meeting: DemoMeeting, base: str) -> bytes:
    """The answer of GetMeeting; a cancelled meeting has no items."""
    root, held = etree.Element("meeting"), not meeting.cancelled
    minuted = any(item.minutes for item in meeting.items)
    _put(root, meetingid=meeting.number, meetingdate=_day(meeting.held_on))
    _put(root, meetingstatus=_status(meeting), isdisplayallowed=True, meetingtime="6.30 pm")
    _put(root, meetingactualstarttime="", meetingplannedfinishtime="9.30 pm")
    _put(root, meetingactualfinishtime="", meetinglocation="Council Chamber")
    _put(root, iswebcast=False, agendaid=meeting.number, agendapublished=held)
    _put(root, decisionpublished=False, minutepublished=minuted, meetingroom="")
    items = etree.SubElement(root, "agendaitems")
    for item in meeting.items:
        _item(items, council, meeting, item, base)
    _attendees(root, base)
    return _bytes(root)


def _item(
    parent: etree._Element, council: DemoCouncil, meeting: DemoMeeting, item: DemoItem, base: str
) -> None:
    node, day = etree.SubElement(parent, "agendaitem"), _day(meeting.held_on)
    _put(node, agendaitemid=item.number, agendaitemtitle=_twice(item.title))
    _put(node, agendatext=_word(item.text), actualmeetingdate=day)
    _put(node, agendaitemnumber=item.position, agendaitemsubnumber="")
    _put(node, fulldisplaynumberformat=f"{item.position}.", authorusername="")
    _put(node, minutesnonemptyhtmlbody=_word(item.minutes) if item.minutes else "")
    _put(node, isdecision=False, isminutepublished=bool(item.minutes))
    _put(node, isrestricted=item.restricted, isdisplayallowed=True, meetingdate=day)
    _put(node, meetingtime="6.30 pm", preferreddate=day)
    _put(node, refertocommittee=_twice(meeting.committee.title))
    linked = etree.SubElement(node, "linkeddocuments")
    for document in item.documents:
        _linked(linked, council, meeting, item, document, base)


def _linked(
    parent: etree._Element,
    council: DemoCouncil,
    meeting: DemoMeeting,
    item: DemoItem,
    document: DemoDocument,
    base: str,
) -> None:
    node, day = etree.SubElement(parent, "linkeddoc"), _day(meeting.held_on)
    _put(node, attachmentid=document.attachment, title=_twice(document.title), isurl=False)
    _put(node, url=f"{base}/{document_path(council, document)}")
    _put(node, isrestricted=document.restricted)
    _put(node, restrictionsRef="3" if document.restricted else "", itemnum=item.position)
    _put(node, publicationdate=_day(document.published), meetingdate=day, decisiondate=day)
    _put(node, committeetitle=_twice(meeting.committee.title), isdecisionattachment=False)
    _put(node, ownertitle=_twice(item.title))


def document_path(council: DemoCouncil, document: DemoDocument) -> str:
    """Where an item's document lies, relative to the base, with its literal spaces."""
    if council.links == "convert":
        return f"mgConvert2PDF.aspx?ID={document.attachment}"
    return f"documents/s{document.attachment}/{document.filename}"


def _attendees(root: etree._Element, base: str) -> None:
    parent = etree.SubElement(root, "attendees")
    for number, name, role in _ATTENDEES:
        node = etree.SubElement(parent, "attendee", membertype="U", memberid=number)
        node.attrib.update({"name": name, "roledescription": role, "attendance": "Expected"})
        _put(node, url=f"{base}/mgUserInfo.aspx?UID={number}")


def _put(parent: etree._Element, **values: object) -> None:
    """Append one element for each value, in the given order; booleans read `True`/`False`."""
    for name, value in values.items():
        etree.SubElement(parent, name).text = str(value)


def _twice(text: str) -> str:
    """Text escaped once here and once more by the XML: a reader must unescape twice."""
    return escape(text)


def _word(text: str) -> str:
    inner = f'<p class="MsoNormal">{escape(text)}</p>'
    return f'<div class="WordSection1">\n{inner}\n</div>\n'


def _status(meeting: DemoMeeting) -> str:
    return "Cancelled" if meeting.cancelled else "Confirmed"


def _day(on: date) -> str:
    return f"{on:%d/%m/%Y}"


def _bytes(root: etree._Element) -> bytes:
    body: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return body

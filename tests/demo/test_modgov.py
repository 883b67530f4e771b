from datetime import date
from html import unescape

from lxml import etree

from demo.modgov import committees_xml, document_path, meeting_xml, meetings_xml
from demo.shapes import DemoCouncil, World

BASE = "http://democracy.aldermere.test:8080"


def texts(root: etree._Element, name: str) -> list[str]:
    return [node.text or "" for node in root.iter(name)]


def council(world: World, code: str) -> DemoCouncil:
    return next(one for one in world.councils if one.code == code)


def test_committees(world: World) -> None:
    root = etree.fromstring(committees_xml(council(world, "XAL")))
    assert root.tag == "committees"
    assert texts(root, "committeescount") == [" 6"]
    assert len(texts(root, "committeeid")) == 6


def test_titles_are_escaped_twice(world: World) -> None:
    raw = committees_xml(council(world, "XAL"))
    assert b"Children&amp;#x27;s" in raw
    title = texts(etree.fromstring(raw), "committeetitle")[3]
    assert unescape(title) == "Children's Services Scrutiny Committee"


def test_meetings_within_limits(world: World) -> None:
    one = council(world, "XAL")
    raw = meetings_xml(one, 0, "01/01/2024", "31/12/2024")
    dates = texts(etree.fromstring(raw), "meetingdate")
    assert dates and all(text.endswith("/2024") for text in dates)
    only = etree.fromstring(meetings_xml(one, 101, "", ""))
    assert set(texts(only, "committeeid")) == {"101"}
    assert texts(only, "meetingscount")[0].startswith(" ")


def test_one_council_ignores_the_limits_and_all_ignore_iso_dates(world: World) -> None:
    ignoring, obeying = council(world, "XBR"), council(world, "XTH")
    asked = etree.fromstring(meetings_xml(ignoring, 0, "01/01/2024", "31/01/2024"))
    assert len(texts(asked, "meetingid")) == len(ignoring.meetings)
    iso = etree.fromstring(meetings_xml(obeying, 0, "2024-01-01", "2024-01-31"))
    assert len(texts(iso, "meetingid")) == len(obeying.meetings)


def test_a_meeting_has_the_recorded_shape(world: World) -> None:
    one = council(world, "XAL")
    root = etree.fromstring(meeting_xml(one, one.meetings[2], BASE))
    assert root.tag == "meeting" and root.findtext("meetingstatus") == "Confirmed"
    linked = root.findall("agendaitems/agendaitem/linkeddocuments/linkeddoc")
    assert len(linked) == 3
    url = linked[0].findtext("url") or ""
    assert url.startswith(f"{BASE}/documents/s") and " " in url
    assert linked[0].findtext("isrestricted") == "False"
    assert date(2023, 4, 19).strftime("%d/%m/%Y") == root.findtext("meetingdate")
    assert (root.findtext("agendaitems/agendaitem/agendatext") or "").startswith("<div")


def test_a_cancelled_meeting_has_no_items(world: World) -> None:
    for one in world.on("modgov", service=True):
        cancelled = next(meeting for meeting in one.meetings if meeting.cancelled)
        root = etree.fromstring(meeting_xml(one, cancelled, BASE))
        assert root.findtext("meetingstatus") == "Cancelled"
        assert not root.findall(".//linkeddoc")


def test_the_converting_council_names_no_files(world: World) -> None:
    one = council(world, "XBR")
    document = one.item_documents[0]
    assert document_path(one, document) == f"mgConvert2PDF.aspx?ID={document.attachment}"

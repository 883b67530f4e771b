from urllib.parse import quote

from lxml import html

from demo.pages import committees_page, meeting_page, meetings_page
from demo.shapes import World


def test_the_committees_page_looks_like_the_system(world: World) -> None:
    page = committees_page(world.councils[0])
    assert b'<div id="modgov">' in page and b"<!-- modern.gov reverse CMS: undefined -->" in page


def test_meetings_of_a_year(world: World) -> None:
    council = world.councils[0]
    committee = council.committees[0]
    rows = html.fromstring(meetings_page(council, committee, 2024)).cssselect("li a")
    assert rows and all("2024" in row.text for row in rows)
    assert len(html.fromstring(meetings_page(council, committee, 0)).cssselect("li")) > len(rows)


def test_the_meeting_page_names_pack_agenda_and_minutes(world: World) -> None:
    council = world.councils[0]
    meeting = next(one for one in council.meetings if one.extras)
    tree = html.fromstring(meeting_page(council, meeting))
    links = [link.get("href") for link in tree.cssselect("a.mgLinks")]
    assert [link.rpartition("?T=")[2] for link in links] == ["0", "1", "10"]
    assert all(link.startswith(f"documents/g{meeting.number}/") for link in links)
    assert quote(links[0]) != links[0]


def test_a_restricted_document_is_named_and_not_linked(world: World) -> None:
    council = world.councils[0]
    meeting = next(one for one in council.meetings if any(i.restricted for i in one.items))
    page = meeting_page(council, meeting).decode()
    restricted = next(one for one in meeting.documents if one.restricted)
    assert "(Restricted)" in page and f"s{restricted.attachment}/" not in page

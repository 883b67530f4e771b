from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lxml import etree, html

from demo.server import CountyServer
from demo.shapes import World

if TYPE_CHECKING:
    from tests.demo.conftest import Browser

NOTICES = "notices.county.test"
SEARCH = "/Published/Notices/OCDS/Search"


def test_every_public_document_of_the_service_can_be_fetched(
    browser: Browser, world: World, server: CountyServer
) -> None:
    """Walks XML and HTML as a crawler does; restricted documents are left alone."""
    for council in world.on("modgov", service=True):
        meetings = etree.fromstring(
            browser.get(council.host, "/mgWebService.asmx/GetMeetings?lCommitteeId=0")[1]
        )
        for number in (node.text for node in meetings.iter("meetingid")):
            target = f"/mgWebService.asmx/GetMeeting?lMeetingId={number}"
            status, body, _ = browser.get(council.host, target)
            if status != 200:
                continue
            for linked in etree.fromstring(body).iter("linkeddoc"):
                if linked.findtext("isrestricted") == "False":
                    parts = urlsplit(linked.findtext("url") or "")
                    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
                    assert browser.get(council.host, target, "HEAD")[0] == 200
    statuses = [request.status for request in server.requests]
    assert statuses.count(500) == 1 and not server.restricted
    assert len(statuses) > 250


def test_packs_are_reached_through_the_meeting_page(browser: Browser, world: World) -> None:
    council = world.councils[2]
    meeting = next(one for one in council.meetings if one.extras)
    target = f"/ieListDocuments.aspx?CId={meeting.committee.number}&MId={meeting.number}&Ver=4"
    tree = html.fromstring(browser.get(council.host, target)[1])
    for link in tree.cssselect("a.mgLinks"):
        status, body, headers = browser.get(council.host, "/" + link.get("href"))
        assert (status, headers["Content-Type"]) == (200, "application/pdf")
        assert body.startswith(b"%PDF-")
    untyped = link.get("href").partition("?")[0]
    assert browser.get(council.host, "/" + untyped)[0] == 404


def test_not_modified(browser: Browser, world: World) -> None:
    council = world.councils[1]
    target = f"/mgConvert2PDF.aspx?ID={council.item_documents[0].attachment}"
    status, body, headers = browser.get(council.host, target)
    assert status == 200 and body
    status, body, again = browser.get(council.host, target, If_None_Match=headers["ETag"])
    assert (status, body, again["ETag"]) == (304, b"", headers["ETag"])
    # The connection is still good after an answer without a body.
    assert browser.get(council.host, target, If_None_Match='"other"')[0] == 200


def test_restricted_documents_refuse_and_are_logged(
    browser: Browser, world: World, server: CountyServer
) -> None:
    for council in world.on("modgov"):
        number = next(one for one in council.item_documents if one.restricted).attachment
        for target in (f"/documents/s{number}/Any name.pdf", f"/mgConvert2PDF.aspx?ID={number}"):
            assert browser.get(council.host, target)[0] == 401
    assert len(server.restricted) == 8


def test_robots_closes_one_folder_of_one_council(browser: Browser, world: World) -> None:
    rules = {c.code: browser.get(c.host, "/robots.txt")[1].decode() for c in world.councils}
    assert [code for code, text in rules.items() if "Disallow: /" in text] == ["XTH"]
    assert "Disallow: /ieDecisionDetails.aspx" in rules["XTH"]
    closed = world.councils[2].closed_attachment
    assert f"Disallow: /documents/s{closed}/" in rules["XTH"]
    assert browser.get(NOTICES, "/robots.txt")[0] == 200


def test_unknown_hosts_and_paths_are_not_found(browser: Browser, world: World) -> None:
    assert browser.get("elsewhere.test", "/")[0] == 404
    for target in ("/nothing", "/mgWebService.asmx/GetMeeting?lMeetingId=1", "/documents/s1/a.pdf"):
        assert browser.get(world.councils[0].host, target)[0] == 404


def test_the_port_of_the_host_header_does_not_matter(server: CountyServer, world: World) -> None:
    answer = server.answer(f"{world.councils[0].host.upper()}:1", "/")
    assert answer.status == 200


def test_notices_page_by_cursor_in_two_encodings(browser: Browser, world: World) -> None:
    target, seen, charsets = f"{SEARCH}?limit=9&publishedFrom=2023-01-01", [], set()
    while target:
        status, body, headers = browser.get(NOTICES, target)
        charset = headers["Content-Type"].rpartition("charset=")[2]
        charsets.add(charset)
        package = json.loads(body.decode(charset))
        assert status == 200
        seen += [release["id"] for release in package["releases"]]
        parts = urlsplit(package.get("links", {}).get("next", ""))
        target = f"{parts.path}?{parts.query}" if parts.path else ""
    assert sorted(seen) == sorted(release["id"] for release in world.notices)
    assert charsets == {"utf-8", "iso-8859-1"}


def test_one_release_and_a_bad_date(browser: Browser, world: World) -> None:
    release = world.notices[0]
    body = browser.get(NOTICES, f"/Published/OCDS/Release/{release['id']}")[1]
    assert json.loads(body)["releases"] == [release]
    assert browser.get(NOTICES, f"{SEARCH}?publishedFrom=soon")[0] == 400
    assert browser.get(NOTICES, "/Published/OCDS/Release/none")[0] == 404


def test_head_has_no_body(browser: Browser, world: World) -> None:
    status, body, headers = browser.get(world.councils[0].host, "/robots.txt", "HEAD")
    assert (status, body) == (200, b"") and int(headers["Content-Length"]) > 0


def test_a_given_port_is_used_and_set_free() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for _ in range(2):
        with CountyServer(port) as server:
            assert server.port == port

from __future__ import annotations

import gzip
import http.client
from typing import TYPE_CHECKING

import pytest

from demo.server import CountyServer
from demo.spoils import BOMB_BYTES, CHALLENGES, ENDLESS_MEETINGS, REDIRECTS, SPOILS
from demo.study import council_codes
from demo.trouble import SECRET_HOSTS, Trouble, troubles

if TYPE_CHECKING:
    from tests.demo.conftest import Browser

SERVICE = "/mgWebService.asmx/"
PAPER = "/documents/s{}/Paper.pdf"


def council(trouble: str) -> Trouble:
    (found,) = (one for one in troubles() if one.trouble == trouble)
    return found


def paper(trouble: str, number: int = 0) -> tuple[str, str]:
    """The host and the path of one of a council's papers."""
    one = council(trouble).council
    return one.host, PAPER.format(one.item_documents[number].attachment)


def test_every_trouble_has_a_council_of_its_own() -> None:
    names = [one.trouble for one in troubles()]
    assert sorted(names) == sorted(SPOILS)
    assert len({one.council.host for one in troubles()}) == len(names)
    assert {one.council.code for one in troubles()} < council_codes()
    assert all(host.endswith(".test") for one in troubles() for host in one.hosts)


def test_the_quick_ones_wait_for_nothing(server: CountyServer) -> None:
    for one in troubles():
        if not one.trial:
            answers = [server.answer(host, f"{SERVICE}GetCommittees") for host in one.hosts]
            assert all(answer.wait_seconds == 0 for answer in answers)


@pytest.mark.parametrize("name", CHALLENGES)
@pytest.mark.parametrize("part", ["xml", "html", "document"])
def test_challenges_stand_in_place_of_one_part(browser: Browser, name: str, part: str) -> None:
    host, path = paper(f"{name}-{part}")
    targets = {"xml": f"{SERVICE}GetCommittees", "html": "/ieListDocuments.aspx", "document": path}
    challenge = CHALLENGES[name].encode()
    found = {key for key, target in targets.items() if browser.get(host, target)[1] == challenge}
    assert found == {part}
    assert browser.get(host, "/robots.txt")[1].startswith(b"User-agent")


def test_every_other_paper_redirects_elsewhere(browser: Browser) -> None:
    found = {}
    for number, name in enumerate(REDIRECTS):
        status, _, headers = browser.get(*paper("redirects", 2 * number))
        assert status == 302
        found[name] = headers["Location"]
    assert found["metadata"].startswith("http://169.254.169.254/")
    assert found["loopback"] == f"http://127.0.0.1:{browser.port}/secret"
    assert found["itself"].endswith(paper("redirects", 2 * list(REDIRECTS).index("itself"))[1])
    assert browser.get(*paper("redirects", 1))[0] == 200
    host = council("redirects").council.host
    assert browser.get(host, "/circle/0")[2]["Location"].endswith("/circle/1")


def test_secrets_are_there_to_be_found(server: CountyServer) -> None:
    assert {server.answer(host, "/secret").status for host in SECRET_HOSTS} == {200}


def test_a_moved_council_answers_at_its_new_host(browser: Browser) -> None:
    old, new = council("moved").hosts
    status, _, headers = browser.get(old, f"{SERVICE}GetMeeting?lMeetingId=1")
    assert status == 301
    assert headers["Location"] == f"http://{new}:{browser.port}{SERVICE}GetMeeting?lmeetingid=1"
    status, body, _ = browser.get(new, f"{SERVICE}GetCommittees")
    assert status == 200 and b"Cabinet" in body


def test_too_many_requests_once(browser: Browser) -> None:
    host, target = council("busy-seconds").council.host, f"{SERVICE}GetCommittees"
    status, _, headers = browser.get(host, target)
    assert (status, headers["Retry-After"]) == (429, "1")
    assert browser.get(host, target)[0] == 200
    _, _, headers = browser.get(council("busy-date").council.host, target)
    assert headers["Retry-After"].endswith("GMT")
    assert "Retry-After" not in browser.get(council("busy-silent").council.host, target)[2]


def test_more_meetings_than_asked_for_and_results_without_end(browser: Browser) -> None:
    host = council("endless").council.host
    target = f"{SERVICE}GetMeetings?lCommitteeId=201&sFromDate=01/02/2026&sToDate=28/02/2026"
    assert browser.get(host, target)[1].count(b"<meetingid>") == ENDLESS_MEETINGS + 1
    assert b"PG=78" in browser.get(host, "/ieSearchResults2.aspx?SS=x&PG=77")[1]


@pytest.mark.parametrize("trouble", ["cut-document", "cut-chunks"])
def test_an_answer_breaks_off(browser: Browser, trouble: str) -> None:
    with pytest.raises(http.client.IncompleteRead):
        browser.get(*paper(trouble))


@pytest.mark.parametrize("trouble", ["huge", "huge-chunks"])
def test_two_gigabytes_are_poured_for_as_long_as_they_are_taken(
    browser: Browser, server: CountyServer, trouble: str
) -> None:
    host, path = paper(trouble)
    browser.connection.request("GET", path, headers={"Host": host})
    answer = browser.connection.getresponse()
    assert answer.read(2**21).startswith(b"%PDF-1.4\n%%%%")
    assert answer.chunked is (trouble == "huge-chunks")
    answer.close()
    browser.connection.close()
    assert 2**20 < server.poured < 2**27


def test_a_bomb_unpacks_to_a_thousand_times_its_size(browser: Browser) -> None:
    _, body, headers = browser.get(*paper("bomb-document"))
    assert headers["Content-Encoding"] == "gzip"
    assert len(gzip.decompress(body)) == BOMB_BYTES > 900 * len(body)


def test_dates_are_wrong(browser: Browser) -> None:
    host = council("dates").council.host
    body = browser.get(host, f"{SERVICE}GetMeetings?lCommitteeId=201")[1]
    assert b"<meetingdate>31/02/2026<" in body and b"<meetingdate>2026-03-18<" in body


def test_links_hold_a_password(browser: Browser) -> None:
    one = council("credentials").council
    body = browser.get(one.host, f"{SERVICE}GetMeeting?lMeetingId={one.meetings[0].number}")[1]
    assert f"http://clerk:secret@{one.host}:{browser.port}/documents/".encode() in body


def test_one_site_changes_from_day_to_day(browser: Browser, server: CountyServer) -> None:
    one = council("changing").council
    listing = f"{SERVICE}GetMeeting?lMeetingId={one.meetings[0].number}"

    def seen() -> tuple[int, int, list[int], bytes]:
        statuses = [browser.get(*paper("changing", number))[0] for number in range(4)]
        listed = browser.get(one.host, listing)[1].count(b"<linkeddoc>")
        return listed, statuses.count(200), statuses, browser.get(*paper("changing"))[1]

    first = seen()
    assert first[:2] == (4, 4)
    server.clock.day += 1
    second = seen()
    assert second[:3] == (3, 2, [200, 404, 404, 200])
    assert second[3] != first[3]
    server.clock.day = 6
    assert seen() == (4, 4, [200] * 4, second[3])

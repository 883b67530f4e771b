"""What CMIS pages say, recorded ones and hostile ones."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import Broken
from crawler import cmis
from crawler.cmis import NotCmis

BASE = "https://birmingham.cmis.uk.com/birmingham/"
PAGE = f"{BASE}Meetings.aspx"
SEARCH = "https://cmis.harborough.gov.uk/cmis5/Search.aspx"
Recorded = Callable[[str], bytes]


@pytest.fixture
def recorded(testdata: Path) -> Recorded:
    return lambda name: (testdata / "samples" / name).read_bytes()


def month(*rows: str) -> bytes:
    return "".join(
        f'<table><tr class="rgRow"><td class="SimpleCalendarDate">{row}</td></tr></table>'
        for row in rows
    ).encode()


def test_recorded_calendar_and_its_tab(recorded: Recorded) -> None:
    found = cmis.calendar(recorded("lgsf/cmis_base.html"), f"{PAGE}?x=1")
    assert (found.page, found.module, found.tab) == (PAGE, "397", "")
    assert found.month("2026-06") == (
        f"{PAGE}?ctl=MeetingCalendarPublicNoJava&mid=397&Date=2026-06-01"
    )
    listed = cmis.calendar(recorded("lgsf/cmis_listview.html"), found.list_view)
    assert listed.month("2026-06") == (
        f"{BASE}Meetings/tabid/70/ctl/MeetingCalendarPublicNoJava/mid/397/Date/2026-06-01/Default.aspx"
    )


def test_recorded_month(recorded: Recorded) -> None:
    found = cmis.meetings(recorded("lgsf/cmis_calendar_month.html"), PAGE, "2026-06")
    assert sorted((one.number, one.held_on.day, one.title) for one in found) == [
        ("15028", 8, "Licensing Sub-Committee A"),
        ("15029", 9, "Licensing Sub-Committee B"),
        ("15030", 9, "Licensing Sub-Committee B"),
        ("15099", 30, "Planning Committee"),
    ]


@pytest.mark.parametrize(
    ("asked", "said"), [("2025-06", "another year"), ("2026-07", "another month")]
)
def test_an_answer_for_another_month_is_not_taken(
    recorded: Recorded, asked: str, said: str
) -> None:
    with pytest.raises(Broken, match=said):
        cmis.meetings(recorded("lgsf/cmis_calendar_month.html"), PAGE, asked)


def test_an_impossible_day_is_named() -> None:
    with pytest.raises(Broken, match="does not have"):
        cmis.meetings(month("Monday, 31 June"), PAGE, "2026-06")


def test_days_of_the_months_beside_are_left_out() -> None:
    assert cmis.meetings(month("Sunday, 31 May", "Monday, 1 June"), PAGE, "2026-06") == []


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("cmis_detail_no_minutes", ["m7-agenda-contents"]),
        (
            "cmis_detail_with_minutes",
            ["m7-final-planning-minutes-16042026", "m7-final-agenda-reports-9th-july-2026"],
        ),
        ("cmis_meeting_summary", ["m7-minutes-of-the-previous-meeting"]),
    ],
)
def test_recorded_meetings(recorded: Recorded, name: str, numbers: list[str]) -> None:
    found = cmis.meeting(recorded(f"lgsf/{name}.html"), PAGE, "7")
    assert [one.number for one in found.documents] == numbers
    assert all("/Document.ashx?" in one.url for one in found.documents)
    assert not any(one.restricted for one in found.documents)


def test_recorded_summary(recorded: Recorded) -> None:
    found = cmis.meeting(recorded("lgsf/cmis_meeting_summary.html"), PAGE, "7")
    assert (found.committee, found.held_on) == ("Licensing Sub-Committee A", date(2026, 8, 3))
    assert (found.status, found.cancelled) == ("Scheduled", False)


def test_papers_without_a_link_or_marked_are_kept_from_the_public() -> None:
    body = (
        '<div class="ModCMISMeetingsC"><ul><li class="DocumentListItem"><a class="TitleLink">A</a>'
        '</li><li class="DocumentListItem"><a class="TitleLink" href="/Document.ashx?x">B</a> '
        '(Restricted)</li><li class="DocumentListItem"><a class="TitleLink" '
        'href="/Document.ashx?y">C</a></li></ul></div>'
    )
    found = cmis.meeting(body.encode(), PAGE, "7").documents
    assert [(one.title, one.restricted) for one in found] == [
        ("A", True),
        ("B", True),
        ("C", False),
    ]


def test_numbers_do_not_hang_on_tokens_and_are_never_shared() -> None:
    titles = ["Budget", "Budget", "Budget!", "x " * 50, "x " * 50, "", "Grün & Söhne"]
    seen: dict[str, int] = {}
    numbers = [cmis.document_number("7", title, seen) for title in titles]
    assert numbers[0] == "m7-budget"
    assert len(set(numbers)) == len(titles)
    assert all(len(one) < 64 for one in numbers)
    again: dict[str, int] = {}
    assert [cmis.document_number("7", title, again) for title in titles] == numbers


def test_recorded_search_form(recorded: Recorded) -> None:
    form = cmis.search_form(recorded("cmis/cmis_search_harborough_form.html"), SEARCH)
    assert (form.url, form.control) == (SEARCH, "dnn$ctr424$ViewCMIS_Search")
    asked = form.asking("risk based verification")
    assert asked["dnn$ctr424$ViewCMIS_Search$SimpleSearchFor"] == '"risk based verification"'
    assert asked["__EVENTTARGET"] == "dnn$ctr424$ViewCMIS_Search$SimpleSearchSubmit"
    assert asked["__VIEWSTATE"].startswith("FAKE") and asked["__EVENTVALIDATION"]
    assert "dnn$ctr424$ViewCMIS_Search$SimpleSearchSubmit" not in asked


def test_recorded_results(recorded: Recorded) -> None:
    content = recorded("cmis/cmis_search_harborough_council_page1.html")
    found = cmis.results(content, SEARCH)
    assert (len(found.hits), found.loose) == (10, 0)
    assert found.following == ("dnn$ctr424$ViewCMIS_Search$grdDocuments", "Page$2")
    last = found.hits[-1]
    assert last.title == "Environmental Services Contract Procurement Award"
    assert (last.meeting.number, last.meeting.title) == ("6074", "Cabinet")
    assert last.meeting.held_on == date(2026, 9, 1)
    turning = cmis.search_form(content, SEARCH).turning(*found.following)
    assert turning["__EVENTARGUMENT"] == "Page$2"
    assert turning["dnn$ctr424$ViewCMIS_Search$SimpleSearchFor"] == "council"


def test_recorded_search_without_results(recorded: Recorded) -> None:
    found = cmis.results(recorded("cmis/cmis_search_no_results.html"), SEARCH)
    assert found == cmis.Results((), None)


def test_the_pages_to_try(recorded: Recorded) -> None:
    links = (
        '<a href="/birmingham/Committees.aspx">C</a><a href="Meetings.aspx?x=1">M</a>'
        '<a href="/Kalender.aspx">The calendar of meetings</a><a href="/Other.aspx">Other</a>'
    )
    assert cmis.places(links.encode(), f"{BASE}Councillors.aspx") == [
        PAGE,
        f"{BASE}Committees.aspx",
        "https://birmingham.cmis.uk.com/Kalender.aspx",
    ]
    home = "https://moray.cmis.uk.com/"
    assert cmis.folders(f"{home}moray/Council/Councillors.aspx") == [
        f"{home}moray/Council/",
        f"{home}moray/",
        home,
    ]
    assert cmis.folders(f"{home}d/Councillors/tabid/63/Default.aspx")[0] == f"{home}d/Councillors/"


def test_what_is_not_cmis_is_not_recognised(testdata: Path) -> None:
    folder = testdata / "samples/recorded/modgov-weca"
    for path in [*folder.glob("*"), *(testdata / "samples/moderngov").glob("*.html")]:
        content = path.read_bytes()
        with pytest.raises(NotCmis):
            cmis.calendar(content, PAGE)
        with pytest.raises(NotCmis):
            cmis.meetings(content, PAGE, "2026-06")
        with pytest.raises(NotCmis):
            cmis.meeting(content, PAGE, "7")
        with pytest.raises(NotCmis):
            cmis.search_form(content, PAGE)


@given(st.binary(max_size=300))
def test_nothing_whatever_ends_in_a_traceback(content: bytes) -> None:
    for parse in (cmis.calendar, cmis.search_form, cmis.results):
        with pytest.raises(Broken):
            parse(content, PAGE)
    with pytest.raises(Broken):
        cmis.meetings(content, PAGE, "2026-06")

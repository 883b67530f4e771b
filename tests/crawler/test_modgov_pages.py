"""Modern.Gov's pages and its search, recorded ones, each quirk, and what is no such page."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import Broken
from crawler import modgov_pages, modgov_search
from crawler.modgov import Committee
from crawler.modgov_pages import NotModgov

BASE = "https://x.test/mg/"
HERE = f"{BASE}ieListDocuments.aspx?CId=1&MId=2&Ver=4"
AUDIT = Committee("1", "Audit")
YEAR = (date(2016, 1, 1), date(2016, 12, 31))


def page(body: str) -> bytes:
    return f'<html><body><div id="modgov">{body}</div></body></html>'.encode()


def items(*cells: str) -> bytes:
    rows = "".join(
        f'<tr><td class="mgItemNumberCell"><p><a name="AI{n}"></a>{n}.</p></td><td>{cell}</td></tr>'
        for n, cell in enumerate(cells, 1)
    )
    return page(f'<table class="mgItemTable">{rows}</table>')


def weca(testdata: Path, name: str) -> bytes:
    return next((testdata / "samples/recorded/modgov-weca").glob(f"*{name}*")).read_bytes()


def result(testdata: Path, name: str) -> modgov_search.Results:
    path = testdata / f"samples/moderngov/moderngov_search_{name}.html"
    url = f"{BASE}ieSearchResults2.aspx?SS=x&PG=1"
    return modgov_search.results(path.read_bytes(), url)


def test_recorded_meeting_page(testdata: Path) -> None:
    found = modgov_pages.meeting(weca(testdata, "0020"), HERE)
    assert (found.held_on, found.cancelled) == (date(2026, 6, 1), False)
    assert found.committee.number == "143"
    assert found.committee.title.endswith("Overview & Scrutiny Committee")
    assert [(one.number, one.item_number, one.kind) for one in found.linked] == [
        ("10024", "4", "minutes"),
        ("11563", "5", "report"),
        ("11567", "5", "report"),
        ("11500", "7", "report"),
        ("11505", "7", "appendix"),
        ("11502", "7", "appendix"),
    ]
    assert found.linked[2].title == "Statements - O&S Ctte - 1 June 2026"
    assert not any(one.restricted for one in found.linked)
    assert [one.number for one in found.files] == ["g718-t0", "b2586", "b2587"]
    assert found.anchors["AI4699"] == "5"


def test_pages_of_other_sites_are_not_modern_gov(testdata: Path) -> None:
    folder = testdata / "samples/recorded/modgov-weca"
    others = [one for one in folder.glob("*") if "_src-weca-0015" not in one.name]
    others = [one for one in others if "_src-weca-0020" not in one.name]
    others += (testdata / "samples/cmis").glob("*.html")
    others += (testdata / "samples/recorded/modgov-xml").glob("*.xml")
    assert len(others) > 35
    for path in others:
        for parse in (modgov_pages.committees, modgov_pages.meeting):
            with pytest.raises(Broken):
                parse(path.read_bytes(), HERE)


def test_the_search_form_lists_past_committees(testdata: Path) -> None:
    simple = testdata / "samples/moderngov/moderngov_doc_search_form.html"
    with pytest.raises(Broken, match="lists no committees"):
        modgov_pages.searchable(simple.read_bytes())
    options = '<option value="0">[All]</option><option value="7">Old &amp;#38; gone</option>'
    form = page(f'<select id="CommitteeId">{options}</select>')
    assert modgov_pages.searchable(form) == [Committee("7", "Old & gone")]


def test_committees_are_listed_once_whatever_the_case() -> None:
    links = (
        '<a href="MGCommitteeDetails.aspx?Id=3&amp;bcr=1">Audit<span class="mgHide">!</span></a>'
    )
    assert modgov_pages.committees(page(links * 2), BASE) == [Committee("3", "Audit")]
    with pytest.raises(NotModgov, match="lists no committee"):
        modgov_pages.committees(page("<p>Welcome</p>"), BASE)


def test_meetings_have_days_and_are_cancelled() -> None:
    link = "ieListDocuments.aspx?CId=1&amp;{}=0{}&amp;Ver=4"
    rows = [
        f'<li><a href="{link.format("MId", 11)}">16 Jan 2024 2.00 pm</a></li>',
        f'<li><a href="{link.format("MID", 12)}">Meeting</a> 3rd February, 2024 - CANCELLED</li>',
        f'<li><a href="{link.format("MId", 11)}">again</a></li>',
    ]
    found = modgov_pages.meetings(page("".join(rows)), BASE, AUDIT)
    assert [(one.number, one.held_on, one.cancelled) for one in found] == [
        ("11", date(2024, 1, 16), False),
        ("12", date(2024, 2, 3), True),
    ]


def test_a_meeting_without_a_day_is_told_and_not_dropped() -> None:
    link = '<li><a href="ieListDocuments.aspx?CId=1&amp;MId=5">Next meeting</a></li>'
    with pytest.raises(Broken, match="meeting 5"):
        modgov_pages.meetings(page(link), BASE, AUDIT)


@pytest.mark.parametrize(
    ("href", "number"),
    [
        ("documents/s12/A B.pdf", "12"),
        ("documents/s12/A\r\nB.pdf#search=%22x%22", "12"),
        ("mgConvert2PDF.aspx?ID=12", "12"),
        ("mgconvert2pdf.aspx?id=12&ISATT=1", "12"),
        ("mgConvert2PDF.aspx?ID=12&T=0", ""),
        ("documents/g12/Agenda.pdf?T=0", ""),
        ("mgAi.aspx?ID=12", ""),
    ],
)
def test_papers_have_the_number_that_the_service_gives(href: str, number: str) -> None:
    assert modgov_pages.paper_number(modgov_pages.join(BASE, href)) == number


def test_converting_sites_give_packs_under_the_same_numbers() -> None:
    links = [f'<a href="mgConvert2PDF.aspx?ID=718&amp;T={sort}">x</a>' for sort in (0, 10, 9)]
    found = modgov_pages.meeting(page("".join(links)), HERE)
    assert [one.number for one in found.files] == ["g718-t0", "g718-t10", "b718"]


def test_papers_kept_from_the_public_are_marked_wherever_it_says_so() -> None:
    paper = '<a href="documents/s{}/x.pdf">Paper {}</a>'
    reasons = '<a href="mgReasonsRestricted.aspx?OID=1&amp;OT=A">View reasons</a>'
    found = modgov_pages.meeting(
        items(
            f"<ul><li>{paper.format(1, 1)}</li><li>Appendix A {reasons}</li></ul>",
            f"<ul><li>{paper.format(2, 2)} {reasons}</li><li>Appendix B (Restricted)</li></ul>",
            f'<p class="mgAiTitleTxt">Contract (Exempt)</p><ul><li>{paper.format(3, 3)}</li></ul>',
            f'<p class="mgAiTitleTxt">Staff {reasons}</p><ul><li>{paper.format(4, 4)}</li></ul>',
            f'<p class="mgAiTitleTxt">Restricted byways</p><ul><li>{paper.format(5, 5)}</li></ul>',
        ),
        HERE,
    )
    kept = {one.number or one.title for one in found.linked if one.restricted}
    assert kept == {"Appendix A", "2", "Appendix B (Restricted)", "3", "Staff", "4"}
    assert {one.number for one in found.linked if not one.restricted} == {"1", "5"}


def test_a_cancelled_meeting_says_so_in_its_heading() -> None:
    heading = '<h2 class="mgSubTitleTxt">Audit - Monday, 1st June, 2026 10.30 am - CANCELLED</h2>'
    found = modgov_pages.meeting(page(heading), HERE)
    assert (found.cancelled, found.held_on) == (True, date(2026, 6, 1))
    assert found.committee.title == "Audit"


@given(st.binary(max_size=300))
def test_no_page_whatever_ends_in_a_traceback(content: bytes) -> None:
    for parse in (modgov_pages.committees, modgov_pages.meeting, modgov_search.results):
        with pytest.raises(Broken):
            parse(content, HERE)


def test_recorded_results_of_kent(testdata: Path) -> None:
    found = result(testdata, "kent_substance_misuse")
    assert found.more
    issues = [hit for hit in found.hits if not hit.number]
    assert len(issues) == 6
    assert issues[0].url.endswith("mgIssueHistoryHome.aspx?IId=59835&optionId=0")
    meeting = found.hits[6]
    assert (meeting.number, meeting.held_on, meeting.anchors) == (
        "8594",
        date(2020, 9, 9),
        {"AI54346"},
    )
    assert meeting.committee == Committee(
        "895", "Health Reform and Public Health Cabinet Committee"
    )


def test_recorded_results_of_kirklees_hold_old_meetings_and_documents(testdata: Path) -> None:
    found = result(testdata, "kirklees_drug_and_alcohol")
    assert [hit.number for hit in found.hits if hit.old] == [
        "3776",
        "3764",
        "3745",
        "4628",
        *["3776"] * 2,
    ]
    papers = [number for hit in found.hits for number in hit.linked]
    assert papers == ["49857"]
    files = [number for hit in found.hits for number in hit.files]
    assert files[0] == "old-3776-meeting"
    assert "old-bbbc11011141562s.pdf" in files
    assert len(set(files)) == 6


def test_recorded_search_without_results(testdata: Path) -> None:
    assert result(testdata, "no_results") == modgov_search.Results((), False)


def test_a_page_that_is_no_result_is_not_taken_for_nothing_found() -> None:
    with pytest.raises(Broken, match="does not say that there is none"):
        modgov_search.results(page("<p>Maintenance</p>"), f"{BASE}ieSearchResults2.aspx?PG=1")


def test_recorded_decision_leads_to_its_meeting(testdata: Path) -> None:
    path = testdata / "samples/lgsf/modgov_decision_detail.html"
    (lead,) = modgov_search.leads(path.read_bytes(), f"{BASE}ieDecisionDetails.aspx?ID=1")
    assert (lead.number, lead.held_on) == ("4832", date(2015, 10, 19))
    assert list(lead.linked) == ["7942"]


def test_a_decision_without_a_meeting_has_its_own_day() -> None:
    body = (
        '<p><span class="mgLabel">Publication date: </span>22&#47;10&#47;2015</p>'
        '<ul><li><a href="documents/s9/x.pdf">Notice</a></li>'
        '<li><a href="documents/s8/x.pdf">Hidden</a> '
        '<a href="mgReasonsRestricted.aspx?OID=8">View reasons</a></li></ul>'
    )
    (lead,) = modgov_search.leads(page(body), f"{BASE}ieDecisionDetails.aspx?ID=1")
    assert (lead.number, lead.held_on, list(lead.linked)) == ("", date(2015, 10, 22), ["9"])


def test_phrases_are_quoted_joined_and_split_before_addresses_grow_too_long() -> None:
    phrases = [f"predictive analytics {number}" for number in range(120)]
    found = modgov_search.expressions(BASE, phrases)
    assert len(found) > 1
    assert " OR ".join(found) == " OR ".join(f'"{one}"' for one in phrases)
    for one in found:
        assert len(modgov_search.address(BASE, one, *YEAR, 200)) <= modgov_search.LONGEST_URL


def test_signs_of_the_searchs_own_are_left_out() -> None:
    assert modgov_search.expressions(BASE, ['a "b" (c)*', "***", "S11/2011"]) == [
        '"a b c" OR "S11/2011"'
    ]


def test_the_address_of_a_search_is_that_of_the_recorded_pagers() -> None:
    assert modgov_search.address(BASE, '"a"', *YEAR, 3) == (
        f"{BASE}ieSearchResults2.aspx?SS=%22a%22&SD=01%2F01%2F2016&ED=31%2F12%2F2016"
        "&DT=3&ADV=1&CA=false&SB=true&PG=3"
    )

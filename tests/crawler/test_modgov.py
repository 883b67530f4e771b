"""What Modern.Gov's answers say, recorded ones and hostile ones."""

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import Broken
from crawler import modgov
from crawler.modgov import Committee

AUDIT = Committee("144", "Audit Committee")


@pytest.fixture(scope="session")
def recorded() -> Path:
    folder = os.environ.get("COUNCIL_CORPUS_TESTDATA")
    if not folder:
        pytest.skip("COUNCIL_CORPUS_TESTDATA is not set: recorded answers are not read")
    return Path(folder) / "samples"


def test_recorded_committees(recorded: Path) -> None:
    found = modgov.committees((recorded / "lgsf/committees.xml").read_bytes())
    assert [one.number for one in found] == ["312", "163", "144"]
    assert found[2].title == "Audit Committee"


def test_recorded_meetings(recorded: Path) -> None:
    found = list(modgov.meetings((recorded / "lgsf/meetings.xml").read_bytes(), AUDIT))
    assert [(one.number, one.held_on, one.cancelled) for one in found] == [
        ("4966", date(2026, 1, 13), True),
        ("4967", date(2026, 2, 10), False),
    ]


def test_recorded_meeting_with_papers(recorded: Path) -> None:
    found = list(modgov.linked((recorded / "lgsf/meeting_with_minutes.xml").read_bytes()))
    assert [(one.number, one.kind, one.item_number) for one in found] == [
        ("60860", "minutes", "1"),
        ("60909", "report", "9"),
    ]
    assert found[0].published_on == "2026-02-02"
    assert found[0].url == "https://democracy.manchester.gov.uk/mgConvert2PDF.aspx?ID=60860"
    assert not any(one.restricted or one.is_url for one in found)


def test_recorded_cancelled_meeting(recorded: Path) -> None:
    assert not list(modgov.linked((recorded / "lgsf/meeting_no_minutes.xml").read_bytes()))


def test_recorded_meeting_page(recorded: Path) -> None:
    page = next((recorded / "recorded/modgov-weca").glob("*overview-scrutiny*"))
    url = "https://westofengland-ca.moderngov.co.uk/ieListDocuments.aspx?CId=1&MId=718&Ver=4"
    found = modgov.meeting_files(page.read_bytes(), url)
    assert [(one.number, one.kind) for one in found] == [
        ("g718-t0", "agenda"),
        ("b2586", "other"),
        ("b2587", "other"),
    ]
    assert found[0].title == "Agenda frontsheet"
    assert found[1].title == "Public questions with responses"
    assert " " not in found[0].url
    assert found[0].url.endswith("?T=0")


def test_the_wrong_answer_is_named(recorded: Path) -> None:
    with pytest.raises(Broken, match="<committees> where a <getmeetings>"):
        list(modgov.meetings((recorded / "lgsf/committees.xml").read_bytes(), AUDIT))
    other = next((recorded / "recorded/modgov-xml").glob("*leeds*")).read_bytes()
    with pytest.raises(Broken):
        modgov.committees(other)


def test_text_is_unescaped_twice_and_cleaned() -> None:
    answer = (
        "<committees><committee><committeeid> 3</committeeid><committeetitle>Children&amp;#39;s\n"
        " &amp;amp; Families\u202e</committeetitle></committee></committees>"
    )
    assert modgov.committees(answer.encode()) == [Committee("3", "Children's & Families")]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html><body>Maintenance</body></html>",
        b"<committees><committee>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><committees>&a;</committees>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><committees/>',
        b"\xff\xfe\x00",
    ],
)
def test_what_is_not_the_service_is_broken(answer: bytes) -> None:
    with pytest.raises(Broken):
        modgov.committees(answer)


def test_entities_are_never_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    answer = f'<!DOCTYPE c [<!ENTITY x SYSTEM "{secret.as_uri()}">]><committees>&x;</committees>'
    with pytest.raises(Broken, match="document type"):
        modgov.committees(answer.encode())


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("documents/s1/A B.pdf", "https://x.test/m/documents/s1/A%20B.pdf"),
        ("documents/s1/A\r\nB.pdf#search=%22x%22", "https://x.test/m/documents/s1/AB.pdf"),
        ("/documents/s1/A%20B.pdf", "https://x.test/documents/s1/A%20B.pdf"),
        ("http://x.test/a?T=1", "http://x.test/a?T=1"),
        ("http://[bad", ""),
    ],
)
def test_links_are_joined_and_encoded(href: str, expected: str) -> None:
    assert modgov.join("https://x.test/m/ieListDocuments.aspx?MId=1", href) == expected


@given(st.text(max_size=80))
def test_any_link_joins_without_error(href: str) -> None:
    assert "#" not in modgov.join("https://x.test/m/", href)


@given(st.text(max_size=300))
def test_clean_titles_hold_no_control_characters(text: str) -> None:
    cleaned = modgov.clean(text)
    assert cleaned == " ".join(cleaned.split())
    assert cleaned.isprintable() or not any(ord(letter) < 32 for letter in cleaned)


@pytest.mark.parametrize(
    ("title", "item", "kind"),
    [
        ("Appendix 1 - Minutes of the working group", "", "appendix"),
        ("Printed minutes 10th Feb", "", "minutes"),
        ("6 - CHAIR APPROVED 25 Nov 2025", "Minutes", "minutes"),
        ("Agenda frontsheet", "", "agenda"),
        ("Public reports pack 10 Feb", "", "pack"),
        ("Record of Decision", "", "decision"),
        ("Revenue budget 2026/27", "Budget", "report"),
    ],
)
def test_kinds_are_guessed_from_titles(title: str, item: str, kind: str) -> None:
    assert modgov.kind_of(title, item) == kind


@pytest.mark.parametrize("declared", ["c SYSTEM '{}'", "c [<!ENTITY x SYSTEM '{}'>]"])
def test_a_file_that_a_document_type_names_is_not_even_opened(
    tmp_path: Path, declared: str
) -> None:
    # What is in it could not be read as XML: had it been opened, that would be the complaint.
    named = tmp_path / "named"
    named.write_text("<!ELEMENT <<< &")
    answer = f"<!DOCTYPE {declared.format(named.as_uri())}><committees>&x;</committees>"
    with pytest.raises(Broken, match="document type"):
        list(modgov.committees(answer.encode()))


def test_an_answer_nested_too_deeply_is_broken() -> None:
    with pytest.raises(Broken, match="depth"):
        list(modgov.committees(b"<committees>" * 300 + b"</committees>" * 300))

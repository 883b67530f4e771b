"""Sections and headings: what stands over a place on a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.sections import Sections, headings
from corpus.settings import default_study
from corpus.study import load_study

SECTIONS = Sections(load_study(default_study()).codebook.sections)
REPORT = """3. Helping families sooner

3.1 What was tried
The team looked at records of many kinds, as
it had been asked to do by the committee.

Legal implications
There are none.

5 Glossary
Score: a number.

6. Next steps
More is to come."""


def section(text: str, words: str) -> str:
    start = text.index(words)
    return SECTIONS.on(text).of(start, start + len(words))


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("records", "body"),
        ("There are none", "implications"),
        ("a number", "definitions"),
        ("More is", "body"),
    ],
)
def test_a_section_goes_from_its_heading_to_the_next(words: str, kind: str) -> None:
    assert section(REPORT, words) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Risk scores ........ 12", "contents"),
        ("One ...... 1\nTwo ..... 2\nRisk scores  14\nThree .... 5", "contents"),
        ("Background papers\nRisk scores, a paper of 2021", "references"),
        ("System | Use\nRisk scores | Housing", "table"),
        ("Risk scores are made.\nContents insurance is another matter.", "body"),
        ("The contents of this report are many\nRisk scores", "body"),
    ],
)
def test_kinds(text: str, kind: str) -> None:
    assert section(text, "Risk scores") == kind


def test_headings_have_their_numbers() -> None:
    found = [(heading.text, heading.number) for heading in headings(REPORT)]
    assert found == [
        ("3. Helping families sooner", "3"),
        ("3.1 What was tried", "3.1"),
        ("Legal implications", ""),
        ("5 Glossary", "5"),
        ("6. Next steps", "6"),
    ]


def test_the_path_goes_up_by_the_numbers() -> None:
    page = SECTIONS.on(REPORT)
    assert page.path(REPORT.index("records")) == [
        "3. Helping families sooner",
        "3.1 What was tried",
    ]
    assert page.path(REPORT.index("There are")) == ["Legal implications"]
    assert page.path(0) == ["3. Helping families sooner"]
    assert SECTIONS.on("no heading at all").path(4) == []


@pytest.mark.parametrize(
    "line",
    [
        "a line that begins small",
        "This is a sentence that ends.",
        "Name | Number",
        "12",
        "The council has looked at this matter with care and will do so\nagain next year",
    ],
)
def test_what_is_no_heading(line: str) -> None:
    assert headings(line) == []


@given(st.text(alphabet="aA1. |\n\tÉ-:", max_size=200))
def test_headings_are_ordered_and_stand_where_they_say(text: str) -> None:
    found = headings(text)
    assert all(text[one.start : one.end] == one.text for one in found)
    assert [one.start for one in found] == sorted({one.start for one in found})

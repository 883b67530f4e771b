from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

from demo.shapes import World
from demo.text import is_analytics
from demo.world import build_world


def test_the_same_county_each_time(world: World) -> None:
    build_world.cache_clear()
    assert build_world() == world


def test_seven_councils_under_the_reserved_name(world: World) -> None:
    assert len(world.councils) == 7
    assert Counter(council.type for council in world.councils) == {
        "County": 1,
        "Non-metropolitan district": 6,
    }
    assert Counter(council.platform for council in world.councils) == {
        "modgov": 4,
        "cmis": 1,
        "pages": 1,
        "parchment": 1,
    }
    assert [one.code for one in world.on("modgov", service=False)] == ["XMA"]
    assert all(
        council.code.startswith("X") and len(council.code) == 3 for council in world.councils
    )
    assert all(host.endswith(".test") for host in world.hosts)


def test_counts(world: World) -> None:
    papers = list(world.papers())
    assert len(papers) >= 150
    assert len(world.notices) >= 50
    assert sum(1 for paper in papers if paper.subject and is_analytics(paper.subject)) >= 40


def test_the_councils_of_other_systems_are_small(world: World) -> None:
    others = [world.on(platform) for platform in ("cmis", "pages", "parchment")]
    small = (*world.on("modgov", service=False), *sum(others, ()))
    assert all(15 <= sum(1 for _ in council.papers()) <= 25 for council in small)


def test_every_special_document_is_there(world: World) -> None:
    forms = Counter(paper.form for paper in world.papers())
    assert {"scan", "docx", "broken", "encrypted", "labels", "columns"} <= set(forms)
    kinds = Counter(paper.kind for paper in world.papers())
    assert {"agenda", "pack", "report", "appendix", "minutes"} == set(kinds)


def test_meetings_run_from_2023_to_2026(world: World) -> None:
    days = sorted(meeting.held_on for council in world.councils for meeting in council.meetings)
    assert (days[0].year, days[-1] <= date(2026, 9, 30)) == (2023, True)
    gaps = [later - earlier for earlier, later in pairwise(days)]
    assert max(gaps) < timedelta(days=45)


def test_numbers_are_unique_within_a_council(world: World) -> None:
    for council in world.councils:
        numbers = [document.attachment for document in council.item_documents]
        assert len(numbers) == len(set(numbers))
        meetings = [meeting.number for meeting in council.meetings]
        assert len(meetings) == len(set(meetings))


def test_each_trap_is_set_once(world: World) -> None:
    meetings = [meeting for council in world.councils for meeting in council.meetings]
    assert sum(meeting.failing for meeting in meetings) == 1
    assert sum(council.ignores_dates for council in world.councils) == 1
    assert sum(council.closed_attachment is not None for council in world.councils) == 1
    assert sum(council.links == "convert" for council in world.councils) == 1
    assert any(document.restricted for meeting in meetings for document in meeting.documents)
    cancelled = [meeting for meeting in meetings if meeting.cancelled]
    assert cancelled and not any(meeting.documents for meeting in cancelled)


def test_minutes_come_to_the_next_meeting_of_the_same_committee(world: World) -> None:
    for council in world.councils:
        for meeting in council.meetings:
            for document in meeting.documents:
                if document.kind == "minutes":
                    assert document.setting.committee == meeting.committee.title
                    assert document.setting.held_on < meeting.held_on


def test_restricted_papers_are_in_no_pack_and_no_minutes(world: World) -> None:
    for paper in world.papers():
        if paper.kind in {"pack", "minutes"}:
            assert not any(part.restricted for part in paper.parts)

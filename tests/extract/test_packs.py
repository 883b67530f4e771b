"""Packs are cut where papers begin, and nowhere else."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest

from corpus.settings import Settings
from corpus.store import Store
from demo.papers import render
from demo.shapes import DemoDocument
from demo.world import build_world
from extract import run_packs
from extract.packs import Leaf, Report, split
from extract.readers import pdf
from extract.readers.outline import MOST_BOOKMARKS, outline
from extract.title_pages import head, recommendation

ROOT = Path(__file__).parent.parent.parent
PLAIN = "Some words of a paper that go on for a while and say nothing of where they stand."
PACKS = [
    paper
    for council in build_world().councils
    for meeting in council.meetings
    for paper in meeting.extras.values()
    if paper.kind == "pack"
]


def leaves(*texts: str) -> list[Leaf]:
    return [Leaf(number, text) for number, text in enumerate(texts, 1)]


def title_page(title: str, number: int = 1) -> str:
    return (
        f"Report to Cabinet\nDate: 3 March 2025\nSubject: {title}\n"
        f"Report of: A Person, Director of Finance\nPage {number}\n{PLAIN}"
    )


def firsts(reports: list[Report]) -> list[int]:
    return [report.first for report in reports]


def a_pack() -> list[Leaf]:
    return leaves(
        "AGENDA\n1. Apologies for absence\n2. A budget for the year\n3. Roads and their repair",
        title_page("A budget for the year"),
        f"{PLAIN}\nPage 2",
        title_page("Roads and their repair"),
        f"{PLAIN}\nPage 2",
    )


def test_a_pack_is_cut_at_title_pages_whose_numbers_begin_again() -> None:
    reports = split(a_pack(), kind="pack")
    assert [(r.first, r.last, r.kind, r.title) for r in reports] == [
        (1, 1, "agenda", "AGENDA"),
        (2, 3, "report", "A budget for the year"),
        (4, 5, "report", "Roads and their repair"),
    ]
    assert [report.author_role for report in reports] == [None, *["Director of Finance"] * 2]


def test_reports_lie_side_by_side_and_cover_every_page() -> None:
    reports = split(a_pack(), kind="pack")
    covered = [n for report in reports for n in range(report.first, report.last + 1)]
    assert covered == [page.number for page in a_pack()]


def test_one_sign_alone_is_no_cut() -> None:
    only_numbers = leaves("AGENDA", f"{PLAIN}\nPage 1", f"{PLAIN}\nPage 2", f"{PLAIN}\nPage 1")
    only_words = leaves("AGENDA", PLAIN, "Agenda Item 5\n" + PLAIN, PLAIN)
    assert split(only_numbers, kind="pack") == []
    assert split(only_words, kind="pack") == []


def test_a_stamp_and_a_blank_page_are_two_signs() -> None:
    blank = "This page is intentionally left blank"
    reports = split(leaves(PLAIN, blank, f"{PLAIN}\nPage 3 Agenda Item 6", PLAIN), kind="pack")
    assert [(report.first, report.item) for report in reports] == [(1, None), (3, "6")]
    assert reports[1].how == ("stamp", "blank", "header")


@pytest.mark.parametrize("kind", ["report", "other", "minutes"])
def test_a_short_file_of_another_kind_is_left_whole(kind: str) -> None:
    assert split(a_pack(), kind=kind) == []


def test_a_long_report_with_chapters_stays_one() -> None:
    pages = leaves(*(f"{n}. Chapter\n{PLAIN}\nPage {n}" for n in range(1, 15)))
    chapters = [(0, f"{n}. Chapter {n}", n) for n in range(1, 15)]
    assert split(pages, chapters, kind="report") == []
    assert split(pages, chapters, kind="pack") == []


def test_bookmarks_of_a_pack_give_items_titles_and_annexes() -> None:
    marks = [
        (0, "Agenda", 1),
        (0, "5 A budget for the year", 2),
        (1, "Appendix A - Figures", 3),
        (0, "6 Minutes of the last meeting", 4),
    ]
    reports = split(leaves(*[PLAIN] * 6), marks, kind="pack")
    assert [(r.first, r.last, r.kind, r.item, r.title) for r in reports] == [
        (1, 1, "agenda", None, "Agenda"),
        (2, 2, "report", "5", "A budget for the year"),
        (3, 3, "appendix", "5", "Appendix A - Figures"),
        (4, 6, "minutes", "6", "Minutes of the last meeting"),
    ]
    assert {report.how for report in reports} == {("bookmark",)}


def test_bookmarks_to_pages_that_are_not_there_are_passed_over() -> None:
    marks = [(0, "Agenda", 1), (0, "5 A budget", 2), (0, "6 Roads", 99)]
    assert firsts(split(leaves(*[PLAIN] * 3), marks, kind="pack")) == [1, 2]


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["\x00", "1\n1\n1"], ["Page 1"] * 20])
def test_odd_pages_break_nothing(texts: list[str]) -> None:
    assert split(leaves(*texts), kind="pack") == []


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("Report of the Director of Finance", "the Director of Finance"),
        ("From: A Person – Leader of the Council", "Leader of the Council"),
        (
            "From: A Person, Director of Children, Young",
            "Director of Children, Young",
        ),
        ("Report author: A Person", None),
    ],
)
def test_roles_are_told_from_names(line: str, role: str | None) -> None:
    assert head(f"{line}\n{PLAIN}").author_role == role


def test_what_a_report_asks_for_ends_at_the_next_heading() -> None:
    text = "Recommendation(s):\nThat the report is noted by the Cabinet.\n2. Background\nOther"
    assert recommendation([text]) == "That the report is noted by the Cabinet."
    assert recommendation(["No such heading. The recommendations of others are known."]) is None


def test_bookmarks_are_read_and_a_file_without_any_has_none(tmp_path: Path, make: Any) -> None:
    from reportlab.pdfgen.canvas import Canvas

    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path))
    for number, title in enumerate(["Agenda", "5  A budget"]):
        canvas.bookmarkPage(str(number))
        canvas.addOutlineEntry(title, str(number), level=0)
        canvas.showPage()
    canvas.save()
    assert outline(path) == [(0, "Agenda", 1), (0, "5 A budget", 2)]
    path.write_bytes(make.pdf("One page"))
    assert outline(path) == []
    path.write_bytes(b"%PDF-1.4 broken")
    assert outline(path) == []
    assert MOST_BOOKMARKS >= 1000


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.seed)
def test_the_county_knows_what_its_packs_hold(pack: DemoDocument, tmp_path: Path) -> None:
    path = tmp_path / "pack.pdf"
    path.write_bytes(render(pack)[0])
    found = split([Leaf(p.number, p.text) for p in pdf.screen(path, Settings())], kind="pack")
    expected = []
    page = 1
    for part in pack.parts:
        expected.append((page, part.kind, part.title))
        page += len(pdfium.PdfDocument(render(part)[0]))
    assert [(report.first, report.kind, report.title) for report in found] == expected
    assert all(report.recommendation for report in found[1:])
    assert [report.item for report in found[1:]] == sorted(r.item for r in found[1:] if r.item)


@pytest.fixture
def packed(store: Store, folder: Callable[..., Path], bring_in: Any, codebook: Any) -> Store:
    from extract.run import extract

    bring_in(folder({"pack.pdf": render(PACKS[0])[0]}))
    store.db.execute("update documents set kind = 'pack'")
    extract(store, codebook, jobs=1)
    return store


def test_reports_are_kept_and_a_page_leads_to_its_own(packed: Store) -> None:
    reports = packed.rows("select * from reports order by first_page")
    assert [row["kind"] for row in reports] == ["agenda", *["report"] * (len(PACKS[0].parts) - 1)]
    led = packed.rows("select page, report from page_reports where number = 3")
    assert [row["report"] for row in led] == [reports[1]["report"]]
    assert packed.value("select outline from screenings") == "[]"


def test_a_second_run_splits_nothing_and_a_changed_text_again(packed: Store) -> None:
    assert run_packs.split(packed) == run_packs.Opened()
    packed.db.execute("update pages set text = 'Nothing' where number > 1")
    assert run_packs.split(packed).packs == 0
    assert packed.value("select count(*) from reports") == 0


def test_a_file_that_turns_out_to_be_a_pack_is_looked_at_again(packed: Store) -> None:
    packed.db.execute("update documents set kind = 'report'")
    run_packs.split(packed)
    assert packed.value("select count(*) from reports") == 0
    packed.db.execute("update documents set kind = 'pack'")
    assert run_packs.split(packed).packs == 1


def test_no_figure_on_real_packs_falls_below_its_floor(testdata: Path) -> None:
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import packs as benchmark
    finally:
        sys.path.pop(0)
    scores = benchmark.measure(testdata / "corpus/papers")
    assert list(benchmark._below(scores)) == []

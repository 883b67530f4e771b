"""Characters put together to words and lines, and lines to paragraphs: the odd cases."""

from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from corpus.settings import Settings
from extract.layout import Line, blocks, lines
from extract.page import Page
from extract.pagetext import is_compound, written
from extract.readers import pdf
from extract.words import Piece, words

SIZE = 14.0


def char(text: str, x0: float, top: float = 100, width: float = SIZE) -> dict[str, Any]:
    return {"text": text, "x0": x0, "x1": x0 + width, "top": top, "bottom": top + SIZE} | {
        "size": SIZE
    }


def spelled(text: str, advance: float, width: float) -> list[dict[str, Any]]:
    return [char(letter, 100 + advance * n, width=width) for n, letter in enumerate(text)]


def text_of(chars: list[dict[str, Any]]) -> str:
    return written(blocks(lines(list(words(chars)))))[0]


def test_letters_that_are_said_to_be_as_wide_as_high_make_words() -> None:
    assert text_of(spelled("all will tell", advance=4, width=SIZE)) == "all will tell"


def test_white_space_that_is_drawn_parts_words_that_touch() -> None:
    assert text_of(spelled("of Insurance", advance=8, width=9)) == "of Insurance"


def test_pieces_that_touch_without_white_space_are_one_word() -> None:
    pieces = list(words([*spelled("pre", 8, 8), *[char("d", 124, top=108)]]))
    assert [piece.spaced for piece in pieces] == [False, False]
    assert text_of([char("a", 100, width=8), char("b", 108, width=8)]) == "ab"


def test_a_step_back_begins_another_word() -> None:
    chars = [*spelled("right", 8, 8), char("l", 60, width=8)]
    assert [piece.text for piece in words(chars)] == ["right", "l"]


@pytest.mark.parametrize(
    ("half", "rest", "compound"),
    [
        ("data", "matching", True),
        ("2019", "20", True),
        ("short", "and long-term", False),
        ("Cost", "Savings", False),
        ("", "item", False),
        ("(", "item", False),
        ("B", "12", False),
    ],
)
def test_a_compound_torn_at_its_hyphen_stands_whole(half: str, rest: str, compound: bool) -> None:
    assert is_compound(half, rest.split()[0]) == compound


@pytest.mark.parametrize(
    ("above", "below", "text"),
    [
        ("no-", "wash protocols", "no-wash protocols"),
        ("short-", "and long-term", "short-\nand long-term"),
        ("predic-", "tive", "predictive"),
    ],
)
def test_hyphens_at_lines_ends_are_written_as_meant(above: str, below: str, text: str) -> None:
    def line(told: str, top: float) -> Line:
        x, pieces = 50.0, []
        for index, word in enumerate(told.split()):
            box = (x, top, x + 40, top + 10)
            pieces.append(Piece(word, box, *box, 10, int(top) + index))
            x += 45
        return Line(pieces)

    found, places = written(blocks([line(above, 100), line(below, 112)]))
    assert found == text
    assert [found[start:end] for start, end, *_ in places][-1] == below.split()[-1]


@pytest.fixture
def read(tmp_path: Path):
    def run(*drawn: tuple[float, float, str]) -> Page:
        canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
        for top, size, text in drawn:
            canvas.setFont("Helvetica", size)
            canvas.drawString(60, 842 - top, text)
        canvas.save()
        return next(iter(pdf.read(tmp_path / "a.pdf", Settings())))

    return run


def test_a_note_right_under_a_paragraph_is_no_part_of_it(read) -> None:
    page = read(
        *((560 + 12 * n, 10, f"line {n} of a paragraph that goes") for n in range(8)),
        (656, 9, "1 A note in smaller type under a rule."),
        (200, 10, "on at the head of the page, drawn later"),
    )
    assert page.text.rstrip().endswith("under a rule.")


def test_the_last_of_many_paragraphs_is_no_footer(read) -> None:
    page = read(
        *((100 + 27 * n, 11, f"Paragraph {n}, one line like the others.") for n in range(26)),
        (803, 11, "17"),
    )
    assert "Paragraph 25" in page.text
    assert page.furniture == "17"


def test_shading_behind_a_cells_lines_rules_no_table(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    for x in (60, 200, 340):
        canvas.rect(x, 600, 0.5, 120, stroke=0, fill=1)
    for y in (600, 660, 720):
        canvas.rect(60, y, 280, 0.5, stroke=0, fill=1)
    canvas.setFillGray(0.9)
    for y in (665, 690):  # one for each line of the first cell
        canvas.rect(62, y, 136, 24, stroke=0, fill=1)
    canvas.setFillGray(0)
    for x, y, text in (
        *((70, 697, "Released"), (70, 672, "to air")),
        *((210, 697, "kg a year"), (70, 630, "Lead"), (210, 630, "200")),
    ):
        canvas.drawString(x, y, text)
    canvas.save()
    (page,) = pdf.read(tmp_path / "a.pdf", Settings())
    assert [rows for _, rows in page.tables] == [
        [["Released to air", "kg a year"], ["Lead", "200"]]
    ]


def test_shaded_rows_without_rules_are_a_table(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    for row, y in enumerate((700, 670, 640)):
        for column, x in enumerate((60, 200)):
            canvas.setFillGray(0.8 if row % 2 else 0.9)
            canvas.rect(x, y, 140, 30, stroke=0, fill=1)
            canvas.setFillGray(0)
            canvas.drawString(x + 10, y + 10, f"cell {row} {column}")
    canvas.save()
    (page,) = pdf.read(tmp_path / "a.pdf", Settings())
    assert page.tables[0][1] == [[f"cell {row} {column}" for column in (0, 1)] for row in range(3)]

"""Columns, footnotes and torn words where the page gives few signs of them."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from corpus.settings import Settings
from extract.layout import Block, Line, body_size, notes_last, ordered
from extract.pagetext import is_cut, written
from extract.readers import pdf
from extract.words import Piece

HEIGHT = 842
SIZE = 10.0
LINE = 12.0


class Sheet:
    """Blocks in the order they are drawn: each line's words stand five points a letter wide."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._index = 0

    def put(self, x: float, top: float, *lines: str, size: float = SIZE) -> None:
        """Draw a block."""
        found = []
        for number, line in enumerate(lines):
            words, at = [], x
            for text in line.split():
                high, wide = top + LINE * number, size / 2 * len(text)
                box = (at, high, at + wide, high + size)
                words.append(Piece(text, box, *box, size, self._index))
                at += wide + size / 2
                self._index += 1
            found.append(Line(words))
        self.blocks.append(Block(found))

    def text(self) -> str:
        """Return the sheet as it is read."""
        body = body_size(self.blocks)
        return written(notes_last(ordered(self.blocks), body, HEIGHT))[0]


def in_order(text: str, sought: Sequence[str]) -> bool:
    found = [text.find(words) for words in sought]
    assert -1 not in found, text
    return found == sorted(found)


def paragraph(name: str, lines: int) -> list[str]:
    return [f"{name} line {number} of the long report here" for number in range(lines)]


def test_columns_drawn_from_the_right_are_read_from_the_left() -> None:
    sheet = Sheet()
    sheet.put(320, 120, *paragraph("right upper", 7))
    sheet.put(320, 220, *paragraph("right middle", 12))
    sheet.put(320, 420, *paragraph("right lower", 7))
    sheet.put(50, 120, *paragraph("left upper", 7))
    sheet.put(50, 420, *paragraph("left lower", 18))
    sheet.put(50, 60, "A heading that stands over both of the columns, drawn last of all here")
    sought = ["A heading", "left upper line 6", "left lower line 17", "right upper line 0"]
    assert in_order(sheet.text(), [*sought, "right middle line 0", "right lower line 6"])


def test_a_note_over_which_a_sentence_goes_on_is_read_last() -> None:
    sheet = Sheet()
    sheet.put(50, 100, *paragraph("left", 30), "until the year in which the")
    sheet.put(50, 550, "1 Paper laid before", "the members in May.")
    sheet.put(50, 590, "2 The authors are officers", "of the county.")
    sheet.put(320, 100, "council took its decision.", *paragraph("right", 30))
    text = sheet.text()
    assert "in which the\ncouncil took" in text
    assert in_order(text, ["right line 29", "1 Paper", "2 The authors"])


@pytest.mark.parametrize(
    ("note", "following"),
    [
        ("12 Houses were let there", "The council took its decision."),
        ("plain words stand there at the foot", "council took its decision."),
    ],
    ids=["no sentence goes on", "no note begins so"],
)
def test_the_foot_of_a_column_is_else_read_where_it_stands(note: str, following: str) -> None:
    sheet = Sheet()
    sheet.put(50, 100, *paragraph("left", 30), "until the year in which the")
    sheet.put(50, 550, note)
    sheet.put(320, 100, following, *paragraph("right", 30))
    assert in_order(sheet.text(), [note, following])


def test_small_type_right_below_a_heading_is_no_footnote() -> None:
    sheet = Sheet()
    sheet.put(50, 100, *paragraph("left", 10))
    sheet.put(50, 500, "Key figures", size=14)
    sheet.put(50, 516, "7,238 persons seen", "56 families met", size=8)
    sheet.put(320, 100, *paragraph("right", 50))
    assert in_order(sheet.text(), ["Key figures", "7,238", "right line 0"])


@pytest.mark.parametrize(
    ("half", "rest", "cut"),
    [
        ("elas", "tomer,", True),
        ("car", "ried", True),
        ("data", "matching", False),
        ("the", "council", False),
        ("in", "to", False),
        ("Paper", "Cutting", False),
        ("a", "bout", False),
        ("2020", "21", False),
    ],
)
def test_a_word_is_mended_where_only_its_hyphen_was_lost(half: str, rest: str, cut: bool) -> None:
    assert is_cut(half, rest) is cut


def drawn(path: Path, rows: Sequence[Sequence[str]], *, framed: bool = False) -> Path:
    canvas = Canvas(str(path))
    canvas.setFont("Helvetica", 10)
    canvas.drawString(60, 500, "What the two wards have spent stands in the table below this line.")
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            canvas.drawString(60 + 120 * column, 440 - 14 * number, text)
    if framed:
        low, high = 440 - 14 * len(rows), 14 * len(rows) + 4
        for column in range(3):
            canvas.rect(56 + 120 * column, low, 120, high)
    canvas.save()
    return path


@pytest.mark.parametrize("framed", [False, True], ids=["no rules", "one frame for all rows"])
def test_figures_in_columns_are_a_table_and_its_words_have_places(
    tmp_path: Path, framed: bool
) -> None:
    rows = [["Ward", "2023", "2024"], ["Northgate", "£120", "£140"], ["Southgate", "95", "—"]]
    rows += [["Eastgate", "80", "70"], ["Total", "295", "210"]]
    (page,) = pdf.read(drawn(tmp_path / "a.pdf", rows, framed=framed), Settings())
    assert [found for _, found in page.tables] == [rows]
    assert "below this line.\n\nWard | 2023 | 2024\nNorthgate | £120 | £140\n" in page.text
    shown = [page.text[start:end] for start, end, *_ in page.words]
    assert shown[-3:] == ["Total", "295", "210"]
    x0, top, x1, bottom = page.tables[0][0]
    assert 50 < x0 < 65 and 300 < x1 < 420 and 380 < top < bottom < 480

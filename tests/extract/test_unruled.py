"""Tables that only white space rules, drawn as text: a character is five points wide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.layout import Line
from extract.unruled import MANY_ROWS, Table, is_figure, unruled
from extract.words import Piece

WIDE, HIGH, PITCH = 5.0, 10.0, 14.0


def word(text: str, at: int, top: float) -> Piece:
    x0, x1 = at * WIDE, (at + len(text)) * WIDE
    return Piece(text, (x0, top, x1, top + HIGH), x0, top, x1, top + HIGH, HIGH)


def drawn(art: str, pitch: float = PITCH) -> list[Line]:
    """Return a line for each row of letters; one that ends in "^" lies close under the last."""
    found, top = [], 0.0
    for row in art.strip("\n").split("\n"):
        top += pitch * (0.7 if row.endswith("^") else 1)
        words, at = [], 0
        for text in row.rstrip("^").split(" "):
            if text:
                words.append(word(text, at, top))
            at += len(text) + 1
        if words:
            found.append(Line(words))
    return found


def cells(table: Table) -> list[list[str]]:
    return [[" ".join(word.text for word in cell) for cell in row] for row in table.rows]


def tables(art: str) -> list[list[list[str]]]:
    return [cells(table) for table in unruled(drawn(art))]


def test_figures_under_one_another_are_a_table_with_the_names_of_its_columns() -> None:
    art = """
Spending rose in both wards, as the table that follows here says.

Ward           2023    2024
Northgate       120     140
Southgate        95       -
Total           215     140

The figures are those of the annual report to the committee.
"""
    assert tables(art) == [
        [
            ["Ward", "2023", "2024"],
            ["Northgate", "120", "140"],
            ["Southgate", "95", "-"],
            ["Total", "215", "140"],
        ]
    ]


def test_a_subheading_is_a_row_and_a_label_of_two_lines_is_one_cell() -> None:
    art = """
Adults             1,250     12%
Children
Under five           130      3%
Five to sixteen
years old            250      5%^
Known to other
services^
All                1,630     20%
"""
    (found,) = tables(art)
    assert ["Children", "", ""] in found
    assert ["Five to sixteen years old", "250", "5%"] in found
    assert ["Known to other services", "", ""] in found
    assert [row[0] for row in found][-1] == "All"


def test_names_over_several_columns_and_on_several_lines() -> None:
    art = """
                     Children          Adults
               Referred    Seen   Referred    Seen
Northgate           120      90        300     280
Southgate           110     100        250     200
Eastgate             80      70        150     140
"""
    (found,) = tables(art)
    assert found[0] == ["", "Children", "", "Adults", ""]
    assert found[1] == ["", "Referred", "Seen", "Referred", "Seen"]
    (joined,) = tables(art.replace("Referred    Seen   Referred    Seen", "cases   cases"))
    assert len(joined) == 4 or joined[0][1:3] != ["", ""]


def test_lines_of_one_name_are_one_cell() -> None:
    art = """
               Planned    Actual
Ward           savings^   savings
Northgate          120        90
Southgate          110       100
Eastgate            80        70
""".replace("savings^   savings", "savings   savings^")
    (found,) = tables(art)
    assert found[0] == ["Ward", "Planned savings", "Actual savings"]


def test_figures_that_nearly_touch_are_parted_by_the_other_rows() -> None:
    rows = "\n".join(f"Ward {letter}       1{letter}0       2{letter}5" for letter in "123456789")
    art = f"All        1,100,111 2,200,22\n{rows}\nTotal        950       999"
    (found,) = tables(art)
    assert found[0] == ["All", "1,100,111", "2,200,22"]


def test_prose_between_them_parts_tables() -> None:
    rows = "North     10     20\nSouth     30     40\nEast      50     60\n"
    prose = "These are the figures of the county, and what follows are those of its towns.\n"
    assert [len(found) for found in tables(rows + prose + rows)] == [3, 3]


@pytest.mark.parametrize(
    "art",
    [
        "\n".join(["the council has two columns of      prose in which 2024 is named, a year"] * 9),
        "1.   Apologies\n2.   Declarations of interest\n3.   Minutes of the last meeting",
        "Introduction       1\nThe findings       4\nNext steps        12",
        "1.  Introduction       1\n2.  The findings       4\n3.  Next steps        12",
        "Date:       5 May 2024\nTime:       7 pm\nPlace:      Room 12, Town Hall",
        "North     10     20\nSouth     30     40",
        "North\nSouth\nEast",
    ],
    ids=["prose", "list", "contents", "numbered contents", "facts", "two rows", "one column"],
)
def test_what_is_no_table_stays_text(art: str) -> None:
    assert tables(art) == []


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("1,250", True),
        ("£1.2m", True),
        ("(0.8–1.5)", True),
        ("12 %", True),
        ("—", True),
        ("n/a", True),
        ("2003–04", True),
        ("5 May 2024", False),
        ("Band 3 officer", False),
        ("7" * 400, False),
        ("prose", False),
    ],
)
def test_what_a_figure_is(text: str, is_one: bool) -> None:
    assert is_figure([word(part, 0, 0) for part in text.split(" ")]) == is_one


def test_a_page_of_thousands_of_rows_is_no_table_and_costs_no_time() -> None:
    row = "North     10     20\n"
    assert len(unruled(drawn(row * MANY_ROWS))) == 1
    assert unruled(drawn(row * (MANY_ROWS + 1))) == []


TOKENS = st.sampled_from(
    ["12", "1,200", "-", "North", "of the", "  ", "    ", "       ", "£5", "^"]
)


@given(st.lists(st.lists(TOKENS, max_size=9).map(" ".join), max_size=12).map("\n".join))
def test_no_word_is_lost_or_doubled(art: str) -> None:
    lines = drawn(art.replace("^ ", ""))
    held: list[Line] = []
    for table in unruled(lines):
        inside = [id(word) for row in table.rows for cell in row for word in cell]
        assert sorted(inside) == sorted(id(word) for line in table.lines for word in line.words)
        held += table.lines
    assert len(set(map(id, held))) == len(held)
    assert set(map(id, held)) <= set(map(id, lines))

import re
from datetime import date

import pytest

from demo.text import Writer, financial_year, lines, load, lower_title, subjects

PLACES = ("Upper", "Lower", "Middle")


def writer(seed: str = "a") -> Writer:
    names = {"role": "Head", "supplier": "A firm", "subject": "a thing"}
    return Writer(seed, names, PLACES, date(2024, 5, 1))


@pytest.mark.parametrize(
    ("on", "shift", "year"),
    [
        (date(2024, 3, 31), 0, "2023/24"),
        (date(2024, 4, 1), 0, "2024/25"),
        (date(2024, 4, 1), -1, "2023/24"),
        (date(1999, 6, 1), 0, "1999/00"),
    ],
)
def test_financial_year(on: date, shift: int, year: str) -> None:
    assert financial_year(on, shift) == year


def test_the_same_seed_writes_the_same_words() -> None:
    block = load("analytics_people")["early_help"]["sections"]["need"]["text"]
    assert list(writer().paragraphs(block, 5, 8)) == list(writer().paragraphs(block, 5, 8))
    assert list(writer("a").paragraphs(block, 5, 8)) != list(writer("b").paragraphs(block, 5, 8))


def test_slots() -> None:
    assert writer().fill("{k:5-5} {m:2-2} {pct:7-7} {n:1200-1200} {y:2012-2012}") == (
        "£5,000 £2 million 7 per cent 1,200 2012"
    )
    assert writer().fill("[one|two] in {place}").split(" in ")[0] in {"one", "two"}


@pytest.mark.parametrize("key", sorted(subjects()))
def test_every_sentence_of_every_bank_can_be_filled(key: str) -> None:
    subject = subjects()[key]
    blocks = [section["text"] for section in subject["sections"].values()]
    for line in lines("\n".join([*blocks, subject["minutes"]])):
        filled = writer(line).fill(line)
        assert not re.search(r"[\[\]{}|]", filled), filled
        assert filled[-1] in ".?"


@pytest.mark.parametrize("key", sorted(subjects()))
def test_every_stage_names_sections_that_exist(key: str) -> None:
    subject = subjects()[key]
    for stage in subject["stages"].values():
        assert set(stage["sections"]) <= set(subject["sections"])
        assert stage["title"]


def test_an_unknown_slot_is_an_error() -> None:
    with pytest.raises(KeyError):
        writer().fill("{nonsense}")


@pytest.mark.parametrize(
    ("title", "inside"),
    [
        ("Waste and recycling", "waste and recycling"),
        ("National Fraud Initiative", "National Fraud Initiative"),
        ("HMO licensing", "HMO licensing"),
    ],
)
def test_lower_title(title: str, inside: str) -> None:
    assert lower_title(title) == inside

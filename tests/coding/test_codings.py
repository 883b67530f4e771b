"""Files of codings: what is taken, what is told, and that nothing good is lost."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coding.anchors import Folded, around, find, find_altered
from coding.codings import COLUMNS, FIELDS, BadRow, Coding, Vocabulary, coding_of, load_coders
from coding.codings_file import Read, as_csv, read_codings, read_folder, write_codings
from corpus.errors import BadStudy

PAGE = "0123456789abcdef-0001"
KNOWN = Vocabulary(frozenset({"fraud", "scoring"}), {"anna": "", "ben": ""}, "1")
GOOD = {
    "document": "d",
    "page": PAGE,
    "quote": "risk scores",
    "code": "scoring",
    "value": "yes",
    "coder": "anna",
    "coded_at": "2026-11-22",
}


def read(path: Path, text: str | bytes) -> Read:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = Read()
    read_codings(path, KNOWN, found)
    return found


def lines(*rows: dict[str, str]) -> str:
    return as_csv(COLUMNS, rows)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"coder": "ana"}, "the coder `ana` is unknown (did you mean `anna`? add who codes"),
        ({"code": "fraudd"}, "the code `fraudd` is unknown (did you mean `fraud`?"),
        ({"code": "about", "value": "perhaps"}, "`perhaps` of `about` is none of yes, marginal"),
        ({"code": "stance", "value": "uses it"}, "is none of uses, plans, not-used"),
        ({"value": "1"}, "the value `1` of `scoring` is none of yes, no"),
        ({"coded_at": "22/11/2026"}, "dates are written YYYY-MM-DD"),
        ({"coded_at": "2026-02-30"}, "dates are written YYYY-MM-DD"),
        ({"quote": ""}, "`quote` is empty"),
        ({"quote": "…!"}, "`quote` holds no word"),
        ({"page": "12"}, "a page's id is 16 hex digits and a number"),
        ({"adjudicated": "x"}, "neither yes nor no"),
    ],
)
def test_a_wrong_row_is_named_and_its_neighbours_stay(
    tmp_path: Path, change: dict[str, str], words: str
) -> None:
    rows = [GOOD, GOOD | {"quote": "two\nlines"} | change, GOOD | {"quote": "other words"}]
    found = read(tmp_path / "a.csv", lines(*rows))
    assert len(found.codings) == 2
    assert [(p.line, words in p.what) for p in found.problems] == [(3, True)], found.problems


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lines(GOOD).encode().replace(b"risk", b"ri\xe9k"), "is not UTF-8"),
        (b"a,b\n1,2\n", "unknown column `a`"),
        (b"page,page\n", "stands twice"),
        (b"page,quote\n", "the column `code` is missing"),
        (b"", "the column `page` is missing"),
        (b"\x00" * 40, "null bytes"),
    ],
)
def test_a_file_that_is_no_file_of_codings_is_named(
    tmp_path: Path, content: bytes, words: str
) -> None:
    found = read(tmp_path / "a.csv", content)
    assert not found.codings
    assert [words in str(problem) for problem in found.problems] == [True]


def test_a_stray_quotation_mark_costs_one_row(tmp_path: Path) -> None:
    rows = [GOOD | {"quote": f"words {n}"} for n in range(6)]
    text = lines(*rows).replace("words 2", '"words 2').replace("words 4", "words 4,x")
    found = read(tmp_path / "a.csv", text)
    assert sorted(coding.quote for coding in found.codings.values()) == [
        "words 0",
        "words 1",
        "words 3",
        "words 5",
    ]
    assert [problem.line for problem in found.problems] == [4, 6]


def test_semicolons_a_byte_order_mark_and_defused_cells_are_read(tmp_path: Path) -> None:
    text = "\ufeff" + ";".join(GOOD) + "\n" + ";".join((GOOD | {"quote": "'=1+1"}).values())
    found = read(tmp_path / "a.csv", text)
    assert [coding.quote for coding in found.codings.values()] == ["=1+1"]
    write_codings(tmp_path / "b.csv", found.codings.values())
    assert "'=1+1" in (tmp_path / "b.csv").read_text()
    again = Read()
    read_codings(tmp_path / "b.csv", KNOWN, again)
    assert again.codings == found.codings


def test_duplicates_and_contradictions_are_told_across_files(tmp_path: Path) -> None:
    for name, value in (("a.csv", "yes"), ("b.csv", "yes"), ("c.csv", "no")):
        (tmp_path / name).write_text(lines(GOOD | {"value": value}))
    found = read_folder(tmp_path, KNOWN)
    assert len(found.codings) == 1
    first, second = map(str, found.problems)
    assert "b.csv:2" in first and "stands twice" in first and f"{tmp_path / 'a.csv'}:2" in first
    assert "c.csv:2" in second and "contradicts" in second


def test_another_sample_coder_or_settling_is_another_coding() -> None:
    variants = ({}, {"sample": "s"}, {"coder": "ben"}, {"adjudicated": "yes"}, {"prefix": "high"})
    assert len({coding_of(GOOD | change).id for change in variants}) == len(variants)


def test_a_file_of_nonsense_is_not_told_line_by_line(tmp_path: Path) -> None:
    found = read(tmp_path / "a.csv", lines(*[GOOD | {"coder": "x"}] * 500))
    assert len(found.problems) == 101
    assert "the rest was not read" in found.problems[-1].what


def test_coders_are_named_in_a_file_of_the_study(tmp_path: Path) -> None:
    assert load_coders(tmp_path) == {}
    path = tmp_path / "coders.yaml"
    path.write_text("anna: Anna Reader\nben:\n")
    assert load_coders(tmp_path) == {"anna": "Anna Reader", "ben": ""}
    path.write_text("Anna Reader: x\n")
    with pytest.raises(BadStudy, match=r"coders.yaml:1: `Anna Reader` is no id"):
        load_coders(tmp_path)


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)


@given(st.lists(st.tuples(texts, texts, texts, texts), max_size=6))
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_back(
    tmp_path_factory: Any, given_rows: list[tuple[str, str, str, str]]
) -> None:
    codings: dict[str, Coding] = {}
    for prefix, quote, suffix, note in given_rows:
        said = {"prefix": prefix, "quote": f"w {quote}", "suffix": suffix, "note": note}
        try:
            coding = coding_of(GOOD | said)
        except BadRow:
            continue
        codings.setdefault(coding.id, coding)
    path = tmp_path_factory.mktemp("c") / "a.csv"
    write_codings(path, codings.values())
    found = Read()
    read_codings(path, KNOWN, found)
    assert found.problems == []
    assert found.codings == codings


def test_the_fields_have_one_vocabulary() -> None:
    assert set(FIELDS) == {"about", "stance", "boilerplate"}


@pytest.mark.parametrize(
    ("text", "quote", "found"),
    [
        ("the predic-\ntive model", "predictive model", "predic-\ntive model"),
        ("the predictive\u00a0 model", "Predictive Model", "predictive\u00a0 model"),
        ("a ﬁrst ofﬁce", "first office", "ﬁrst ofﬁce"),
        ("le cafe\u0301 ici", "café", "cafe\u0301"),
        ("an AIR and an AI tool", "AI", "AI"),
        ("nothing of the kind", "predictive", None),
        ("", "x", None),
    ],
)
def test_words_are_found_however_they_are_parted(text: str, quote: str, found: str | None) -> None:
    place = find(Folded(text), "", quote, "")
    assert (text[place.start : place.end] if place else None) == found


def test_surroundings_tell_the_same_words_apart() -> None:
    text = "first a risk score of ten; then a risk score of six"
    for prefix, suffix, start in (("first a", "of", 8), ("then a", "", 34), ("", "of six", 34)):
        place = find(Folded(text), prefix, "risk score", suffix)
        assert place and place.start == start


@given(texts.filter(lambda t: any(c.isalnum() for c in t)), st.data())
@settings(max_examples=150, deadline=None)
def test_a_stretch_of_a_text_is_found_where_it_stands(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    letters = Folded(text[start:end]).letters
    place = find(Folded(text), *around(text, start, end)[:1], text[start:end], text[end:])
    if not letters:
        assert place is None
    elif letters in Folded(text).letters:
        assert place is not None
        assert Folded(text[place.start : place.end]).letters == letters


LONG = " ".join(f"word{n} of the long report" for n in range(20))


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        (f"Before. {LONG} After.", True),
        (f"Before. {LONG.replace('word9 of', 'Page 7 of 20 word9 of')} After.", True),
        (LONG.replace("word7 of the long report ", ""), True),
        (LONG.replace("long", "short"), False),
        (LONG[: len(LONG) // 2], False),
        (f"{LONG[:60]} other words {'x ' * 200} {LONG[-60:]}", False),
    ],
)
def test_a_long_quote_is_found_with_a_line_more_or_less(text: str, stands: bool) -> None:
    found = find_altered(Folded(text), LONG)
    assert (found is not None) == stands
    if found:
        assert text[found.start : found.end].startswith("word0")
        assert text[found.start : found.end].endswith("report")
    assert find_altered(Folded(text), LONG[:60]) is None

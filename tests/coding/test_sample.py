"""Samples: the same every time, stratified, with their denominators, in sheets that come back."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coding.bring_in import Brought, bring_in
from coding.codings import BadRow, Vocabulary
from coding.codings_file import Read, read_folder
from coding.drawing import Wish, make, write
from coding.population import STRETCH_CHARS, cut, population, stretches
from coding.run_codings import load
from coding.sample import MOST_STRATA, TooManyStrata, Unit, allocate, allot, draw
from coding.sheets import Answers, answered, answers_of, codings, read_items
from corpus.errors import CorpusError
from corpus.store import Store
from corpus.study import Study

UNITS = [Unit(f"m{n}", "big" if n % 10 else "small") for n in range(1000)]


def test_a_draw_is_the_same_every_time_and_in_any_order() -> None:
    first = draw(UNITS, size=50, per_stratum=None, seed=7)
    assert first == draw(reversed(UNITS), size=50, per_stratum=None, seed=7)
    assert first.units != draw(UNITS, size=50, per_stratum=None, seed=8).units
    assert len(set(first.units)) == 50 and first.population == 1000


def test_a_unit_more_changes_no_other_place() -> None:
    more = draw([*UNITS, Unit("new", "big")], size=1001, per_stratum=None, seed=1)
    less = draw(UNITS, size=1000, per_stratum=None, seed=1)
    assert [unit for unit in more.units if unit.id != "new"] == less.units


@pytest.mark.parametrize(("per_stratum", "small"), [(None, 10), (30, 30), (500, 100)])
def test_strata_give_their_share_or_so_many_each(per_stratum: int | None, small: int) -> None:
    drawn = draw(UNITS, size=100, per_stratum=per_stratum, seed=1)
    assert drawn.strata["small"].drawn == small
    assert drawn.strata["small"].population == 100
    assert Counter(unit.stratum for unit in drawn.units)["small"] == small


@given(st.dictionaries(st.text("abc", min_size=1), st.integers(1, 500)), st.integers(1, 400))
@settings(max_examples=100, deadline=None)
def test_what_is_shared_out_is_the_size(counts: dict[str, int], size: int) -> None:
    shares = allocate(counts, size)
    assert sum(shares.values()) == min(size, sum(counts.values()))
    assert all(shares[name] <= count for name, count in counts.items())
    if size >= len(counts):
        assert all(shares.values())


def test_the_smallest_strata_give_one_all_the_same() -> None:
    assert allocate({"a": 1, "b": 1, "c": 500}, 3) == {"a": 1, "b": 1, "c": 1}
    assert allocate({"a": 10, "b": 30}, 4) == {"a": 1, "b": 3}


def test_more_strata_than_anyone_can_want_are_refused() -> None:
    with pytest.raises(TooManyStrata):
        draw((Unit(str(n), str(n)) for n in range(MOST_STRATA + 1)), size=5, per_stratum=1, seed=1)


def test_a_share_is_coded_twice_and_the_rest_in_turn() -> None:
    told = allot(UNITS[:30], ["a", "b", "c"], 0.2)
    assert Counter(map(len, told)) == {2: 6, 1: 24}
    assert Counter(told[:6]) == {("a", "b"): 2, ("a", "c"): 2, ("b", "c"): 2}
    assert max(Counter(c for who in told for c in who).values()) == 12
    assert allot(UNITS[:2], [], 0.0) == [(), ()]


@given(st.text("ab \n", min_size=0, max_size=4000))
@settings(max_examples=80, deadline=None)
def test_the_stretches_of_a_page_are_the_page(text: str) -> None:
    spans = [cut(text, n, len(text)) for n in range(1, stretches(len(text)) + 1)]
    assert "".join(text[a:b] for a, b in spans).split() or not text.split()
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    assert all(a <= b for a, b in spans)
    assert stretches(STRETCH_CHARS) == 1 and stretches(STRETCH_CHARS + 1) == 2


def test_the_populations_of_a_corpus_add_up(coded: Store) -> None:
    counted = coded.value("select count(*) from mentions where counted = 1")
    assert len(list(population(coded, "mentions", ["group", "year"]))) == counted
    held = coded.value("select count(*) from passages")
    assert len(list(population(coded, "passages", ["code"]))) == held
    without = list(population(coded, "pages", ["nation"]))
    assert len(without) == 1
    text = "select text from pages where page = ?"
    assert "bins" in coded.value(text, (without[0].id.partition("#")[0],))


WISH = Wish("passages", 10, None, ("group",), 1, ("anna", "ben"), 1.0, "pilot")


@pytest.mark.parametrize("of", ["mentions", "passages", "pages"])
def test_items_quote_their_page(coded: Store, own_study: Study, of: str) -> None:
    made = make(coded, own_study, Wish(of, 50, None, (), 1))
    assert made.items and made.frame["population"] == len(made.items)
    for item in made.items:
        text = coded.value("select text from pages where page = ?", (item.page,))
        assert item.quote in text
        assert coded.value("select 1 from documents where document = ?", (item.document,))


def test_a_sheet_filled_in_comes_back_as_codings(
    coded: Store, own_study: Study, known: Vocabulary, tmp_path: Path
) -> None:
    made = make(coded, own_study, WISH)
    paths = write(tmp_path / "samples", made)
    assert [path.name for path in paths] == ["pilot-anna.csv", "pilot-ben.csv", "pilot.json"]
    frame = json.loads(paths[-1].read_text())
    assert frame["drawn"] == frame["population"] == frame["coded_twice"] == len(made.items) == 2
    rows = list(csv.DictReader(io.StringIO(paths[0].read_text())))
    rows[0] |= {"about": "Yes", "stance": "Not used", "codes": "fraud; ACME"}
    with paths[0].open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    brought = Brought()
    for _ in range(2):
        bring_in(own_study, known, paths[0], coder="", at="2026-01-02", brought=brought)
    assert (brought.new, brought.known, brought.blank, brought.problems) == (5, 5, 2, [])
    done = load(coded, own_study, known)
    assert done.states == {"anchored": 5}
    said = {r["code"]: r["value"] for r in coded.rows("select code, value from codings")}
    assert said == {
        "about": "yes",
        "stance": "not-used",
        "boilerplate": "no",
        "fraud": "yes",
        "acme": "yes",
    }


def test_a_sheet_that_may_be_filled_in_is_not_overwritten(
    coded: Store, own_study: Study, tmp_path: Path
) -> None:
    made = make(coded, own_study, WISH)
    first = write(tmp_path, made)
    assert write(tmp_path, made) == first
    first[0].write_text(first[0].read_text().replace(",anna", "yes,anna"))
    with pytest.raises(CorpusError, match="may have been filled in"):
        write(tmp_path, made)


def test_items_of_a_sheet_are_read_back(coded: Store, own_study: Study, tmp_path: Path) -> None:
    made = make(coded, own_study, WISH)
    items, found = read_items(write(tmp_path, made)[0])
    assert found.problems == []
    assert [item.item for item in items] == ["1", "2"]
    assert [item.quote for item in items] == [item.quote.strip() for item in made.items]


def test_answers_become_codings_and_back(coded: Store, own_study: Study) -> None:
    item = make(coded, own_study, WISH).items[0]
    answers = Answers("marginal", "plans", "yes", ("fraud",), "a note")
    told = codings(item, answers, coder="anna", at="2026-01-01", codebook="3")
    assert answers_of(told) == answers
    assert {coding.codebook for coding in told} == {"3"}
    with pytest.raises(BadRow, match="nothing that a stance"):
        codings(item, Answers("no", codes=("fraud",)), coder="anna", at="2026-01-01")
    assert answered({"about": "  YES ", "codes": "a, b\nc"}).codes == ("a", "b", "c")


def test_what_is_wrong_in_a_sheet_is_named_and_the_rest_taken(
    coded: Store, own_study: Study, known: Vocabulary, tmp_path: Path, row: Callable[..., dict]
) -> None:
    paths = write(tmp_path, make(coded, own_study, Wish("passages", 9, None, (), 1, name="p")))
    text = paths[0].read_text().splitlines()
    assert text[1].endswith(",,,,,,,") or text[1]
    rows = list(csv.DictReader(io.StringIO(paths[0].read_text())))
    rows[0] |= {"about": "yes", "codes": "frauds"}
    rows[1] |= {"about": "no", "coder": "zoe"}
    with paths[0].open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    brought = Brought()
    bring_in(own_study, known, paths[0], coder="anna", at="2026-01-01", brought=brought)
    assert "the code `frauds` is unknown (did you mean `fraud`?" in brought.problems[0]
    assert "the coder `zoe` is unknown" in brought.problems[1]
    assert isinstance(read_folder(own_study.folder / "codings", known), Read)


def test_what_the_study_says_already_stays(
    own_study: Study, known: Vocabulary, row: Callable[..., dict], write_rows: Callable[..., Path]
) -> None:
    brought = Brought()
    for value in ("yes", "no"):
        path = write_rows(row(value=value))
        bring_in(own_study, known, path, coder="", at="2026-01-01", brought=brought)
    assert (brought.new, brought.known) == (1, 1)
    assert "says otherwise than" in brought.problems[0]


@pytest.fixture
def write_rows(tmp_path: Path) -> Callable[..., Path]:
    """Write rows into a file of codings outside the study."""
    from coding.codings import COLUMNS
    from coding.codings_file import as_csv

    def write_file(*rows: dict[str, str]) -> Path:
        path = tmp_path / "given.csv"
        path.write_text(as_csv(COLUMNS, rows), encoding="utf-8")
        return path

    return write_file

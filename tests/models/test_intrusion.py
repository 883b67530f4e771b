"""Intrusion tests: sheets drawn the same every time, scored against their own key."""

import csv
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from corpus.errors import BadStudy, NoTopics
from corpus.store import Store, writing
from models.intrusion import COLUMNS, LETTERS, page, sheet
from models.run import fit_model
from models.run_tests import load_tests, scores, take_in
from models.tokens import lemma
from tests.models.test_topics import CARE, ROADS, fill, planted


@pytest.fixture(scope="module")
def tested(tmp_path_factory: pytest.TempPathFactory):
    """A corpus of two subjects with a fitted model."""
    with writing(tmp_path_factory.mktemp("intrusion") / "corpus.db", "test") as store:
        fill(store, planted())
        yield store, str(fit_model(store, k=2).model)


def intruder(row: dict[str, Any]) -> str:
    """The letter of the choice that is of the other subject than most."""
    choices = {letter: row[letter] for letter in LETTERS if row[letter]}
    care = {a for a, text in choices.items() if len(set(text.split()) & set(CARE)) > 2}
    if row["test"] == "words":
        care = {letter for letter, word in choices.items() if word in set(map(lemma, CARE))}
    roads = set(choices) - care
    (letter,) = min(care, roads, key=len)
    return letter


def write(path: Path, rows: list[dict[str, Any]], **given: str) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(row | given for row in rows)
    return path


def study(folder: Path) -> Path:
    (folder / "topic-tests").mkdir(parents=True)
    return folder


@pytest.mark.parametrize("test", ["words", "passages"])
def test_a_sheet_hides_one_of_another_topic(tested: tuple[Store, str], test: str) -> None:
    store, model = tested
    rows = sheet(store, model, test, seed=1, per_topic=2)
    assert len(rows) == 4 and list(rows[0]) == list(COLUMNS)
    assert rows == sheet(store, model, test, seed=1, per_topic=2)
    assert rows != sheet(store, model, test, seed=2, per_topic=2)
    for row in rows:
        assert len([letter for letter in LETTERS if row[letter]]) == (6 if test == "words" else 4)
        assert intruder(row) and not row["answer"]
        assert model in row["model"] and "t0" not in row["item"]


@pytest.mark.parametrize("test", ["words", "passages"])
def test_whoever_finds_the_intruder_is_right(
    tested: tuple[Store, str], tmp_path: Path, test: str
) -> None:
    store, model = tested
    rows = sheet(store, model, test, seed=1, per_topic=1)
    folder = study(tmp_path)
    told = {"judge": "Anna", "judged_on": "2026-11-22"}
    right = [row | told | {"answer": intruder(row)} for row in rows]
    wrong = [
        row | told | {"judge": "Ben", "answer": "b" if intruder(row) == "a" else "a"}
        for row in rows
    ]
    write(folder / "topic-tests" / "anna.csv", right)
    write(folder / "topic-tests" / "ben.csv", wrong)
    assert load_tests(store, folder) == 4
    found = scores(store, model)
    assert [(row["number"], row["judged"], row["found"], row["judges"]) for row in found] == [
        (1, 2, 1, 2),
        (2, 2, 1, 2),
    ]
    assert found[0]["by_chance"] == pytest.approx(1 / 6 if test == "words" else 1 / 4, abs=1e-4)
    assert found[0]["low"] < 0.5 < found[0]["high"]
    before = store.db.conn.total_changes
    assert load_tests(store, folder) == 4 and store.db.conn.total_changes == before


def test_blank_items_and_models_that_are_gone_are_passed_over(
    tested: tuple[Store, str], tmp_path: Path
) -> None:
    store, model = tested
    folder = study(tmp_path)
    rows = sheet(store, model, "words", seed=1, per_topic=1)
    gone = {"model": "nmf-9-1-00000000", "answer": "a", "judge": "A", "judged_on": "2026-11-22"}
    write(folder / "topic-tests" / "s.csv", [*rows, rows[0] | gone])
    assert load_tests(store, folder) == 0
    assert scores(store, model) == []


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"answer": "g"}, "`answer` must be one of a, b, c, d, e, f"),
        ({"judge": " "}, "`judge` is missing"),
        ({"judged_on": "yesterday"}, "must be a date such as"),
        ({"check": "0" * 16}, "were changed"),
        ({"test": "pictures"}, "`test` must be words or passages"),
    ],
)
def test_an_answer_that_cannot_be_counted_is_named_by_line(
    tested: tuple[Store, str], tmp_path: Path, given: dict[str, str], problem: str
) -> None:
    store, model = tested
    folder = study(tmp_path)
    rows = sheet(store, model, "words", seed=1, per_topic=1)
    told = {"answer": "a", "judge": "Anna", "judged_on": "2026-11-22"} | given
    write(folder / "topic-tests" / "s.csv", rows, **told)
    with pytest.raises(BadStudy, match=rf"s\.csv:2: .*{problem}"):
        load_tests(store, folder)


def test_a_sheet_of_the_same_name_is_not_written_over(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, text in ((one, "1"), (other, "2")):
        folder.mkdir()
        (folder / "s.csv").write_text(text, encoding="utf-8")
    assert take_in([one / "s.csv"], tmp_path) == 1
    assert take_in([one / "s.csv"], tmp_path) == 0
    with pytest.raises(BadStudy, match="another sheet of this name"):
        take_in([other / "s.csv"], tmp_path)
    assert (tmp_path / "topic-tests" / "s.csv").read_text(encoding="utf-8") == "1"


def test_without_topics_there_is_nothing_to_draw(store: Store) -> None:
    with pytest.raises(NoTopics, match="too few"):
        sheet(store, "nmf-2-1-0", "words", seed=1, per_topic=1)


def test_words_of_a_sheet_are_the_topics_own(tested: tuple[Store, str]) -> None:
    store, model = tested
    (row, _) = sheet(store, model, "words", seed=1, per_topic=1)
    assert {row[letter] for letter in LETTERS} <= set(map(lemma, [*CARE, *ROADS]))


def test_a_page_holds_the_sheet_escaped_and_sends_nothing(tested: tuple[Store, str]) -> None:
    store, model = tested
    rows = sheet(store, model, "words", seed=1, per_topic=1)
    told = page([rows[0] | {"a": "</script><b>x"}, *rows[1:]], "words")
    assert "<b>x" not in told and told.count("</script>") == 1
    assert told.count("<fieldset>") == 2 and told.count('type="radio"') == 12
    assert all(row["check"] in told for row in rows)
    assert "http" not in told.replace("http-equiv", "")


def test_a_page_saves_what_score_reads(
    tested: tuple[Store, str], tmp_path: Path, chromium: str
) -> None:
    store, model = tested
    rows = sheet(store, model, "words", seed=1, per_topic=1)
    place = tmp_path / "words.html"
    place.write_text(page(rows, "words"), encoding="utf-8")
    folder = study(tmp_path / "study")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page()
        tab.goto(place.as_uri())
        for row in rows:
            tab.check(f'input[name="{row["item"]}"][value="{intruder(row)}"]')
        tab.fill("#judge", "Anna Reader")
        with tab.expect_download() as saved:
            tab.click("button")
        assert saved.value.suggested_filename == "words-anna-reader.csv"
        saved.value.save_as(folder / "topic-tests" / "words-anna-reader.csv")
        assert tab.text_content("#done") == "Saved; 0 left open."
        browser.close()
    assert load_tests(store, folder) == 2
    assert [row["found"] for row in scores(store, model)] == [1, 1]

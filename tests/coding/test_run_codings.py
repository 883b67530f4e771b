"""Codings in the database: anchored, moved, lost, forgotten; never dropped."""

from collections.abc import Callable
from pathlib import Path

from coding.codings import Vocabulary
from coding.run_codings import Loaded, load
from corpus.doctor import digest, problems
from corpus.forget import forget
from corpus.store import Store
from corpus.study import Study

Row = Callable[..., dict[str, str]]


def one(store: Store) -> dict[str, object]:
    rows = store.rows("select c.*, p.text from codings c left join pages p using (page)")
    assert len(rows) == 1
    return rows[0]


def test_a_coding_stands_where_its_words_do(
    coded: Store, own_study: Study, known: Vocabulary, row: Row, write: Callable[..., Path]
) -> None:
    write(row())
    done = load(coded, own_study, known)
    assert done == Loaded(1, {"anchored": 1}, {"anna": 1}, [])
    held = one(coded)
    assert held["text"][held["start"] : held["end"]] == held["quote"] == "predictive analytics"
    assert (held["state"], held["coded_at"]) == ("anchored", "2026-11-22T00:00:00Z")
    assert [p.what for p in problems(coded)] == []


def test_a_second_run_changes_nothing(
    coded: Store, own_study: Study, known: Vocabulary, row: Row, write: Callable[..., Path]
) -> None:
    write(row(), row(code="nonsense"), row(quote="words that stand nowhere"))
    first = load(coded, own_study, known)
    before = (digest(coded)["codings"], coded.db.conn.total_changes)
    assert load(coded, own_study, known) == first
    assert (digest(coded)["codings"], coded.db.conn.total_changes) == before


def test_another_reading_keeps_the_coding(
    coded: Store, own_study: Study, known: Vocabulary, row: Row, write: Callable[..., Path]
) -> None:
    write(row(prefix="The council uses"))
    load(coded, own_study, known)
    other = "Page 1\n\nTHE COUNCIL uses pre-\ndictive   analytics\nagainst fraud."
    coded.db.execute("update pages set text = ? where page = ?", (other, row()["page"]))
    load(coded, own_study, known)
    held = one(coded)
    assert held["state"] == "anchored"
    assert other[held["start"] : held["end"]] == "pre-\ndictive   analytics"


def test_words_that_move_are_followed_and_said_so(
    coded: Store, own_study: Study, known: Vocabulary, row: Row, write: Callable[..., Path]
) -> None:
    write(row())
    page, second = row()["page"], row()["page"].replace("-0001", "-0002")
    swap = "update pages set text = ? where page = ?"
    texts = [coded.value("select text from pages where page = ?", (p,)) for p in (page, second)]
    coded.db.execute(swap, (texts[1], page))
    coded.db.execute(swap, (texts[0], second))
    assert load(coded, own_study, known).states == {"moved": 1}
    assert (one(coded)["page"], one(coded)["cited_page"]) == (second, page)


def test_a_new_version_of_the_document_is_followed(
    coded: Store, own_study: Study, known: Vocabulary, row: Row, write: Callable[..., Path]
) -> None:
    old, new = "f" * 64, coded.value("select sha256 from pages where page = ?", (row()["page"],))
    write(row(page=f"{old[:16]}-0001"))
    assert load(coded, own_study, known).states == {"moved": 1}
    assert one(coded)["page"] == f"{new[:16]}-0001"
    assert one(coded)["document"] == row()["document"]


def test_what_no_longer_anchors_is_kept_and_comes_back(
    coded: Store, own_study: Study, known: Vocabulary, row: Row, write: Callable[..., Path]
) -> None:
    write(row())
    text = coded.value("select text from pages where page = ?", (row()["page"],))
    for told, state in (("Other words.", "lost"), (text, "anchored")):
        coded.db.execute("update pages set text = ? where page = ?", (told, row()["page"]))
        assert load(coded, own_study, known).states == {state: 1}
    assert one(coded)["quote"] == "predictive analytics"


def test_of_a_forgotten_document_no_words_stay(
    coded: Store, own_study: Study, known: Vocabulary, row: Row, write: Callable[..., Path]
) -> None:
    write(row(note="a name", prefix="uses"))
    load(coded, own_study, known)
    forget(coded, [row()["document"]], "withdrawn")
    assert coded.rows("select * from codings") == []
    assert load(coded, own_study, known).states == {"forgotten": 1}
    held = coded.rows("select * from codings")[0]
    assert (held["quote"], held["prefix"], held["note"], held["page"]) == ("", "", "", None)


def test_wrong_rows_stand_in_the_failures_until_they_are_mended(
    coded: Store, own_study: Study, known: Vocabulary, row: Row, write: Callable[..., Path]
) -> None:
    path = write(row(), row(code="nonsense"))
    done = load(coded, own_study, known)
    assert done.codings == 1 and f"{path}:3" in done.problems[0]
    assert coded.rows("select stage, subject, error from failures where stage = 'code'") == [
        {"stage": "code", "subject": "a.csv:3", "error": "BadCoding"}
    ]
    write(row(), row(code="fraud"))
    assert load(coded, own_study, known).problems == []
    assert coded.rows("select * from failures where stage = 'code'") == []


def test_a_long_quote_with_a_line_taken_out_is_altered_not_lost(
    coded: Store, own_study: Study, known: Vocabulary, row: Row, write: Callable[..., Path]
) -> None:
    words = " ".join(f"Item {n} was noted by the members." for n in range(12))
    write(row(quote=words, code="about"))
    text = f"Agenda. {words.replace('Item 6', 'Page 3 Item 6')} End."
    coded.db.execute("update pages set text = ? where page = ?", (text, row()["page"]))
    assert load(coded, own_study, known).states == {"altered": 1}
    held = one(coded)
    assert text[held["start"] : held["end"]].startswith("Item 0 was noted")
    assert "Page 3" in text[held["start"] : held["end"]]

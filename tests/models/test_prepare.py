"""What is fitted on: without names and procedure, near-duplicates once, never all in memory."""

from pathlib import Path

import pytest

from corpus.errors import NoTopics
from corpus.store import Store
from models.prepare import Texts, fewest_texts, learn_stop, prepared
from models.units import FEWEST_PASSAGES
from tests.models.test_topics import fill, planted


def test_near_duplicates_count_once(store: Store) -> None:
    texts = planted(40)
    fill(store, [*texts, *([*text[:-1], "otherwise"] for text in texts[:10]), *texts[:5]])
    with prepared(store) as ready:
        assert ready.units == 55
        assert 40 <= len(ready.vocabulary) <= 44
        assert len(list(ready.texts)) == len(ready.vocabulary)
        assert list(ready.texts) == list(ready.texts)


def test_the_fingerprint_follows_the_words(store: Store) -> None:
    fill(store, planted(40))
    with prepared(store) as before:
        pass
    with prepared(store) as again:
        pass
    store.db.execute("update passages set text = text || ' more' where passage = 'p000-x'")
    with prepared(store) as after:
        pass
    assert before.fingerprint == again.fingerprint != after.fingerprint


def test_many_passages_that_are_few_texts_are_refused_with_the_number_needed(store: Store) -> None:
    fill(store, planted(2) * 20)
    with (
        pytest.raises(NoTopics, match=rf"2 distinct ones are too few.*{FEWEST_PASSAGES}"),
        prepared(store),
    ):
        raise AssertionError("nothing to work with")


def test_names_of_councils_and_places_months_and_procedure_are_left_out(store: Store) -> None:
    fill(store, planted(30))
    store.db.table("councils").insert({"council": "RDG", "name": "Reading"})
    store.db.execute("update passages set council = substr('KENCRFRDG', 1 + 3 * (rowid % 3), 3)")
    store.db.execute(
        "update passages set text = 'Kent roads by Whitstable and reading in Reading and Xantral. '"
        " || text where council = 'KEN'"
    )
    store.db.table("codes").insert({"code": "product"})
    store.db.table("terms").insert({"term": "x", "code": "product", "phrase": "Xantral"})
    stop = learn_stop(store)
    assert {"kent", "whitstable", "october", "agenda"} <= stop
    assert not {"roads", "reading", "xantral", "children"} & stop


def test_a_word_must_stand_in_more_texts_the_more_there_are() -> None:
    numbers = [fewest_texts(number) for number in (30, 999, 1_000, 100_000, 1_000_000)]
    assert numbers == [2, 2, 5, 5, 50]


def test_texts_are_read_again_and_again(tmp_path: Path) -> None:
    some = [["a", "b"], [], ["c"]]
    texts = Texts(tmp_path / "texts").write(iter(some))
    assert list(texts) == some == list(texts)

"""A person's label takes the place of the one made of terms."""

from pathlib import Path

import pytest

from corpus.errors import BadStudy
from corpus.store import Store
from models.labels import Label, load_labels
from models.run_apply import keep_labels


def write(folder: Path, text: str) -> Path:
    (folder / "labels.yaml").write_text(text, encoding="utf-8")
    return folder


def test_labels_are_read_with_who_gave_them(tmp_path: Path) -> None:
    text = "lda-t01:\n  label: Frailty\n  by: A. Reader\n  on: 2026-11-22\n"
    labels = load_labels(write(tmp_path, text))
    assert labels == {"lda-t01": Label("Frailty", "A. Reader", "2026-11-22")}


def test_a_study_without_labels_has_none(tmp_path: Path) -> None:
    assert load_labels(tmp_path) == {}
    assert load_labels(write(tmp_path, "{}\n")) == {}


@pytest.mark.parametrize("text", ["lda-t01: Frailty\n", "lda-t01:\n  label: Frailty\n"])
def test_a_label_without_its_giver_is_refused_by_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadStudy, match=r"labels\.yaml:\d"):
        load_labels(write(tmp_path, text))


def test_a_given_label_is_kept_and_the_others_stay(store: Store) -> None:
    store.db.table("topics").insert_all(
        {"topic": f"lda-t0{n}", "label": "a, b, c", "label_by": "terms"} for n in (1, 2)
    )
    keep_labels(store, {"lda-t01": Label("Frailty", "A. Reader", "2026-11-22")})
    rows = store.rows("select topic, label, label_by from topics order by topic")
    assert [(row["label"], row["label_by"]) for row in rows] == [
        ("Frailty", "A. Reader, 2026-11-22"),
        ("a, b, c", "terms"),
    ]

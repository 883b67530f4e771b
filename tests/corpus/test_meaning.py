"""Searching by meaning: honest about words, deterministic, filtered, and kept up by small steps."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from corpus.forget import forget
from corpus.retrieval.finding import NO_INDEX, NONE_EXACT, find, wants_words
from corpus.retrieval.lsi import CURRENT, Stems, open_index
from corpus.retrieval.meaning import folder_of, index_of, rank
from corpus.retrieval.search import Filters
from corpus.store import Store, reading, writing
from models.run_semantics import place, understand
from models.semantics import stop_words

RENT = (
    "tenants fall behind with rent and arrears grow before eviction",
    "arrears of rent are chased by the housing officer before eviction",
    "eviction of tenants follows arrears; the landlord writes first",
    "the landlord and the housing officer meet tenants in arrears",
)
ROADS = (
    "potholes on the highway are filled by the resurfacing crew",
    "the resurfacing crew repairs the carriageway and its potholes",
    "carriageway inspection finds potholes after frost on the highway",
    "gritting of the highway before frost protects the carriageway",
)


def add(store: Store, name: str, text: str, **more: str) -> str:
    """Add a file of one page and its document; return the page."""
    sha256 = f"{name:0<64}"
    page = f"{sha256[:16]}-0001"
    row = {"sha256": sha256, "document": name, "outcome": "read", "chars": len(text)}
    store.db.table("files").insert(row)
    store.db.table("pages").insert({"page": page, "sha256": sha256, "number": 1, "text": text})
    store.db.table("documents").insert(
        {"document": name, "source": "s", "kind": "report", "sha256": sha256, "title": name}
        | {"url": "https://example.org/", "published_on": "2024-01-01"}
        | more
    )
    return page


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "corpus.db"
    with writing(made, "test") as store:
        store.db.table("sources").insert({"source": "s", "title": "S"}, ignore=True, alter=True)
        for n in range(3):
            for k, text in enumerate(RENT):
                add(store, f"a{n}{k}", f"{text} in ward {n}", kind="report")
            for k, text in enumerate(ROADS):
                add(store, f"b{n}{k}", f"{text} in ward {n}", kind="minutes")
        assert understand(store).added == 24
    return made


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with reading(path) as opened:
        yield opened


def test_pages_without_the_words_are_found_and_said_so(store: Store) -> None:
    found = find(store.db.conn, "rent owed", by="meaning", limit=12)
    assert found.by == "meaning"
    assert all(hit.document.startswith("a") for hit in found.hits)
    bare = [hit for hit in found.hits if hit.matched == ()]
    assert bare and all("rent" not in hit.snippet for hit in bare)
    assert all(not marked for hit in bare for _, marked in hit.segments)
    first = found.hits[0]
    assert first.matched == ("rent",) and ("rent", True) in first.segments
    assert first.as_row()["matched"] == ["rent"]


def test_the_same_twice_and_after_a_refit(path: Path) -> None:
    with reading(path) as store:
        index = index_of(store.db.conn)
        assert index is not None
        before = rank(store.db.conn, index, "frost on roads", Filters())
        assert before == rank(store.db.conn, index, "frost on roads", Filters())
    with writing(path, "test") as store:
        assert understand(store, refit=True).fitted
    with reading(path) as store:
        index = index_of(store.db.conn)
        assert index is not None
        assert rank(store.db.conn, index, "frost on roads", Filters()) == before


def test_filters_hold(store: Store) -> None:
    found = find(store.db.conn, "rent arrears", by="meaning", filters=Filters(kind="minutes"))
    assert found.hits and {hit.kind for hit in found.hits} == {"minutes"}
    assert not find(store.db.conn, "rent arrears", by="meaning", filters=Filters(council="X")).hits


@pytest.mark.parametrize(
    ("query", "exact"),
    [
        ("rent arrears", False),
        ("rent", True),
        ('"rent arrears"', True),
        ("“rent arrears”", True),
        ("rent OR arrears", True),
        ("rent -arrears", True),
        ("rent arr*", True),
        ("well-known rent", False),
    ],
)
def test_operators_and_quotes_mean_the_words(query: str, exact: bool) -> None:
    assert wants_words(query) is exact


def test_choice_is_free_unless_named(store: Store) -> None:
    assert find(store.db.conn, "rent arrears").by == "meaning"
    assert find(store.db.conn, '"rent and arrears"').by == "words"
    assert find(store.db.conn, "rent arrears", by="words").by == "words"
    fallen = find(store.db.conn, '"arrears potholes"')
    assert fallen.by == "meaning" and fallen.hint == NONE_EXACT
    assert find(store.db.conn, '"arrears potholes"', by="words").total == 0


@pytest.mark.parametrize("query", ["", "the of and", "zzzz qqqq", "* (", "\ud800 x", "a" * 5000])
def test_nothing_to_go_by_breaks_nothing(store: Store, query: str) -> None:
    found = find(store.db.conn, query, by="meaning")
    assert found.total >= len(found.hits)


def test_without_an_index_words_are_searched_and_it_is_said(path: Path) -> None:
    shutil.rmtree(path.parent / "files" / "models")
    with reading(path) as store:
        found = find(store.db.conn, "rent arrears", by="meaning")
        assert (found.by, found.hint) == ("words", NO_INDEX) and found.hits
        assert find(store.db.conn, "rent arrears").hint is None


def test_a_second_run_does_nothing(path: Path) -> None:
    with writing(path, "test") as store:
        before = (place(store) / CURRENT).stat().st_mtime_ns
        done = understand(store)
        assert (done.added, done.dropped, done.fitted) == (0, 0, False)
        assert (place(store) / CURRENT).stat().st_mtime_ns == before


def test_new_changed_and_forgotten_pages(path: Path) -> None:
    with writing(path, "test") as store:
        new = add(store, "c1", "tenants in arrears meet the landlord")
        assert (understand(store).added, understand(store).added) == (1, 0)
        store.db.execute("update files set chars = 9 where document = 'a00'")
        done = understand(store)
        assert (done.added, done.dropped) == (1, 1)
        store.db.execute("delete from pages where page = ?", (new,))
        assert understand(store).dropped == 1
        index = index_of(store.db.conn)
        assert index is not None and new.encode() not in index.pages.tolist()
        gone = np.flatnonzero(index.pages == b"")
        assert len(gone) == 2 and not index.vectors[gone].any()
        assert new not in {hit.page for hit in find(store.db.conn, "tenants landlord").hits}


def test_killed_midway_goes_on(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import models.run_semantics as stage

    with writing(path, "test") as store:
        whole = sorted(index_of(store.db.conn).pages.tolist())  # type: ignore[union-attr] # it is there
        shutil.rmtree(place(store))
        monkeypatch.setattr(stage, "AT_ONCE", 10)
        real, calls = stage._append, []

        def dies(*args: object) -> None:
            calls.append(1)
            if len(calls) == 2:
                raise KeyboardInterrupt
            real(*args)  # type: ignore[arg-type] # passed through

        monkeypatch.setattr(stage, "_append", dies)
        with pytest.raises(KeyboardInterrupt):
            understand(store)
        assert index_of(store.db.conn).rows == 10  # type: ignore[union-attr] # it is there
        monkeypatch.setattr(stage, "_append", real)
        assert understand(store).added == 14
        assert sorted(index_of(store.db.conn).pages.tolist()) == whole  # type: ignore[union-attr] # it is there


@pytest.mark.parametrize("spoilt", ["", "{}", "[1", '{"fit": "../..", "rows": 5, "stems": 1}'])
def test_a_spoilt_index_is_none_and_is_made_anew(path: Path, spoilt: str) -> None:
    with writing(path, "test") as store:
        (place(store) / CURRENT).write_text(spoilt)
        assert open_index(place(store)) is None
        assert understand(store).fitted
        assert index_of(store.db.conn) is not None


def test_too_few_pages_make_no_index(tmp_path: Path) -> None:
    with writing(tmp_path / "corpus.db", "test") as store:
        add(store, "a1", "a lonely page")
        done = understand(store)
        assert "too few" in done.note and not (folder_of(store.db.conn) / CURRENT).exists()


def test_stems_leave_out_stop_words_and_monsters() -> None:
    stems = Stems(stop_words())
    assert stems("The fire brigades' systems, a " + "x" * 100) == ["fire", "brigad", "system"]


def test_no_pickle_can_hide_in_the_files(path: Path) -> None:
    with writing(path, "test") as store:
        told = json.loads((place(store) / CURRENT).read_text())
        np.save(place(store) / told["fit"] / "terms.npy", np.array([{}]), allow_pickle=True)
        (place(store) / CURRENT).touch()
        assert open_index(place(store)) is None


def test_a_forgotten_pages_vector_goes_at_once(path: Path) -> None:
    with writing(path, "test") as store:
        pages = [add(store, f"c{n}", "the quxzyvian tenants in arrears of rent") for n in range(2)]
        for document in ("c0", "c1"):
            row = {"document": document, "sha256": f"{document:0<64}"}
            store.db.table("captures").insert(row)
        understand(store, refit=True)
        found = place(store)
        before = {p.name: p.read_bytes() for p in found.rglob("*") if p.is_file()}
        assert b"quxzyvian" in before["terms.npy"] and pages[0].encode() in before["pages.bin"]
        forget(store, ["c0", "c1"], "asked for")
        after = {p.name: p.read_bytes() for p in found.rglob("*") if p.is_file()}
        assert not [name for name, told in after.items() if b"quxzyvian" in told]
        assert pages[0].encode() not in after["pages.bin"]
        row = before["pages.bin"].index(pages[0].encode()) // 24
        size = len(before["vectors.bin"]) // (len(before["pages.bin"]) // 24)
        assert any(before["vectors.bin"][row * size : (row + 1) * size])
        assert not any(after["vectors.bin"][row * size : (row + 1) * size])
        index = index_of(store.db.conn)
        assert index is not None and sorted(index.fit.terms) == list(index.fit.terms)
        assert not {hit.page for hit in rank(store.db.conn, index, "rent", Filters())} & set(pages)
        assert rank(store.db.conn, index, "rent arrears", Filters())

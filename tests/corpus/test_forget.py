"""Forgetting: nothing of a document stays, and it does not come back."""

from pathlib import Path

import pytest

from coding.run import find
from corpus.codebook import Codebook
from corpus.doctor import problems
from corpus.errors import CorpusError, UnknownDocument
from corpus.forget import forget
from corpus.retrieval.search import search
from corpus.store import Store
from extract.run import extract
from tests.conftest import Make

WORD = "Quxzyvian"
TEXT = f"Mrs {WORD} asked how the council uses predictive analytics for her family."
OTHER = "The council uses predictive analytics, made by ACME."


@pytest.fixture
def built(store: Store, folder, bring_in, codebook: Codebook, make: Make) -> Store:
    bring_in(folder({"a.pdf": make.pdf(TEXT, TEXT), "b.txt": TEXT + " Again.", "c.txt": OTHER}))
    build(store, codebook)
    assert store.value("select count(*) from pages where method = 'read'") == 4
    return store


def build(store: Store, codebook: Codebook) -> None:
    extract(store, codebook, jobs=1)
    find(store, codebook)


def document(store: Store, title: str) -> str:
    return str(store.value("select document from documents where title = ?", (title,)))


def everywhere(store: Store) -> list[str]:
    """Return the files of the corpus in whose raw bytes the word stands, in any case."""
    store.db.execute("pragma wal_checkpoint(truncate)")
    kept = [path for path in store.path.parent.rglob("*") if path.is_file()]
    return [path.name for path in kept if WORD.lower().encode() in path.read_bytes().lower()]


def test_all_traces_are_gone_and_the_others_stay(built: Store) -> None:
    assert everywhere(built)
    gone = [document(built, "a"), document(built, "b")]
    hashes = {row["sha256"] for row in built.rows("select sha256 from files")}
    assert forget(built, gone, "asked for") == 2
    (kept,) = built.rows("select sha256 from files")
    for table, column in (
        ("pages", "sha256"),
        ("mentions", "sha256"),
        ("screenings", "sha256"),
        ("captures", "sha256"),
        ("documents", "sha256"),
    ):
        values = {row[column] for row in built.rows(f"select {column} from {table}")}
        assert values == {kept["sha256"]}, table
    assert built.value("select count(*) from passages") == 1
    assert built.value("select count(*) from page_words") == 0
    assert built.value("select count(*) from pages_fts where pages_fts match ?", (WORD,)) == 0
    (hit,) = search(built.db.conn, "ACME").hits
    assert hit.title == "c"
    assert {p.stem for p in built.files.folder.rglob("*.*")} == {kept["sha256"]} < hashes
    assert list(problems(built)) == []


def test_the_raw_bytes_of_its_words_are_in_no_file_of_the_corpus(
    store: Store, folder, bring_in, codebook: Codebook, make: Make
) -> None:
    store.db.execute("pragma secure_delete = off")  # as SQLite is built outside Debian
    lines = [f"{TEXT} {WORD}{number}" for number in range(30)]
    bring_in(folder({"a.pdf": make.pdf(*[lines] * 20), "c.txt": OTHER}))
    build(store, codebook)
    forget(store, [document(store, "a")], "asked for")
    assert everywhere(store) == []
    assert [hit.title for hit in search(store.db.conn, "ACME").hits] == ["c"]


def test_a_tombstone_says_what_and_why_and_names_nobody(built: Store) -> None:
    name = document(built, "a")
    sha256 = built.value("select sha256 from documents where document = ?", (name,))
    forget(built, [name], "published in error")
    (stone,) = built.rows("select document, sha256, reason from tombstones")
    assert stone == {"document": name, "sha256": sha256, "reason": "published in error"}


def test_forgotten_bytes_stay_out_under_any_name(
    built: Store, bring_in, tmp_path: Path, codebook: Codebook
) -> None:
    papers = tmp_path / "papers"
    forget(built, [document(built, "a")], "asked for")
    (papers / "under another name.pdf").write_bytes((papers / "a.pdf").read_bytes())
    done = bring_in(papers, source="folder-other")
    assert (done.forgotten, done.kept) == (2, 2), "the others come in under the other source"
    build(built, codebook)
    assert built.value("select count(*) from documents") == 4


def test_the_older_versions_of_a_document_go_too(built: Store, codebook: Codebook) -> None:
    from crawler.keep import Found, Keeper
    from crawler.runs import run

    with run(built, "folder-papers") as going:
        keeper = Keeper(built, going.crawl)
        for version in ("first", "second"):
            content = f"{TEXT} The {version} version.".encode()
            with built.db.atomic():
                found = Found("ken-modgov-s1", "folder-papers", "report", "R", "https://x", content)
                assert keeper.keep(found) == "kept"
    build(built, codebook)
    forget(built, [document(built, "a"), document(built, "b"), "ken-modgov-s1"], "asked for")
    assert built.value("select count(*) from pages where text like ?", (f"%{WORD}%",)) == 0
    assert everywhere(built) == []
    assert list(problems(built)) == []
    with run(built, "folder-papers") as going, built.db.atomic():
        content = f"{TEXT} The first version.".encode()
        again = Found("ken-modgov-s2", "folder-papers", "report", "R", "https://y", content)
        assert Keeper(built, going.crawl).keep(again) == "forgotten"


def test_bytes_that_another_document_holds_must_all_be_named(
    store: Store, folder, bring_in
) -> None:
    bring_in(folder({"a.txt": TEXT, "b.txt": TEXT}))
    first, second = (row["document"] for row in store.rows("select document from documents"))
    with pytest.raises(CorpusError, match=second):
        forget(store, [first], "asked for")
    assert store.value("select count(*) from documents") == 2
    assert store.rows("select * from tombstones") == []
    assert forget(store, [first, second], "asked for") == 1
    assert store.value("select count(*) from documents") == 0


def test_an_unknown_document_changes_nothing(built: Store) -> None:
    with pytest.raises(UnknownDocument, match="ken-modgov-s9"):
        forget(built, [document(built, "a"), "ken-modgov-s9"], "asked for")
    assert built.value("select count(*) from documents") == 3
    assert built.rows("select * from tombstones") == []

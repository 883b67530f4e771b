"""The doctor: finds each kind of damage, mends what needs nobody's decision; and the digest."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from coding.run import find
from corpus.codebook import Codebook
from corpus.doctor import digest, problems
from corpus.store import Store, reading, writing
from corpus.study import Study, keep_study
from crawler.importer import Request, find_files, import_files
from extract.run import extract
from tests.conftest import Make

TEXT = "The council uses predictive analytics. ACME sold it."


@pytest.fixture(scope="module")
def sound(tmp_path_factory, packaged_study: Study, codebook: Codebook, make: Make) -> Path:
    """The folder of a small corpus with pages, mentions and passages."""
    folder = tmp_path_factory.mktemp("doctor")
    papers = folder / "papers"
    papers.mkdir()
    (papers / "a.pdf").write_bytes(make.pdf(TEXT, "A second page."))
    (papers / "b.txt").write_text(f"5\ue000 \ue001x {TEXT}", "utf-8")  # letters to FTS5 alone
    study = replace(packaged_study, codebook=codebook)
    request = Request((papers,), "folder-papers")
    with writing(folder / "corpus.db", "test") as store:
        keep_study(store, study)
        import_files(store, study, request, find_files((papers,)), lambda count: None)
        extract(store, codebook, jobs=1)
        find(store, codebook)
        assert list(problems(store)) == []
    return folder


@pytest.fixture
def built(sound: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of the small corpus, to be spoilt."""
    shutil.copytree(sound, tmp_path / "copy")
    with writing(tmp_path / "copy" / "corpus.db", "test") as store:
        yield store


def original(store: Store) -> Path:
    return store.files.path(store.value("select path from files order by path"))


def drop_from_index(store: Store) -> None:
    store.db.execute("insert into pages_fts (pages_fts) values ('delete-all')")


def leave_a_stranger(store: Store) -> None:
    store.files.put(b"nobody's", "ab" + "0" * 62, ".pdf")


def leave_half_a_file(store: Store) -> None:
    original(store).with_name(".part-x").write_bytes(b"half")


def run(sql: str) -> Callable[[Store], None]:
    def damage(store: Store) -> None:
        store.db.conn.executescript(sql)

    return damage


OTHER_WORDS = """
insert into pages_fts (pages_fts, rowid, text) select 'delete', rowid, text from pages limit 1;
insert into pages_fts (rowid, text) select rowid, 'quite other words' from pages limit 1;
"""
DAMAGE: dict[str, tuple[Callable[[Store], None], str, bool]] = {
    "original gone": (lambda s: original(s).unlink(), "is missing", False),
    "original changed": (lambda s: original(s).write_bytes(b"x"), "has changed", False),
    "stranger": (leave_a_stranger, "no document of this corpus holds the file ab/", True),
    "half-written file": (leave_half_a_file, "half-written", True),
    "index": (drop_from_index, "the search index holds 0 of 3 pages", True),
    "page gone": (run("delete from pages where number = 2"), "1 of 2 pages", True),
    "index of other words": (run(OTHER_WORDS), "and not their words", True),
    "dangling derived row": (
        run("insert into page_tables (page, ordinal) values ('nowhere', 1)"),
        "1 rows of page_tables point to a missing row of pages",
        True,
    ),
    "clock": (
        run("update documents set first_seen_at = '2999-01-01T00:00:00Z'"),
        "2 rows of documents are dated in the future",
        False,
    ),
    "page under another id": (
        run("update pages set page = 'x' || page where number = 2"),
        "does not belong to file",
        False,
    ),
    "quote moved": (
        run("update pages set text = 'x' || text"),
        "do not stand on the pages of file",
        True,
    ),
    "dangling link": (
        run("update documents set council = 'XYZ'"),
        "2 rows of documents point to a missing row of councils",
        False,
    ),
}


@pytest.mark.parametrize(("damage", "told", "mendable"), DAMAGE.values(), ids=DAMAGE.keys())
def test_each_kind_of_damage_is_found_and_mended_where_it_can_be(
    built: Store, damage: Callable[[Store], None], told: str, mendable: bool
) -> None:
    damage(built)
    found = list(problems(built))
    assert any(told in problem.what for problem in found)
    for problem in found:
        problem.mend()
    left = [problem.what for problem in problems(built)]
    assert any(told in what for what in left) != mendable


def test_a_damaged_database_is_a_problem_and_no_crash(built: Store) -> None:
    for number in range(200):
        built.fail("read", f"{number:0300}", "Broken", "m" * 400, True)
    built.db.conn.commit()
    built.db.execute("vacuum")
    built.db.execute("pragma wal_checkpoint(truncate)")
    copy = built.path.with_name("damaged.db")
    content = bytearray(built.path.read_bytes())
    page = content.index(b"m" * 300) // 4096 * 4096
    content[page : page + 4096] = b"\xaa" * 4096
    copy.write_bytes(content)
    with reading(copy) as damaged:
        found = list(problems(damaged))
    assert found and all(problem.what.startswith("SQLite: ") for problem in found)


def test_a_mended_index_finds_the_pages_again(built: Store) -> None:
    drop_from_index(built)
    sql = "select count(*) from pages_fts where pages_fts match 'predictive'"
    assert built.value(sql) == 0
    for problem in problems(built):
        problem.mend()
    assert built.value(sql) == 2


def test_originals_are_left_unread_where_nobody_asks(built: Store) -> None:
    original(built).unlink()
    assert list(problems(built, originals=False)) == []


def test_the_digest_leaves_out_times_and_the_order_of_rows(built: Store) -> None:
    before = digest(built)
    built.fail("read", "z", "Broken", "m", True)
    built.fail("read", "a", "Broken", "m", True)
    first = digest(built)
    assert {name for name in before if before[name] != first[name]} == {"failures"}
    for subject in "az":
        built.mend("read", subject)
    for subject in ("a", "z", "z"):
        built.fail("read", subject, "Broken", "m", True)
    built.db.execute("update failures set at = '1999-01-01T00:00:00Z'")
    built.db.execute("update documents set first_seen_at = '1999', last_seen_at = '1999'")
    built.db.execute("update captures set fetched_at = '1999', capture = capture + 100")
    assert digest(built) == first


def test_the_digest_tells_that_a_document_is_gone_and_not_when(built: Store) -> None:
    there = digest(built)["documents"]
    gone = set()
    for when in ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"):
        built.db.execute("update documents set gone_at = ?", (when,))
        gone.add(digest(built)["documents"])
    assert len(gone) == 1 and there not in gone


@pytest.mark.parametrize(
    ("table", "sql"),
    [
        ("documents", "update documents set title = 'b'"),
        ("pages", "update pages set text = 'b' where number = 2"),
        ("mentions", "update mentions set counted = 0"),
        ("passages", "delete from passages"),
        ("files", "update files set outcome = 'failed'"),
        ("crawls", "update crawls set source = null"),
    ],
)
def test_the_digest_of_a_table_changes_with_its_rows_and_no_other_does(
    built: Store, table: str, sql: str
) -> None:
    before = digest(built)
    built.db.execute(sql)
    after = digest(built)
    assert {name for name in before if before[name] != after[name]} == {table}

"""Local files brought in: stored once, named twice, recorded when they fail."""

import os
from pathlib import Path

import pytest

from corpus.doctor import digest, problems
from corpus.errors import EmptyInput, MissingPath
from corpus.ids import import_id, sha256
from corpus.store import Store
from crawler.importer import find_files, source_of
from crawler.metadata import About
from tests.conftest import Make

TEXT = "The council uses predictive analytics."


def documents(store: Store) -> list[dict[str, str]]:
    return store.rows("select * from documents order by url")


def test_a_file_is_a_document_with_its_place_source_and_council(
    store: Store, folder, bring_in
) -> None:
    papers = folder({"Report on data.txt": TEXT})
    done = bring_in(papers, council="KEN")
    assert (done.files, done.kept, done.failed) == (1, 1, 0)
    (row,) = documents(store)
    assert row["document"] == import_id("folder-papers", sha256(TEXT.encode()))
    assert row["url"] == (papers / "Report on data.txt").as_uri()
    assert (row["source"], row["council"], row["kind"]) == ("folder-papers", "KEN", "other")
    assert (row["title"], row["published_on"]) == ("Report on data", None)
    path = store.files.path(store.value("select path from files"))
    assert path.read_text() == TEXT


def test_what_the_metadata_say_of_a_file_is_kept(store: Store, folder, bring_in) -> None:
    papers = folder({"a.txt": TEXT})
    about = About("BST", "minutes", "Minutes of May", "2025-05-01", "https://x.example/a")
    bring_in(papers, council="KEN", about={(papers / "a.txt").resolve(): about})
    (row,) = documents(store)
    assert (row["council"], row["kind"], row["title"]) == ("BST", "minutes", "Minutes of May")
    assert (row["published_on"], row["origin_url"]) == ("2025-05-01", "https://x.example/a")


def test_importing_again_changes_nothing(store: Store, folder, bring_in, make: Make) -> None:
    papers = folder(
        {"a.txt": TEXT, "sub/b.pdf": make.pdf(TEXT), "c.zip": make.zip({"d.txt": b"D"})}
    )
    assert bring_in(papers).kept == 3
    before = digest(store)
    again = bring_in(papers)
    assert (again.files, again.skipped, again.kept, again.failed) == (3, 3, 0, 0)
    assert digest(store) == before | {"crawls": digest(store)["crawls"]}
    assert list(problems(store)) == []


def test_the_same_bytes_under_two_names_are_one_file_and_two_documents(
    store: Store, folder, bring_in
) -> None:
    bring_in(folder({"a.txt": TEXT, "b.txt": TEXT}))
    first, second = documents(store)
    assert first["sha256"] == second["sha256"] and first["document"] != second["document"]
    (file,) = store.rows("select * from files")
    assert file["document"] == first["document"]
    assert len([p for p in store.files.folder.rglob("*") if p.is_file()]) == 1


def test_a_changed_file_is_a_new_document_and_the_old_one_stays(
    store: Store, folder, bring_in
) -> None:
    papers = folder({"a.txt": TEXT})
    bring_in(papers)
    (papers / "a.txt").write_text("Now something else.")
    assert bring_in(papers).kept == 1
    assert store.value("select count(*) from documents") == 2


def test_members_of_a_zip_are_documents_with_their_place_in_it(
    store: Store, folder, bring_in, make: Make
) -> None:
    papers = folder({"a.zip": make.zip({"May/minutes.txt": b"Minutes", "b.txt": b"B"})})
    assert bring_in(papers).kept == 2
    place = (papers / "a.zip").as_uri()
    assert [(r["url"], r["title"]) for r in documents(store)] == [
        (f"{place}#May/minutes.txt", "minutes"),
        (f"{place}#b.txt", "b"),
    ]


def test_a_package_is_split_into_notices_of_their_service_and_council(
    store: Store, folder, bring_in, make: Make
) -> None:
    content = make.package(make.release("r1"), make.release("r2", buyer={"name": "ACME Ltd"}))
    assert bring_in(folder({"notices.json": content})).kept == 2
    rows = store.rows(
        "select n.document, n.council, n.buyer_name, n.answer_sha256, d.source, d.kind, d.title, "
        "d.council as of, f.mime from notices n join documents d using (document) "
        "join files f using (sha256) order by 1"
    )
    assert [row["document"] for row in rows] == ["contracts-finder-r1", "contracts-finder-r2"]
    assert [(row["council"], row["of"]) for row in rows] == [("KEN", "KEN"), (None, None)]
    assert {row["answer_sha256"] for row in rows} == {sha256(content)}
    assert {(row["source"], row["kind"], row["title"]) for row in rows} == {
        ("contracts-finder", "notice", "A data platform")
    }


def test_a_notice_in_a_new_package_is_the_same_document(
    store: Store, folder, bring_in, make: Make
) -> None:
    papers = folder({"a.json": make.package(make.release("r1"))})
    bring_in(papers)
    (papers / "b.json").write_bytes(make.package(make.release("r1"), make.release("r2")))
    done = bring_in(papers)
    assert (done.skipped, done.unchanged, done.kept) == (1, 1, 1)
    assert store.value("select count(*) from documents") == 2


FAILING = {
    "empty archive": ("a.zip", Make().zip({}), "Broken", "holds no file"),
    "archive cut short": ("a.zip", Make().zip({"a.txt": b"x" * 9})[:-15], "Broken", "damaged ZIP"),
    "gzip cut short": ("a.gz", Make().gzip(b"x" * 99)[:-9], "Broken", "damaged gzip"),
    "gzip bomb": ("a.gz", Make().gzip(b"0" * 3_000_000), "TooLarge", "unpacks to more than"),
    "archive bomb": ("a.zip", Make().zip({"a": b"0" * 9_000_000}), "TooLarge", "9,000,000"),
    "a bad member": (
        "a.json",
        Make().package(Make().release(), ["no object"]),
        "Broken",
        "1 of 2 members left out",
    ),
}


@pytest.mark.parametrize(
    ("name", "content", "error", "message"), FAILING.values(), ids=FAILING.keys()
)
def test_a_file_that_fails_is_a_row_and_the_others_are_kept(
    store: Store, folder, bring_in, name: str, content: bytes, error: str, message: str
) -> None:
    papers = folder({name: content, "z.txt": TEXT})
    done = bring_in(papers)
    assert done.failed == 1 and done.kept >= 1
    (failure,) = store.rows("select * from failures")
    assert (failure["stage"], failure["error"]) == ("import", error)
    assert failure["subject"] == (papers / name).as_uri()
    assert message in failure["message"]
    assert store.value("select count(*) from documents where title = 'z'") == 1


def test_a_mended_file_mends_its_failure(store: Store, folder, bring_in) -> None:
    papers = folder({"a.zip": FAILING["archive cut short"][1]})
    bring_in(papers)
    assert bring_in(papers).failed == 1
    assert store.value("select attempts from failures") == 2
    (papers / "a.zip").write_text(TEXT)
    assert bring_in(papers).kept == 1
    assert store.rows("select * from failures") == []


def test_a_file_above_the_limit_is_not_opened(store: Store, folder, bring_in) -> None:
    store.settings = type(store.settings)(max_file_bytes=10)
    assert bring_in(folder({"a.txt": TEXT, "b.txt": "short"})).failed == 1
    assert store.value("select message from failures").startswith("38 bytes; the limit is 10")
    assert [row["title"] for row in documents(store)] == ["b"]


def test_a_name_that_is_no_utf8_is_kept_readable(store: Store, folder, bring_in) -> None:
    papers = folder({"a.txt": "A"})
    (papers / os.fsdecode(b"caf\xe9.txt")).write_text(TEXT)
    assert bring_in(papers).kept == 2
    assert {row["title"] for row in documents(store)} == {"a", "caf?"}


def test_links_that_lead_nowhere_and_pipes_are_rows_and_stop_nothing(
    store: Store, folder, bring_in
) -> None:
    papers = folder({"a.txt": TEXT})
    (papers / "gone").symlink_to("nowhere")
    (papers / "loop").symlink_to("loop")
    os.mkfifo(papers / "pipe")
    done = bring_in(papers)
    assert (done.kept, done.failed) == (1, 3)
    assert {row["error"] for row in store.rows("select error from failures")} == {"Unsupported"}


def test_the_corpus_itself_is_not_imported(store: Store, bring_in) -> None:
    here = store.path.parent
    (here / "a.txt").write_text(TEXT)
    (here / "files").mkdir(exist_ok=True)
    (here / "files" / "mine.txt").write_text("My own folder is called files.")
    for _ in range(2):
        bring_in(here)
        assert [row["title"] for row in documents(store)] == ["a", "mine"]


def test_a_run_says_how_it_ended(store: Store, folder, bring_in) -> None:
    bring_in(folder({"a.txt": TEXT, "b.zip": FAILING["archive cut short"][1]}))
    (row,) = store.rows("select * from crawls")
    assert (row["outcome"], row["seen"], row["kept"], row["errors"]) == (
        "finished-with-errors",
        2,
        1,
        1,
    )
    assert row["finished_at"] >= row["started_at"] and row["code_version"]


def test_files_are_found_sorted_once_and_hidden_ones_left_out(folder) -> None:
    papers = folder({"b.txt": "", "a/c.txt": "", ".hidden": "", ".git/x": "", "a/.DS_Store": ""})
    names = [p.relative_to(papers.resolve()).as_posix() for p in find_files((papers, papers / "a"))]
    assert names == ["b.txt", "a/c.txt"] or names == ["a/c.txt", "b.txt"]
    assert find_files((papers / "b.txt",)) == [(papers / "b.txt").resolve()]


def test_what_is_not_there_or_empty_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(MissingPath, match="nowhere"):
        find_files((tmp_path / "nowhere",))
    with pytest.raises(EmptyInput, match="holds no file"):
        find_files((tmp_path,))


def test_an_import_is_named_after_its_folder(tmp_path: Path) -> None:
    place = tmp_path / "FOI Answers 2024"
    place.mkdir()
    (place / "a.txt").touch()
    assert source_of((place,)) == source_of((place / "a.txt",)) == "folder-foi-answers-2024"


def test_metadata_given_later_are_applied(store: Store, folder, bring_in) -> None:
    papers = folder({"a.txt": TEXT})
    bring_in(papers)
    about = About(council="KEN", title="Minutes of May")
    bring_in(papers, about={(papers / "a.txt").resolve(): about})
    (row,) = documents(store)
    assert (row["council"], row["title"]) == ("KEN", "Minutes of May")


@pytest.mark.timeout(120)
def test_real_notices_come_in_whole_or_are_named(testdata: Path, store: Store, bring_in) -> None:
    notices = sorted((testdata / "corpus" / "notices").rglob("*.json"))
    small = [path for path in notices if path.stat().st_size < 200_000][::6]
    assert len(small) > 10
    done = bring_in(*small)
    assert done.kept > 0
    assert list(problems(store)) == []
    assert store.value("select count(*) from documents where kind = 'notice'") == store.value(
        "select count(*) from notices"
    )

"""Text kept aside: what goes there, what comes back, and that every answer says so."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from coding.run import find
from corpus.codebook import Codebook
from corpus.doctor import digest, problems
from corpus.forget import forget
from corpus.retrieval.search import search
from corpus.scope import scope
from corpus.screened import Side, side_path
from corpus.store import Store
from corpus.study import Study, keep_study, load_study
from extract.run import Extracted, extract
from tests.conftest import Make
from workbench.main import main

HIT = "The council uses predictive analytics to find families in need."
PLAIN = "The committee noted the minutes of the last meeting in full."
OTHER = "Members of the board visited the quxzyvian gardens in the spring."
FILES = ("a", "b", "c", "d", "e")


@pytest.fixture
def run(store: Store, codebook: Codebook, packaged_study: Study) -> Callable[..., Extracted]:
    def once(book: Codebook = codebook, **options: object) -> Extracted:
        given = {"keep": "mentioning", "ocr_pages": 0, "jobs": 1} | options
        keep_study(store, replace(packaged_study, codebook=book))
        done = extract(store, book, **given)  # type: ignore[arg-type] # mixed
        find(store, book)
        return done

    return once


@pytest.fixture
def papers(store: Store, folder, bring_in, make: Make) -> Store:
    bring_in(
        folder(
            {
                "a.pdf": make.pdf(HIT, PLAIN),
                "b.pdf": make.pdf(PLAIN, OTHER),
                "c.docx": make.docx(PLAIN),
                "d.txt": OTHER,
                "e.pdf": make.scan(),
            }
        )
    )
    return store


@pytest.fixture
def changed(codebook_of, codebook_text: str) -> Codebook:
    """The codebook with another term, which stands in papers a, b and c."""
    book: Codebook = codebook_of(codebook_text.replace("[predictive analytic,", "[committee,"))
    return book


def aside(store: Store) -> set[str]:
    sql = "select d.title from files f join documents d using (sha256) where f.kept_in is not null"
    return {row["title"] for row in store.rows(sql)}


def held(store: Store) -> int:
    with Side(store) as side:
        return len(list(side.held()))


def file_of(store: Store, title: str) -> str:
    sql = "select sha256 from files join documents using (sha256) where title = ?"
    return str(store.value(sql, (title,)))


def ids(store: Store) -> list[str]:
    return [row[0] for row in store.db.execute("select page from pages order by page")]


def test_text_without_a_hit_goes_to_the_side_file(papers: Store, run) -> None:
    run()
    assert aside(papers) == {"b", "c", "d"}
    assert held(papers) == 3
    kept = papers.rows("select sha256, count(*) as pages from pages group by 1")
    assert {row["sha256"]: row["pages"] for row in kept} == {
        file_of(papers, "a"): 2,
        file_of(papers, "e"): 1,  # waits for OCR
    }
    rows = papers.rows("select sum(pages) as pages, sum(chars > 0) as texts from files")
    assert rows == [{"pages": 7, "texts": 4}]
    assert list(problems(papers)) == []
    assert side_path(papers.path).name == "screened.db"
    assert side_path(Path("x/county.db")) == Path("x/county-screened.db")


def test_a_second_run_moves_nothing(papers: Store, run) -> None:
    run()
    before = digest(papers), side_path(papers.path).read_bytes()
    assert run() == Extracted()
    assert (digest(papers), side_path(papers.path).read_bytes()) == before


def test_changing_the_setting_back_moves_all_text_back(papers: Store, run) -> None:
    run(keep="all")
    before, pages = digest(papers), papers.rows("select * from pages order by page")
    run()
    assert aside(papers) and digest(papers) != before
    assert run(keep="all") == Extracted()
    assert papers.rows("select * from pages order by page") == pages
    assert digest(papers) == before
    assert held(papers) == 0 and aside(papers) == set()
    assert list(problems(papers)) == []


def test_a_changed_codebook_promotes_what_became_relevant(
    papers: Store, run, changed: Codebook
) -> None:
    run(keep="all")
    pages = ids(papers)
    run()
    done = find(papers, changed)
    assert aside(papers) == {"d"}
    assert set(ids(papers)) < set(pages)
    assert len(done.relevant) == 2
    assert held(papers) == 1
    assert run(changed).read == 1  # b, closely
    assert list(problems(papers)) == []


def test_the_evidence_is_that_of_a_corpus_that_keeps_all(
    papers: Store, run, changed: Codebook
) -> None:
    run()
    run(changed)
    tables = ("mentions", "passages", "screenings")
    kept = {name: digest(papers)[name] for name in tables}
    run(changed, keep="all")
    assert {name: digest(papers)[name] for name in tables} == kept


def test_a_codebook_that_finds_less_puts_aside_what_it_found(
    papers: Store, run, changed: Codebook
) -> None:
    run(changed)
    assert aside(papers) == {"d"}
    run()
    assert aside(papers) >= {"c", "d"}  # b was read closely, and stays
    assert papers.value("select count(*) from mentions where term like '%committee'") == 0
    assert list(problems(papers)) == []


def test_what_people_judged_stays_among_the_pages(papers: Store, run) -> None:
    run(keep="all")
    page = papers.value("select page from pages where sha256 = ?", (file_of(papers, "d"),))
    papers.db.table("codings").insert({"coding": "k", "page": page, "quote": "gardens"})
    run()
    assert aside(papers) == {"b", "c"}


def test_all_reads_what_was_kept_aside_too(papers: Store, run) -> None:
    run()
    assert run(everything=True).read == 1
    assert aside(papers) == {"c", "d"}
    assert list(problems(papers)) == []


def test_forgetting_erases_there_too(papers: Store, run) -> None:
    run()
    sha256 = file_of(papers, "d")
    document = papers.value("select document from documents where sha256 = ?", (sha256,))
    content = next(row[2] for row in list(Side(papers).held()) if row[0] == sha256)
    assert content[:40] in side_path(papers.path).read_bytes()
    forget(papers, [document], "asked for")
    assert held(papers) == 2
    assert content[:40] not in side_path(papers.path).read_bytes()
    assert list(problems(papers)) == []


def spoil(store: Store, sql: str) -> None:
    with sqlite3.connect(side_path(store.path)) as connection:
        connection.execute(sql)


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        ("delete from texts", "its text is not in screened.db"),
        ("update texts set content = x'00'", "is damaged"),
        ("update texts set pages = 9", "is damaged"),
        ("insert into texts values ('ff', 1, x'00')", "of no file that is kept there"),
    ],
)
def test_the_doctor_finds_damage_and_mends_it(papers: Store, run, damage: str, what: str) -> None:
    run()
    before = digest(papers)
    spoil(papers, damage)
    found = list(problems(papers))
    assert found and all(what in problem.what for problem in found)
    for problem in found:
        problem.mend()
    run()
    assert list(problems(papers)) == []
    assert digest(papers) == before


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 100])
def test_a_side_file_that_is_lost_or_garbage_is_made_anew(
    papers: Store, run, damage: bytes
) -> None:
    run()
    before, path = digest(papers), side_path(papers.path)
    path.unlink()
    if damage:
        path.write_bytes(damage)
    found = list(problems(papers))
    assert found
    for problem in found:
        problem.mend()
    run()
    assert list(problems(papers)) == []
    assert digest(papers) == before


def test_a_killed_move_leaves_text_in_both_and_the_doctor_drops_one(papers: Store, run) -> None:
    run(keep="all")
    whole = digest(papers)
    run()
    copy = side_path(papers.path).read_bytes()
    run(keep="all")
    side_path(papers.path).write_bytes(copy)
    assert {p.what.split(": ")[1] for p in problems(papers)} == {
        "screened.db holds text of no file that is kept there"
    }
    for problem in problems(papers):
        problem.mend()
    assert digest(papers) == whole


def test_search_names_its_scope(papers: Store, run) -> None:
    run()
    found = search(papers.db.conn, "committee")
    assert (found.total, found.scope.searchable, found.scope.aside) == (1, 1, 3)
    assert found.scope.note.startswith("Searches 1 of 4 screened documents; the rest")
    assert found.scope.documents == 5
    run(keep="all")
    found = search(papers.db.conn, "committee")
    assert (found.total, found.scope.aside, found.scope.note) == (3, 0, "")


def test_the_commands_name_the_scope(
    papers: Store, run, corpus_path: Path, study_folder: Path
) -> None:
    (study_folder / "study.yaml").write_text("keep: mentioning\n", "utf-8")
    run()
    papers.db.conn.commit()

    def ask(*words: str) -> str:
        given = ["--corpus", str(corpus_path), "--study", str(study_folder), *words]
        return CliRunner().invoke(main, given, catch_exceptions=False).output

    note = scope(papers.db.conn).note
    assert note in ask("search", "committee")
    assert note in ask("status")
    told = json.loads(ask("status", "--json"))["search"]
    assert told == {"documents_searched": 1, "documents_aside": 3}
    assert "screened.db" in json.loads(ask("doctor", "--digest", "--json"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [("keep: some\n", "`keep` must be one of all, mentioning"), ("keep: 3\n", "must be str")],
)
def test_a_wrong_setting_is_refused_by_file_and_line(
    study_folder: Path, text: str, problem: str
) -> None:
    (study_folder / "study.yaml").write_text(text, "utf-8")
    with pytest.raises(Exception, match=problem) as error:
        load_study(study_folder)
    assert "study.yaml:1" in str(error.value)


def test_the_setting_is_read_from_the_study(study_folder: Path) -> None:
    assert load_study(study_folder).keep == "all"
    (study_folder / "study.yaml").write_text("contact: a@b.test\nkeep: mentioning\n", "utf-8")
    study = load_study(study_folder)
    assert (study.keep, study.contact) == ("mentioning", "a@b.test")

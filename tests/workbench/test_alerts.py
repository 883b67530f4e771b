"""Saved searches: what is new, changed or gone, why, and that nothing is told twice."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import feedparser
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from coding.run import find
from corpus.codebook import Codebook
from corpus.doctor import digest as digest_of
from corpus.errors import BadStudy
from corpus.forget import forget
from corpus.store import Store
from corpus.study import Study, load_study
from extract.run import extract
from tests.conftest import Make
from workbench.checks import feeds_folder
from workbench.digest import digest, plain
from workbench.main import main
from workbench.news import Item, Looked, compare
from workbench.run_alerts import digest_path, look
from workbench.saved import Saved, load_saved

FIRST = "The council uses predictive analytics against fraud. ACME sold it."
SAVED = Saved("analytics", "Predictive analytics", codes=("predictive",))
WORDS = Saved("leaves", "Autumn leaves", search="leaves")


def item(key: str, text: str = "a", *, document: str = "d", stance: str = "uses") -> Item:
    return Item(key, document, "p-0001", "t", "q", text, stance)


def kinds(held: list[Item], found: list[Item]) -> list[tuple[str, str]]:
    changes = compare({i.item: i for i in held}, {i.item: i for i in found})
    return [(one.kind, one.item.item) for one in changes]


def test_new_gone_changed_and_moved() -> None:
    assert kinds([], [item("a")]) == [("new", "a")]
    assert kinds([item("a")], []) == [("gone", "a")]
    assert kinds([item("a")], [item("a")]) == []
    assert kinds([item("a")], [item("a", "b")]) == [("changed", "a")]
    assert kinds([item("a")], [item("a", stance="plans")]) == [("changed", "a")]
    assert kinds([item("a")], [item("b")]) == [], "the same words at another place"
    assert kinds([item("a")], [item("b", "b")]) == [("changed", "b")], "the paper was replaced"
    assert kinds([item("a")], [item("b", document="e")]) == [("gone", "a"), ("new", "b")]


def test_how_a_reader_parts_words_is_no_news() -> None:
    assert kinds([item("a", "pre-\ndictive  Analytics")], [item("a", "predictive analytics")]) == []


items = st.lists(
    st.builds(item, st.sampled_from("abcdef"), st.sampled_from("xy")), unique_by=lambda i: i.item
)


@given(items, items)
def test_news_adds_up(held: list[Item], found: list[Item]) -> None:
    told = kinds(held, found)
    count = {kind: sum(k == kind for k, _ in told) for kind in ("new", "gone")}
    assert len(held) + count["new"] - count["gone"] == len(found)
    assert kinds(found, found) == []
    assert len(set(told)) == len(told)


class Corpus:
    """A corpus that papers come to, go from, and change in."""

    def __init__(self, store: Store, bring_in: Any, codebook: Codebook, folder: Any) -> None:
        self.store, self.bring_in, self.codebook, self.folder = store, bring_in, codebook, folder

    def papers(self, **files: bytes) -> None:
        place = self.folder({name.replace("_", "."): content for name, content in files.items()})
        self.bring_in(place)
        self.build()

    def build(self) -> None:
        extract(self.store, self.codebook, jobs=1)
        find(self.store, self.codebook)

    def look(self, *saved: Saved, **options: Any) -> list[Looked]:
        return look(self.store, saved or (SAVED, WORDS), **options)


@pytest.fixture
def corpus(store: Store, bring_in: Any, codebook: Codebook, folder: Callable[..., Path]) -> Corpus:
    return Corpus(store, bring_in, codebook, folder)


def counts(looked: Looked) -> tuple[int, int, int]:
    return looked.new, looked.changed, looked.gone


def test_papers_come_change_and_go(corpus: Corpus, make: Make) -> None:
    store = corpus.store
    corpus.papers(a_pdf=make.pdf(FIRST))
    first, words = corpus.look()
    assert first.began and first.items == 1 and counts(first) == (0, 0, 0), "no news yet"
    assert words.began and words.items == 0

    corpus.papers(b_pdf=make.pdf("Autumn leaves. We will explore a predictive model."))
    news, words = corpus.look()
    assert counts(news) == counts(words) == (1, 0, 0) and news.items == 2
    (row,) = news.changes
    assert row["quote"] == "predictive model" and "leaves" in row["text"] and row["why"] == ""
    assert [counts(one) for one in corpus.look()] == [(0, 0, 0)] * 2, "told once"

    store.db.execute("update mentions set stance = 'stopped' where quote = 'predictive model'")
    (news,) = corpus.look(SAVED)
    assert counts(news) == (0, 1, 0) and "plans → stopped" in news.changes[0]["why"]

    document = store.value(
        "select document from documents where sha256 = (select sha256 from "
        "mentions where quote = 'predictive analytics')"
    )
    store.db.execute(
        "update documents set gone_at = '2026-06-01T00:00:00Z' where document = ?", (document,)
    )
    (news,) = corpus.look(SAVED)
    assert counts(news) == (0, 0, 1)
    assert news.changes[0]["why"] == "the paper is gone from its site since 2026-06-01"
    store.db.execute("update documents set gone_at = null, first_seen_at = '2026-01-01T00:00:00Z'")
    (news,) = corpus.look(SAVED)
    assert counts(news) == (1, 0, 0), "and back"
    assert news.changes[0]["why"].startswith("found now in a paper that is held since 2026-01-01")

    store.db.execute("update mentions set counted = 0, reason = 'boilerplate'")
    (news,) = corpus.look(SAVED)
    assert counts(news) == (0, 0, 2) and {row["why"] for row in news.changes} == {
        "it does not count any more: boilerplate"
    }
    assert store.value("select count(*) from alert_changes") == 6, "the words' search is gone"


def test_a_new_version_that_says_the_same_is_no_news(corpus: Corpus, make: Make) -> None:
    store = corpus.store
    rest = ["The scheme began in May and is run by the data team of the county."] * 4
    one, two = make.pdf([FIRST, *rest, "First."]), make.pdf([FIRST, *rest, "Second."])
    corpus.papers(a_pdf=one, b_pdf=two)
    old, new = [row["sha256"] for row in store.rows("select sha256 from files order by rowid")]
    stays, goes = [row["document"] for row in store.rows("select document from documents")]
    store.db.execute("delete from captures where document = ?", (goes,))
    store.db.execute("delete from documents where document = ?", (goes,))
    store.db.execute("update files set document = ?", (stays,))
    assert corpus.look(SAVED)[0].items == 1
    store.db.execute("update documents set sha256 = ? where document = ?", (new, stays))
    (news,) = corpus.look(SAVED)
    assert news.items == 1 and counts(news) == (0, 0, 0)
    assert old != new


def test_another_definition_begins_anew_and_a_dry_run_keeps_nothing(
    corpus: Corpus, make: Make
) -> None:
    corpus.papers(a_pdf=make.pdf(FIRST))
    corpus.look(SAVED)
    corpus.papers(b_pdf=make.pdf("Predictive models."))
    before = digest_of(corpus.store)
    assert counts(corpus.look(SAVED, write=False)[0]) == (1, 0, 0)
    assert digest_of(corpus.store) == before and counts(corpus.look(SAVED)[0]) == (1, 0, 0)
    (other,) = corpus.look(Saved("analytics", "Predictive analytics", codes=("predictive", "acme")))
    assert other.began and other.items == 3
    (same,) = corpus.look(Saved("analytics", "Another title", codes=("predictive", "acme")))
    assert not same.began


def test_filters_narrow(corpus: Corpus, make: Make) -> None:
    corpus.papers(a_pdf=make.pdf(FIRST), b_pdf=make.pdf("Fraud: predictive analytics is used."))
    both = {"codes": ("predictive",)}
    for number, asked in (
        (2, both),
        (1, both | {"search": '"sold it"'}),
        (0, both | {"councils": ("KEN",)}),
        (2, both | {"sources": ("folder-papers",), "kinds": ("other",)}),
        (2, {"stances": ("uses",), "codes": ("predictive",)}),
        (2, {"search": "fraud"}),
    ):
        (looked,) = corpus.look(Saved("x", "X", **asked))
        assert looked.items == number, asked


def test_feeds_and_digest_show_hostile_words_as_words(corpus: Corpus, make: Make) -> None:
    corpus.look(SAVED)
    corpus.papers(
        a_pdf=make.pdf("Mind <script>alert(1)</script> [x](javascript:1) *predictive models* ]]>")
    )
    looked = corpus.look(SAVED)
    told = digest_path(corpus.store.path).read_text()
    assert told == digest(looked) or told.split("\n", 1)[1] == digest(looked).split("\n", 1)[1]
    assert "\\<script\\>" in told and "](javascript" not in told and "**new**" in told
    read = feedparser.parse((feeds_folder(corpus.store.path) / "alert-analytics.xml").read_bytes())
    assert not read.bozo and len(read.entries) == 1
    assert "<script>alert(1)</script>" in read.entries[0].content[0].value
    assert read.entries[0].content[0].type == "text/plain"


@given(st.text(max_size=60))
def test_plain_text_is_one_line(text: str) -> None:
    assert len(plain(text).splitlines()) <= 1


def test_what_is_forgotten_leaves_the_searches_too(corpus: Corpus, make: Make) -> None:
    corpus.look(SAVED)
    corpus.papers(a_pdf=make.pdf(FIRST))
    corpus.look(SAVED)
    store = corpus.store
    assert store.value("select count(*) from alert_changes") == 1
    forget(store, [store.value("select document from documents")], "asked for")
    for table in ("alert_changes", "alert_items"):
        assert store.value(f"select count(*) from {table}") == 0
    (news,) = corpus.look(SAVED)
    assert counts(news) == (0, 0, 0) and news.items == 0
    assert "predictive" not in (feeds_folder(store.path) / "alert-analytics.xml").read_text()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x: {codes: [predictive]}", "alerts.yaml:1: `title` is missing"),
        ("x: {title: X}", "says neither"),
        ("x: {title: X, search: '-'}", "no word to look for"),
        ("x: {title: X, codes: [nobody]}", "`codes` names `nobody`"),
        ("x: {title: X, codes: [1]}", "list of texts"),
        ("x: {title: X, councils: [ZZZ], search: a}", "`councils` names `ZZZ`"),
        ("x: {title: X, srch: a}", "unknown key `srch`"),
        ("X y: {title: X, search: a}", "is no name"),
        ("x: {title: X, stances: [loves]}", "`stances` names `loves`"),
        ("x: 1", "must be a mapping"),
    ],
)
def test_a_malformed_search_names_file_and_line(study_folder: Path, text: str, told: str) -> None:
    (study_folder / "alerts.yaml").write_text(text)
    with pytest.raises(BadStudy) as caught:
        load_saved(load_study(study_folder))
    assert told in str(caught.value)


def test_the_packaged_study_has_an_example_and_no_search(packaged_study: Study) -> None:
    assert load_saved(packaged_study) == []
    assert "codes:" in (packaged_study.folder / "alerts.yaml").read_text()


def test_the_command(corpus: Corpus, make: Make, study_folder: Path) -> None:
    (study_folder / "alerts.yaml").write_text("fraud: {title: Fraud, search: fraud}\n")
    corpus.papers(a_pdf=make.pdf(FIRST))
    path = corpus.store.path
    corpus.store.db.conn.commit()
    other = path.with_name("other.db")
    corpus.store.db.execute("vacuum into ?", (str(other),))

    def run(*arguments: str) -> str:
        given = ["--corpus", str(other), "--study", str(study_folder), "alerts", *arguments]
        result = CliRunner().invoke(main, given)
        assert result.exit_code == 0, result.output
        return result.stdout

    assert run("--dry-run").startswith("Fraud: 1 found; from now on")
    assert json.loads(run("--json"))[0]["items"] == 1
    assert run() == "Fraud: 0 new, 0 changed, 0 gone; 1 found in all.\n"
    assert "## Fraud" in run("--digest")
    (study_folder / "alerts.yaml").write_text("{}")
    assert "No search is saved" in run()
    assert not list(feeds_folder(other).glob("alert-*"))

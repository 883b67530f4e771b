"""Concordances, collocates and keywords of a small corpus, and the commands that print them."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coding.run import find
from corpus.codebook import Codebook
from corpus.language import kwic as concordance
from corpus.language.collocates import collocates
from corpus.language.keyness import compared, groups, keyness
from corpus.language.kwic import BadQuery, Line, Node, kwic, lines, matching_pages
from corpus.language.selection import NoSuchName, Selection
from corpus.language.wordcounts import TooMuchText, count, documents, plain_words
from corpus.store import Store
from extract.run import extract
from workbench.main import main

TEXTS = {
    "a.txt": "The council uses predictive analytics against fraud. Fraud teams like the early "
    "warning. An algorithm predicts arrears, and the algorithm is checked by officers.",
    "b.txt": "Members noted the library. The library opens on Sunday; the library closes late. "
    "A risk score of each household was discussed. Early warning was not.",
    "c.txt": "Tender for an algorithm. The supplier ACME sells predictive models. Early help.",
    "d.txt": "Tender for gritting. The supplier sells salt. =cmd|'/c calc'!A0 \x1b[31m algorithm",
}
ABOUT = {
    "a.txt": ("KEN", "2023-05-01", "report"),
    "b.txt": ("KEN", "2024-06-01", "minutes"),
    "c.txt": ("BST", "2024-07-01", "notice"),
    "d.txt": (None, None, "notice"),
}


@pytest.fixture
def read(store: Store, folder: Any, bring_in: Any, codebook: Codebook) -> Store:
    bring_in(folder(TEXTS))
    extract(store, codebook, jobs=1)
    find(store, codebook)
    for name, values in ABOUT.items():
        store.db.execute(
            "update documents set council = ?, published_on = ?, kind = ? where title like ?",
            (*values, f"%{name.removesuffix('.txt')}"),
        )
    store.db.conn.commit()
    return store


def shown(found: list[Line]) -> list[tuple[str, str, str]]:
    return [(line.left, line.node, line.right) for line in found]


def test_fixture_has_what_the_tests_speak_of(read: Store) -> None:
    rows = read.rows("select title, council, kind from documents order by title")
    assert [row["council"] for row in rows] == ["KEN", "KEN", "BST", None]


def test_every_occurrence_is_a_line_with_its_place(read: Store) -> None:
    found = kwic(read.db.conn, Node("algorithm"))
    assert len(found) == 4
    for line in found:
        text = read.value("select text from pages where page = ?", (line.page,))
        assert text[line.start : line.end] == line.node
        assert line.number == 1 and line.document and line.url


def test_inflections_phrases_and_alternatives(read: Store) -> None:
    nodes = {line.node.lower() for line in kwic(read.db.conn, Node("predict OR arrear"))}
    assert nodes == {"predictive", "predicts", "arrears"}
    (phrase,) = kwic(read.db.conn, Node('"risk score"'))
    assert phrase.node == "risk score"
    assert {line.node for line in kwic(read.db.conn, Node("librar*"))} == {"library"}


def test_words_near_each_other(read: Store) -> None:
    assert len(kwic(read.db.conn, Node("early warning", near=1))) >= 2
    pages = {line.page for line in kwic(read.db.conn, Node("early help", near=0))}
    assert len(pages) == 1
    with pytest.raises(BadQuery, match="neither OR"):
        kwic(read.db.conn, Node("a OR b", near=2))


@pytest.mark.parametrize("node", [Node("the OR algorithm"), Node(code="predictive")])
def test_by_date_pages_are_read_in_order_as_far_as_wanted(
    read: Store, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concordance, "_PAGES_AT_ONCE", 1)
    every = kwic(read.db.conn, node, limit=None)
    wanted = sorted(every, key=lambda n: (n.date is None, n.date or "", n.page, n.start))
    assert len({line.page for line in wanted}) > 1
    assert kwic(read.db.conn, node, sort="date", limit=None) == wanted
    assert kwic(read.db.conn, node, sort="date", limit=3) == wanted[:3]
    kent = Selection(council="KEN")
    of_kent = kwic(read.db.conn, node, sort="date", selection=kent)
    assert {line.council for line in of_kent} == {"KEN"}


def test_order_by_context_date_and_chance(read: Store) -> None:
    connection = read.db.conn
    left = [line.left.split()[-1] for line in kwic(connection, Node("library"), sort="left")]
    assert left == sorted(left)
    after = kwic(connection, Node("algorithm"), sort="right")
    right = [plain_words(line.right) for line in after]
    assert right == sorted(right)
    dates = [line.date for line in kwic(connection, Node("algorithm"), sort="date")]
    assert dates == ["2023-05-01", "2023-05-01", "2024-07-01", None]
    drawn = kwic(connection, Node("the"), sort="sample", limit=3)
    assert drawn == kwic(connection, Node("the"), sort="sample", limit=3)
    assert set(drawn) < set(kwic(connection, Node("the"), limit=None))
    assert set(drawn) <= set(kwic(connection, Node("the"), sort="sample", limit=5))


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(council="KEN"), 2),
        (Selection(year="2024"), 1),
        (Selection(kind="notice"), 2),
        (Selection(nation="England"), 3),
        (Selection(source="nothing"), 0),
        (Selection(council="KEN", year="2024"), 0),
    ],
)
def test_filters_narrow_lines(read: Store, selection: Selection, expected: int) -> None:
    assert len(kwic(read.db.conn, Node("algorithm"), selection=selection)) == expected


def test_codes_and_terms_give_their_counted_mentions(read: Store) -> None:
    found = kwic(read.db.conn, Node(code="fraud"))
    assert [line.node for line in found] == ["fraud", "Fraud"]
    for line in found:
        quote = read.value("select quote from mentions where mention = ?", (line.mention,))
        assert quote == line.node
    (term,) = kwic(read.db.conn, Node(term="acme-acme"))
    assert term.node == "ACME"
    with pytest.raises(NoSuchName, match="predictive"):
        kwic(read.db.conn, Node(code="predictiv"))


def test_one_thing_is_asked_at_a_time() -> None:
    for given_ in ({}, {"query": "a", "code": "b"}):
        with pytest.raises(BadQuery):
            Node(**given_)
    with pytest.raises(BadQuery):
        Node("***").match  # noqa: B018


def test_repeated_pages_can_be_left_out(read: Store) -> None:
    pages = [line.page for line in kwic(read.db.conn, Node("algorithm"), sort="date")]
    read.db.table("page_duplicates").insert({"page": pages[-1], "first": pages[0], "score": 1})
    assert len(kwic(read.db.conn, Node("algorithm"), selection=Selection(once=True))) == 3
    assert (
        "tender"
        not in count(read.db.conn, documents(read.db.conn, Selection(source="x")), "pages").words
    )
    kept = count(read.db.conn, documents(read.db.conn, Selection()), "pages")
    assert dict(zip(kept.words, kept.totals, strict=True))["tender"] == 1


def test_nothing_reaches_the_terminal_that_plays_with_it(read: Store) -> None:
    (line,) = kwic(read.db.conn, Node("gritting"))
    assert "\x1b" not in line.right
    (line,) = kwic(read.db.conn, Node("salt"), width=12)
    assert len(line.left) <= 12 and len(line.right) <= 12


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(query=st.text(max_size=40), near=st.none() | st.integers(0, 5))
def test_no_query_breaks(read: Store, query: str, near: int | None) -> None:
    try:
        node = Node(query, near=near)
        found = list(lines(read.db.conn, node))
    except BadQuery:
        return
    assert matching_pages(read.db.conn, node) >= len({line.page for line in found})


def test_words_are_counted_as_told() -> None:
    text = "Predic\u00ad\ntive council’s 2024 data-matching, COVID19; e-mail"
    found = plain_words(text)
    assert found == ["predictive", "council", "data", "matching", "covid19", "e", "mail"]


def test_keywords_of_a_kind(read: Store) -> None:
    found = keyness(
        read.db.conn, "kind", "notice", unit="pages", min_count=1, min_documents=1, limit=None
    )
    assert (found.a.documents, found.b.documents) == (2, 2)
    assert found.a.words + found.b.words == sum(len(plain_words(t)) for t in TEXTS.values())
    words = {each.word: each for each in found.keywords}
    tender = words["tender"]
    assert (tender.count_a, tender.count_b, tender.documents_a) == (2, 0, 2)
    assert tender.percent_difference is None and tender.log_ratio > 0
    assert "library" not in words
    likelihoods = [each.log_likelihood for each in found.keywords]
    assert likelihoods == sorted(likelihoods, reverse=True)


def test_keywords_used_less_and_of_one_group_against_another(read: Store) -> None:
    connection = read.db.conn
    options: dict[str, Any] = {"unit": "pages", "min_count": 1, "min_documents": 1, "limit": None}
    under = keyness(connection, "kind", "notice", direction="under", **options)
    assert {"library", "fraud"} <= {each.word for each in under.keywords}
    a, b = under.a.words, under.b.words
    assert all(each.count_a / a < each.count_b / b for each in under.keywords)
    years = keyness(connection, "year", "2023", "2024", sort="log-ratio", **options)
    assert (years.a.documents, years.b.documents, years.ungrouped) == (1, 2, 1)
    ratios = [each.log_ratio for each in years.keywords]
    assert ratios == sorted(ratios, reverse=True)


def test_keywords_of_passages_leave_the_rest_of_a_page_out(read: Store) -> None:
    found = keyness(read.db.conn, "year", "2023", min_count=1, min_documents=1, limit=None)
    assert found.unit == "passages"
    assert found.a.words < len(plain_words(TEXTS["a.txt"])) + 1
    assert found.b.words and found.b.documents == 2


def test_groups_that_are_not_there_are_named(read: Store) -> None:
    with pytest.raises(NoSuchName, match=r"notice \(2\)"):
        keyness(read.db.conn, "kind", "novel")
    with pytest.raises(NoSuchName, match="council_type"):
        keyness(read.db.conn, "colour", "red")
    assert groups(documents(read.db.conn, Selection()), "year") == {"2023": 1, "2024": 2}


def test_an_empty_side_compares_nothing_and_a_limit_is_kept(read: Store) -> None:
    read.db.execute("update documents set kind = 'other' where title like '%d'")
    empty = keyness(read.db.conn, "kind", "other", unit="passages")
    assert empty.keywords == () and empty.a.words == 0
    with pytest.raises(TooMuchText, match="command"):
        keyness(read.db.conn, "kind", "notice", unit="pages", most_chars=50)
    with pytest.raises(TooMuchText, match="command"):
        collocates(read.db.conn, Node("library"), most_chars=50)
    assert collocates(read.db.conn, Node("library"), most_chars=100_000).occurrences
    both = count(read.db.conn, documents(read.db.conn, Selection()), "pages")
    assert compared(both.among([]), both) == ((), 0)


def test_collocates_stand_within_the_window(read: Store) -> None:
    found = collocates(
        read.db.conn, Node("library"), window=2, min_count=1, min_documents=1, limit=None
    )
    assert found.occurrences == 3
    words = {each.word: each for each in found.collocates}
    assert "opens" in words and "members" not in words and "library" not in words
    assert words["opens"].total == words["opens"].count == 1
    total = sum(len(plain_words(text)) for text in TEXTS.values())
    assert found.near.words + found.elsewhere.words + found.occurrences == total
    assert found.near.documents == 1


def test_collocates_of_a_code_and_of_nothing(read: Store) -> None:
    found = collocates(read.db.conn, Node(code="predictive"), min_count=1, min_documents=1)
    assert found.occurrences == 2 and found.near.documents == 2
    nothing = collocates(read.db.conn, Node("zebra"))
    assert nothing.collocates == () and nothing.occurrences == 0


def run(store: Store, *arguments: str) -> Any:
    return CliRunner().invoke(main, ["--corpus", str(store.path), *arguments])


def test_command_kwic_aligns_nodes_and_cites(read: Store) -> None:
    done = run(read, "kwic", "algorithm", "--sort", "left", "--width", "20")
    assert done.exit_code == 0, done.output
    printed = [line for line in done.output.splitlines() if " p. 1 " in line]
    assert len({line.index("algorithm") for line in printed}) == 1
    assert "[  1]" in done.output and "folder-papers-" in done.output
    assert "4 lines of 3 documents" in done.output


def test_command_kwic_as_json_and_csv(read: Store, tmp_path: Path) -> None:
    rows = json.loads(run(read, "kwic", "salt", "--json").output)
    assert rows[0]["node"] == "salt" and rows[0]["page"]
    path = tmp_path / "lines.csv"
    assert run(read, "kwic", "calc OR gritting", "--csv", str(path)).exit_code == 0
    with path.open(encoding="utf-8") as stream:
        written = list(csv.DictReader(stream))
    assert {row["node"] for row in written} == {"calc", "gritting"}
    assert not any(str(value).startswith("=") for row in written for value in row.values())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["kwic"], "Give words, or a term, or a code"),
        (["kwic", "a", "--code", "fraud"], "one of the three"),
        (["kwic", "--code", "fraudd"], "did you mean fraud"),
        (["collocates", "***"], "Type one or more words"),
        (["keyness", "--by", "kind", "--group", "novel"], "There are: "),
    ],
)
def test_mistakes_are_answered_in_a_sentence(read: Store, arguments: list[str], words: str) -> None:
    done = run(read, *arguments)
    assert done.exit_code == 1
    assert words in done.output and "Traceback" not in done.output


def test_commands_collocates_and_keyness_show_their_denominators(read: Store) -> None:
    few = ("--min-count", "1", "--min-documents", "1")
    done = run(read, "collocates", "library", *few)
    assert done.exit_code == 0 and "3 occurrences of library in 1 documents" in done.output
    done = run(read, "keyness", "--by", "kind", "--group", "notice", "--unit", "pages", *few)
    assert "a: notice, " in done.output and "b: not notice, " in done.output
    assert "words tested" in done.output
    rows = json.loads(
        run(read, "keyness", "--by", "year", "--group", "2024", *few, "--json").stdout
    )
    assert {"word", "log_likelihood", "log_ratio", "dispersion"} <= set(rows[0])


def test_notebooks_get_tables_with_denominators(read: Store, codebook: Codebook) -> None:
    from coding.suggest import TooLittleText
    from workbench.notebook import Corpus

    read.db.conn.commit()
    corpus = Corpus(read.path)
    lines_ = corpus.kwic("algorithm", kind="notice", sort="date")
    assert list(lines_["node"]) == ["algorithm", "algorithm"]
    few: dict[str, Any] = {"min_count": 1, "min_documents": 1}
    near = corpus.collocates(code="predictive", **few)
    assert near.attrs["near"]["documents"] == 2 and not near.empty
    key = corpus.keyness("kind", "notice", unit="pages", **few)
    assert key.attrs["a"]["documents"] == 2 and "log_ratio" in key
    with pytest.raises(TooLittleText):
        corpus.suggest(codebook)

"""Claims: what is authored is checked line by line, and each change of the evidence is told."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coding.check_claims import STATES, Verdict, check
from coding.claims import FILE, Claim, load_claims
from coding.run_claims import check_claims
from corpus.errors import BadStudy
from corpus.forget import forget
from corpus.ids import mention_id, page_id
from corpus.store import Store, writing
from workbench.main import main

OLD, NEW = "a" * 64, "b" * 64
QUOTE = "predictive analytics"
PAGE = page_id(OLD, 1)
CITED = mention_id(PAGE, "predictive-x", QUOTE, 1)
ON = "2026-01-10"
CLAIM = Claim("c1", "It is used.", (CITED,), (), "anna", ON)


def mention(store: Store, sha256: str, **more: Any) -> str:
    page = page_id(sha256, int(more.pop("number", 1)))
    name = mention_id(page, "predictive-x", QUOTE, more.pop("nth", 1))
    row = {"mention": name, "page": page, "sha256": sha256, "term": "predictive-x", "start": 0}
    row |= {"end": len(QUOTE), "quote": QUOTE, "code": "predictive", "counted": 1}
    store.db.table("mentions").insert(row | more)
    return name


def version(store: Store, sha256: str, at: str, document: str = "ken-modgov-s1") -> None:
    store.db.table("files").insert(
        {"sha256": sha256, "path": f"{sha256[:2]}/{sha256}", "document": document}
    )
    row = {"document": document, "council": "KEN", "kind": "report", "sha256": sha256}
    store.db.table("documents").upsert(row, pk="document")
    store.db.table("captures").insert({"document": document, "sha256": sha256, "fetched_at": at})


@pytest.fixture
def told(store: Store) -> Store:
    """A corpus with one paper, in which the cited mention stands."""
    version(store, OLD, "2026-01-01T00:00:00Z")
    assert mention(store, OLD) == CITED
    return store


def verdict(store: Store, claim: Claim = CLAIM) -> Verdict:
    (found,) = check(store, [claim])
    return found


def state(store: Store) -> tuple[str, str]:
    (one,) = verdict(store).cited
    return one.state, one.why


def test_what_stands_is_as_it_was(told: Store) -> None:
    found = verdict(told)
    assert (found.papers, found.changed) == (1, 0)
    assert found.line == f"all 1 cited papers are as they were on {ON}"
    (one,) = found.cited
    assert (one.state, one.document, one.quote) == ("stands", "ken-modgov-s1", QUOTE)


def test_another_reading_of_the_file_moves_a_mention_and_changes_nothing(told: Store) -> None:
    told.db.execute("delete from mentions")
    moved = mention(told, OLD, number=2)
    (one,) = verdict(told).cited
    assert (one.state, one.present, one.page) == ("stands", moved, page_id(OLD, 2))
    told.db.execute("delete from mentions")
    second = mention_id(PAGE, "predictive-x", QUOTE, 2)
    mention(told, OLD, nth=1)
    (one,) = verdict(told, Claim("c1", "x", (second,), (), "anna", ON)).cited
    assert (one.state, one.present) == ("stands", CITED)


def test_a_mention_that_no_longer_counts_says_why(told: Store) -> None:
    told.db.execute("update mentions set counted = 0, reason = 'near risk register'")
    assert state(told) == ("not-counted", "near risk register")


@pytest.mark.parametrize(("again", "words"), [(True, "still"), (False, "no longer")])
def test_a_later_version_is_a_change_and_says_whether_the_words_stand_in_it(
    told: Store, again: bool, words: str
) -> None:
    version(told, NEW, "2026-02-03T00:00:00Z")
    if again:
        mention(told, NEW)
    what, why = state(told)
    assert what == "replaced"
    assert why == f"another version came on 2026-02-03; the words stand {words} in it"


def test_a_version_that_was_known_at_the_review_is_no_change(told: Store) -> None:
    version(told, NEW, "2026-01-09T00:00:00Z")
    assert state(told)[0] == "stands"


@pytest.mark.parametrize(("gone", "what"), [("2026-03-01", "gone"), ("2026-01-01", "stands")])
def test_a_paper_that_is_gone_since_is_a_change(told: Store, gone: str, what: str) -> None:
    told.db.execute("update documents set gone_at = ?", (f"{gone}T00:00:00Z",))
    assert state(told)[0] == what


def test_what_was_erased_leaves_no_word_behind(told: Store) -> None:
    check_claims(told, [CLAIM])
    forget(told, ["ken-modgov-s1"], "asked for")
    (row,) = told.rows("select * from claim_mentions")
    assert (row["state"], row["quote"], row["document"]) == ("erased", None, None)
    assert state(told)[0] == "erased"
    check_claims(told, [CLAIM])
    assert told.rows("select * from claim_mentions") == [row]


def test_papers_are_counted_once_on_both_sides(told: Store) -> None:
    version(told, NEW, "2026-01-02T00:00:00Z", "ken-modgov-s2")
    other = mention(told, NEW)
    lost = mention_id(page_id("c" * 64, 1), "predictive-x", QUOTE, 1)
    claim = Claim("c1", "It is used.", (CITED, lost), (other,), "anna", ON)
    found = verdict(told, claim)
    assert found.line == f"1 of 3 cited papers changed since {ON}"
    assert {(one.side, one.state) for one in found.cited} == {
        ("supports", "stands"),
        ("supports", "lost"),
        ("contradicts", "stands"),
    }
    assert {one.state for one in found.cited} <= STATES.keys()


def test_the_tables_follow_the_study(told: Store) -> None:
    done = check_claims(told, [CLAIM])
    assert (done.claims, done.papers, done.changed) == (1, 1, 0)
    (row,) = told.rows("select * from claims")
    assert (row["reviewed_on"], row["supports"], row["changed"]) == (ON, 1, 0)
    before = told.db.conn.total_changes
    check_claims(told, [CLAIM])
    assert told.db.conn.total_changes == before, "a second run writes nothing"
    check_claims(told, [])
    assert told.rows("select * from claims union all select * from claims") == []
    assert told.value("select count(*) from claim_mentions") == 0


WELL = (
    f"claim: c1\n    sentence: It is used.\n    supports: [{CITED}]\n    reviewer: anna\n    on: "
)


def write(folder: Path, text: str) -> Path:
    (folder / FILE).write_text(text, encoding="utf-8")
    return folder


def test_a_claim_is_read(tmp_path: Path) -> None:
    assert load_claims(tmp_path) == []
    assert load_claims(write(tmp_path, "# none yet\n")) == []
    assert load_claims(write(tmp_path, f"claims:\n  - {WELL}2026-01-10\n")) == [CLAIM]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"claims:\n  - {WELL}soon\n", r":2: `on` is `soon`"),
        (f"claims:\n  - {WELL}2026-01-10\n    why: x\n", "unknown key `why`"),
        (
            f"claims:\n  - {WELL}2026-01-10\n  - {WELL}2026-01-10\n",
            ":7: the claim `c1` stands twice",
        ),
        ("claims:\n  - claim: C 1\n    sentence: x\n", "`C 1` is not an id"),
        ("claims: [x]\n", "must be a list of mappings"),
        (f"claims:\n  - {WELL}2026-01-10\n    contradicts: [{CITED}]\n", "cannot both support and"),
        ("claims:\n  - {claim: c, sentence: x, reviewer: a, on: 2026-01-10}\n", "cites no mention"),
        (
            "claims:\n  - {claim: c, sentence: x, supports: [page 3], reviewer: a, on: 2026-01-10}",
            "`page 3` is no id of a mention",
        ),
        ("claims:\n  - {claim: c, sentence: ' ', supports: [x]}\n", "must have from 1 to 2,000"),
        ("claims: &a [*a]\n", "claims.yaml"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(BadStudy, match=problem):
        load_claims(write(tmp_path, text))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=120))
def test_no_text_is_more_than_a_named_error(text: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8", errors="replace")
    try:
        assert isinstance(load_claims(tmp_path), list)
    except BadStudy as error:
        assert FILE in str(error)


def test_the_command_tells_and_its_exit_code_too(corpus_path: Path, study_folder: Path) -> None:
    def run(*more: str, exit_code: int) -> str:
        given = ["--corpus", str(corpus_path), "--study", str(study_folder), "claims", *more]
        done = CliRunner().invoke(main, given)
        assert done.exit_code == exit_code, done.output
        return done.stdout

    with writing(corpus_path, "test") as store:
        version(store, OLD, "2026-01-01T00:00:00Z")
        mention(store, OLD)
    assert "No claim" in run(exit_code=0)
    write(study_folder, f"claims:\n  - {WELL}2026-01-10\n")
    assert "all 1 cited papers are as they were" in run(exit_code=0)
    with writing(corpus_path, "test") as store:
        version(store, NEW, "2026-02-03T00:00:00Z")
    shown = run(exit_code=3)
    assert f"1 of 1 cited papers changed since {ON} (anna)" in shown
    assert "its paper was replaced since: another version came on 2026-02-03" in shown
    (told,) = json.loads(run("--json", exit_code=3))
    assert (told["changed"], told["mentions"][0]["state"]) == (1, "replaced")

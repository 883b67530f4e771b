"""The world of lives, linked: what is proposed is true at stated scores, and decisions stand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.doctor import digest, problems
from corpus.forget import forget
from corpus.settings import Settings
from corpus.store import Store, reading, writing
from corpus.study import load_study
from demo.lives import Lives
from demo.lives_truth import Truth
from models.links.decisions import Decision, add_decision
from models.links.judged import Judgement, add_judgement
from models.links.run_links import link
from tests.models.links.world import AT

TABLES = ("entities", "entity_names", "links", "linked_councils", "notice_suppliers", "systems")
TABLES += ("system_steps", "system_wordings")


def rows(folder: Path, sql: str, *given: Any) -> list[dict[str, Any]]:
    with reading(folder / "corpus.db") as store:
        return store.rows(sql, given)


def tables(folder: Path) -> dict[str, str]:
    with reading(folder / "corpus.db") as store:
        return {name: told for name, told in digest(store).items() if name in TABLES}


def test_the_world_has_lives_enough(world: Lives) -> None:
    assert len(world.systems) >= 30
    assert len({life.council for life in world.systems}) == 11
    assert {d.status for d in world.documents} >= {"planned", "bought", "stopped", "cancelled"}
    assert world.noise


@pytest.mark.parametrize(
    ("kind", "least", "precision", "recall"),
    [("product", 0.9, 0.85, 0.85), ("product", 0.7, 0.7, 0.93), ("documents", 0.35, 0.95, 0.85)],
)
def test_precision_and_recall_of_proposals(
    built: Path,
    world: Lives,
    truth: Truth,
    kind: str,
    least: float,
    precision: float,
    recall: float,
) -> None:
    sql = "select first, second from links where kind = ? and score >= ?"
    found = {(row["first"], row["second"]) for row in rows(built, sql, kind, least)}
    true = truth.products() if kind == "product" else truth.documents(world)
    right = sum(truth.is_true(*pair) for pair in found)
    hit = sum(pair in found or (pair[1], pair[0]) in found for pair in true)
    assert right / len(found) >= precision
    assert hit / len(true) >= recall


def test_a_renamed_firm_is_one_and_a_firm_of_the_same_name_another(built: Path) -> None:
    found = rows(built, "select * from entity_names where name like 'Brightwater%'")
    assert [row["entity"] for row in found] == ["gb-coh-09990001"]
    same = rows(
        built, "select entity from entity_names where name = 'Kestrel Decision Systems Ltd'"
    )
    assert {row["entity"] for row in same} >= {"gb-coh-09990002", "gb-coh-09990022"}
    assert len({row["entity"] for row in same}) == len(same)


def test_a_second_run_does_nothing(copied: Path, relink: Callable[[], Any]) -> None:
    before = tables(copied)
    done = relink()
    assert (done.compared, done.suppliers_read) == (0, 0)
    assert tables(copied) == before


def test_the_corpus_is_whole(built: Path) -> None:
    with reading(built / "corpus.db") as store:
        assert list(problems(store, originals=False)) == []


class Killed(BaseException):
    """What a kill is to the running program."""


def test_an_interrupted_run_goes_on_and_ends_with_the_same_tables(
    copied: Path, relink: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    undisturbed = tables(copied)
    empty = ("links", "linked_councils", "entity_names", "entities", "notice_suppliers")
    with writing(copied / "corpus.db", "test", settings=Settings()) as store:
        for table in empty:
            store.db.execute(f"delete from {table}")
        store.db.execute("update notices set suppliers_read = null")
        store.db.conn.commit()
    from models.links.run_links import _Linker

    keep, calls = _Linker._keep, []

    def third_dies(self: Any, *given: Any) -> None:
        calls.append(given)
        if len(calls) == 3:
            raise Killed
        keep(self, *given)

    monkeypatch.setattr(_Linker, "_keep", third_dies)
    with pytest.raises(Killed):
        relink()
    monkeypatch.setattr(_Linker, "_keep", keep)
    done = relink()
    assert done.compared == 9 - 2
    assert tables(copied) == undisturbed


def first_proposal(folder: Path) -> dict[str, Any]:
    return rows(folder, "select * from links where decision = 'proposed' order by link")[0]


def test_a_refused_link_never_comes_back(copied: Path, relink: Callable[[], Any]) -> None:
    chosen = first_proposal(copied)
    said = Decision(chosen["first"], chosen["second"], "refused", "anna", AT, "Another thing.")
    add_decision(copied / "study", said)
    for _ in range(2):
        relink()
        (row,) = rows(copied, "select * from links where link = ?", chosen["link"])
        assert (row["decision"], row["by"], row["why"]) == ("refused", "anna", "Another thing.")
    with writing(copied / "corpus.db", "test", settings=Settings()) as store:
        store.db.execute("delete from links")
        store.db.execute("delete from linked_councils")
        store.db.conn.commit()
    relink()
    (row,) = rows(copied, "select * from links where link = ?", chosen["link"])
    assert row["decision"] == "refused"
    add_decision(copied / "study", Decision(said.first, said.second, "proposed", "anna", AT))
    relink()
    (row,) = rows(copied, "select * from links where link = ?", chosen["link"])
    assert row["decision"] == "proposed"


def test_only_the_council_decided_on_is_compared_anew(
    copied: Path, relink: Callable[[], Any]
) -> None:
    chosen = first_proposal(copied)
    said = Decision(chosen["first"], chosen["second"], "accepted", "anna", AT)
    add_decision(copied / "study", said)
    done = relink()
    assert (done.compared, done.accepted) == (1, 1)


def test_a_person_may_link_what_was_not_proposed(copied: Path, relink: Callable[[], Any]) -> None:
    one, other = (
        row["document"]
        for row in rows(copied, "select document from documents where council = 'ASH' limit 2")
    )
    add_decision(copied / "study", Decision(one, other, "accepted", "anna", AT))
    add_decision(copied / "study", Decision("gone", other, "accepted", "anna", AT))
    done = relink()
    assert (done.accepted, done.waiting) == (1, 1)
    (row,) = rows(copied, "select * from links where decision = 'accepted'")
    assert {row["first"], row["second"]} == {one, other}


def test_an_undone_merge_restores_both(copied: Path, relink: Callable[[], Any]) -> None:
    before = tables(copied)
    study = copied / "study" / "entities.yaml"
    text = study.read_bytes()
    both = ("gb-coh-09990003", "gb-coh-09990004")
    add_judgement(copied / "study", Judgement(True, both, "One house.", "anna", "2026-11-22"))
    relink()
    (held,) = rows(copied, "select * from entities where entity = ?", both[0])
    assert both[1] in held["atoms"]
    assert not rows(copied, "select * from entities where entity = ?", both[1])
    study.write_bytes(text)
    relink()
    assert tables(copied) == before


def test_weights_are_learnt_from_decisions_and_stay_the_same(reviewed_copy: Path) -> None:
    study = load_study(reviewed_copy / "study")
    with writing(reviewed_copy / "corpus.db", "test", settings=Settings()) as store:
        done = link(store, study)
    assert set(done.learnt_from) == {"product"}, "too few links of documents were refused"
    assert done.compared == 0
    assert done.proposed < done.accepted
    sql = "select score, decision from links where kind = 'product'"
    found = rows(reviewed_copy, sql)
    accepted = [row["score"] for row in found if row["decision"] == "accepted"]
    refused = [row["score"] for row in found if row["decision"] == "refused"]
    assert sum(accepted) / len(accepted) > sum(refused) / len(refused) + 0.3


def test_forgetting_a_notice_takes_its_links_and_supplier_away(copied: Path) -> None:
    sql = "select document, name from notice_suppliers where document like '%-award' limit 1"
    (row,) = rows(copied, sql)
    with writing(copied / "corpus.db", "test", settings=Settings()) as store:
        forget(store, [row["document"]], "asked")
        for table, column in (("notice_suppliers", "document"), ("links", "first")):
            sql = f"select count(*) from {table} where {column} = ?"
            assert store.value(sql, (row["document"],)) == 0
        link(store, load_study(copied / "study"))
        assert _everywhere(store, row["document"]) == 0


def _everywhere(store: Store, document: str) -> int:
    found = 0
    for table in TABLES:
        for held in store.rows(f"select * from {table}"):
            found += document in held.values()
    return found

"""Timelines: what joins a system and what does not, its steps, gaps and status, and the truth."""

from pathlib import Path
from typing import Any

import pytest

from corpus.settings import Settings
from corpus.store import reading, writing
from corpus.study import load_study
from demo.lives import Lives
from demo.lives_truth import Truth
from models.links.run_systems import draw
from models.links.steps import STEPS, kind_of, status_of
from models.links.systems import Place, System, Tie, gaps, systems


def places(*documents: str, council: str = "ASH", **procurements: str) -> dict[str, Place]:
    return {
        name: Place(name, council, f"2020-0{at}-01", name.title(), procurements.get(name, ""))
        for at, name in enumerate(documents, 1)
    }


def tie(first: str, second: str, decision: str = "accepted", product: bool = True) -> Tie:
    return Tie(first, second, product, decision, "a reason")


def nobody(council: str) -> str:
    return ""


def told(found: list[System]) -> dict[str, list[str]]:
    return {system.system: [member.document for member in system.members] for system in found}


def test_documents_of_a_product_are_a_system_in_the_order_of_their_days() -> None:
    held = places("paper", "notice", "record")
    found = systems([tie(name, "p_x") for name in ("record", "paper", "notice")], held, nobody)
    assert told(found) == {"ash-p_x": ["paper", "notice", "record"]}


def test_a_document_without_a_product_comes_with_the_one_it_is_linked_to() -> None:
    ties = [tie("paper", "p_x"), tie("paper", "notice", product=False)]
    found = systems(ties, places("paper", "notice"), nobody)
    assert told(found) == {"ash-p_x": ["paper", "notice"]}
    assert "paper" in found[0].members[1].reason


def test_what_was_refused_joins_by_no_way_round() -> None:
    ties = [tie("paper", "p_x"), tie("paper", "notice", product=False)]
    refused = [*ties, tie("notice", "p_x", "refused")]
    assert told(systems(refused, places("paper", "notice"), nobody)) == {"ash-p_x": ["paper"]}


def test_a_document_with_a_product_of_its_own_does_not_join_anothers() -> None:
    ties = [tie("a", "p_x"), tie("b", "p_y"), tie("a", "b", product=False)]
    assert told(systems(ties, places("a", "b"), nobody)) == {"ash-p_x": ["a"], "ash-p_y": ["b"]}


def test_a_notice_brings_the_notices_of_its_procurement() -> None:
    held = places("tender", "award", "other", tender="ocid-1", award="ocid-1")
    assert told(systems([tie("tender", "p_x")], held, nobody)) == {"ash-p_x": ["tender", "award"]}


def test_what_hangs_on_a_proposal_is_proposed() -> None:
    ties = [tie("paper", "p_x", "proposed"), tie("paper", "notice", product=False)]
    (found,) = systems(ties, places("paper", "notice"), nobody)
    assert [member.decision for member in found.members] == ["proposed", "proposed"]


def test_documents_joined_without_a_product_are_a_system_once_people_say_so() -> None:
    held = places("paper", "notice")
    (found,) = systems([tie("paper", "notice", product=False)], held, nobody)
    assert (found.product, len(found.members)) == ("", 2)
    assert systems([tie("paper", "notice", "proposed", product=False)], held, nobody) == []


def test_a_council_that_took_over_goes_on_with_the_history_and_the_old_name_keeps_its_own() -> None:
    held = places("old", council="GRS") | {"new": Place("new", "NWM", "2022-01-01")}
    follows = {"GRS": "NWM"}
    found = systems([tie("old", "p_x"), tie("new", "p_x")], held, lambda c: follows.get(c, ""))
    assert told(found) == {"grs-p_x": ["old"], "nwm-p_x": ["old", "new"]}
    assert {each.system: each.continued_by for each in found} == {
        "grs-p_x": "nwm-p_x",
        "nwm-p_x": "",
    }
    alone = systems([tie("old", "p_x")], held, lambda c: follows.get(c, ""))
    assert alone[0].continued_by == "", "nothing was found under the new name"
    circle = {"GRS": "NWM", "NWM": "GRS"}
    assert len(systems([tie("old", "p_x")], held, lambda c: circle[c])) == 1


@pytest.mark.parametrize(
    ("kind", "stage", "title", "step"),
    [
        ("notice", "planning", "", "pipeline"),
        ("notice", "award, contract", "", "contract"),
        ("notice", "tenderCancellation", "", "cancellation"),
        ("notice", "", "", "tender"),
        ("report", "", "Business Case for a model", "business-case"),
        ("other", "", "Data Protection Impact Assessment", "dpia"),
        ("report", "", "Overview and Scrutiny Committee", "scrutiny"),
        ("decision", "", "Audit of the decision", "decision"),
        ("foi", "", "Scrutiny", "answer"),
        ("atrs", "", "", "record"),
        ("pack", "", "Cabinet", "agenda"),
        ("agenda", "", "Cabinet", "agenda"),
        ("unknown", "", "", "unknown"),
    ],
)
def test_a_step_is_typed_by_the_document_that_proves_it(
    kind: str, stage: str, title: str, step: str
) -> None:
    assert kind_of(kind, stage, title) == step
    assert step in STEPS or step == "unknown"


def test_a_persons_coding_comes_before_the_notice_and_that_before_the_wording() -> None:
    assert status_of("award", {"uses": 3}, ("stopped", "anna")) == ("stopped", "coded by anna")
    assert status_of("award", {"uses": 3}) == ("bought", "notice")
    assert status_of("report", {"uses": 1, "stopped": 1}) == ("stopped", "wording")
    assert status_of("report", {"asks": 9, "general": 4}) == (None, None)
    assert status_of("report", {"uses": 1}, ("general", "anna")) == ("in use", "wording")


def test_gaps_are_of_days_that_are_known() -> None:
    days = ["2016-01-01", "2016-06-01", "", "2020-06-01", "no date"]
    assert gaps(days, 548) == [None, None, None, 1461, None]


def rows(folder: Path, sql: str, *given: Any) -> list[dict[str, Any]]:
    with reading(folder / "corpus.db") as store:
        return store.rows(sql, given)


def test_unreviewed_systems_are_only_proposed(built: Path) -> None:
    found = rows(built, "select * from systems")
    assert found
    assert {row["steps"] for row in found} == {0}
    assert {row["decision"] for row in rows(built, "select * from system_steps")} == {"proposed"}


def test_after_review_the_timelines_are_the_truth(
    reviewed: Path, world: Lives, truth: Truth
) -> None:
    sql = "select * from system_steps join systems using (system) where decision = 'accepted'"
    names = {document: name for name, document in truth.ids.items()}
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in rows(reviewed, f'{sql} order by system, "on"'):
        if row["council"] == row["system"][:3].upper():  # not what an heir goes on with
            life = truth.lives[row["document"]]
            assert life is not None, "a document of no system"
            assert (row["product"] or "") == life.product
            held = found.setdefault((row["system"], life.system), [])
            held.append((names[row["document"]], row["status"]))
    wanted = {
        life.system: [(d.name, d.status) for d in sorted(life.documents, key=lambda d: d.on)]
        for life in world.systems
    }
    assert {life: steps for (_, life), steps in found.items()} == wanted
    assert len(found) == len(wanted), "no system of two lives, and no life in two systems"


def test_systems_say_when_who_how_and_until_when(reviewed: Path) -> None:
    (stopped,) = rows(reviewed, "select * from systems where system = 'ash-p_lanternview'")
    assert (stopped["status"], stopped["first_on"][:4]) == ("stopped", "2016")
    assert stopped["stopped_on"] > "2019"
    assert stopped["ceiling"] == 412_000
    assert stopped["suppliers"] == '["Halcyon Insight Limited"]'
    (cancelled,) = rows(reviewed, "select * from systems where system = 'kst-p_kestrelscore'")
    assert (cancelled["status"], cancelled["status_how"]) == ("cancelled", "notice")
    assert any(row["gap_days"] for row in rows(reviewed, "select gap_days from system_steps"))


def test_a_merger_keeps_the_history_under_both_names(reviewed: Path) -> None:
    (old,) = rows(reviewed, "select * from systems where system = 'grs-p_lanternview'")
    (new,) = rows(reviewed, "select * from systems where system = 'nwm-p_lanternview'")
    assert old["continued_by"] == "nwm-p_lanternview"
    assert new["councils"] == '["GRS", "NWM"]'
    assert new["first_on"] == old["first_on"] < old["last_on"] < new["last_on"]
    (alone,) = rows(reviewed, "select * from systems where system = 'hvl-p_kestrelscore'")
    assert alone["continued_by"] is None


def test_a_persons_stance_is_the_status(reviewed_copy: Path) -> None:
    reviewed = reviewed_copy
    (step,) = rows(
        reviewed, "select * from system_steps where kind = 'audit' order by step limit 1"
    )
    with writing(reviewed / "corpus.db", "test", settings=Settings()) as store:
        store.db.execute(
            "insert into codings (coding, document, code, value, coder, coded_at, adjudicated) "
            "values ('c1', ?, 'stance', 'stopped', 'anna', '2026-01-01', 0)",
            (step["document"],),
        )
        draw(store, load_study(reviewed / "study"))
        (now,) = store.rows("select * from system_steps where step = ?", (step["step"],))
    assert (now["status"], now["status_how"]) == ("stopped", "coded by anna")


def test_wording_that_two_systems_share_is_theirs(reviewed_copy: Path) -> None:
    reviewed = reviewed_copy
    sql = "select p.page from system_steps s join documents d using (document) join pages p using "
    sql += "(sha256) where s.system = ? and s.kind = 'dpia'"
    (one,) = rows(reviewed, sql, "ash-p_lanternview")
    (other,) = rows(reviewed, sql, "brx-p_lanternview")
    with writing(reviewed / "corpus.db", "test", settings=Settings()) as store:
        store.db.execute(
            'insert into similarities ("first", "second", kind, score, words, quote) '
            "values (?, ?, 'text-reuse', 0.9, 40, 'the same words')",
            (other["page"], f"{one['page']}-0001"),
        )
        draw(store, load_study(reviewed / "study"))
        (found,) = store.rows("select * from system_wordings")
    assert (found["first_system"], found["second_system"]) == (
        "ash-p_lanternview",
        "brx-p_lanternview",
    ), "the earlier first"

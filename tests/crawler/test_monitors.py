"""What is asserted of the sources: each assertion holds, fails with a reason, or is too early."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import BadStudy
from corpus.store import Store, writing
from corpus.study import Study, keep_study, load_study
from corpus.upkeep import Upkeep
from crawler.fields import lost_fields
from crawler.monitors import Monitor, as_row, monitors
from tests.crawler.conftest import write_source, write_study

AT = datetime(2026, 6, 20, 2, 30, tzinfo=UTC)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    councils = {"KEN": ("modgov", "https://ken.example"), "LND": ("modgov", "https://lnd.example")}
    return load_study(write_study(tmp_path / "study", councils, []))


@pytest.fixture
def store(tmp_path: Path, study: Study) -> Iterator[Store]:
    with writing(tmp_path / "corpus.db", "test") as opened:
        keep_study(opened, study)
        last = {"source": "modgov", "outcome": "finished", "until": "2026-07-31"}
        last |= {"started_at": "2026-06-20T01:00:00Z", "finished_at": "2026-06-20T01:10:00Z"}
        last |= {"requests": 300, "seen": 30, "options": '{"councils": 2}'}
        opened.db.table("crawls").insert(last)
        yield opened


def documents(store: Store, count: int, day: str, council: str = "KEN", **file: Any) -> None:
    """So many documents first seen on a day, each with a file of its own."""
    before = store.value("select count(*) from documents")
    for number in range(before, before + count):
        told = {"outcome": "screened", "text_source": "text", "mime": "application/pdf"}
        told |= {"path": f"{number}.json"} | {k: v for k, v in file.items() if k != "title"}
        store.db.table("files").insert({"sha256": f"{number:064}"} | told)
        row = {"document": f"d{number}", "source": "modgov", "council": council}
        row |= {"sha256": f"{number:064}", "kind": "report", "title": file.get("title", "x")}
        row |= {"published_on": day, "first_seen_at": f"{day}T00:00:00Z"}
        store.db.table("documents").insert(row)


def asserting(study: Study, **limits: Any) -> Study:
    """The study with other assertions of its one source."""
    source = study.sources["modgov"]
    counts = {name: limits.pop(name) for name in list(limits) if name.endswith("_documents")}
    changed = replace(source, **counts, upkeep=Upkeep(**limits))
    return replace(study, sources=study.sources | {"modgov": changed})


def found(store: Store, study: Study, name: str, at: datetime = AT) -> Monitor:
    told = [one for one in monitors(store, study, at) if one.name == name]
    assert len(told) == 1, told
    return told[0]


def test_nothing_crawled_nothing_to_check(tmp_path: Path, study: Study) -> None:
    with writing(tmp_path / "empty.db", "test") as store:
        assert monitors(store, study, AT) == []


def test_too_few_and_too_many_documents_of_a_council(store: Store, study: Study) -> None:
    store.db.table("coverage").insert(
        {"source": "modgov", "council": "LND", "month": "2026-06", "state": "searched"}
    )
    documents(store, 3, "2026-06-10")
    few = found(store, asserting(study, min_documents=1), "min_documents")
    assert few.failing and few.council == "LND" and few.key == "modgov/LND/min_documents"
    assert "at least 1" in few.told and "browser" in few.line
    good = found(store, asserting(study, min_documents=1), "documents")
    assert not good.failing and "1 of 2 councils" in good.told
    many = found(store, asserting(study, max_documents=2), "max_documents")
    assert many.failing and many.council == "KEN" and many.value == 3


@pytest.mark.parametrize(
    ("limits", "name", "failing"),
    [
        ({"max_unreadable": 0.1}, "max_unreadable", True),
        ({"max_unreadable": 0.2}, "max_unreadable", False),
        ({"min_with_text": 0.9}, "min_with_text", True),
        ({"min_with_text": 0.8}, "min_with_text", False),
        ({"max_requests_per_document": 9.9}, "max_requests_per_document", True),
        ({"max_requests_per_document": 10}, "max_requests_per_document", False),
        ({"max_silent_days": 9}, "max_silent_days", True),
        ({"max_silent_days": 10}, "max_silent_days", False),
    ],
)
def test_a_limit_is_kept_up_to_itself(
    store: Store, study: Study, limits: dict[str, float], name: str, failing: bool
) -> None:
    documents(store, 80, "2026-06-10")
    documents(store, 20, "2026-06-09", outcome="failed", text_source=None)
    one = found(store, asserting(study, **limits), name)
    assert one.failing is failing
    assert one.value is not None and one.limit == limits[name]
    assert ("failing" if failing else "holds") in one.line


def test_of_few_documents_no_share_is_told(store: Store, study: Study) -> None:
    documents(store, 19, "2026-06-10", outcome="failed")
    one = found(store, asserting(study, max_unreadable=0.0), "max_unreadable")
    assert not one.failing and as_row(one)["state"] == "too-early"


def test_the_newest_are_judged_whatever_there_was_before(store: Store, study: Study) -> None:
    documents(store, 1200, "2020-01-01")
    documents(store, 300, "2026-06-10", outcome="unreadable")
    one = found(store, asserting(study, max_unreadable=0.5), "max_unreadable")
    assert one.failing and one.value == 0.6, "300 of the newest 500"


@pytest.mark.parametrize(("days", "failing"), [(0.5, False), (1.9, False), (2.1, True)])
def test_a_source_that_is_not_crawled_is_late(
    store: Store, study: Study, days: float, failing: bool
) -> None:
    at = datetime(2026, 6, 20, 1, tzinfo=UTC) + timedelta(days=days)
    one = found(store, study, "cadence", at)
    assert one.failing is failing
    assert not failing or "corpus update" in one.advice


def release(store: Store, number: int, told: dict[str, Any]) -> None:
    path = store.files.path(f"{number}.json")
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(told))


def test_fields_that_answers_have_lost_are_named(store: Store, study: Study) -> None:
    old = {"ocid": "1", "tender": {"title": "t", "value": {"amount": 1}}, "odd": 1}
    documents(store, 150, "2026-01-01", mime="application/json")
    for number in range(150):
        release(store, number, old if number % 3 else {k: old[k] for k in ("ocid", "tender")})
    documents(store, 100, "2026-06-10", mime="application/json", title="")
    for number in range(150, 250):
        release(store, number, {"ocid": "1", "tender": {"title": "t", "worth": {"amount": 1}}})
    lost = lost_fields(store, "modgov")
    assert lost is not None
    assert {name for name, loss in lost.items() if loss > 0.5} == {
        *("title", "tender/value", "tender/value/amount", "odd"),
    }
    one = found(store, asserting(study, max_field_loss=0.5), "max_field_loss")
    assert one.failing and "tender/value (by 100%)" in one.told


def test_the_same_fields_are_no_drift_and_damage_is_no_field(store: Store, study: Study) -> None:
    documents(store, 150, "2026-06-10", mime="application/json")
    for number in range(0, 150, 2):
        release(store, number, {"ocid": "1"})
    store.files.path("4.json").write_text('{"ocid": ')
    store.files.path("6.json").write_text("[" * 100_000)
    one = found(store, asserting(study, max_field_loss=0.2), "max_field_loss")
    assert not one.failing and one.value is not None and one.value < 0.2


def test_too_few_documents_have_no_drift(store: Store, study: Study) -> None:
    documents(store, 110, "2026-06-10")
    assert lost_fields(store, "modgov") is None
    assert found(store, asserting(study, max_field_loss=0.2), "max_field_loss").value is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"assertions": {"min_documents": 1, "max_documents": 2, "max_x": 1}}, "`max_x`"),
        (
            {"assertions": {"min_documents": 1, "max_documents": 2, "max_unreadable": 30}},
            "`max_unreadable` is 30; it must be a share",
        ),
        (
            {"assertions": {"min_documents": 1, "max_documents": 2, "max_silent_days": -1}},
            "`max_silent_days` is -1; it must be zero or more",
        ),
        ({"every": {"days": 0, "why": "x"}}, "more than zero"),
        ({"every": {"days": 1}}, "`why` is missing"),
        ({"every": {"days": 1, "why": "x", "at": "noon"}}, "unknown key `at`"),
    ],
)
def test_a_malformed_assertion_names_file_and_line(
    tmp_path: Path, changes: dict[str, Any], told: str
) -> None:
    folder = write_study(tmp_path / "study", {}, [])
    write_source(folder, "modgov", **changes)
    with pytest.raises(BadStudy) as caught:
        load_study(folder)
    assert told in str(caught.value) and "modgov.yaml:" in str(caught.value)


def test_every_source_of_the_study_says_how_often_and_asserts_something(
    packaged_study: Study,
) -> None:
    for source in packaged_study.sources.values():
        assert source.upkeep.every_why, source.source
        assert source.upkeep.max_unreadable is not None, source.source

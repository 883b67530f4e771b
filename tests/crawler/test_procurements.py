"""The same procurement on several services; buyers known by an id; what is left unmatched."""

import json
from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from corpus.store import Store
from crawler.procurements import Linked, link_procurements, title_likeness
from tests.conftest import Make

PREFIXES = {"cf": "ocds-b5fd17", "fts": "ocds-h6vhtk", "pcs": "ocds-r6ebe6"}
BringIn = Callable[..., Any]


def notice(service: str, number: str, **more: Any) -> dict[str, Any]:
    told = {"title": "Provision of debt analytics software", "date": "2025-03-01T10:00:00Z"} | more
    buyer = {"name": told.pop("buyer", "Kent County Council"), "id": told.pop("buyer_id", None)}
    title = told.pop("title")
    ocid = told.pop("ocid", f"{PREFIXES[service]}-{number}")
    release = Make().release(number, ocid=ocid, buyer=buyer, **told)
    release["tender"] = release["tender"] | {"title": title}
    return release


@pytest.fixture
def linked(store: Store, bring_in: BringIn, tmp_path: Path) -> Iterator[Callable[..., Linked]]:
    """Import releases and link them."""
    files = iter(range(1000))

    def link(*releases: dict[str, Any]) -> Linked:
        path = tmp_path / "in" / f"{next(files)}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"releases": releases}))
        bring_in(path, source="folder-x")
        return link_procurements(store)

    yield link


def groups(store: Store) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in store.rows("select * from procurements"):
        found.setdefault(row["procurement"], set()).add(row["document"].split("-")[-1])
    return {frozenset(members) for members in found.values()}


def test_notices_of_one_ocid_are_one_procurement(store: Store, linked: Any) -> None:
    done = linked(notice("cf", "a", ocid="ocds-b5fd17-1"), notice("cf", "b", ocid="ocds-b5fd17-1"))
    assert groups(store) == {frozenset("ab")}
    reasons = store.rows("select reason, score from procurements order by document")
    assert [row["reason"] for row in reasons] == ["first notice", "same ocid"]
    assert {row["score"] for row in reasons} == {1.0}
    assert (done.notices, done.procurements) == (2, 1)


def test_the_same_procurement_on_two_services_is_linked_with_its_reasons(
    store: Store, linked: Any
) -> None:
    other = "Debt analytics software: provision of"
    linked(
        notice("cf", "a"),
        notice("fts", "b", title=other, date="2025-03-04T10:00:00Z", buyer="KENT COUNTY COUNCIL"),
    )
    assert groups(store) == {frozenset("ab")}
    (row,) = store.rows("select * from procurements where reason != 'first notice'")
    assert row["procurement"] == "ocds-b5fd17-a"
    assert "same buyer (KENT COUNTY COUNCIL), title 100% alike, 3 days from" in row["reason"]
    assert 0.9 < row["score"] < 1
    (shared,) = store.rows("select * from shared_procurements")
    assert (shared["council"], shared["notices"]) == ("KEN", 2)
    assert sorted(shared["sources"].split(",")) == ["contracts-finder", "find-tender"]
    assert (shared["first_on"], shared["last_on"]) == ("2025-03-01", "2025-03-04")


@pytest.mark.parametrize(
    "other",
    [
        {"title": "Provision of road salt"},
        {"title": "Provision of debt analytics software 2", "first": "software 1"},
        {"date": "2025-06-01T10:00:00Z"},
        {"buyer": "Surrey County Council"},
        {"date": None},
        {"date": "2025-99-99"},
        {"service": "cf"},
    ],
    ids=["title", "numbers", "days", "buyer", "no date", "no day", "one service"],
)
def test_what_is_not_the_same_stays_apart(store: Store, linked: Any, other: dict[str, Any]) -> None:
    told = dict(other)
    first = f"Provision of debt analytics {told.pop('first', 'software')}"
    service = told.pop("service", "fts")
    linked(notice("cf", "a", title=first), notice(service, "b", **told))
    assert groups(store) == {frozenset("a"), frozenset("b")}


def test_two_of_one_service_are_never_merged_through_a_third(store: Store, linked: Any) -> None:
    linked(
        notice("cf", "a"),
        notice("cf", "b", date="2025-03-09T10:00:00Z"),
        notice("fts", "c", date="2025-03-08T10:00:00Z"),
        notice("fts", "d", date="2025-03-10T10:00:00Z"),
    )
    # c came first to the one service there was; d finds the later one alone.
    assert groups(store) == {frozenset("ac"), frozenset("bd")}


def test_find_tender_repeats_a_scottish_notice_under_its_ocid(store: Store, linked: Any) -> None:
    linked(
        notice("pcs", "rls-7-JAN468109", ocid="ocds-r6ebe6-0000710562", buyer="Fife Council"),
        notice("fts", "000521-2023", ocid="ocds-r6ebe6-0000710562", buyer="FIFE COUNCIL"),
    )
    assert store.value("select count(distinct procurement) from procurements") == 1
    sources = store.rows("select source from documents order by source")
    assert [row["source"] for row in sources] == ["find-tender", "public-contracts-scotland"]


def test_the_order_of_coming_makes_no_difference(
    corpus_path: Path, store: Store, linked: Any
) -> None:
    releases = [
        notice("cf", "a"),
        notice("fts", "b", date="2025-03-03T10:00:00Z"),
        notice("cf", "c", date="2025-03-20T10:00:00Z"),
    ]
    seen = []
    for order in permutations(releases):
        for release in order:
            linked(release)
        seen.append(store.rows("select * from procurements order by document"))
        for table in ("procurements", "notices", "captures", "documents", "files", "visits"):
            store.db.execute(f"delete from {table}")
        store.db.conn.commit()
    assert all(rows == seen[0] for rows in seen)


def test_a_buyer_without_news_is_passed_over(store: Store, linked: Any) -> None:
    linked(notice("cf", "a"), notice("cf", "b", buyer="Surrey County Council"))
    store.db.execute("delete from procurements")
    store.db.conn.commit()
    assert link_procurements(store).compared_buyers == 2
    assert link_procurements(store).compared_buyers == 0
    store.db.execute("update procurements set basis = '' where document like '%-a'")
    store.db.conn.commit()
    assert link_procurements(store).compared_buyers == 1
    linked(notice("fts", "c", date="2025-03-02T10:00:00Z"))
    assert frozenset("ac") in groups(store)


def test_a_notice_that_is_gone_leaves_its_procurement(store: Store, linked: Any) -> None:
    linked(notice("cf", "a"), notice("fts", "b", date="2025-03-02T10:00:00Z"))
    assert groups(store) == {frozenset("ab")}
    store.db.execute("delete from notices where document = 'contracts-finder-a'")
    store.db.conn.commit()
    link_procurements(store)
    assert [tuple(row.values())[:2] for row in store.rows("select * from procurements")] == [
        ("find-tender-b", "ocds-h6vhtk-b")
    ]


def test_a_buyer_is_known_by_the_id_of_one_matched_by_name(store: Store, linked: Any) -> None:
    ppon = "GB-PPON-PAAA-1111-BBBB"
    linked(
        notice("fts", "a", buyer_id=ppon),
        notice("fts", "b", buyer="KCC Commercial Services", buyer_id=ppon),
        notice("fts", "c", buyer="Somebody else", buyer_id="GB-PPON-PCCC-2222-DDDD"),
        notice("cf", "d", buyer="org", buyer_id="org-13"),
        notice("cf", "e", buyer_id="org-13"),
    )
    found = store.rows(
        "select n.release, d.council, n.council as noted, n.council_score as score, "
        "n.council_how as how from notices n join documents d using (document) order by 1"
    )
    assert [tuple(row.values()) for row in found] == [
        ("a", "KEN", "KEN", 1.0, "exact name"),
        ("b", "KEN", "KEN", 0.95, "shared id"),
        ("c", None, None, None, None),
        ("d", None, None, None, None),
        ("e", "KEN", "KEN", 1.0, "exact name"),
    ]
    unmatched = store.rows("select * from unmatched_buyers order by buyer_name")
    assert [row["buyer_name"] for row in unmatched] == ["Somebody else", "org"]
    assert unmatched[0] == {
        "buyer_name": "Somebody else",
        "notices": 1,
        "first_on": "2025-03-01",
        "last_on": "2025-03-01",
        "sources": "find-tender",
    }


def test_an_id_that_two_councils_share_matches_nobody(store: Store, linked: Any) -> None:
    shared = "GB-COH-1"
    done = linked(
        notice("cf", "a", buyer_id=shared),
        notice("cf", "b", buyer="Surrey County Council", buyer_id=shared),
        notice("cf", "c", buyer="Joint board", buyer_id=shared),
    )
    assert done.matched_by_id == 0


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("a debt system", "a debt system", 1, 1),
        ("a debt system 2025", "a debt system", 0.7, 0.99),
        ("a debt system 2025", "a debt system 2026", 0, 0),
        ("cleaning", "cleaning", 0, 0),
        ("", "", 0, 0),
        ("road salt", "debt system", 0, 0),
    ],
)
def test_titles_are_compared_by_their_words(
    one: str, other: str, least: float, most: float
) -> None:
    found = title_likeness(sorted(one.split()), sorted(other.split()))
    assert least <= found <= most
    assert found == title_likeness(sorted(other.split()), sorted(one.split()))


def test_many_notices_of_one_buyer_take_seconds(store: Store, linked: Any) -> None:
    releases = [
        notice(
            "cf" if number % 2 else "fts",
            str(number),
            title=f"Provision of service {'abcdefghij'[number // 2 % 10] * 5} {number // 2}",
            date=f"2025-{1 + number // 2 % 12:02d}-{1 + number // 40 % 28:02d}T10:00:00Z",
        )
        for number in range(800)
    ]
    done = linked(*releases)
    assert (done.notices, done.procurements) == (800, 400)

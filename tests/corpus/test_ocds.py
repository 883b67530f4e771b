"""OCDS releases, wherever they lie; what they say; and that persons are left out."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import ocds
from corpus.errors import Broken, Unsupported
from tests.conftest import Make

RELEASE = Make().release()
KEYS = st.sampled_from(
    [
        "releases",
        "records",
        "ocid",
        "id",
        "tender",
        "awards",
        "value",
        "amount",
        "items",
        "tag",
        "compiledRelease",
        "parties",
        "roles",
        "suppliers",
        "name",
        "contactPoint",
        "title",
        "date",
        "buyer",
        "contracts",
        "period",
        "startDate",
        "classification",
        "scheme",
        "url",
        "planning",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("CPV")
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=30,
)


def found(value: Any) -> list[ocds.Release | str]:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return list(ocds.releases(content))


def numbers(value: Any) -> list[str]:
    return [item.release for item in found(value) if isinstance(item, ocds.Release)]


PLACES = {
    "bare release": RELEASE,
    "package": {"releases": [RELEASE]},
    "list": [RELEASE],
    "list of packages": [{"releases": [RELEASE]}],
    "record with embedded releases": {"records": [{"ocid": "o", "releases": [RELEASE]}]},
    "record with a compiled release": {"records": [{"ocid": "o", "compiledRelease": RELEASE}]},
    "bare record": {"ocid": "o", "compiledRelease": RELEASE},
}


@pytest.mark.parametrize("value", PLACES.values(), ids=PLACES.keys())
def test_a_release_is_found_wherever_ocds_keeps_it(value: Any) -> None:
    assert numbers(value) == ["r1"]


def test_json_lines_hold_one_package_a_line() -> None:
    lines = b"\n\n".join(Make().package(Make().release(n)) for n in ("a", "b"))
    assert numbers(lines) == ["a", "b"]


def test_embedded_releases_go_before_the_compiled_one() -> None:
    record = {"ocid": "o", "releases": [Make().release("a")], "compiledRelease": RELEASE}
    assert numbers({"records": [record]}) == ["a"]


def test_a_record_of_links_says_so_and_the_others_are_kept() -> None:
    linked = {"ocid": "o-7", "releases": [{"url": "https://example.org/r", "date": "2025-01-01"}]}
    told, kept = found({"records": [linked, {"ocid": "o", "releases": [RELEASE]}]})
    assert isinstance(told, str) and "o-7" in told and "links" in told
    assert isinstance(kept, ocds.Release)


def test_the_columns_of_a_notice_are_what_the_release_says() -> None:
    award = {"title": "Award", "suppliers": [{"name": "B Ltd"}, {"name": "A Ltd"}]}
    contract = {
        "value": {"amount": 99.5, "currency": "GBP"},
        "period": {"startDate": "2025-04-01T"},
    }
    (release,) = found(Make().release(awards=[award], contracts=[contract]))
    assert isinstance(release, ocds.Release)
    assert release.title == "A data platform"
    assert release.published_on == "2025-03-01"
    assert release.source == "contracts-finder"
    assert release.notice == {
        "ocid": "ocds-b5fd17-r1",
        "release": "r1",
        "stage": "tender",
        "buyer_name": "Kent County Council",
        "buyer_id": None,
        "suppliers": '["A Ltd", "B Ltd"]',
        "value": 99.5,
        "currency": "GBP",
        "cpv": '["48000000"]',
        "start_on": "2025-04-01",
        "end_on": None,
    }
    assert (
        ocds.text(release.content) == "A data platform\n\nPredictive analytics for fraud.\n\nAward"
    )


@pytest.mark.parametrize(
    "amount", [10**400, float("inf"), float("nan"), "12", None, [1]], ids=lambda a: str(a)[:9]
)
def test_an_amount_that_is_no_sum_of_money_is_left_out(amount: Any) -> None:
    (release,) = found(Make().release(tender={"title": "t", "value": {"amount": amount}}))
    assert isinstance(release, ocds.Release) and release.notice["value"] is None


@pytest.mark.parametrize("block", sorted(ocds.PERSONAL))
def test_persons_are_left_out_at_any_depth(block: str) -> None:
    person = {"name": "Jane Roe", "email": "jane@example.org"}
    value: Any = {block: person}
    for key in ("lots", "deep", "parties"):
        value = {key: [value, {block: person}]}
    (release,) = found(RELEASE | value | {"buyer": {"name": "Kent", block: [person]}})
    assert isinstance(release, ocds.Release)
    assert b"Jane" not in release.content and b"jane@" not in release.content
    assert b"Kent" in release.content


def test_the_canonical_bytes_do_not_depend_on_the_order_of_keys() -> None:
    (one,), (other,) = found(RELEASE), found(dict(reversed(RELEASE.items())))
    assert one == other


def test_latin_1_answers_and_byte_order_marks_are_understood() -> None:
    text = json.dumps(RELEASE | {"title": "Caf\u00e9"}, ensure_ascii=False)
    for content in (text.encode("latin-1"), b"\xef\xbb\xbf" + text.encode()):
        (release,) = found(content)
        assert isinstance(release, ocds.Release) and "Caf\u00e9".encode() in release.content


def test_half_a_surrogate_pair_is_no_text() -> None:
    (release,) = found(b'{"ocid": "o\\ud800", "id": "1", "tender": {"title": "\\udfff"}}')
    assert isinstance(release, ocds.Release)
    (release.ocid + release.title).encode()
    assert release.title == "?"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", Broken),
        (b"not json", Broken),
        (b'{"a": 1}\n{"b": ', Broken),
        (b"[" * 100_000, Broken),
        (b"{}", Unsupported),
        (b"[1, null, []]", Unsupported),
        (b'{"releases": []}', Unsupported),
        (b'{"type": "FeatureCollection"}', Unsupported),
    ],
)
def test_what_is_not_ocds_is_refused_by_name(content: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        found(content)


@pytest.mark.parametrize("depth", [100, 400, 600, 900])
def test_a_release_nested_too_deeply_is_left_out_and_the_others_stay(depth: int) -> None:
    deep = b'{"ocid": "deep", "id": "1", "x": ' + b"[" * depth + b"]" * depth + b"}"
    answer = found(b'{"releases": [' + deep + b", " + json.dumps(RELEASE).encode() + b"]}")
    assert isinstance(answer[1], ocds.Release)
    assert isinstance(answer[0], ocds.Release) or "deeply" in answer[0]


@settings(max_examples=150)
@given(JSON)
def test_any_json_is_read_or_refused_by_name(value: Any) -> None:
    try:
        members = found(value)
    except (Broken, Unsupported):
        return
    for member in members:
        if isinstance(member, ocds.Release):
            member.title.encode()
            assert member.release and isinstance(ocds.text(member.content), str)
        else:
            assert member


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused_by_name(content: bytes) -> None:
    try:
        assert found(content)
    except (Broken, Unsupported) as error:
        assert str(error)


PROCUREMENT = "samples/procurement"
RECORDED = {
    "fts_release_award_sample.json": 1,
    "fts_release_package_trimmed_2026-10-06.json": 2,
    "pcs_release_tender_2019.json": 1,
    "contracts_finder_release_award_attachments_2025.json": 1,
    "contracts_finder_release_planning_2025.json": 1,
    "contracts_finder_ocds_search_limit1_2022-10-18.json": 1,
}


def recorded(testdata: Path, name: str) -> list[ocds.Release]:
    items = list(ocds.releases((testdata / PROCUREMENT / name).read_bytes()))
    assert all(isinstance(item, ocds.Release) for item in items)
    return [item for item in items if isinstance(item, ocds.Release)]


@pytest.mark.parametrize(("name", "count"), RECORDED.items())
def test_recorded_releases_name_no_person(testdata: Path, name: str, count: int) -> None:
    original = json.loads((testdata / PROCUREMENT / name).read_text())
    contacts = list(persons(original))
    assert contacts
    kept = recorded(testdata, name)
    assert len(kept) == count
    for release in kept:
        assert "contactpoint" not in release.content.decode().lower()
        assert not list(persons(json.loads(release.content)))
        for contact in contacts:
            for key in ("name", "email", "telephone"):
                assert f'"{contact.get(key) or "-"}"' not in release.content.decode()


def persons(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield from (one for key, one in value.items() if key == "contactPoint")
        for item in value.values():
            yield from persons(item)
    elif isinstance(value, list):
        for item in value:
            yield from persons(item)


def test_persons_are_left_out_wherever_they_stand() -> None:
    person = {"name": "Jo Merrivale"}
    places = {
        "parties": [{"contactPoint": person, "additionalContactPoints": [person]}],
        "persones": [person],
        "tender": {"ContactPoint": person, "lots": [{"details": {"contactPoints": [person]}}]},
        "awards": [{"suppliers": [{"name": "A", "beneficialOwners": [person]}]}],
        "buyer": {"name": "B", "persones": [{"businessFunctions": [person]}]},
    }
    (release,) = found(RELEASE | places)
    assert isinstance(release, ocds.Release)
    assert "Merrivale" not in release.content.decode()
    assert release.notice["suppliers"] == '["A"]'


def test_what_a_recorded_award_of_find_a_tender_says(testdata: Path) -> None:
    (release,) = recorded(testdata, "fts_release_award_sample.json")
    notice = release.notice
    assert release.source == "find-tender"
    assert (notice["buyer_id"], notice["stage"]) == ("GB-PPON-PGDV-8944-CMBP", "award, contract")
    assert json.loads(notice["cpv"]) == ["60000000"]  # of the award's items
    assert (notice["value"], notice["currency"]) == (90000.0, "GBP")
    assert (notice["start_on"], notice["end_on"]) == ("2026-09-02", "2028-07-23")
    assert len(json.loads(notice["suppliers"])) == 1


def test_what_a_recorded_tender_of_find_a_tender_says(testdata: Path) -> None:
    release, award = recorded(testdata, "fts_release_package_trimmed_2026-10-06.json")
    notice = release.notice
    assert (notice["release"], notice["value"]) == ("094476-2026", 2772000.0)
    assert json.loads(notice["cpv"]) == ["85311000"]
    assert (notice["start_on"], notice["end_on"]) == ("2027-11-01", "2030-10-31")  # of the lot
    assert len(json.loads(award.notice["suppliers"])) == 1


def test_a_recorded_scottish_release_is_known_by_its_notice(testdata: Path) -> None:
    (release,) = recorded(testdata, "pcs_release_tender_2019.json")
    assert release.source == "public-contracts-scotland"
    assert release.release == "APR352571"
    assert release.notice["buyer_id"] == "org-1"
    assert json.loads(release.notice["cpv"]) == ["44115600"]


def scottish(place: int, party: int, **more: Any) -> dict[str, Any]:
    buyer = {"id": f"org-{party}", "name": "Fife Council"}
    supplier = {"id": f"org-{party + 1}", "name": "A Ltd"}
    return {
        "id": f"rls-{place}-JAN468109",
        "ocid": "ocds-r6ebe6-0000710562",
        "parties": [buyer | {"roles": ["buyer"]}, supplier],
        "buyer": buyer,
        "awards": [{"suppliers": [{"id": supplier["id"]}]}],
        "tender": {"title": "About org-285 and others"},
    } | more


def test_numbers_of_an_answer_are_no_part_of_a_release() -> None:
    (one,), (other,) = found(scottish(1, 1)), found(scottish(184, 285))
    assert isinstance(one, ocds.Release)
    assert isinstance(other, ocds.Release)
    assert one == other
    assert one.release == "JAN468109"
    assert one.notice["suppliers"] == '["A Ltd"]'
    assert one.title == "About org-285 and others"


def test_find_a_tender_repeats_scottish_notices_under_its_own_number() -> None:
    (release,) = found(scottish(1, 1) | {"id": "000521-2023"})
    assert isinstance(release, ocds.Release)
    assert (release.source, release.release) == ("find-tender", "000521-2023")
    assert (release.ocid, release.notice["buyer_id"]) == ("ocds-r6ebe6-0000710562", "org-1")


@pytest.mark.parametrize(
    ("changes", "value", "currency"),
    [
        ({"tender": {"value": {"amount": 5, "currency": "GBP"}}}, 5.0, "GBP"),
        ({"contracts": [{}, {"value": {"amount": 7, "currency": "EUR"}}]}, 7.0, "EUR"),
        (
            {"tender": {"lots": [{"value": {"amount": n, "currency": "GBP"}} for n in (1, 2)]}},
            3,
            "GBP",
        ),
        (
            {"tender": {"lots": [{"value": {"amount": 1, "currency": c}} for c in ("GBP", "AED")]}},
            None,
            None,
        ),
        ({"tender": {"value": {"amount": None, "currency": "GBP"}}}, None, None),
    ],
    ids=["tender", "contract", "lots", "lots in two currencies", "none"],
)
def test_where_a_value_stands(
    changes: dict[str, Any], value: float | None, currency: str | None
) -> None:
    (release,) = found(RELEASE | {"tender": {}} | changes)
    assert isinstance(release, ocds.Release)
    assert (release.notice["value"], release.notice["currency"]) == (value, currency)


def test_a_buyer_told_by_its_id_is_named_by_the_parties() -> None:
    parties = [{"id": "x", "name": "Other"}, {"id": "b", "name": "Kent County Council"}]
    (release,) = found(RELEASE | {"buyer": {"id": "b"}, "parties": parties})
    assert isinstance(release, ocds.Release)
    assert (release.notice["buyer_name"], release.notice["buyer_id"]) == (
        "Kent County Council",
        "b",
    )

"""Names and numbers: what is folded away, what tells two apart, and what hostile notices hold."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.links.names import core, folded, identifier, likeness, parts, whole_identifier
from models.links.papers import Firms, amounts, references
from models.links.registers import Supplier, suppliers


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Nexora Limited", "nexora"),
        ("NEXORA LTD.", "nexora"),
        ("The Nexora Company", "nexora"),
        ("Ernst &amp; Young LLP", "ernst and young"),
        ("McConechy&#039;s Tyre Service Limited", "mcconechys tyre service"),
        ("Ltd", "ltd"),
    ],
)
def test_legal_form_and_entities_are_no_part_of_a_name(written: str, kept: str) -> None:
    assert core(written) == kept


@pytest.mark.parametrize(
    ("scheme", "number", "kept"),
    [
        ("GB-COH", "3253304", "GB-COH-03253304"),
        ("gb-coh", " 03253304 ", "GB-COH-03253304"),
        ("GB-COH", "SC123456", "GB-COH-SC123456"),
        ("GB-PPON", "PABC-1234-DEFG", "GB-PPON-PABC-1234-DEFG"),
        ("GB-COH", "n/a", None),
        ("GB-COH", "00000000", None),
        ("GB-COH", "123456789", None),
        ("XX-ANY", "1234", None),
        ("GB-COH", "", None),
    ],
)
def test_a_number_says_something_or_is_none(scheme: str, number: str, kept: str | None) -> None:
    assert identifier(scheme, number) == kept


def test_a_whole_number_names_its_register() -> None:
    assert whole_identifier("GB-COH-3253304") == "GB-COH-03253304"
    assert whole_identifier("org-13") is None


def test_names_alike_and_names_that_only_look_so() -> None:
    assert likeness("Nexora Limited", "NEXORA LTD") == 1
    assert likeness("Acme Analytics", "Acme Analytic") > 0.9
    assert 0.9 < likeness("Nexora Ltd", "Nexora (UK) Ltd") < 1, "one house, two companies"
    assert likeness("Solutions 24", "Solutions 42") == 0
    assert likeness("CGI", "CBI") < 0.9
    assert likeness("Halcyon Insight Limited", "Brightwater Analytics Ltd") < 0.6


@given(st.text(), st.text())
def test_likeness_goes_both_ways_and_has_bounds(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1
    assert folded(folded(one)) == folded(one)


def test_a_trading_name_is_a_second_name() -> None:
    name = "Centennial Property Limited (t/a The Housing Network)"
    assert parts(name) == ("Centennial Property Limited", "The Housing Network")
    assert parts("()") == ()


def release(**more: Any) -> bytes:
    party = {"id": "org-1", "name": "Nexora Ltd", "roles": ["supplier"]}
    party |= {"identifier": {"scheme": "GB-COH", "id": "3253304"}}
    award = {"suppliers": [{"id": "org-1", "name": "Nexora"}, {"id": "GB-COH-09990001"}]}
    told = {"ocid": "ocds-1", "parties": [party], "awards": [award]}
    return json.dumps(told | more).encode()


def test_suppliers_of_a_release_with_the_numbers_of_their_parties() -> None:
    assert suppliers(release()) == (Supplier("Nexora", ("GB-COH-03253304",)),)
    assert suppliers(release(awards=[])) == (Supplier("Nexora Ltd", ("GB-COH-03253304",)),)


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"[]", b"nonsense", b'{"awards": 1, "parties": {"a": 1}}', b"[" * 100_000),
        b'{"awards": [{"suppliers": [1, {"name": {"x": 1}}]}]}',
        b'{"parties": [{"roles": "x"}]}',
    ],
)
def test_what_is_no_release_has_no_suppliers(content: bytes) -> None:
    assert suppliers(content) == ()


def test_references_and_sums_in_a_text() -> None:
    text = "Contract CON-2021-0042 (ref: DN123456) of March 2021, £1.2 million and £48,900; A4, £5."
    assert references(text) == {"con20210042", "dn123456"}
    assert amounts(text) == {1_200_000, 48_900}


def test_a_long_hostile_text_takes_no_time() -> None:
    text = "A" * 50_000 + "-1" * 50_000 + "£" + "1," * 50_000
    assert amounts(text) == frozenset()
    assert isinstance(references(text), frozenset)


def test_firms_are_found_by_whole_names() -> None:
    firms = Firms({"one": ["Nexora Ltd"], "two": ["Nexora Labs"], "three": ["EY"]})
    assert firms.find("We met Nexora, and Nexora-Labs Limited.") == {"one", "two"}
    assert firms.find("Nexorana and EY") == frozenset(), "a part of a word, and too short a name"

"""Which council a buyer is: beyond doubt, or nobody."""

import pytest

from corpus.study import Study
from crawler.buyers import Buyers


@pytest.fixture(scope="module")
def buyers(packaged_study: Study) -> Buyers:
    return Buyers(packaged_study.councils.values())


def code(buyers: Buyers, buyer: str | None) -> str | None:
    match = buyers.match(buyer)
    return match.council if match else None


@pytest.mark.parametrize(
    ("buyer", "council"),
    [
        ("Kent County Council", "KEN"),
        ("KENT COUNTY COUNCIL", "KEN"),
        ("Kent CC", "KEN"),
        ("Bristol City Council", "BST"),
        ("Royal Borough of Greenwich", "GRE"),
        ("London Borough of Barking & Dagenham", "BDG"),
        ("City of London Corporation", "LND"),
        ("Armagh City, Banbridge and Craigavon Borough Council", "ABC"),
        ("Kent", None),
        ("Kent Police Authority", None),
        ("Kent Parish Council", None),
        ("The Council", None),
        ("Borough Council", None),
        ("London Authority", None),
        ("ACME Ltd", None),
        ("", None),
        (None, None),
    ],
)
def test_a_buyer_is_a_council_beyond_doubt_or_nobody(
    buyers: Buyers, buyer: str | None, council: str | None
) -> None:
    assert code(buyers, buyer) == council


def test_every_current_council_is_found_by_its_official_name(
    buyers: Buyers, packaged_study: Study
) -> None:
    current = [c for c in packaged_study.councils.values() if not c.end_on]
    wrong = {
        c.official_name: code(buyers, c.official_name)
        for c in current
        if code(buyers, c.official_name) not in (c.council, None)
    }
    assert wrong == {}
    found = sum(code(buyers, c.official_name) == c.council for c in current)
    assert found >= 0.97 * len(current)


def test_an_abolished_council_does_not_take_a_current_ones_name(
    buyers: Buyers, packaged_study: Study
) -> None:
    for council in packaged_study.councils.values():
        other = code(buyers, council.official_name)
        if council.end_on and other not in (None, council.council):
            assert not packaged_study.councils[other].end_on


@pytest.mark.parametrize(
    ("buyer", "buyer_id", "how", "score"),
    [
        ("Kent County Council", None, "exact name", 1.0),
        ("Kent County Council", "GB-PPON-PAAA-1111-BBBB", "exact name", 1.0),
        ("Kent CC", "org-13", "core name", 0.8),
        ("Kent Commercial Services", "GB-LAE-KEN", "known id", 1.0),
        (None, "gb-lae-ken", "known id", 1.0),
        ("Highways", "GB-COH-E10000016", "known id", 1.0),
    ],
)
def test_how_a_buyer_was_matched_is_kept(
    buyers: Buyers, buyer: str | None, buyer_id: str | None, how: str, score: float
) -> None:
    match = buyers.match(buyer, buyer_id)
    assert match is not None
    assert match.council == "KEN"
    assert match.columns == {"council_score": score, "council_how": how}


@pytest.mark.parametrize("buyer_id", ["GB-LAS-KEN", "GB-LAE-XXX", "KEN", "-", "org-13", ""])
def test_an_id_of_another_register_is_no_match(buyers: Buyers, buyer_id: str) -> None:
    assert buyers.match("Highways", buyer_id) is None


def test_org_ids_of_every_nation(buyers: Buyers) -> None:
    ids = {"GB-LAS-GLG": "GLG", "GB-PLA-CRF": "CRF", "GB-LANI-ABC": "ABC", "S12000049": "GLG"}
    found = {one: buyers.match("", one) for one in ids}
    assert {one: match and match.council for one, match in found.items()} == ids

"""Which council a buyer is: beyond doubt, or nobody."""

import pytest

from corpus.study import Study
from crawler.buyers import Buyers


@pytest.fixture(scope="module")
def buyers(packaged_study: Study) -> Buyers:
    return Buyers(packaged_study.councils.values())


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
    assert buyers.match(buyer) == council


def test_every_current_council_is_found_by_its_official_name(
    buyers: Buyers, packaged_study: Study
) -> None:
    current = [c for c in packaged_study.councils.values() if not c.end_on]
    wrong = {
        c.official_name: buyers.match(c.official_name)
        for c in current
        if buyers.match(c.official_name) not in (c.council, None)
    }
    assert wrong == {}
    found = sum(buyers.match(c.official_name) == c.council for c in current)
    assert found >= 0.97 * len(current)


def test_an_abolished_council_does_not_take_a_current_ones_name(
    buyers: Buyers, packaged_study: Study
) -> None:
    for council in packaged_study.councils.values():
        other = buyers.match(council.official_name)
        if council.end_on and other not in (None, council.council):
            assert not packaged_study.councils[other].end_on

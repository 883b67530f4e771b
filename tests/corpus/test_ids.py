"""Ids: the published ones stay as they are, and different things never share one."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from corpus.ids import (
    fold,
    import_id,
    mention_id,
    notice_id,
    page_id,
    paper_id,
    raw_part,
    sha256,
    short_hash,
    term_id,
)

HASH = sha256(b"a paper")
GOLDEN = {
    "ken-modgov-s12345": lambda: paper_id("KEN", "modgov", "s12345"),
    "folder-foi-5d05adf8844983ae": lambda: import_id("folder-foi", HASH),
    "folder-foi-5d05adf8844983ae-11a7dacf": lambda: import_id("folder-foi", HASH, "file:///b.pdf"),
    "contracts-finder-2025-001": lambda: notice_id("contracts-finder", "2025-001"),
    "5d05adf8844983ae-0003": lambda: page_id(HASH, 3),
    "5d05adf8844983ae-12345": lambda: page_id(HASH, 12345),
    "5d05adf8844983ae-0003-74729645": lambda: mention_id(
        page_id(HASH, 3), "risk_scoring-risk-score", "risk score", 1
    ),
    "risk_scoring-risk-score": lambda: term_id("risk_scoring", "risk score"),
    "use-predict-stem": lambda: term_id("use", "predict*"),
}
"""Ids that people may have cited: this list may grow, and no line of it may change."""


@pytest.mark.parametrize(("golden", "made"), GOLDEN.items(), ids=GOLDEN.keys())
def test_published_ids_stay_as_they_are(golden: str, made) -> None:
    assert made() == golden


@given(st.text(min_size=1), st.text(min_size=1))
def test_two_values_of_a_source_never_share_a_part_of_an_id(one: str, other: str) -> None:
    assume(one != other)
    assert raw_part(one) != raw_part(other)


@given(st.text(alphabet="aA0-_. ", min_size=1, max_size=6), st.text(alphabet="aA0-_. ", max_size=6))
def test_values_that_slugging_would_join_stay_apart(one: str, other: str) -> None:
    assume(one != other)
    assert raw_part(one) != raw_part(other)


@given(st.text(min_size=1))
def test_a_part_is_safe_in_addresses_and_file_names(value: str) -> None:
    part = raw_part(value)
    assert part and set(part) <= set("abcdefghijklmnopqrstuvwxyz0123456789-._")
    assert len(part) <= 66
    assert part[0] not in ".-" or part.startswith("--")


@pytest.mark.parametrize("value", ["ABC", "Straße 7", "x" * 100, "…"])
def test_no_value_spells_the_part_of_another(value: str) -> None:
    assert raw_part(raw_part(value)) != raw_part(value)


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8")), min_size=1, max_size=3))
def test_a_hash_keeps_its_parts_apart(parts: list[str]) -> None:
    assume(not any("\x1f" in part for part in parts))
    assert short_hash(*parts) != short_hash(*parts, "")
    assert len(short_hash(*parts, length=12)) == 12


def test_mentions_differ_by_term_words_and_place_in_the_row() -> None:
    page = page_id(HASH, 1)
    plain = mention_id(page, "t", "risk score", 1)
    assert mention_id(page, "t", "Risk-\nScore", 1) == plain
    others = {
        mention_id(page, "u", "risk score", 1),
        mention_id(page, "t", "risk scores", 1),
        mention_id(page, "t", "risk score", 2),
        mention_id(page_id(HASH, 2), "t", "risk score", 1),
    }
    assert len(others) == 4 and plain not in others


@given(st.text())
def test_folding_twice_is_folding_once(words: str) -> None:
    assume("\u0130" not in words)  # its lower case is two characters
    assert fold(fold(words)) == fold(words)


def test_different_copies_of_the_same_bytes_are_different_documents() -> None:
    ids = {import_id("folder-x", HASH, again) for again in ("", "file:///a", "file:///b")}
    assert len(ids) == 3

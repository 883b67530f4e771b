"""JSON as services send it: encodings, and numbers that JSON does not allow."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import loose
from corpus.errors import Broken

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_json_is_read_as_json(value: object) -> None:
    assert loose.parse(json.dumps(value)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"amount": 1e9999}', {"amount": None}),
        ('{"amount": -1e9999, "of": 1e3}', {"amount": None, "of": 1000.0}),
        ('{"amount": 000, "of": 1}', {"amount": None, "of": 1}),
        ('{"amount":  000,"of": [007, 0, 0.5, 10]}', {"amount": None, "of": [None, 0, 0.5, 10]}),
        ('[000, "at 000, or \\" 007"]', [None, 'at 000, or " 007']),
        ('{"amount": NaN, "of": Infinity}', {"amount": None, "of": None}),
        (f'{{"amount": {"9" * 5000}}}', {"amount": None}),
    ],
)
def test_numbers_that_cannot_be_known_are_none(text: str, value: object) -> None:
    assert loose.parse(text) == value


@pytest.mark.parametrize("text", ["", "{", '{"a": 00', "<html>", '{"a": "000}', "{'a': 1}", "1e"])
def test_what_is_no_json_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):
        loose.parse(text)


def test_too_deep_is_broken() -> None:
    with pytest.raises(Broken, match="nested too deeply"):
        loose.parse("[" * 200_000)


@pytest.mark.parametrize(
    "text", ['{"a": 00' + '"\\' * 200_000, '00"' + 'a"' * 200_000, "[" + "00" * 200_000]
)
def test_what_is_hostile_takes_no_longer(text: str) -> None:
    began = time.monotonic()
    with pytest.raises(ValueError):
        loose.parse(text)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("é".encode(), "é"),
        (b"\xef\xbb\xbf\xc3\xa9", "é"),
        ("café £".encode("iso-8859-1"), "café £"),
        (b"caf\xe9 \x93quoted\x94", "café \u201cquoted\u201d"),
        (b"\x81\xe9", "\x81é"),
    ],
    ids=["UTF-8", "with a mark", "Latin-1", "Windows", "neither"],
)
def test_encodings(content: bytes, text: str) -> None:
    assert loose.decoded(content) == text

"""Reading JSON from others by the strict rules."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.cti.sources.answer import MAX_DEPTH, GarbledError, parse_answer


def test_numbers_are_exact() -> None:
    assert parse_answer(b'{"a": 1, "b": 0.10, "c": 1e2}') == {
        "a": 1,
        "b": Decimal("0.10"),
        "c": Decimal("1e2"),
    }


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"{", b"nul", b"[1,]", b"{'a': 1}", b"NaN", b"[Infinity]", b"-Infinity"),
        *(b'{"a": 1, "a": 1}', b'"\\ud800"', b'{"\\udfff": 1}', b'"\xff"', b"\xef\xbb\xbf1"),
        *(b"1" * 21, b"1" * 5000, b"1." + b"1" * 50, b"1e400", b"1e-999"),
        *(b"[" * 100_000, b"[" * 40 + b"]" * 40, b'{"a":' * 40 + b"1" + b"}" * 40),
    ],
)
def test_everything_else_is_garbled(raw: bytes) -> None:
    with pytest.raises(GarbledError):
        parse_answer(raw)


def test_the_depth_counts_brackets() -> None:
    deep = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert parse_answer(deep)
    with pytest.raises(GarbledError):
        parse_answer(b"[" + deep + b"]")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_garbled(raw: bytes) -> None:
    try:
        parse_answer(raw)
    except GarbledError:
        return


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**19), 10**19) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=12,
    )
)
def test_what_python_writes_is_read_back(value: object) -> None:
    assert parse_answer(json.dumps(value).encode()) == value

"""Plain data as text."""

from __future__ import annotations

import json
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.errors import StoreError
from ivr.domain.plain import canonical_text, plain_text

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(PLAIN)
def test_plain_data_comes_back_and_is_ascii(value: object) -> None:
    for text in (plain_text(value, "it"), canonical_text(value, "it")):
        assert json.loads(text) == value
        assert text.isascii()
        assert "\0" not in text


def test_mappings_of_any_kind_and_tuples_are_taken() -> None:
    frozen = MappingProxyType({"b": (1, 2), "a": MappingProxyType({})})
    assert plain_text(frozen, "it") == '{"b":[1,2],"a":{}}'
    assert canonical_text(frozen, "it") == '{"a":{},"b":[1,2]}'


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), b"x", {1}, {b"x": 1}, object()])
@pytest.mark.parametrize("write", [plain_text, canonical_text])
def test_what_json_has_no_word_for_is_refused(write: object, odd: object) -> None:
    assert callable(write)
    with pytest.raises(StoreError, match="a note is no plain data"):
        write({"odd": odd}, "a note")

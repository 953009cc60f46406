"""Nobody makes us call numbers that cost more."""

from __future__ import annotations

import pytest

from ivr.domain.dialable import is_dialable


@pytest.mark.parametrize("number", ["+905321112233", "+902125550001"])
def test_ordinary_telephones_are_called(number: str) -> None:
    assert is_dialable(number, "TR")


@pytest.mark.parametrize(
    "number",
    [
        *("+909001234567", "+904440333", "+4915112345678", "+905", "112", "+90112", ""),
        *("sip:a@b", "+88213000000"),
    ],
)
def test_others_are_not(number: str) -> None:
    assert not is_dialable(number, "TR")

"""Conditions that are the same on every call (F309)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivr.flow.expressions import (
    Inferred,
)
from ivr.flow.expressions.constants import settled
from ivr.flow.expressions.syntax import read

Check = Callable[..., Inferred]


@pytest.mark.parametrize(
    ("text", "constant"),
    [
        ("true", True),
        ("not true", False),
        ("1 < 2", True),
        ("'a' == 'b'", False),
        ("1 in [1, 2]", True),
        ("len('abc') == 3", True),
        ("known(age)", True),
        ("not known(reason)", False),
        ("flag or true", True),
        ("flag and 1 > 2", False),
        ("flag", None),
        ("known(customer)", None),
        ("known(customer) and known(customer)", None),
        ("known(call.ani) or not known(call.ani)", None),
        ("visits('main') > 0", None),
        ("lower('A') == 'a'", None),
        ("1 / 0 > 1", None),
        ("date('2026-01-01') < date('2026-01-02')", True),
        ("true if flag else true", True),
        ("flag if true else flag", None),
        ("today > date('2026-01-01')", None),
        ("like('0532', '05##')", True),
    ],
)
def test_conditions_that_never_change_are_found(
    check: Check, text: str, constant: bool | None
) -> None:
    assert check(text, "bool").constant is constant


def test_what_names_something_or_fails_is_not_settled() -> None:
    for text in ("a", "a == a", "visits('x') > 0", "upper('i') == 'I'", "1 % 0 == 1", "1 + 1"):
        assert settled(read(text)) is None
    assert settled(read("text(1.50) == '1.5'")) is True

"""Secrets that never show, and amounts that keep their currency."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import FrozenInstanceError
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.values import HIDDEN, Money, Sealed, open_sealed

PIN = "1234"


def test_a_sealed_value_prints_as_dots_everywhere() -> None:
    sealed = Sealed(PIN)
    shown = [str(sealed), repr(sealed), f"{sealed}", f"{sealed!s:>9}".strip()]
    assert shown == [HIDDEN] * 4
    assert str([sealed]) == f"[{HIDDEN}]"
    assert str({"pin": sealed}) == f"{{'pin': {HIDDEN}}}"


@given(st.text(max_size=20))
def test_dots_tell_nothing_of_what_is_inside(inside: str) -> None:
    assert repr(Sealed(inside)) == str(Sealed(inside)) == HIDDEN
    assert open_sealed(Sealed(inside)) == inside


def test_sealed_values_are_equal_by_what_is_inside_and_never_to_plain_text() -> None:
    assert Sealed(PIN) == Sealed(PIN)
    assert Sealed(PIN) != Sealed("4321")
    assert Sealed(PIN) != PIN
    assert len({Sealed(PIN), Sealed(PIN), PIN}) == 2


def test_a_sealed_value_is_true_if_there_is_something_inside() -> None:
    assert Sealed("0")
    assert not Sealed("")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_sealed_value_cannot_be_pickled(protocol: int) -> None:
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps({"pin": Sealed(PIN)}, protocol)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_a_sealed_value_cannot_be_copied(duplicate: object) -> None:
    assert callable(duplicate)
    with pytest.raises(TypeError, match="cannot be pickled"):
        duplicate(Sealed(PIN))


def test_a_sealed_value_is_refused_by_plain_json() -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps({"pin": Sealed(PIN)})


def test_a_sealed_value_has_no_dictionary_to_look_into() -> None:
    with pytest.raises(TypeError):
        vars(Sealed(PIN))
    with pytest.raises(AttributeError):
        Sealed(PIN).note = PIN  # type: ignore[attr-defined]


def test_amounts_are_equal_by_number_and_currency() -> None:
    assert Money(Decimal("12.50"), "TRY") == Money(Decimal("12.5"), "TRY")
    assert Money(Decimal("12.50"), "TRY") != Money(Decimal("12.50"), "USD")
    assert len({Money(Decimal("12.50"), "TRY"), Money(Decimal("12.5"), "TRY")}) == 1


def test_an_amount_is_exact_and_cannot_be_changed() -> None:
    amount = Money(Decimal("0.1") + Decimal("0.2"), "TRY")
    assert amount == Money(Decimal("0.3"), "TRY")
    with pytest.raises(FrozenInstanceError):
        amount.currency = "USD"  # type: ignore[misc]

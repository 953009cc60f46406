"""A changed copy is what `dataclasses.replace` would give, and nothing else is touched."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from typing import Any

import pytest

from ivr.domain.call import Prompt, Turn
from ivr.domain.changed import changed
from ivr.domain.commands import COMMANDS, Close, Collect
from ivr.domain.events import EPOCH, EVENTS, KeysCollected
from ivr.domain.values import Sealed

LISTEN = Collect(prompts=(Prompt("p", "tr", "Bir.", 1.0),), language="tr", keys=("1", "2"))


def test_it_is_what_replace_gives() -> None:
    assert changed(LISTEN, turn=Turn(7), flush=True) == replace(LISTEN, turn=Turn(7), flush=True)
    assert changed(LISTEN) == LISTEN


def test_the_original_stays_as_it_was() -> None:
    changed(LISTEN, turn=Turn(7))
    assert LISTEN.turn == 0


def test_fields_of_parent_classes_are_copied_too() -> None:
    event = KeysCollected(turn=Turn(3), keys=Sealed("1"), reason="match", words="evet")
    later = changed(event, at=EPOCH + timedelta(seconds=1))
    assert later == replace(event, at=EPOCH + timedelta(seconds=1))
    assert type(later) is KeysCollected


def test_every_event_and_command_can_be_changed() -> None:
    kinds: tuple[type[Any], ...] = (*EVENTS, *COMMANDS)
    for kind in kinds:
        if len(fields(kind)) < 2:
            continue
        blank = object.__new__(kind)
        for each in fields(kind):
            object.__setattr__(blank, each.name, each.name)
        assert changed(blank, leg=9).leg == 9


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(TypeError, match="Close has no field at"):
        changed(Close(turn=Turn(1)), at=EPOCH)


@dataclass(frozen=True, slots=True)
class Computed:
    """Computes a field."""

    a: int
    b: int = field(init=False, default=1)


@dataclass(frozen=True)
class Loose:
    """Has no slots."""

    a: int
    b: int


@dataclass(frozen=True, slots=True)
class Checks:
    """Works when it is made."""

    a: int
    b: int

    def __post_init__(self) -> None:
        """Check."""


@pytest.mark.parametrize("value", [Computed(1), Loose(1, 2), Checks(1, 2), Sealed("1")])
def test_classes_that_need_their_constructor_are_refused(value: object) -> None:
    with pytest.raises(TypeError):
        changed(value, a=2)

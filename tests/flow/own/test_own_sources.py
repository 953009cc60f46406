"""Sources that need no line of configuration: their shapes are what flows are checked against."""

from __future__ import annotations

import pytest

from ivr.flow.own.own_sources import OWN_SOURCES, TICKET_STATUS
from ivr.flow.types import TICKET


@pytest.mark.parametrize("name", OWN_SOURCES)
def test_each_is_known_by_its_own_name_and_can_say_that_there_is_nothing(name: str) -> None:
    shape = OWN_SOURCES[name]
    assert shape.name == name
    assert shape.not_found
    assert shape.repeatable


def test_no_record_takes_the_name_of_what_the_verb_ticket_gives() -> None:
    assert TICKET.name not in OWN_SOURCES


def test_only_the_number_of_a_ticket_must_be_given() -> None:
    needed = [name for name, kind in TICKET_STATUS.takes.items() if not kind.optional]
    assert needed == ["number"]

"""What the machine remembers."""

from __future__ import annotations

from ivr.acd.settings import SECOND
from ivr.acd.state import Group, text_of
from tests.acd.house import House, card, queue


def test_an_instant_is_written_in_utc_to_the_microsecond() -> None:
    assert text_of(0) == "1970-01-01T00:00:00+00:00"
    assert text_of(1_790_000_000 * SECOND + 1_500) == "2026-09-21T14:13:20.000001+00:00"


def test_a_new_group_wants_no_tick() -> None:
    assert Group("g", 1).next_due is None


def test_the_group_wants_a_tick_at_the_first_deadline() -> None:
    house = House(queue(setup_ns=4 * SECOND), agents=[card("ada", 1)])
    house.call("t1")
    assert house.group.next_due == house.at + 4 * SECOND

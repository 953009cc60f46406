"""Ids that sort by time."""

from __future__ import annotations

import re

from ivr.runtime.ids import Ulids
from ivr.runtime.memory.clock import VirtualClock


def test_ids_rise_even_within_a_millisecond() -> None:
    ids = Ulids(VirtualClock())
    made = [ids.new() for _n in range(10_000)]
    assert made == sorted(set(made))


async def test_a_later_id_is_greater_and_an_earlier_clock_changes_nothing() -> None:
    clock = VirtualClock()
    ids = Ulids(clock)
    first = ids.new()
    await clock.advance(1)
    second = ids.new()
    clock._now = clock._now.replace(year=2020)
    assert first < second < ids.new()


def test_an_id_has_the_form_of_a_ulid_and_holds_its_time() -> None:
    clock = VirtualClock()
    made = Ulids(clock).new()
    assert re.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", made)
    digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    number = 0
    for sign in made[:10]:
        number = number * 32 + digits.index(sign)
    assert number == int(clock.now().timestamp() * 1000)

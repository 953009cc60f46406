"""Which end keys are awaited, and for how long."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from ivr.channels.twilio.listened import ON_THE_WAY_S, EndKeys
from ivr.channels.twilio.wire.forms import Form, parse_form
from ivr.domain.call import CallId, Turn
from ivr.domain.commands import Collect
from ivr.domain.events import KeysCollected
from ivr.domain.values import Sealed
from ivr.runtime.memory.clock import VirtualClock

ONE = CallId("one")
ASKED = Collect(prompts=(), language="tr", entry_least=4, entry_most=4, end_key="#", between_s=3.0)
HASH = {"Digits": "", "FinishedOnKey": "#"}


def form(fields: dict[str, str]) -> Form:
    return parse_form(urlencode(fields).encode())


def heard(ended_by: str = "full", reason: str = "match") -> KeysCollected:
    return KeysCollected(turn=Turn(1), keys=Sealed("1234"), reason=reason, ended_by=ended_by)


@pytest.mark.parametrize(
    ("event", "fields", "swallowed"),
    [
        (heard(), HASH, True),
        (heard(), {"Digits": "#"}, True),
        (heard(), {"Digits": "1", "FinishedOnKey": "#"}, False),
        (heard(), {"Digits": ""}, False),
        (heard("end_key"), HASH, False),
        (heard("between"), HASH, False),
        (heard(reason="not_in_menu"), HASH, False),
    ],
)
def test_only_the_end_key_of_a_full_entry_is_swallowed(
    event: KeysCollected, fields: dict[str, str], swallowed: bool
) -> None:
    keys = EndKeys(VirtualClock())
    keys.after(ONE, ASKED, event)
    assert keys.swallows(ONE, form(fields)) is swallowed
    assert keys.swallows(CallId("two"), form(fields)) is False


async def test_an_end_key_is_awaited_for_a_while_only() -> None:
    clock = VirtualClock()
    keys = EndKeys(clock)
    keys.after(ONE, ASKED, heard())
    await clock.advance(ASKED.between_s + ON_THE_WAY_S)
    assert keys.swallows(ONE, form(HASH))
    await clock.advance(0.001)
    assert not keys.swallows(ONE, form(HASH))


def test_the_next_answer_ends_the_waiting() -> None:
    keys = EndKeys(VirtualClock())
    keys.after(ONE, ASKED, heard())
    keys.after(ONE, ASKED, heard("between"))
    assert not keys.swallows(ONE, form(HASH))


async def test_ended_calls_leave_nothing_behind() -> None:
    clock = VirtualClock()
    keys = EndKeys(clock)
    for number in range(1_000):
        keys.after(CallId(f"c{number}"), ASKED, heard())
    await clock.advance(60)
    keys.after(ONE, ASKED, heard())
    assert list(keys._awaited) == [ONE]

"""The line of one leg: its prompts, its music, and whose events they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.channels.simulator.phone import LINE, Phone
from ivr.domain.call import CallId, LegId, Prompt, Turn
from ivr.domain.commands import Close, Collect, Play

if TYPE_CHECKING:
    from ivr.channels.simulator.phone import Message

HELLO = Prompt("hello", "en", "Hello.", 1.0)


def phone(leg: int = 1) -> tuple[Phone, list[Message]]:
    told: list[Message] = []
    return Phone(CallId("c"), told.append, LegId(leg)), told


def test_what_happens_on_the_line_of_an_agent_is_of_his_leg() -> None:
    agent, told = phone(4)
    assert agent.carry_out(Play(turn=Turn(2), prompts=(HELLO,)), 0) == []
    assert told[0]["hears"][0]["text"] == "Hello."
    (event,) = agent.tick(1000)
    assert (event.leg, event.turn) == (4, 2)
    listen = Collect(turn=Turn(3), prompts=(), language="en", keys=("1",))
    assert agent.carry_out(listen, 2000) == []
    assert [one.leg for one in agent.press("1", 2100)] == [4]


def test_each_leg_has_a_timer_of_its_own() -> None:
    timers = [phone(leg)[0].timer for leg in range(1, 8)]
    assert timers[0] == LINE
    assert len(set(timers)) == 7
    assert max(timers[1:]) < -1


def test_music_goes_on_behind_the_prompts_and_their_end_is_no_news() -> None:
    caller, told = phone()
    assert caller.carry_out(Play(turn=Turn(2), prompts=(HELLO,), music=""), 0) == []
    assert told[0] == {"music": "music"}
    assert caller.tick(1000) == []
    caller.carry_out(Play(turn=Turn(3), prompts=(), music="song.wav"), 2000)
    assert told[-1] == {"music": "song.wav"}
    assert caller.line.due_ms is None
    caller.carry_out(Close(turn=Turn(3)), 3000)
    assert {"music": False} in told


def test_other_sound_ends_the_music() -> None:
    caller, told = phone()
    caller.carry_out(Play(turn=Turn(2), prompts=(), music=""), 0)
    caller.carry_out(Play(turn=Turn(3), prompts=(HELLO,)), 10)
    assert {"music": False} in told
    assert [event.turn for event in caller.tick(1010)] == [3]


def test_nobody_at_the_phone_is_told_nothing() -> None:
    empty = Phone(CallId("c"), None)
    empty.carry_out(Play(turn=Turn(2), prompts=(HELLO,)), 0)
    assert empty.last is not None

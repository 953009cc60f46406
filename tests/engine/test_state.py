"""Copies of a call's state, and what is bounded in it."""

from __future__ import annotations

from dataclasses import fields

from ivr.domain.call import BridgeId, CallId, Cause, EndedBy, LegId, Prompt, Segment, Turn
from ivr.domain.commands import Play, StartTimer
from ivr.domain.outbound import Placed, PromiseId
from ivr.domain.queue import Ticket
from ivr.domain.values import Sealed
from ivr.engine.party import Notice, Tape, Wait
from ivr.engine.state import Frame, Heard, State
from tests.fakes.call_script import START

FRAME = Frame(
    "main", "start", 2, {"a": "1"}, {"tries": 1}, {"sound": Play(prompts=())}, {"start": 1}, ["x"]
)
FULL = State(
    call=CallId("C"),
    flow_hash="h",
    dnis="1",
    started_at=START,
    ani="2",
    trunk="t",
    channel="c",
    test=True,
    language="tr",
    frames=[FRAME],
    prompts=(Prompt("p", "tr", "", 1.0),),
    ahead=Sealed("1"),
    flush=True,
    heard=Heard("word", "match", 2, "kredi"),
    facts={"a": True},
    path=["start"],
    outcome="paid",
    note="n",
    region="final",
    rescued=True,
    failed=True,
    segments=[Segment("ivr", START, START)],
    legs=(),
    wait=Wait(Ticket("C/2"), "general", START),
    next_leg=LegId(4),
    next_bridge=BridgeId(3),
    next_turn=7,
    limit=Turn(1),
    ended=True,
    ended_by=EndedBy.LOST,
    cause=Cause.FAILED,
    last_at=START,
    steps=3,
    placed=Placed(PromiseId("p"), "general"),
    callback_at=START,
    tape=Tape(Turn(5), START),
    notice=Notice(told=True),
    schema=9,
)


def test_a_fork_is_equal_in_every_field() -> None:
    for field in fields(State):
        assert getattr(FULL, field.name) != field.default, f"{field.name} is not tried here"
    assert FULL.fork() == FULL


def test_a_fork_shares_nothing_that_changes() -> None:
    fork = FULL.fork()
    fork.path.append("b")
    fork.heard.tries = 9
    fork.segments.clear()
    frame = fork.top
    frame.variables["a"] = frame.data["tries"] = "2"
    frame.open.clear()
    frame.visits["b"] = 1
    frame.menus.append("b")
    assert FULL.path == ["start"]
    assert FULL.heard.tries == 2
    assert len(FULL.segments) == 1
    assert FRAME.variables == {"a": "1"}
    assert FRAME.data == {"tries": 1}
    assert FRAME.open
    assert FRAME.visits == {"start": 1}
    assert FRAME.menus == ["x"]


def test_what_is_waited_for_comes_outermost_first() -> None:
    inner = Frame("sub", "start", open={"t": StartTimer(turn=Turn(5))})
    state = State(CallId("C"), "h", "1", START, frames=[FRAME, inner])
    assert [command.turn for command in state.waiting()] == [0, 5]
    assert state.top is inner


def test_a_path_of_500_nodes_is_whole_and_a_longer_one_has_a_gap() -> None:
    state = State(CallId("C"), "h", "1", START)
    for number in range(501):
        state.went(str(number))
    assert "..." not in state.path
    for number in range(501, 2000):
        state.went(str(number))
    assert state.path[:51] == [*map(str, range(50)), "..."]
    assert state.path[51:] == [*map(str, range(1550, 2000))]


def test_back_remembers_50_menus() -> None:
    frame = Frame("main", "start")
    for number in range(60):
        frame.node = str(number)
        frame.passed_menu()
    assert frame.menus == [*map(str, range(10, 60))]

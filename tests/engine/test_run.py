"""The work on one event: turns, and the order of commands."""

from __future__ import annotations

from ivr.domain.call import Prompt, Turn
from ivr.domain.commands import Close, Collect, Note, Play, StartTimer
from ivr.domain.values import Sealed
from ivr.engine.run import Run
from ivr.engine.state import Heard
from ivr.engine.verb import Stay
from tests.engine.small import small_book
from tests.fakes.call_script import START, CallScript

NODES = "  start:\n    - menu: main\n      keys: {'1': start}\n      giveup: start"
LISTEN = Collect(prompts=(), language="tr")


def run() -> Run:
    """A run in the menu of a small flow, whose listen is turn 2."""
    script = CallScript(small_book(NODES)).ring()
    return Run(script.now.fork(), script.book, START)


def test_one_move_closes_then_does_then_opens() -> None:
    work = run()
    note = Note(what="say")
    asked = {"keys": LISTEN, "timer": StartTimer(due=START)}
    work.stay(Stay(ask=asked, do=(note,), close=("nothing",), keep={"a": 1}))
    assert [type(command) for command in work.commands] == [Close, Note, Collect, StartTimer]
    assert work.commands[0] == Close(turn=Turn(2))
    assert {name: command.turn for name, command in work.state.top.open.items()} == {
        "keys": 3,
        "timer": 4,
    }
    assert work.state.top.data["a"] == 1
    work.commands.clear()
    work.stay(Stay(close=("timer",), heard=Heard("word")))
    assert work.commands == [Close(turn=Turn(4))]
    assert work.state.heard.by == "word"


def test_what_was_said_goes_out_with_what_can_play_it() -> None:
    work = run()
    work.state.prompts = (Prompt("p", "tr", "", 1.0),)
    work.open("timer", StartTimer(due=START))
    assert len(work.state.prompts) == 1
    work.open("sound", Play(prompts=()))
    assert len(work.state.prompts) == 0


def test_a_listen_takes_over_the_keys_typed_ahead_unless_they_are_to_be_forgotten() -> None:
    work = run()
    work.state.ahead = Sealed("1")
    work.open("a", LISTEN)
    assert work.state.top.open["a"].ahead == Sealed("1")  # type: ignore[attr-defined]
    work.state.forget_ahead()
    work.open("b", LISTEN)
    opened = work.state.top.open["b"]
    assert (opened.flush, opened.ahead) == (True, None)  # type: ignore[attr-defined]
    work.open("c", LISTEN)
    assert not work.state.top.open["c"].flush  # type: ignore[attr-defined]


def test_a_question_begins_the_count_of_steps_anew() -> None:
    work = run()
    work.state.steps = 7
    work.open("sound", Play(prompts=()))
    assert work.state.steps == 7
    work.open("keys", LISTEN)
    assert work.state.steps == 0

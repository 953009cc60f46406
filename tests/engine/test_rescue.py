"""Faults, the caller's leaving, and the final region."""

from __future__ import annotations

import pytest

from ivr.domain.call import Cause, EndedBy, Outcome, Result, Turn
from ivr.domain.commands import Close, CloseInteraction, Collect, Fetch, HangUp, Play
from ivr.domain.events import CommandFailed
from tests.engine.small import flow, ringing
from tests.fakes.call_script import CallScript, Like

NODES = """
  start:
    - menu: main
      keys: {"1": broken, "2": end}
      giveup: end
  broken:
    - set: {number: =1 / zero}
    - hangup: bye
  end:
    - hangup: bye
  oops:
    - say: sorry
    - menu: help
      keys: {"1": broken, "2": end}
      giveup: end
  gone:
    - set: {number: 5}
"""
VARS = "vars: {zero: number = 0, number: number?}\n"


def call(rescue: str = "", nodes: str = NODES, head: str = VARS, **subs: bytes) -> CallScript:
    """A call that waits for its first answer."""
    return ringing(nodes, head + (f"rescue: {{{rescue}}}" if rescue else ""), **subs).skip()


def test_a_fault_leads_to_rescue_error_and_names_the_place() -> None:
    script = call("error: oops")
    script.press("1") << Like(Collect, says=["sorry", "help"])
    assert script.noted("error") == [
        {"code": "E201", "reason": "division by zero", "flow": "main", "node": "broken"}
    ]
    assert script.now.rescued
    assert not script.now.failed


def test_the_second_fault_says_the_apology_and_hangs_up() -> None:
    script = call("error: oops, hangup: gone")
    script.press("1").skip()
    script.press("1") << Like(Play, says=["apology"])
    assert script.now.failed
    (
        script.heard()
        << Like(HangUp)
        << Like(Close, turn=1)
        << Like(CloseInteraction, outcome=Outcome.FAILED, result=Result.SERVER_ERROR)
    ).silent()
    assert script.now.path[-1] == "gone"


def test_without_rescue_error_the_first_fault_ends_the_call() -> None:
    call().press("1") << Like(Play, says=["apology"])


def test_a_channel_that_cannot_even_play_the_apology_ends_the_call() -> None:
    script = call("error: oops")
    for _ in range(2):
        (script >> CommandFailed(reason="channel")).skip()
    assert script.noted("error")[-1]["code"] == "E205"
    script >> CommandFailed()
    script << Like(Close) << HangUp(cause=Cause.FAILED) << Like(Close, turn=1)
    (script << Like(CloseInteraction, outcome=Outcome.FAILED, cause=Cause.FAILED)).silent()


def test_a_caller_who_leaves_during_the_apology_ends_the_call_once() -> None:
    script = call()
    script.press("1").skip()
    script.leave() << Like(Close) << Like(Close, turn=1)
    (script << Like(CloseInteraction, outcome=Outcome.FAILED, ended_by=EndedBy.CALLER)).silent()


def test_only_the_end_of_the_apology_ends_it() -> None:
    script = call()
    script.press("1").skip()
    turn = script.turn("sound")
    script.press("1", "sound").silent()
    assert script.noted("ignored") == [{"reason": "unexpected"}]
    assert script.open_turns() == {"sound": turn}


def test_a_fault_in_a_sub_flow_unwinds_to_the_root() -> None:
    sub = flow(
        "  start:\n    - set: {x: =1 / x}\n    - go: exit.done",
        "vars: {x: number = 0}",
        name="inner",
    )
    nodes = NODES.replace("set: {number: =1 / zero}", "run: inner\n      failed: end")
    script = call("error: oops", nodes, inner=sub)
    script.press("1") << Like(Collect, says=["sorry", "help"])
    assert [frame.flow for frame in script.now.frames] == ["main"]
    assert script.noted("error")[0]["flow"] == "inner"


def test_a_prompt_that_cannot_be_filled_is_a_fault() -> None:
    nodes = NODES.replace("set: {number: =1 / zero}", "say: amount_is")
    script = call(
        "error: oops", nodes, "vars: {zero: number = 0, number: number?, amount: money?}\n"
    )
    script.press("1") << Like(Collect, says=["sorry", "help"])
    assert script.noted("error")[0]["code"] == "E206"


def test_a_check_that_divides_by_zero_is_a_fault_too() -> None:
    nodes = """
  start:
    - ask: question
      into: number
      check: 1 / number > 0
      giveup: end
    - hangup: bye
  end:
    - hangup: sorry
"""
    script = call("error: end", nodes)
    script.press("0") << Like(Play, says=["sorry"])


def test_the_caller_leaves_and_the_final_region_runs_in_silence() -> None:
    script = call("hangup: gone")
    (
        script.leave()
        << Close(turn=Turn(2))
        << Close(turn=Turn(1))
        << Like(CloseInteraction, outcome=Outcome.LEFT_MENU, ended_by=EndedBy.CALLER)
    ).silent()
    assert script.now.path == ["start", "gone"]
    assert script.vars["number"] == 5


FINAL = {
    "a speaking step is skipped": "    - say: sorry\n    - outcome: self_served",
    "when takes its branch": "    - when:\n        - zero == 0: paid",
    "when without a true branch ends": "    - outcome: self_served\n"
    "    - when:\n        - zero != 0: end",
    "a menu at the end just ends": "    - outcome: self_served\n"
    "    - menu: main\n      keys: {'1': end}\n      giveup: end",
    "a goodbye at the end just ends": "    - outcome: self_served\n    - hangup: bye",
    "a sub-flow runs": "    - run: inner\n      failed: end\n    - outcome: self_served",
    "a sub-flow that wants to speak fails": "    - run: speaking\n      failed: paid\n"
    "    - go: end",
}

SPEAKING = """
  start:
    - say: bye
    - menu: main
      keys: {"1": exit.done}
      giveup: exit.failed
"""
SUBS = {
    "inner": flow("  start:\n    - go: exit.done", name="inner"),
    "speaking": flow(SPEAKING, name="speaking"),
}


@pytest.mark.parametrize("steps", FINAL.values(), ids=FINAL.keys())
def test_in_the_final_region(steps: str) -> None:
    nodes = NODES.replace("    - set: {number: 5}", steps) + "  paid:\n    - outcome: self_served\n"
    subs = {name: text for name, text in SUBS.items() if f"run: {name}" in steps}
    script = call("hangup: gone", nodes, VARS, **subs)
    script.leave() << Like(Close) << Like(Close)
    (script << Like(CloseInteraction, outcome=Outcome.SELF_SERVED)).silent()
    assert script.now.ended


def test_a_fault_in_the_final_region_ends_the_call_once() -> None:
    script = call("error: oops, hangup: broken")
    script.leave() << Like(Close) << Like(Close) << Like(CloseInteraction)
    script.silent()
    assert script.noted("error")[0]["code"] == "E201"
    assert script.now.ended


def test_a_channel_fault_in_the_final_region_ends_the_call_once() -> None:
    nodes = NODES.replace("set: {number: 5}", "fetch: ping\n      failed: end")
    script = call("error: oops, hangup: gone", nodes, VARS + "")
    script.leave().skip()
    assert isinstance(script.now.top.open["answer"], Fetch)
    script >> CommandFailed()
    script << Like(Close) << Like(Close) << Like(CloseInteraction)
    script.silent()


def test_our_own_hanging_up_runs_the_final_region_too() -> None:
    script = call("hangup: gone")
    script.press("2").skip()
    script.heard() << Like(HangUp, cause=Cause.NORMAL) << Like(Close, turn=1)
    (script << Like(CloseInteraction, ended_by=EndedBy.HANGUP)).silent()
    script.leave().silent()
    assert script.noted("ignored") == [{"reason": "ended"}]
    assert script.now.path == ["start", "end", "gone"]

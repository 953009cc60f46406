"""`transfer` rings somebody up, connects the caller, and goes on when the talk is over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ivr.domain.call import BridgeId, Cause, EndedBy, LegId
from ivr.domain.commands import (
    Close,
    CloseInteraction,
    Collect,
    Dial,
    HangUp,
    Join,
    Part,
    Play,
    Refer,
    StartTimer,
)
from ivr.domain.events import LegAnswered, LegEnded, LegFailed, LegRinging, ReferSettled
from ivr.flow.world import TrunkShape
from tests.engine.small import RING, small_book
from tests.engine.verbs.unbuilt import asked
from tests.fakes.call_script import CallScript, Like

TWO, THREE, B1 = LegId(2), LegId(3), BridgeId(1)
STEP = """
    - transfer: desk
      busy: start
      noanswer: start
      failed: taken
      done: start
"""
FLOW = """
  start:
    - say: hello
    - transfer: desk
MORE
      busy: taken
      noanswer: other
      failed: broken
DONE
  taken:
    - menu: main
      keys: {"1": start}
      giveup: start
  other:
    - menu: sub
      keys: {"1": start}
      giveup: start
  broken:
    - menu: sorry
      keys: {"1": start}
      giveup: start
  after:
    - menu: again
      keys: {"1": start}
      giveup: start
"""


def called(more: str = "", *, blind: bool = False, trunk: str = "sip") -> CallScript:
    """A call on a trunk that can dial, whose first prompt has been heard."""
    return rung(more, blind=blind, trunk=trunk) << Like(Play, says=["hello"])


def rung(more: str = "", *, blind: bool = False, trunk: str = "sip") -> CallScript:
    """A call that has just come in; the trunk `deaf` cannot dial."""
    done = "" if blind else "      done: after"
    book = small_book(FLOW.replace("MORE", more or "      ring: 20s").replace("DONE", done))
    trunks = {"sip": TrunkShape("sip", "sip", dials=True), "deaf": TrunkShape("deaf", "x")}
    world = replace(book.world, trunks=trunks)
    script = CallScript(replace(book, world=world)).ring(trunk=trunk)
    for wanted in RING:
        script << wanted
    return script


def dialled(**more: Any) -> CallScript:  # noqa: ANN401
    """Somebody is being rung up on leg 2."""
    script = called(**more).heard()
    return script << Like(Dial, other=TWO, place="desk", ring_s=20.0) << Like(StartTimer)


def talking(**more: Any) -> CallScript:  # noqa: ANN401
    """Caller and leg 2 talk in the first bridge."""
    script = dialled(**more).after(9) >> LegRinging(leg=TWO)
    script >> LegAnswered(leg=TWO, way_back={"call_id": "x"})
    return script << Like(Close) << Join(bridge=B1) << Join(leg=TWO, bridge=B1)


def test_no_connection_is_made_on_a_trunk_that_cannot_dial() -> None:
    script = rung(trunk="deaf") << Like(Collect, says=["hello", "sorry"])
    (note,) = script.noted("unbuilt")
    assert (note["exit"], note["pii"]) == ("failed", {"transfer": "desk", "kind": "bridge"})


def test_an_attended_one_without_an_agent_fails() -> None:
    note = asked(STEP.replace("done: start", "done: start\n      kind: attended"), leads_on=True)
    assert note["exit"] == "failed"


def test_the_caller_talks_and_the_flow_goes_on_after_it() -> None:
    script = talking().after(60)
    script >> LegEnded(leg=TWO) << Part() << Like(Collect, says=["again"])
    script.after(3).leave().skip_closes()
    script << Like(CloseInteraction, outcome="transferred", ended_by=EndedBy.CALLER)
    (closing,) = [one for one in script.all if isinstance(one, CloseInteraction)]
    assert [(part.kind, part.detail) for part in closing.segments] == [
        ("ivr", "main"),
        ("transfer", "desk"),
        ("ivr", "main"),
    ]


def test_each_way_of_not_being_answered_has_its_exit() -> None:
    for cause, prompt in (
        (Cause.BUSY, "main"),
        (Cause.NO_ANSWER, "sub"),
        (Cause.REJECTED, "sorry"),
        (Cause.UNREACHABLE, "sorry"),
    ):
        script = dialled() >> LegFailed(leg=TWO, cause=cause)
        script.skip_closes() << Like(Collect, says=[prompt])


def test_a_trunk_that_never_says_what_became_of_it_counts_as_no_answer() -> None:
    script = dialled().fires("ringing").skip_closes()
    script << Like(Collect, says=["sub"])
    script >> LegAnswered(leg=TWO) << HangUp(leg=TWO, cause=Cause.CANCELLED)


def test_the_caller_hangs_up_while_it_rings() -> None:
    script = dialled().leave() << HangUp(leg=TWO, cause=Cause.CALLER_LEFT)
    script.skip_closes() << Like(CloseInteraction, outcome="left_menu")


def test_the_caller_hangs_up_in_the_talk() -> None:
    script = talking().after(5).leave() << HangUp(leg=TWO, cause=Cause.CALLER_LEFT)
    script.skip_closes() << Like(CloseInteraction, outcome="transferred")


def test_a_whisper_is_heard_by_the_called_side_before_the_caller() -> None:
    script = dialled(more="      ring: 20s\n      whisper: notice") >> LegAnswered(leg=TWO)
    script << Like(Close) << Like(Play, leg=TWO, says=["notice"])
    script.heard("whisper") << Join(bridge=B1) << Join(leg=TWO, bridge=B1)


def test_the_longest_talk_ends_by_itself() -> None:
    script = talking(more="      ring: 20s\n      longest: 10m") << Like(StartTimer)
    script.fires("longest").skip_closes()
    script << HangUp(leg=TWO, cause=Cause.TIME_LIMIT) << Part() << Like(Collect, says=["again"])


def test_a_blind_one_hands_the_call_over() -> None:
    script = called("      kind: blind", blind=True).heard()
    script << Like(Refer, place="desk") << Like(StartTimer)
    script >> ReferSettled(turn=script.turn("party"), done=True)
    script.skip_closes() << HangUp() << Like(CloseInteraction, outcome="transferred")


def test_a_blind_one_that_nobody_takes_fails() -> None:
    script = called("      kind: blind", blind=True).heard().skip()
    script >> ReferSettled(turn=script.turn("party"), done=False)
    script.skip_closes() << Like(Collect, says=["sorry"])

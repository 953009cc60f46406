"""Talks of a queue that wants them recorded, from the agent's first word to the last."""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.call import CALLER, BridgeId, LegId, Mode, Turn
from ivr.domain.commands import Collect, Dial, Enqueue, HangUp, Join, Part, Play, SetMode
from ivr.domain.events import (
    ConsultCompleteAsked,
    DeskConsultAsked,
    DeskTransferAsked,
    LegAnswered,
    LegEnded,
    LegFailed,
    QueueRefused,
)
from ivr.domain.queue import WaitEnd
from ivr.domain.recording import CALL, EndRecording, KeepRecording, RecordCall, RecordingFailed
from ivr.engine.party import Notice
from ivr.flow.world import QueueShape, QueueTaping, TrunkShape
from tests.engine.small import RING, book_in, small_world
from tests.engine.verbs.test_queueing import O1, nodes, offer, report, settle
from tests.fakes.call_script import CallScript, Like

TWO, THREE, B1 = LegId(2), LegId(3), BridgeId(1)
FOLLOWS, ENDS = QueueTaping(), QueueTaping(follows=False)
KEPT = Like(KeepRecording, queue="general")


def waiting(
    taping: QueueTaping | None = FOLLOWS,
    before: str = "",
    *,
    tapes: bool = True,
    **more: QueueShape,
) -> CallScript:
    """A caller of a queue that has its talks recorded, on a trunk that can; more: other queues."""
    written = nodes("").replace("    - say: hello\n", before + "    - say: hello\n", 1)
    shapes = {"general": QueueShape("general", taping=taping), **more}
    trunk = TrunkShape("sip", "sip", dials=True, tapes=tapes)
    world = replace(small_world(), trunks={"sip": trunk}, queue_shapes=shapes)
    return CallScript(book_in(world, written)).ring(trunk="sip")


def answered(script: CallScript) -> CallScript:
    """An agent has been rung up, has answered and has won the call."""
    script = offer(script.skip()).skip().after(4) >> LegAnswered(leg=TWO)
    return settle(script.skip()).skip_closes()


def talking(script: CallScript) -> tuple[CallScript, Turn]:
    """Caller and agent talk and are recorded, under this turn."""
    script = answered(script) << Join(bridge=B1) << Join(leg=TWO, bridge=B1)
    assert script.now.tape is not None
    turn = script.now.tape.turn
    return (script << RecordCall(turn=turn)).silent(), turn


def recordings(script: CallScript) -> list[type]:
    kinds = (RecordCall, EndRecording, KeepRecording)
    return [type(one) for one in script.all if isinstance(one, kinds)]


def test_it_begins_when_the_agent_talks_and_ends_with_the_talk() -> None:
    script, turn = talking(waiting())
    script.after(60) >> LegEnded(leg=TWO) << report("call_ended") << Part()
    script << EndRecording(turn=turn)
    script << KeepRecording(kind=CALL, turn=turn, seconds=60.0, source="", queue="general")
    script << Like(Collect, says=["again"])
    assert script.noted("recording")[0] == {
        "turn": turn,
        "state": "on",
        "queue": "general",
        "told": False,
    }


def test_a_caller_who_hangs_up_ends_it_and_nothing_begins_again() -> None:
    script, _turn = talking(waiting())
    script.after(5).leave().skip()
    assert recordings(script) == [RecordCall, EndRecording, KeepRecording]


def test_one_that_has_failed_is_not_begun_again_in_the_same_talk() -> None:
    script, turn = talking(waiting())
    script.after(20) >> RecordingFailed(turn=turn)
    script << Like(KeepRecording, seconds=20.0)
    script.silent()
    script.after(20) >> LegEnded(leg=TWO) << report("call_ended") << Part()
    script << Like(Collect, says=["again"])
    assert script.now.tape is None


def test_nothing_is_recorded_without_the_option_or_where_the_trunk_cannot() -> None:
    for script in (waiting(None), waiting(tapes=False)):
        answered(script) << Join(bridge=B1) << Join(leg=TWO, bridge=B1)
        assert not recordings(script.silent().after(9).leave().skip())


def test_who_has_refused_is_not_recorded_by_a_queue() -> None:
    script = waiting().skip()
    script.state = replace(script.now, notice=Notice(told=True, refused=True))
    answered(script) << Join(bridge=B1) << Join(leg=TWO, bridge=B1)
    assert not recordings(script.silent())


def test_a_recording_of_the_flow_goes_on_and_is_kept_as_the_queue_says() -> None:
    script = waiting(before="    - record: start\n      notice: notice\n").skip()
    tape = script.now.tape
    assert tape is not None
    answered(script.heard("intro")) << Join(bridge=B1) << Join(leg=TWO, bridge=B1)
    script.silent().after(30)
    script >> LegEnded(leg=TWO) << report("call_ended") << Part() << Like(Collect, says=["again"])
    script.leave() << EndRecording(turn=tape.turn) << KEPT
    assert recordings(script.skip()) == [RecordCall, EndRecording, KeepRecording]


def test_it_goes_on_while_the_agent_asks_somebody_and_with_whom_he_hands_the_caller_to() -> None:
    script, turn = talking(waiting())
    script >> DeskConsultAsked(leg=TWO, address="ext-7", label="Can")
    script.skip() >> LegAnswered(leg=THREE)
    script.skip() >> ConsultCompleteAsked(leg=TWO)
    script.skip().after(20) >> LegEnded(leg=THREE)
    script << Part() << EndRecording(turn=turn) << Like(KeepRecording, seconds=20.0)


def test_it_ends_with_the_queues_own_agent_where_the_queue_says_so() -> None:
    script, turn = talking(waiting(ENDS))
    script >> DeskConsultAsked(leg=TWO, address="ext-7", label="Can")
    script.skip() >> LegAnswered(leg=THREE)
    script.skip().after(20) >> ConsultCompleteAsked(leg=TWO)
    script << report("consult_complete") << Join(leg=THREE, bridge=B1) << HangUp(leg=TWO)
    script << EndRecording(turn=turn) << Like(KeepRecording, seconds=20.0)
    script << SetMode(mode=Mode.TALK)
    script.silent()
    assert script.now.tape is None


def test_a_caller_who_is_given_away_is_not_recorded_while_it_rings() -> None:
    script, turn = talking(waiting())
    script.after(9) >> DeskTransferAsked(leg=TWO, address="ext-7", label="Can")
    script << SetMode(mode=Mode.HELD) << HangUp(leg=TWO) << report("call_ended")
    script << EndRecording(turn=turn) << KEPT << Like(Dial, other=THREE)
    script >> LegAnswered(leg=THREE) << Join(leg=THREE, bridge=B1) << Like(RecordCall)


def test_a_caller_whom_nobody_takes_waits_again_and_is_recorded_with_the_next_agent() -> None:
    script, _turn = talking(waiting())
    script.after(9) >> DeskTransferAsked(leg=TWO, address="ext-7")
    script.skip() >> LegFailed(leg=THREE)
    offer(script.skip(), agent="can").skip()
    assert recordings(script) == [RecordCall, EndRecording, KeepRecording]


def test_another_queue_without_the_option_ends_it_and_one_with_it_begins_anew() -> None:
    for taping, wanted in ((None, 1), (QueueTaping("notice"), 2)):
        script, turn = talking(waiting(loans=QueueShape("loans", taping=taping)))
        script.after(9) >> DeskTransferAsked(leg=TWO, queue="loans")
        script << HangUp(leg=TWO) << report("call_ended") << EndRecording(turn=turn) << KEPT
        script << Part() << Like(Enqueue, queue="loans")
        script << Like(Play, says=["notice"] if taping else [])
        offer(script.skip_closes().silent(), agent="can").skip() >> LegAnswered(leg=THREE)
        settle(script.skip()).skip()
        assert recordings(script).count(RecordCall) == wanted


def test_callers_are_told_before_they_wait_and_only_once() -> None:
    script = waiting(QueueTaping("notice"), back=QueueShape("back", taping=QueueTaping("notice")))
    script << RING[0] << RING[1] << Like(Play, says=["hello", "notice"], music=None)
    said = script.all[-1].prompts[-1]  # type: ignore[attr-defined]
    assert not said.barge_in
    script.heard("intro") << Like(Enqueue) << Like(Play, says=[])
    script >> QueueRefused(turn=script.turn("place"), end=WaitEnd.OVERFLOW, target="back")
    script << Like(Enqueue, queue="back")
    script.silent()
    assert script.now.notice.told


def test_a_wait_that_goes_on_in_a_recorded_queue_tells_callers_then() -> None:
    script = waiting(None, back=QueueShape("back", taping=QueueTaping("notice"))).skip()
    script >> QueueRefused(turn=script.turn("place"), end=WaitEnd.OVERFLOW, target="back")
    script.skip_closes() << Like(Enqueue, queue="back") << Like(Play, says=["notice"], music="")


def test_nobody_is_told_of_what_will_not_be_recorded_or_in_words_the_flow_has_not() -> None:
    for script in (
        waiting(QueueTaping("notice"), tapes=False),
        waiting(QueueTaping("unheard_of")),
    ):
        script << RING[0] << RING[1] << Like(Enqueue) << Like(Play, says=["hello"])


def test_the_first_leg_of_the_talk_is_the_callers() -> None:
    script, turn = talking(waiting())
    (begun,) = [one for one in script.all if isinstance(one, RecordCall)]
    assert (begun.leg, begun.turn) == (CALLER, turn)
    assert script.now.tape is not None
    assert script.open_turns()[f"party:{O1}"] == script.now.tape.talk

"""An agent pauses the recording, and goes on, or forgets to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.call import CALLER, LegId, Turn
from ivr.domain.commands import Close, Part, StartTimer
from ivr.domain.events import DeskConsultAsked, LegAnswered, LegEnded, TimerFired
from ivr.domain.recording import EndRecording, PauseRecording, RecordingPauseAsked
from tests.engine.record.test_queued_talks import KEPT, TWO, answered, talking, waiting
from tests.engine.verbs.test_queueing import report

if TYPE_CHECKING:
    from ivr.engine.party import Tape
    from tests.fakes.call_script import CallScript

PAUSE = RecordingPauseAsked(leg=TWO, paused=True, who="ayse")
GO_ON = RecordingPauseAsked(leg=TWO, paused=False, who="ayse")


def paused() -> tuple[CallScript, Turn]:
    """An agent has paused the recording of a talk."""
    script, turn = talking(waiting())
    script.after(10) >> PAUSE
    until = script.at + timedelta(seconds=180)
    script << PauseRecording(turn=turn) << StartTimer(turn=tape(script).asked, due=until)
    assert (tape(script).until, tape(script).paused_by) == (until, "agent")
    return script.silent(), turn


def tape(script: CallScript) -> Tape:
    found = script.now.tape
    assert found is not None
    return found


def test_nothing_is_kept_until_the_agent_goes_on() -> None:
    script, turn = paused()
    timer = tape(script).asked
    script.after(30) >> GO_ON
    script << Close(turn=timer) << PauseRecording(turn=turn, on=False)
    script.silent()
    assert (tape(script).paused_by, tape(script).until, tape(script).overdue) == ("", None, False)
    told = [(one["state"], one.get("by")) for one in script.noted("recording")]
    assert told == [("on", None), ("paused", "ayse"), ("on", "ayse")]


def test_after_three_minutes_it_goes_on_by_itself_and_that_is_told() -> None:
    script, turn = paused()
    script.after(180) >> TimerFired(turn=tape(script).asked)
    script << PauseRecording(turn=turn, on=False)
    script.silent()
    assert tape(script).overdue
    assert script.noted("recording_resumed") == [{"turn": turn, "after_s": 180}]
    script.after(5) >> PAUSE
    script.skip()
    assert not tape(script).overdue


def test_whoever_talks_may_pause_once_and_only_what_is_recorded() -> None:
    script, _turn = paused()
    for event in (PAUSE, RecordingPauseAsked(leg=CALLER, paused=False)):
        (script >> event).silent()
    (script >> RecordingPauseAsked(leg=LegId(9), paused=False)).silent()
    silent = answered(waiting(None)).skip()
    (silent >> PAUSE).silent()
    (talking(waiting())[0] >> GO_ON).silent()


def test_an_agent_who_asks_a_colleague_is_not_with_the_caller() -> None:
    script, _turn = talking(waiting())
    script >> DeskConsultAsked(leg=TWO, address="ext-7")
    script.skip() >> LegAnswered(leg=LegId(3))
    (script.skip() >> PAUSE).silent()


def test_a_talk_that_ends_meanwhile_ends_the_pause_too() -> None:
    script, turn = paused()
    timer = tape(script).asked
    script.after(5) >> LegEnded(leg=TWO) << report("call_ended") << Part()
    script << Close(turn=timer) << EndRecording(turn=turn) << KEPT
    script.skip().after(200) >> TimerFired(turn=timer)
    assert script.now.tape is None
    script.silent()

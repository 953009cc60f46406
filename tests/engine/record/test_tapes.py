"""A call is recorded from where the flow says so, and nothing secret is on it."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from ivr.domain.call import Turn
from ivr.domain.commands import Collect, HangUp, Play
from ivr.domain.recording import (
    CALL,
    EndRecording,
    KeepConsent,
    KeepRecording,
    PauseRecording,
    RecordCall,
    RecordingFailed,
)
from ivr.flow.world import TrunkShape
from tests.engine.small import RING, small_book
from tests.fakes.call_script import CallScript, Like

if TYPE_CHECKING:
    from ivr.engine.book import Book

FLOW = """
  start:
    - record: start
      notice: notice
MORE
    - ask: question
      into: card
      digits: 4
      secret: true
      tries: 2
      giveup: done
    - go: done
  done:
    - menu: main
      keys: {"1": paused, "2": ended}
      giveup: ended
  paused:
    - record: pause
    - menu: sub
      keys: {"1": resumed}
      giveup: ended
  resumed:
    - record: resume
    - go: done
  ended:
    - record: stop
    - hangup: bye
  away:
    - hangup: bye
"""
HEAD = "vars: {card: sealed digits?}"
TWO = Turn(2)


def book(more: str = "", *, tapes: bool = True, notice: str = "      notice: notice\n") -> Book:
    """A call on a trunk that records calls, or does not."""
    flow = FLOW.replace("      notice: notice\n", notice)
    made = small_book(flow.replace("MORE\n", f"{more}\n" if more else ""), HEAD)
    shape = TrunkShape("sip", "sip", tapes=tapes)
    return replace(made, world=replace(made.world, trunks={"sip": shape}))


def recording(more: str = "") -> CallScript:
    script = CallScript(book(more)).ring(trunk="sip")
    return script << RING[0] << RING[1] << RecordCall(turn=TWO)


def test_the_notice_is_recorded_and_a_secret_question_is_not() -> None:
    script = recording()
    script << PauseRecording(turn=TWO) << Like(Collect, secret=True, says=["notice", "question"])
    script.after(4).press("1234")
    script << PauseRecording(turn=TWO, on=False) << Like(Collect, says=["main"])
    assert [one["state"] for one in script.noted("recording")] == ["on", "paused", "on"]


def test_it_is_silent_from_the_first_try_to_the_end_of_the_last() -> None:
    script = recording().skip().fail()
    script << PauseRecording(turn=TWO, on=False) << PauseRecording(turn=TWO)
    script << Like(Collect, secret=True)
    script.fail() << PauseRecording(turn=TWO, on=False) << Like(Collect, says=["main"])


def test_what_the_caller_leaves_behind_is_kept_to_the_moment_he_leaves() -> None:
    script = recording().skip().after(12).leave()
    script << EndRecording(turn=TWO)
    kept = KeepRecording(kind=CALL, turn=TWO, seconds=12.0, source="")
    assert kept in script.all
    assert script.now.tape is None


def test_a_pause_of_the_flow_outlasts_a_secret_question_and_ends_by_the_flow() -> None:
    script = recording().skip().press("1234").skip().press("1")
    script << PauseRecording(turn=TWO) << Like(Collect, says=["sub"])
    script.press("1") << PauseRecording(turn=TWO, on=False) << Like(Collect, says=["main"])
    script.after(3).press("2") << EndRecording(turn=TWO) << Like(KeepRecording, seconds=3.0)
    script << Like(Play, says=["bye"])
    script.heard().skip_closes() << HangUp()
    assert sum(isinstance(one, KeepRecording) for one in script.all) == 1


def test_who_presses_the_key_is_not_recorded() -> None:
    more = '      refuse_key: "9"\n      refused: away'
    script = CallScript(book(more)).ring(trunk="sip") << RING[0] << RING[1]
    script << Like(Collect, says=["notice"], keys=("9",))
    script.press("9") << Like(Play, says=["bye"])
    assert not any(isinstance(one, RecordCall) for one in script.all)
    assert script.noted("recording") == [{"state": "refused"}]
    assert script.now.notice.refused


def test_who_says_nothing_does_not_refuse() -> None:
    more = '      refuse_key: "9"\n      refused: away'
    script = CallScript(book(more)).ring(trunk="sip").skip()
    script.fail() << RecordCall(turn=Turn(3)) << PauseRecording(turn=Turn(3))


def test_the_key_counts_from_the_first_word_of_the_notice_and_a_wrong_one_begins_it_anew() -> None:
    more = '      refuse_key: "9"\n      refused: away'
    script = CallScript(book(more)).ring(trunk="sip") << RING[0] << RING[1]
    for _wrong in range(2):
        script << Like(Collect, says=["notice"], keys=("9",), type_ahead=False)
        script.fail("nomatch", "5")
    assert all(prompt.barge_in for prompt in script.all[-1].prompts)  # type: ignore[attr-defined]
    script << Like(Collect, says=["notice"])
    script.fail("nomatch", "5") << RecordCall(turn=Turn(5)) << PauseRecording(turn=Turn(5))
    (said, *_question) = script.all[-1].prompts  # type: ignore[attr-defined]
    assert (said.name, said.barge_in) == ("notice", False)


CONSENT = "      consent: kvkk"


def kept(script: CallScript) -> list[KeepConsent]:
    return [one for one in script.all if isinstance(one, KeepConsent)]


def test_what_the_caller_was_told_is_written_down_under_the_name_of_the_flow() -> None:
    script = CallScript(book(CONSENT)).ring(trunk="sip").skip()
    (said,) = kept(script)
    assert (said.name, said.agreed, said.answer) == ("kvkk", True, "announced")
    assert (said.notice, said.language) == ("notice", "tr")
    assert said.number == script.now.ani
    assert said.version == sha256(b"notice tr").hexdigest()[:12]
    facts = {"name": "kvkk", "answer": "announced", "notice": "notice", "version": said.version}
    assert script.noted("consent") == [facts]


def test_who_refuses_has_said_no_and_who_says_nothing_has_not() -> None:
    more = f'      refuse_key: "9"\n      refused: away\n{CONSENT}'
    script = CallScript(book(more)).ring(trunk="sip").skip()
    assert kept(script) == []
    (said,) = kept(script.press("9").skip())
    assert (said.agreed, said.answer) == (False, "refused")
    silent = CallScript(book(more)).ring(trunk="sip").skip().fail().skip()
    (said,) = kept(silent)
    assert (said.agreed, said.answer) == (True, "not_refused")


def test_nobody_has_agreed_to_what_he_was_not_told() -> None:
    untold = book(CONSENT, notice="")
    script = CallScript(untold).ring(trunk="sip").skip()
    assert any(isinstance(one, RecordCall) for one in script.all)
    assert kept(script) == []
    assert not script.now.notice.told
    secretly = book('      refuse_key: "9"\n      refused: away', notice="")
    script = CallScript(secretly).ring(trunk="sip").skip().press("9").skip()
    assert script.now.notice.refused


def test_what_can_be_kept_no_more_is_over_and_nobody_believes_that_it_goes_on() -> None:
    script = recording().skip().after(12) >> RecordingFailed(turn=TWO)
    script << Like(KeepRecording, turn=TWO, seconds=12.0)
    script.silent()
    assert script.noted("recording")[-1] == {"turn": TWO, "state": "failed", "seconds": 12}
    (script >> RecordingFailed(turn=TWO)).silent()
    script.after(9).press("1234").skip()
    script.leave().skip()
    assert sum(isinstance(one, KeepRecording) for one in script.all) == 1
    assert not any(isinstance(one, EndRecording) for one in script.all)
    assert script.now.tape is None


def test_a_step_that_begins_a_recording_tries_again_where_one_has_failed() -> None:
    nodes = """
  start:
    - record: start
      notice: notice
    - menu: main
      keys: {"1": start}
      giveup: start
"""
    made = small_book(nodes)
    world = replace(made.world, trunks={"sip": TrunkShape("sip", "sip", tapes=True)})
    script = CallScript(replace(made, world=world)).ring(trunk="sip").skip()
    (script.press("1") << Like(Collect)).silent()
    tape = script.now.tape
    assert tape is not None
    script.skip() >> RecordingFailed(turn=tape.turn)
    script.skip().press("1") << Like(RecordCall) << Like(Collect)


def test_a_trunk_that_records_no_calls_says_nothing_of_it() -> None:
    script = CallScript(book(tapes=False)).ring(trunk="sip") << RING[0] << RING[1]
    script << Like(Collect, says=["question"])
    script.leave()
    assert not any(isinstance(one, (RecordCall, KeepRecording)) for one in script.all)

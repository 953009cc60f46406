"""A promise to call back is booked, or the caller goes another way."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ivr.domain.commands import BookCallback, Collect
from ivr.domain.outbound import CallbackBooked, PromiseId
from tests.engine.small import RING, ringing, small_book
from tests.fakes.call_script import CallScript, Like

PLAIN = """
  start:
    - callback: general
      window: 1h
      attempts: 2
      priority: 7
      pop: {reason: a, rest: "=default(call.ani, None)"}
      failed: lost
    - go: taken
  taken:
    - menu: main
      keys: {"1": start}
      giveup: start
  lost:
    - menu: late
      keys: {"1": start}
      giveup: start
"""
DUE = datetime(2026, 11, 24, 6, tzinfo=UTC)


def booking(script: CallScript, **more: object) -> CallScript:
    return script >> CallbackBooked(turn=script.turn("booked"), **more)  # type: ignore[arg-type]


def test_what_the_step_says_is_asked_for() -> None:
    script = ringing(PLAIN)
    script << Like(
        BookCallback,
        queue="general",
        number="+905321112233",
        due=None,
        window_s=3600.0,
        attempts=2,
        priority="7",
        pop={"reason": "a", "rest": "+905321112233"},
    )


def test_a_promise_leads_on_and_the_call_counts_as_callback() -> None:
    script = ringing(PLAIN).skip()
    booking(script, promise=PromiseId("p-1"), number="+905321112233", due=DUE)
    script << Like(Collect, says=["main"])
    (note,) = script.noted("callback")
    assert (note["promise"], note["at"]) == ("p-1", DUE)
    assert script.now.outcome == "callback"
    assert script.now.callback_at == DUE


def test_what_cannot_be_promised_fails() -> None:
    script = ringing(PLAIN).skip()
    booking(script, done=False)
    script << Like(Collect, says=["late"])
    assert script.now.callback_at is None


@pytest.mark.parametrize(("done", "outcome"), [(True, "callback"), (False, "")])
def test_who_hangs_up_while_it_is_written_down_is_called_back_all_the_same(
    done: bool, outcome: str
) -> None:
    script = ringing(PLAIN).skip().leave().skip()
    assert not script.now.ended
    booking(script, done=done, promise=PromiseId("p-1"), number="+905321112233", due=DUE).skip()
    assert (script.now.ended, script.now.outcome) == (True, outcome)
    assert len(script.noted("callback")) == done


def test_nobody_can_be_called_back_without_a_number() -> None:
    script = CallScript(small_book(PLAIN)).ring(ani=None)
    for wanted in RING:
        script << wanted
    script << Like(Collect, says=["late"])

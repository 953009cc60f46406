"""`fetch` told as call scripts."""

from __future__ import annotations

from datetime import timedelta

from ivr.domain.call import Turn
from ivr.domain.commands import Close, CloseInteraction, Collect, Fetch, Play, StartTimer
from ivr.domain.events import Fetched
from tests.engine.small import RING, ringing, small_book
from tests.fakes.call_script import START, CallScript, Like

FETCH = """
  start:
    - fetch: customer
      with: {phone: =call.ani}
      into: customer
      meanwhile: filler
      missing: nobody
      failed: out
    - hangup: bye
  nobody:
    - hangup: help
  out:
    - hangup: sorry
"""
PING = """
  start:
    - fetch: ping
      failed: out
    - hangup: bye
  out:
    - hangup: sorry
"""
VARS = "vars: {customer: customer?}"
QUEUED = FETCH.replace("    - fetch", "    - say: hello\n    - fetch")
RECORD = {"id": "C-9", "name": None}


def due(seconds: float, started: CallScript | None = None) -> StartTimer:
    """The timer of the filler, so many seconds from the call's begin."""
    return Like(StartTimer, due=START + timedelta(seconds=seconds))  # type: ignore[return-value]


def test_a_lookup_asks_at_once_with_the_limit_of_its_source() -> None:
    script = ringing(FETCH, VARS)
    script << Like(
        Fetch, turn=2, source="customer", inputs={"phone": "+905321112233"}, limit_s=2.0, retry=0
    )
    (script << due(0.7)).silent()
    script.fetched(record=RECORD, took_ms=120) << Close(turn=Turn(3)) << Like(Play, says=["bye"])
    assert script.vars["customer"] == RECORD
    assert script.noted("lookup") == [
        {"source": "customer", "ms": 120, "result": "found", "reason": ""}
    ]
    assert script.now.top.data == {}


def test_the_step_may_set_its_own_limit_and_ask_again() -> None:
    script = ringing(FETCH.replace("missing", "limit: 4s\n      retry: 2\n      missing"), VARS)
    script << Like(Fetch, limit_s=4.0, retry=2)
    script.skip()


def test_missing_and_failed_have_their_ways_and_leave_nothing_in_the_variable() -> None:
    script = ringing(FETCH, VARS).skip()
    script.fetched("missing").skip_closes() << Like(Play, says=["help"])
    assert script.vars["customer"] is None
    script = ringing(FETCH, VARS).skip()
    script.fetched("failed", reason="timeout").skip_closes() << Like(Play, says=["sorry"])
    assert script.noted("lookup")[0]["reason"] == "timeout"


def test_missing_from_a_source_that_cannot_say_so_counts_as_failed() -> None:
    script = ringing(PING).skip()
    script.fetched("missing") << Like(Play, says=["sorry"])


def test_a_result_that_is_no_result_counts_as_failed() -> None:
    script = ringing(FETCH, VARS).skip()
    script.fetched("done").skip_closes() << Like(Play, says=["sorry"])


def test_a_found_record_nobody_wants_is_thrown_away() -> None:
    script = ringing(FETCH.replace("      into: customer\n", "")).skip()
    script.fetched(record=RECORD).skip_closes() << Like(Play, says=["bye"])
    assert script.vars == {}


def test_the_answer_waits_until_what_is_being_said_has_been_heard() -> None:
    script = ringing(QUEUED, VARS) << Like(Fetch)
    (script << Like(Play, says=["hello"])).silent()
    script.after(0.2).fetched(record=RECORD).silent()
    assert script.now.top.data["record"] == RECORD
    script.after(1).heard() << Like(Play, says=["bye"])
    assert script.vars["customer"] == RECORD
    assert script.now.top.data == {}


def test_the_filler_comes_700_ms_after_the_prompts_and_then_every_10_s() -> None:
    script = ringing(QUEUED, VARS).skip()
    script.after(3).heard() << due(3.7)
    script.after(0.7).fires("filler") << Like(Play, says=["filler"])
    assert script.noted("say")[-1]["prompts"] == ("filler",)
    script.after(1).heard() << due(14.7)
    script.after(10).fires("filler") << Like(Play, says=["filler"])
    script.fetched(record=RECORD).silent()
    script.after(1).heard() << Like(Play, says=["bye"])


def test_without_prompts_the_filler_comes_after_700_ms() -> None:
    script = ringing(FETCH, VARS).skip()
    script.after(0.7).fires("filler") << Like(Play, says=["filler"])
    script.fetched("failed").silent()
    script.heard() << Like(Play, says=["sorry"])


def test_without_a_filler_nothing_is_said_while_it_takes() -> None:
    script = ringing(QUEUED.replace("      meanwhile: filler\n", ""), VARS).skip()
    script.heard().silent()
    script.fetched(record=RECORD) << Like(Play, says=["bye"])


def test_an_answer_after_the_step_was_left_is_late() -> None:
    nodes = FETCH.replace("hangup: help", "menu: main\n      keys: {'1': start}\n      giveup: out")
    script = ringing(nodes, VARS).skip()
    turn = script.turn("answer")
    script.fetched("missing").skip_closes() << Like(Collect, says=["main"])
    (script >> Fetched(turn=turn, result="found", record=RECORD)).silent()
    assert script.noted("ignored") == [{"reason": "late"}]
    assert script.vars["customer"] is None


def test_a_lookup_in_the_final_region_says_nothing_and_ends_the_call() -> None:
    script = CallScript(small_book(FETCH, VARS + "\nrescue: {hangup: start}")).ring()
    for wanted in RING:
        script << wanted
    script.skip().leave().skip_closes()
    (script << Like(Fetch)).silent()
    assert script.now.region == "final"
    assert not script.now.ended
    script.fetched(record=RECORD).skip_closes()
    (script << Like(CloseInteraction)).silent()
    assert script.now.ended

"""`ask` told as call scripts."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from ivr.domain.commands import Collect, Fetch, Play
from ivr.domain.values import Money, Sealed, Value
from ivr.engine.verbs.ask import AskFields, bounds, exits
from ivr.flow.spec import CallerKind, Timing
from tests.engine.small import ringing, small_book
from tests.fakes.call_script import CallScript, Like

ASK = """
  start:
    - ask: question
      into: number
      digits: 3-5
      end_key: "#"
      check: number != '999'
      noinput: [short]
      nomatch: [wrong, help]
      badcheck: [again]
      tries: 4
      giveup: out
    - hangup: bye
  out:
    - hangup: sorry
"""
DIGITS = "vars: {number: digits?}"
ALWAYS = """
always:
  "0": {go: out, words: {tr: [temsilci]}}
  "*": {do: repeat}
  "8": {do: back}
"""
CARD_FLOW = """
  start:
    - ask: question
      into: card
      digits: 16
      secret: true
      check: luhn(card)
      giveup: out
    - fetch: block
      with: {card: =card}
      failed: out
    - hangup: bye
  out:
    - menu: main
      keys: {"1": start}
      giveup: out
"""
CARD = "4532015112830366"


def test_an_entry_is_put_into_its_variable() -> None:
    script = ringing(ASK, DIGITS)
    script << Like(
        Collect,
        says=["question"],
        keys=(),
        entry_least=3,
        entry_most=5,
        end_key="#",
        decimal=False,
        secret=False,
        words=(),
    )
    script.press("0123") << Like(Play, says=["bye"])
    assert script.vars["number"] == "0123"
    assert script.noted("ask") == [{"step": "start#ask:question", "reasons": (), "length": 4}]
    assert script.now.heard.reason == "match"
    assert script.now.top.menus == []


def test_each_reason_climbs_its_own_ladder() -> None:
    script = ringing(ASK.replace("tries: 4", "tries: 5"), DIGITS).skip()
    script.fail("none") << Like(Collect, says=["short"], flush=False)
    script.fail("short", "1") << Like(Collect, says=["wrong"], flush=False)
    script.press("999", left=Sealed("5")) << Like(Collect, says=["again"], flush=True, ahead=None)
    script.fail("long", "123456") << Like(Collect, says=["help"], flush=False)


def test_without_badcheck_a_refused_entry_is_a_wrong_one() -> None:
    script = ringing(ASK.replace("      badcheck: [again]\n", ""), DIGITS).skip()
    script.fail("short", "1") << Like(Collect, says=["wrong"])
    script.press("999") << Like(Collect, says=["help"])


def test_giveup_makes_the_variable_missing_and_drops_what_was_typed_ahead() -> None:
    script = ringing(
        ASK.replace("hangup: bye", "go: start").replace("tries: 4", "tries: 1"), DIGITS
    )
    script.skip().press("123").skip()
    assert script.vars["number"] == "123"
    script.press("999", left=Sealed("77")) << Like(Play, says=["sorry"])
    assert script.vars["number"] is None
    assert script.now.ahead is None
    assert script.now.flush
    assert (script.now.heard.reason, script.now.heard.tries) == ("check_failed", 1)


@pytest.mark.parametrize(
    ("wanted", "pressed", "value"),
    [
        ("number", "12*50", Decimal("12.50")),
        ("money", "12*5", Money(Decimal("12.5"), "TRY")),
        ("bool", "2", False),
        ("phone", "05321112233", "+905321112233"),
        ("text", "12", "12"),
    ],
)
def test_an_entry_becomes_a_value_of_the_type(wanted: str, pressed: str, value: Value) -> None:
    nodes = """
  start:
    - ask: question
      into: number
      giveup: start
    - hangup: bye
"""
    script = ringing(nodes, f"vars: {{number: {wanted}?}}").skip()
    script.press(pressed).skip()
    assert script.vars["number"] == value


def test_an_entry_that_is_no_value_of_the_type_has_failed_its_check() -> None:
    nodes = """
  start:
    - ask: question
      into: number
      giveup: start
    - hangup: bye
"""
    script = ringing(nodes, "vars: {number: date?}")
    script << Like(Collect, entry_least=8, entry_most=8)
    script.press("31022026") << Like(Collect, says=["question"])
    assert script.now.heard.reason == "check_failed"


def test_an_empty_entry_counts_where_it_is_allowed() -> None:
    script = ringing(ASK.replace("      check:", "      empty: true\n      check:"), DIGITS)
    script << Like(Collect, empty=True)
    script.press("", ended_by="end_key") << Like(Play, says=["bye"])
    assert script.vars["number"] == ""


CONFIRM = ASK.replace("check: number != '999'", "confirm: read_back")


def test_confirm_reads_the_entry_back_and_1_takes_it() -> None:
    script = ringing(CONFIRM, DIGITS).skip()
    script.press("123", left=Sealed("1"))
    script << Like(Collect, says=["read_back"], keys=("1", "2"), end_key="", ahead=Sealed("1"))
    (prompt,) = script.now.top.open["confirm"].prompts  # type: ignore[attr-defined]
    assert prompt.text == "tr bir iki üç"
    assert script.vars["number"] is None
    script.press("1", "confirm") << Like(Play, says=["bye"])
    assert script.vars["number"] == "123"
    assert script.noted("ask")[0]["length"] == 3
    assert script.now.top.data == {}


def test_confirm_refused_or_unanswered_costs_a_try() -> None:
    script = ringing(CONFIRM, DIGITS).skip()
    script.press("123").skip()
    script.press("2", "confirm") << Like(Collect, says=["again"])
    script.press("123").skip()
    script.fail("none", name="confirm") << Like(Collect, says=["short"])
    assert script.now.top.data["reasons"] == ("check_failed", "none")
    assert script.now.top.data["entry"] is None


def test_always_keys_are_off_unless_the_step_wants_them() -> None:
    head = DIGITS + ALWAYS
    script = ringing(ASK, head) << Like(Collect, keys=(), words=())
    wanting = ASK.replace("      check:", "      always: true\n      check:")
    script = ringing(wanting, head) << Like(Collect, keys=("0", "*", "8"), words=("temsilci",))
    script.press("0") << Like(Play, says=["sorry"])
    assert script.noted("always") == [{"flow": "main", "key": "0"}]
    assert script.noted("ask") == [{"step": "start#ask:question", "reasons": (), "always": "0"}]
    script = ringing(wanting, head).skip()
    script.press("", words="temsilci") << Like(Play, says=["sorry"])


def test_repeat_in_a_question_is_free_three_times_too() -> None:
    script = ringing(
        ASK.replace("      check:", "      always: true\n      check:"), DIGITS + ALWAYS
    ).skip()
    for key in "*8*":
        script.press(key) << Like(Collect, says=["question"])
    script.press("*") << Like(Collect, says=["wrong"])
    assert script.now.top.data["reasons"] == ("not_in_menu",)


def test_words_answer_a_question_for_text_only() -> None:
    nodes = ASK.replace("digits: 3-5\n", "digits: 1-9\n")
    script = ringing(nodes, "vars: {number: text?}").skip()
    script.press("", words="ayşe") << Like(Play, says=["bye"])
    assert script.vars["number"] == "ayşe"
    assert script.noted("ask")[0]["length"] == 4
    script = ringing(nodes.replace(" != '999'", " != '9'"), DIGITS).skip()
    script.press("", words="dokuz") << Like(Collect, says=["again"])


def secret_call() -> CallScript:
    return ringing(CARD_FLOW, "vars: {card: sealed digits?}" + ALWAYS)


def test_a_secret_question_listens_alone_and_takes_nothing_typed_ahead() -> None:
    script = secret_call()
    script << Like(Collect, secret=True, type_ahead=False, speech=False, words=(), ahead=None)
    script.press(CARD) << Like(Fetch, inputs={"card": Sealed(CARD)})
    assert script.vars["card"] == Sealed(CARD)


def test_a_secret_is_in_no_note_and_in_no_text_of_the_journal() -> None:
    script = secret_call().skip()
    script.press("1234567890123456").skip()
    script.press(CARD).skip()
    assert isinstance(script.vars["card"], Sealed)
    told = json.dumps([repr(one) for one in (*script.all, *script.events, script.state)])
    assert CARD not in told
    assert "1234567890123456" not in told


def test_a_secret_is_dropped_after_the_last_step_that_reads_it() -> None:
    script = secret_call().skip()
    script.press(CARD).skip()
    script.fetched() << Like(Play, says=["bye"])
    assert script.vars["card"] is None
    script = secret_call().skip()
    script.press(CARD).skip()
    script.fetched("failed") << Like(Collect, says=["main"])
    assert script.vars["card"] is None


def test_a_secret_still_waited_with_is_gone_when_the_call_has_ended() -> None:
    script = secret_call().skip()
    script.press(CARD).skip()
    script.leave().skip()
    assert script.vars["card"] is None
    assert script.now.waiting() == ()


def test_an_always_key_in_a_secret_question_works() -> None:
    nodes = CARD_FLOW.replace("check: luhn", "always: true\n      check: luhn")
    script = ringing(nodes, "vars: {card: sealed digits?}" + ALWAYS)
    script << Like(Collect, keys=("0", "*", "8"), words=())
    script.press("0") << Like(Collect, says=["main"])


def test_without_giveup_the_exit_is_unwritten() -> None:
    found = exits(AskFields.model_validate({"ask": "question", "into": "number"}))
    assert (found.targets, found.unwritten) == ({"next": "next"}, ("giveup",))


@pytest.mark.parametrize(
    ("kind", "worst_s"),
    [("silent", 4 * 1 + 4 * 5), ("wrong", 4 * 1 + 4 * 3 + 4 * 2)],
)
def test_the_worst_time_counts_reading_back_too(kind: str, worst_s: float) -> None:
    book = small_book(CONFIRM, DIGITS)
    step = book.step(book.live["main"], "main", "start", 0)
    assert bounds(step, Timing(CallerKind(kind), lambda _names: 1.0)) == {"giveup": worst_s}

"""`menu` told as call scripts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ivr.domain.call import Turn
from ivr.domain.commands import Close, CloseInteraction, Collect, Play
from ivr.domain.values import Sealed
from ivr.engine.verbs.menu import MenuFields, bounds, exits
from ivr.flow.spec import CallerKind, Timing
from tests.engine.small import ringing, small_book
from tests.fakes.call_script import Like

END = """
  end:
    - hangup: bye
  other:
    - hangup: sorry
"""
MENU = """
  start:
    - menu: main
      keys: {"1": {go: end, words: {tr: [Kayıp Kart], en: [lost card]}}, "12": other}
      between: 2s
      noinput: [short, [wrong, help]]
      nomatch: [wrong, help]
      giveup: other
"""
ALWAYS = """
always:
  "0": {go: other, words: {tr: [TEMSİLCİ]}}
  "*": {do: repeat, words: {tr: [tekrar]}}
  "9": {do: language}
  "8": {do: back}
"""


def test_a_menu_says_its_prompt_and_takes_its_keys_and_words() -> None:
    script = ringing(MENU + END)
    script << Like(
        Collect,
        turn=2,
        says=["main"],
        language="tr",
        keys=("1", "12"),
        words=("kayip kart",),
        first_s=5.0,
        between_s=2.0,
        flush=False,
        ahead=None,
    )
    script.press("12") << Like(Play, says=["sorry"])
    assert script.noted("menu") == [
        {"step": "start#menu:main", "reasons": (), "by": "key", "pii": {"keys": "12"}}
    ]
    assert (script.now.heard.by, script.now.heard.reason, script.now.heard.tries) == (
        "key",
        "match",
        1,
    )


def test_prompts_said_before_are_one_chain_with_the_menu() -> None:
    script = ringing("""
  start:
    - say: hello
    - say: notice
      barge_in: false
    - menu: main
      keys: {"1": start}
      barge_in: false
      giveup: start
""")
    script << Like(Collect, says=["hello", "notice", "main"])
    prompts = script.now.top.open["keys"].prompts  # type: ignore[attr-defined]
    assert [prompt.barge_in for prompt in prompts] == [True, False, False]
    script.fail() << Like(Collect, says=["main"])


def test_a_word_does_what_its_key_does() -> None:
    script = ringing(MENU + END).skip()
    script.press("", words="kayip kart") << Like(Play, says=["bye"])
    assert script.noted("menu")[0]["by"] == "word"
    assert (script.now.heard.by, script.now.heard.words) == ("word", "kayip kart")


def test_a_word_nobody_wrote_is_not_in_the_menu() -> None:
    script = ringing(MENU + END).skip()
    script.press("", words="bakiye") << Like(Collect, says=["wrong"])
    assert script.now.heard.reason == "not_in_menu"


def test_without_speech_no_words_are_listened_for() -> None:
    script = ringing(
        MENU.replace("      between: 2s\n", "      between: 2s\n      speech: false\n") + END
    )
    script << Like(Collect, words=(), speech=False)


def test_each_silence_has_its_rung_and_the_last_serves_the_rest() -> None:
    script = ringing(MENU.replace("giveup", "tries: 4\n      giveup") + END).skip()
    script.fail() << Like(Collect, says=["short"])
    script.fail() << Like(Collect, says=["wrong", "help"])
    script.fail() << Like(Collect, says=["wrong", "help"])


def test_silences_and_wrong_keys_climb_their_own_ladders() -> None:
    script = ringing(MENU.replace("giveup", "tries: 5\n      giveup") + END).skip()
    script.fail("none") << Like(Collect, says=["short"])
    script.fail("not_in_menu", "7") << Like(Collect, says=["wrong"])
    script.fail("short", "1") << Like(Collect, says=["help"])
    script.fail("none") << Like(Collect, says=["wrong", "help"])


def test_without_ladders_the_main_prompt_is_said_again() -> None:
    nodes = """
  start:
    - menu: [hello, main]
      keys: {"1": start}
      giveup: start
"""
    script = ringing(nodes) << Like(Collect, says=["hello", "main"])
    script.fail() << Like(Collect, says=["hello", "main"])
    script.fail("not_in_menu", "7") << Like(Collect, says=["hello", "main"])


def test_after_the_last_try_giveup_comes_at_once() -> None:
    script = ringing(MENU + END).skip()
    script.fail().skip().fail("not_in_menu", "7").skip()
    script.fail() << Like(Play, says=["sorry"])
    heard = script.now.heard
    assert (heard.reason, heard.tries, heard.by) == ("none", 3, "key")
    assert script.noted("menu")[-1]["reasons"] == ("none", "not_in_menu", "none")
    assert script.noted("exit")[-1]["exit"] == "giveup"
    assert script.now.top.menus == []


def test_a_rung_can_speak_of_the_try_that_has_just_failed() -> None:
    nodes = """
  start:
    - menu: main
      keys: {"1": start}
      noinput: [heard_is]
      giveup: end
  end:
    - hangup: heard_is
"""
    script = ringing(nodes).skip()
    script.fail().skip()
    (prompt,) = script.now.top.open["keys"].prompts  # type: ignore[attr-defined]
    assert prompt.text == "tr bir none"
    script.fail().skip().fail("not_in_menu").skip()
    (prompt,) = script.now.top.open["sound"].prompts  # type: ignore[attr-defined]
    assert prompt.text == "tr üç not_in_menu"


def test_repeat_is_free_three_times_in_a_row_then_costs_a_try() -> None:
    script = ringing(MENU + END, ALWAYS)
    script << Like(Collect, keys=("1", "12", "0", "*", "9", "8"))
    for _ in range(3):
        script.press("*") << Like(Collect, says=["main"])
        assert script.now.top.data.get("reasons", ()) == ()
    script.press("*") << Like(Collect, says=["wrong"])
    assert script.now.top.data["reasons"] == ("not_in_menu",)
    script.press("*") << Like(Collect, says=["main"])


def test_repeats_are_counted_anew_after_another_answer() -> None:
    script = ringing(MENU + END, ALWAYS).skip()
    script.press("*").skip().press("*").skip().press("*").skip()
    script.fail() << Like(Collect, says=["short"])
    script.press("*") << Like(Collect, says=["main"])
    assert script.now.top.data["reasons"] == ("none",)


def test_repeats_are_counted_anew_in_another_language() -> None:
    script = ringing(MENU + END, ALWAYS).skip()
    script.press("*").skip().press("*").skip().press("*").skip()
    script.press("9") << Like(Collect, language="en", says=["main"])
    script.press("*") << Like(Collect, says=["main"])


def test_an_always_word_works_and_an_own_word_wins() -> None:
    script = ringing(MENU + END, ALWAYS)
    script << Like(Collect, words=("temsilci", "tekrar", "kayip kart"))
    script.press("", words="temsilci") << Like(Play, says=["sorry"])
    assert script.noted("always") == [{"flow": "main", "key": "0"}]
    own = ALWAYS.replace("[tekrar]", "[kayıp kart]")
    script = ringing(MENU + END, own) << Like(Collect, words=("temsilci", "kayip kart"))
    script.press("", words="kayip kart") << Like(Play, says=["bye"])


def test_an_always_key_leaves_its_note_with_the_tries_so_far() -> None:
    script = ringing(MENU + END, ALWAYS).skip()
    script.fail().skip().press("0").skip()
    assert script.noted("menu") == [
        {"step": "start#menu:main", "reasons": ("none",), "always": "0"}
    ]


def test_language_replays_the_prompt_in_the_next_language_and_keeps_the_tries() -> None:
    script = ringing(MENU + END, ALWAYS).skip()
    script.fail().skip()
    script.press("9") << Like(Collect, says=["main"], language="en", flush=True)
    assert script.now.top.data["reasons"] == ("none",)
    script.press("9") << Like(Collect, says=["main"], language="tr", flush=True)
    script.press("*") << Like(Collect, says=["main"], language="tr", flush=False)


def test_back_without_a_menu_behind_repeats() -> None:
    script = ringing(MENU + END, ALWAYS).skip()
    script.press("8") << Like(Collect, says=["main"])
    assert script.now.path == ["start"]
    assert script.now.top.data["repeats"] == 1


def test_back_goes_to_the_menu_before() -> None:
    nodes = """
  start:
    - menu: main
      keys: {"1": second}
      giveup: start
  second:
    - menu: sub
      keys: {"1": third}
      giveup: start
  third:
    - menu: help
      keys: {"1": third}
      giveup: start
"""
    script = ringing(nodes, ALWAYS.replace("other", "start")).skip()
    script.press("1").skip()
    script.press("1") << Like(Collect, says=["help"])
    script.press("8") << Like(Collect, says=["sub"])
    script.press("8") << Like(Collect, says=["main"])
    script.press("8") << Like(Collect, says=["main"])
    assert script.now.path == ["start", "second", "third", "second", "start"]


def test_a_menu_given_up_is_no_menu_to_go_back_to() -> None:
    nodes = """
  start:
    - menu: main
      keys: {"1": second}
      tries: 1
      giveup: second
  second:
    - menu: sub
      keys: {"1": start}
      giveup: start
"""
    script = ringing(nodes, ALWAYS.replace("other", "start")).skip()
    script.fail() << Like(Collect, says=["sub"])
    script.press("8") << Like(Collect, says=["sub"])


def test_always_keys_can_be_switched_off() -> None:
    nodes = MENU.replace("giveup", "always: false\n      giveup") + END
    script = ringing(nodes, ALWAYS) << Like(Collect, keys=("1", "12"), words=("kayip kart",))
    script.press("0") << Like(Collect, says=["wrong"])
    assert script.noted("always") == []


ENTRY = """
  start:
    - menu: main
      keys: {"1": start}
      entry: {digits: 3-4, into: ext, go: dial}
      giveup: start
  dial:
    - hangup: bye
"""


def test_a_free_entry_is_put_into_its_variable() -> None:
    script = ringing(ENTRY, "vars: {ext: digits?}")
    script << Like(Collect, keys=("1",), entry_least=3, entry_most=4)
    script.press("042") << Like(Play, says=["bye"])
    assert script.vars["ext"] == "042"
    assert script.noted("menu")[0]["pii"] == {"keys": "042"}
    assert script.now.heard.reason == "match"


def test_a_free_entry_becomes_a_value_of_its_variable_or_is_refused() -> None:
    script = ringing(ENTRY, "vars: {ext: number?}").skip()
    script.press("042").skip()
    assert script.vars["ext"] == Decimal(42)
    script = ringing(ENTRY, "vars: {ext: time?}").skip()
    script.press("042") << Like(Collect, says=["main"])


def test_keys_that_a_menu_does_not_have_are_refused_and_the_rest_is_forgotten() -> None:
    script = ringing(MENU + END).skip()
    script.press("5", left=Sealed("12")) << Like(Collect, says=["wrong"], flush=True, ahead=None)
    assert script.now.ahead is None


def test_a_key_pressed_between_two_tries_is_kept_for_the_second() -> None:
    script = ringing(MENU + END).skip()
    script.fail() << Like(Collect, says=["short"], flush=False)


def test_keys_typed_ahead_travel_with_the_next_listen() -> None:
    nodes = """
  start:
    - menu: main
      keys: {"1": second}
      giveup: second
  second:
    - menu: sub
      keys: {"2": third}
      giveup: second
  third:
    - menu: help
      keys: {"3": third}
      type_ahead: false
      giveup: third
"""
    script = ringing(nodes).skip()
    script.press("1", left=Sealed("22")) << Like(Collect, says=["sub"], ahead=Sealed("22"))
    script.press("2", left=Sealed("2")) << Like(Collect, says=["help"], ahead=None)
    assert script.now.ahead is None


def test_a_listen_without_an_answer_yet_is_closed_when_the_caller_leaves() -> None:
    script = ringing(MENU + END).skip()
    (
        script.leave() << Close(turn=Turn(2)) << Close(turn=Turn(1)) << Like(CloseInteraction)
    ).silent()


def test_without_giveup_the_exit_is_unwritten() -> None:
    found = exits(MenuFields.model_validate({"menu": "main", "keys": {"1": "end"}}))
    assert (found.targets, found.unwritten, found.ends) == ({"1": "end"}, ("giveup",), True)


@pytest.mark.parametrize(
    ("kind", "worst_s"),
    [("silent", 3 * 1 + 3 * 5), ("wrong", 3 * 1 + 3 * 2.5), ("slow", 3 * 1 + 3 * (5 + 3 * 3))],
)
def test_the_worst_time_counts_a_free_entry_too(kind: str, worst_s: float) -> None:
    book = small_book(ENTRY, "vars: {ext: digits?}")
    step = book.step(book.live["main"], "main", "start", 0)
    assert bounds(step, Timing(CallerKind(kind), lambda _names: 1.0)) == {"giveup": worst_s}


def test_a_prompt_with_a_value_is_said_anew_at_every_listen() -> None:
    nodes = MENU.replace("- menu: main", "- menu: [main, heard_is]")
    script = ringing(nodes + END, ALWAYS).skip()
    script.fail().skip()
    script.fail() << Like(Collect, says=["wrong", "help"])
    script.press("*")
    asked = script.now.top.open["keys"]
    assert isinstance(asked, Collect)
    assert [prompt.text for prompt in asked.prompts] == ["main tr", "tr iki none"]


def test_prompts_that_wait_are_said_before_a_menu_that_was_made_ready() -> None:
    nodes = MENU.replace("    - menu: main", "    - say: hello\n    - menu: main")
    script = ringing(nodes + END, ALWAYS) << Like(Collect, says=["hello", "main"])
    script.press("*") << Like(Collect, says=["main"])

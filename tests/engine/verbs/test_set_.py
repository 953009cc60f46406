"""`set` told as call scripts."""

from __future__ import annotations

from decimal import Decimal

from ivr.domain.commands import Collect, Play
from ivr.domain.values import Sealed
from tests.engine.small import ringing
from tests.fakes.call_script import Like

MENU = """
    - menu: main
      keys: {"1": english}
      giveup: start
  english:
    - set: {call.language: LANGUAGE}
    - menu: sub
      keys: {"1": start}
      giveup: start
"""


def test_values_take_the_type_of_their_variable() -> None:
    nodes = "  start:\n    - set: {number: 5, text: 5, same: =number}\n    - hangup: bye"
    head = "vars: {number: number = 7, text: text = a, same: number?}"
    script = ringing(nodes, head) << Like(Play)
    assert script.vars == {"number": Decimal(5), "text": "5", "same": Decimal(7)}
    assert script.noted("set") == [{"names": ("number", "text", "same")}]


def test_a_new_language_speaks_from_the_next_prompt_and_drops_keys_typed_ahead() -> None:
    script = ringing("  start:" + MENU.replace("LANGUAGE", "en")) << Like(Collect, language="tr")
    script.press("1", left=Sealed("1"))
    script << Like(Collect, language="en", flush=True, ahead=None)
    assert script.vars == {}


def test_the_same_language_drops_nothing() -> None:
    script = ringing("  start:" + MENU.replace("LANGUAGE", "=call.language")).skip()
    script.press("1", left=Sealed("1")) << Like(Collect, flush=False, ahead=Sealed("1"))


def test_a_language_the_flow_does_not_speak_changes_nothing() -> None:
    script = ringing("  start:" + MENU.replace("LANGUAGE", "=lower('DE')")).skip()
    script.press("1") << Like(Collect, language="tr", flush=False)

"""What a verb sees: prompts in the caller's language, values, always-keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from ivr.engine.state import FINAL
from ivr.engine.view import View
from ivr.flow.fields import read_condition, read_valued
from ivr.flow.types import Type
from tests.engine.small import flow, small_book
from tests.fakes.call_script import START, CallScript

NODES = """
  start:
    - run: inner
      failed: start
    - say: read_back
    - hangup: hello
"""
INNER = flow(
    "  start:\n    - menu: sub\n      keys: {'1': exit.done}\n      giveup: exit.failed",
    name="inner",
)
HEAD = 'vars: {number: digits = 12}\nalways: {"0": {go: start}}'


def view() -> View:
    """The view of the sub-flow's menu."""
    script = CallScript(small_book(NODES, HEAD, inner=INNER)).ring()
    return View(script.now, script.book, START)


def outer(of: View) -> View:
    """The same call without its sub-flow."""
    state = of.state.fork()
    del state.frames[1:]
    return replace(of, state=state)


def test_it_shows_the_flow_the_memory_and_the_prompts_that_wait() -> None:
    seen = view()
    assert seen.flow.name == "inner"
    assert seen.data == {"repeats": 0}
    assert seen.queued == ()
    assert seen.after(1.5) == START + timedelta(seconds=1.5)
    assert not seen.silent
    seen.state.region = FINAL
    assert seen.silent


def test_a_prompt_without_values_is_made_once_and_one_with_values_each_time() -> None:
    seen = outer(view())
    (first,), (second,) = seen.prompts(("hello",)), seen.prompts(("hello",))
    assert first is second
    assert first.text == "hello tr"
    (slow,) = seen.prompts(("hello",), barge_in=False)
    assert (slow.barge_in, first.barge_in) == (False, True)
    (valued,) = seen.prompts(("read_back",))
    seen.frame.variables["number"] = "3"
    assert (valued.text, seen.prompts(("read_back",))[0].text) == ("tr bir iki", "tr üç")


def test_a_language_without_a_text_falls_back_to_the_flows_first() -> None:
    seen = outer(view())
    seen.state.language = "de"
    assert seen.prompts(("hello",))[0].language == "tr"
    seen.state.language = "en"
    assert seen.prompts(("hello",))[0].text == "hello en"
    assert seen.written("hello") == "hello en"


def test_a_recording_replaces_the_text_and_its_values() -> None:
    seen = outer(view())
    texts = seen.flow.prompts
    spoken = replace(texts["read_back"]["tr"], audio="hash", longest_s=2.5)
    changed = replace(seen.flow, prompts={**texts, "read_back": {"tr": spoken}})
    (bundle,) = seen.book.bundles.values()
    bundles = {bundle.hash: replace(bundle, flows={"main": changed})}
    seen = replace(seen, book=replace(seen.book, bundles=bundles))
    (prompt,) = seen.prompts(("read_back",))
    assert (prompt.audio, prompt.text, prompt.seconds) == ("hash", "", 2.5)


def test_values_are_literals_of_the_wanted_type_or_expressions() -> None:
    seen = outer(view())
    assert seen.value(read_valued("5")) == "5"
    assert seen.value(read_valued("5"), Type("number")) == Decimal(5)
    assert seen.value(read_valued("5", "number")) == Decimal(5)
    assert seen.value(read_valued("=2 + 3")) == Decimal(5)


def test_a_condition_nobody_wrote_holds() -> None:
    seen = view()
    assert seen.holds(None)
    assert seen.holds(read_condition("1 < 2"))
    assert not seen.holds(read_condition("1 > 2"))


def test_always_keys_are_those_of_the_innermost_flow_that_has_any() -> None:
    assert view().always()[0] == 0
    assert list(view().always()[1]) == ["0"]
    script = CallScript(small_book(NODES, "vars: {number: digits = 12}", inner=INNER)).ring()
    assert View(script.now, script.book, START).always() == (-1, {})

"""From step to step, into sub-flows and back, and what secrets and paths become on the way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.domain.commands import Close, CloseInteraction, Collect, HangUp, Play
from ivr.domain.values import Sealed
from ivr.flow.model import Bundle
from tests.engine.small import RING, flow, ringing, small_book
from tests.fakes.call_script import CallScript, Like

if TYPE_CHECKING:
    from ivr.engine.book import Book

SUB = """
  start:
    - menu: sub
      keys: {"1": exit.done, "2": exit.locked, "3": exit.failed}
      giveup: exit.failed
"""
MAIN = """
  start:
    - menu: main
      keys: {"5": inside}
      giveup: inside
  inside:
    - run: inner
      locked: locked
      failed: out
    - hangup: bye
  locked:
    - hangup: late
  out:
    - hangup: sorry
"""
INNER = flow(SUB, "exits: [locked]", name="inner")


def inside(head: str = "", **subs: bytes) -> CallScript:
    """A call whose caller is in the menu of the sub-flow."""
    return ringing(MAIN, head, **{"inner": INNER, **subs}).skip().press("5").skip()


def test_a_step_whose_only_is_false_is_skipped() -> None:
    script = ringing(
        """
  start:
    - say: hello
      only: call.test
    - say: notice
      only: not call.test
    - hangup: bye
"""
    )
    script << Like(Play, says=["notice", "bye"])


def test_a_sub_flow_that_is_done_leads_to_the_next_step() -> None:
    script = inside()
    assert script.now.path == ["start", "inside", "inner.start"]
    script.press("1") << Like(Play, says=["bye"])
    assert len(script.now.frames) == 1
    assert script.noted("exit")[-1] == {"flow": "main", "step": "inside#run:inner", "exit": "next"}


def test_a_sub_flow_leaves_by_the_exits_it_declares_or_by_failed() -> None:
    inside().press("2") << Like(Play, says=["late"])
    inside().press("3") << Like(Play, says=["sorry"])


def test_a_failure_goes_up_through_nested_sub_flows() -> None:
    outer = flow(
        "  start:\n    - run: inner\n      locked: exit.failed\n"
        "      failed: exit.failed\n    - go: exit.done",
        name="outer",
        runs="inner",
    )
    main = MAIN.replace("run: inner\n      locked: locked", "run: outer")
    for key, ends in (("3", "sorry"), ("2", "sorry"), ("1", "bye")):
        script = ringing(main, outer=outer, inner=INNER).skip().press("5").skip()
        assert [frame.flow for frame in script.now.frames] == ["main", "outer", "inner"]
        script.press(key) << Like(Play, says=[ends])


def test_inputs_go_in_and_outputs_come_back_as_a_record() -> None:
    sub = flow(
        """
  start:
    - set: {answer: =given}
    - go: exit.done
""",
        "inputs: {given: text}\noutputs: {answer: text, rest: text?}",
        name="inner",
    )
    nodes = """
  start:
    - run: inner
      with: {given: hello}
      into: result
      failed: start
    - hangup: bye
"""
    script = ringing(nodes, "vars: {result: inner?}", inner=sub)
    script << Like(Play, says=["bye"])
    assert script.vars["result"] == {"answer": "hello", "rest": None}


def test_always_keys_of_the_caller_work_in_a_sub_flow_and_unwind_it() -> None:
    script = inside('always: {"0": {go: out}, "8": {do: back}}')
    script.press("8") << Like(Collect, says=["sub"])
    script.press("0") << Like(Play, says=["sorry"])
    assert [frame.flow for frame in script.now.frames] == ["main"]
    assert script.noted("always")[-1] == {"flow": "main", "key": "0"}
    assert script.now.path[-1] == "out"


def test_a_sub_flow_with_always_keys_of_its_own_hides_the_callers() -> None:
    sub = flow(SUB, 'exits: [locked]\nalways: {"9": {do: language}}', name="inner")
    script = ringing(MAIN, 'always: {"0": {go: out}}', inner=sub).skip()
    script.press("5") << Like(Collect, keys=("1", "2", "3", "9"))
    script.press("9") << Like(Collect, says=["sub"], language="en")
    script.press("1") << Like(Play)
    assert script.now.language == "en"


def test_an_own_always_go_stays_in_the_sub_flow() -> None:
    nodes = (
        SUB + "  more:\n    - menu: help\n      keys: {'1': exit.done}\n      giveup: exit.done\n"
    )
    sub = flow(nodes, 'exits: [locked]\nalways: {"0": {go: more}}', name="inner")
    script = ringing(MAIN, inner=sub).skip().press("5").skip()
    script.press("0") << Like(Collect, says=["help"])
    assert [frame.flow for frame in script.now.frames] == ["main", "inner"]


def test_more_than_200_steps_between_two_questions_are_a_fault() -> None:
    script = ringing("  start:\n    - go: other\n  other:\n    - go: start")
    script << Like(Play, says=["apology"])
    assert script.noted("error")[0]["code"] == "E204"


def test_an_exit_that_nobody_wrote_leads_to_rescue() -> None:
    nodes = """
  start:
    - fetch: ping
      failed: out
    - hangup: bye
  out:
    - hangup: sorry
"""
    book = small_book(nodes, "rescue: {error: out}")
    script = CallScript(_unwritten(book)).ring()
    for wanted in RING:
        script << wanted
    script.skip().fetched("failed") << Like(Play, says=["sorry"])
    assert script.noted("error")[0]["code"] == "E207"


def _unwritten(book: Book) -> Book:
    """The book with the exit `failed` of the first step taken away, which no checked flow has."""
    (bundle,) = book.bundles.values()
    node = bundle.root.nodes["start"]
    first = replace(node.steps[0], exits=replace(node.steps[0].exits, targets={"next": "next"}))
    nodes = {**bundle.root.nodes, "start": replace(node, steps=(first, *node.steps[1:]))}
    root = replace(bundle.root, nodes=nodes)
    changed = replace(bundle, root=root, flows={**bundle.flows, "main": root})
    return replace(book, bundles={bundle.hash: changed})


def test_a_sub_flow_called_by_itself_hangs_up_at_its_exit() -> None:
    book = small_book(MAIN, inner=INNER)
    inner = book.flow(book.live["main"], "inner")
    alone = replace(book, bundles={"alone": Bundle("alone", inner, {"inner": inner})})
    script = CallScript(replace(alone, live={"inner": "alone"})).ring("inner").skip()
    script.press("2") << Like(HangUp) << Like(Close, turn=1) << Like(CloseInteraction)


def test_a_very_long_path_keeps_its_begin_and_its_end() -> None:
    nodes = """
  start:
    - menu: main
      keys: {"1": start, "2": other}
      giveup: start
  other:
    - hangup: bye
"""
    script = CallScript(small_book(nodes)).ring().skip()
    for _ in range(600):
        script.press("1").skip()
    script.press("2").skip()
    path = script.now.path
    assert len(path) == 501
    assert path[:50] == ["start"] * 50
    assert path[50] == "..."
    assert path[51:] == ["start"] * 449 + ["other"]
    assert len(script.now.top.menus) == 50
    assert script.now.top.visits["start"] == 601


def test_a_secret_lives_until_the_step_that_reads_it_last_and_no_longer() -> None:
    nodes = """
  start:
    - ask: question
      into: card
      digits: 4
      secret: true
      giveup: start
    - ask: again
      into: number
      digits: 1
      check: card == '1234'
      giveup: start
    - menu: main
      keys: {"1": start}
      giveup: start
"""
    script = ringing(nodes, "vars: {card: sealed digits?, number: digits?}").skip()
    script.press("1234").skip()
    assert script.vars["card"] == Sealed("1234")
    script.press("1") << Like(Collect, says=["main"])
    assert script.vars["card"] is None


def test_a_secret_of_a_sub_flow_goes_with_its_frame() -> None:
    sub = flow(
        """
  start:
    - ask: question
      into: pin
      digits: 4
      secret: true
      check: pin != '0000'
      giveup: exit.failed
    - fetch: block
      with: {card: =pin}
      failed: exit.failed
    - go: exit.done
""",
        "vars: {pin: sealed digits?}",
        name="inner",
    )
    script = ringing(MAIN.replace("      locked: locked\n", ""), inner=sub).skip()
    script.press("5").skip().press("1234").skip()
    assert script.vars["pin"] == Sealed("1234")
    script.fetched() << Like(Play, says=["bye"])
    assert "1234" not in repr(script.now)


def test_lookups_are_no_questions_so_a_circle_of_them_is_a_fault_too() -> None:
    script = ringing("  start:\n    - fetch: ping\n      failed: start\n    - go: start").skip()
    for _ in range(199):
        script.fetched("failed").skip()
    script.fetched("failed") << Like(Play, says=["apology"])
    assert script.noted("error")[0]["code"] == "E204"


def test_a_question_begins_the_count_of_steps_anew() -> None:
    nodes = "  start:\n    - menu: main\n      keys: {'1': start}\n      giveup: start"
    script = ringing(nodes).skip()
    for _ in range(300):
        script.press("1").skip()
    assert script.noted("error") == []
    assert script.now.steps == 0


def test_a_circle_of_lookups_in_the_final_region_ends_the_call() -> None:
    nodes = """
  start:
    - menu: main
      keys: {'1': start}
      giveup: start
  gone:
    - fetch: ping
      failed: gone
    - go: gone
"""
    script = ringing(nodes, "rescue: {hangup: gone}").skip().leave().skip()
    for _ in range(200):
        script.fetched("failed").skip()
    assert script.now.ended
    assert isinstance(script.all[-1], CloseInteraction)
    assert script.noted("error")[0]["code"] == "E204"

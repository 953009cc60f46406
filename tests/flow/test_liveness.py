"""Where a secret is still needed, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.liveness import expressions_of, secrets_of
from tests.engine.small import flow as written
from tests.engine.small import small_book

if TYPE_CHECKING:
    from ivr.flow.liveness import Secrets
    from ivr.flow.model import Flow

ASK = """    - ask: question
      into: card
      secret: true
      check: card != '0'
      giveup: out
"""
FETCH = """    - fetch: block
      with: {card: =card}
      failed: out
"""
OUT = "  out:\n    - hangup: bye\n"
VARS = "vars: {card: sealed digits?}\n"


def flow(nodes: str, head: str = VARS) -> Flow:
    """The flow of these nodes."""
    book = small_book(nodes, head)
    return book.root(book.live["main"])


def secrets(nodes: str, head: str = VARS) -> Secrets:
    """What may be dropped where."""
    return secrets_of(flow(nodes, head))


def live(found: Secrets, node: str, steps: int) -> list[bool]:
    """Whether `card` is needed before each step, and after the last."""
    return ["card" not in found.spent_at(node, step) for step in range(steps + 1)]


def test_a_secret_is_needed_from_its_question_to_its_last_reader() -> None:
    found = secrets("  start:\n" + ASK + "    - say: hello\n" + FETCH + "    - go: out\n" + OUT)
    assert live(found, "start", 4) == [False, True, True, False, False]
    assert live(found, "out", 1) == [False, False]


def test_the_way_back_to_the_question_does_not_keep_the_old_secret() -> None:
    found = secrets("  start:\n" + ASK + FETCH + "    - go: start\n" + OUT)
    assert live(found, "start", 3) == [False, True, False, False]


def test_a_question_that_may_be_skipped_keeps_what_its_followers_read() -> None:
    skipped = ASK + "      only: call.test\n"
    found = secrets("  start:\n" + skipped + FETCH + "    - go: start\n" + OUT)
    assert live(found, "start", 3) == [True, True, True, False]


def test_what_only_reads_of_itself_is_an_old_value() -> None:
    skipped = ASK + "      only: card != '1'\n"
    found = secrets("  start:\n" + skipped + "    - go: out\n" + OUT)
    assert live(found, "start", 2) == [True, False, False]


def test_a_reader_in_another_node_keeps_it_on_the_ways_there_only() -> None:
    nodes = """  start:
    - menu: main
      keys: {"1": reads, "2": out}
      giveup: out
  reads:
"""
    found = secrets(nodes + FETCH + "    - go: out\n" + OUT)
    assert live(found, "start", 1) == [True, False]
    assert live(found, "out", 1) == [False, False]


def test_always_keys_and_rescue_may_come_from_anywhere() -> None:
    nodes = "  start:\n    - menu: main\n      keys: {'1': out}\n      giveup: out\n  reads:\n"
    nodes += FETCH + "    - go: out\n" + OUT
    for head in ("always: {'0': {go: reads}}", "rescue: {hangup: reads}", "rescue: {error: reads}"):
        found = secrets(nodes, VARS + head)
        assert live(found, "out", 1) == [True, False]


def test_sealed_inputs_count_and_plain_variables_do_not() -> None:
    reads = FETCH.replace("failed: out", "failed: exit.failed") + "    - go: exit.done\n"
    sub = written("  start:\n" + reads, "inputs: {card: sealed digits}", "sub")
    nodes = "  start:\n" + ASK + "    - run: sub\n      with: {card: =card}\n      failed: out\n"
    book = small_book(nodes + "    - go: out\n" + OUT, VARS, sub=sub)
    found = secrets_of(book.flow(book.live["main"], "sub"))
    assert live(found, "start", 2) == [True, False, False]
    plain = secrets("  start:\n    - set: {x: 1}\n    - go: out\n" + OUT, "vars: {x: number?}")
    assert plain.spent == {}
    assert plain.spent_at("start", 0) == ()


def test_every_expression_of_a_step_is_found_however_deep() -> None:
    branches = "        - call.test: out\n        - 1 == 2: out\n        - else: out\n"
    step = flow("  start:\n    - when:\n" + branches + OUT)
    found = expressions_of(step.nodes["start"].steps[0].fields)
    assert [one.text for one in found] == ["call.test", "1 == 2"]
    assert expressions_of(5) == []

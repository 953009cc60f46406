"""Callers are told before they are recorded, by the flow or by the queue."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.flow.world import QueueShape, QueueTaping
from tests.flow.checker.bank import WORLD, told

if TYPE_CHECKING:
    from ivr.flow.world import World

QUEUE = "{queue: cards, full: out, timeout: out, nobody: out, done: out}"
UNTOLD = "F705 warning queue cards records its talks, and nothing tells callers before"


def recorded(notice: str = "", **leads_to: tuple[str, ...]) -> World:
    """The queue cards has its talks recorded; leads_to: where waits of others may go on."""
    shapes = {name: QueueShape(name, leads_to=to) for name, to in leads_to.items()}
    cards = QueueShape("cards", taping=QueueTaping(notice), leads_to=("loans",))
    return replace(WORLD, queue_shapes={**shapes, "cards": cards})


def flow(*steps: str, world: World = WORLD, out: str = "hangup: bye", **more: str) -> list[str]:
    """What F705 says of a flow of some steps; `out` is where each step may lead to."""
    lines = "".join(f"    - {step}\n" for step in steps)
    uses = f"uses: {{queues: [cards, loans], flows: [{', '.join(more)}]}}\n"
    body = f"{uses}nodes:\n  start:\n{lines}  out:\n    - {out}\n"
    found = told(body, "notice: {tr: a}\n", world=world, **more)
    return [line for line in found if "F705" in line]


def test_a_flow_that_records_says_so() -> None:
    warned = ["8:7 F705 warning recording starts without a notice"]
    assert flow("record: start", "hangup: bye") == warned
    assert flow("{record: start, notice: hello}", "hangup: bye") == []
    assert flow("record: stop", "hangup: bye") == []


def test_a_notice_where_nothing_begins_is_told_to_be_in_vain() -> None:
    step = "{record: pause, notice: hello, consent: kvkk}"
    assert flow(step, "hangup: bye") == [
        f"8:{at} F705 warning record: pause tells and asks nobody; {name} has no effect"
        for at, name in ((23, "notice"), (38, "consent"))
    ]


def test_a_queue_that_records_tells_callers_or_the_flow_has() -> None:
    assert flow(QUEUE) == []
    assert flow(QUEUE, world=recorded()) == [f"8:7 {UNTOLD}"]
    assert flow(QUEUE, world=recorded("notice")) == []
    assert flow("{record: start, notice: hello}", QUEUE, world=recorded()) == []
    assert flow(QUEUE, world=recorded("unwritten")) == [f"8:7 {UNTOLD}"]


def test_every_way_to_the_queue_must_have_told() -> None:
    asked = f"go: asked\n  asked:\n    - {QUEUE}"
    branch = "when: [{known(call.ani): asked}]"
    steps = ("{record: start, notice: hello}", "go: asked")
    assert flow(*steps, world=recorded(), out=asked) == []
    assert flow(branch, *steps, world=recorded(), out=asked) == [f"14:7 {UNTOLD}"]
    skipped = "{record: start, notice: hello, only: known(call.ani)}"
    assert flow(skipped, "go: asked", world=recorded(), out=asked) == [f"13:7 {UNTOLD}"]


def test_a_wait_that_may_go_on_in_such_a_queue_is_one_too() -> None:
    loans = QUEUE.replace("cards", "loans")
    assert flow(loans, world=recorded(loans=("cards",))) == [f"8:7 {UNTOLD}"]
    assert flow(loans, world=recorded()) == []


def test_a_sub_flow_tells_for_the_flow_that_runs_it_and_the_other_way_round() -> None:
    head = "flow: inner\nversion: 1\nlanguages: [tr]\nstart: start\n"
    says = f"{head}nodes:\n  start:\n    - {{record: start, notice: hello}}\n"
    assert flow("{run: inner, failed: out}", QUEUE, world=recorded(), inner=says) == []
    uses = "uses: {queues: [cards]}\n"
    nodes = f"nodes:\n  start:\n    - {QUEUE}\n  out:\n    - say: bye\n"
    waits = f"{head}{uses}{nodes}"
    steps = ("{record: start, notice: hello}", "{run: inner, failed: out}", "hangup: bye")
    assert flow(*steps, world=recorded(), inner=waits) == []
    assert flow(*steps[1:], world=recorded(), inner=waits) == [
        f"flows/inner.yaml:8:7 {UNTOLD}",
    ]

"""Queues that know customers again by a PIN must be given what proves it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.flow.world import QueueShape
from tests.flow.checker.bank import WORLD, told

ALONE = QueueShape("cards", customer_in="customer_no", by_pin_alone=True)
BESIDE = replace(ALONE, by_pin_alone=False)


def said(pop: str, shape: QueueShape = ALONE) -> list[str]:
    """What F116 says of a step that waits in the queue, with a pop or without."""
    world = replace(WORLD, queue_shapes={"cards": shape})
    step = f"{{queue: cards, {pop}full: out, timeout: out, nobody: out, done: out}}"
    body = f"uses: {{queues: [cards]}}\nnodes:\n  start:\n    - {step}\n  out:\n    - hangup: bye\n"
    return [line for line in told(body, world=world) if "F116" in line]


def test_a_step_that_gives_both_is_good() -> None:
    assert said('pop: {customer_no: "1", pin_ok: =known(call.ani)}, ') == []


@pytest.mark.parametrize("shape", [ALONE, BESIDE])
@pytest.mark.parametrize(
    ("pop", "missing"),
    [('{customer_no: "1"}', "pin_ok"), ("{pin_ok: =known(call.ani)}", "customer_no")],
)
def test_half_a_proof_is_told(pop: str, missing: str, shape: QueueShape) -> None:
    text = f"F116 warning queue cards knows nobody again by a PIN without {missing} in pop"
    assert said(f"pop: {pop}, ", shape) == [f"8:22 {text}"]


def test_no_proof_is_told_where_nothing_else_counts() -> None:
    text = "F116 warning queue cards knows nobody again without customer_no and pin_ok in pop"
    assert said("") == [f"8:7 {text}"]
    assert said("", BESIDE) == []
    assert said("", QueueShape("cards")) == []

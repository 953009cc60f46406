"""`run`: inputs, and the frame it pushes. The ways back are in test_walk."""

from __future__ import annotations

from decimal import Decimal

from ivr.domain.commands import Collect
from tests.engine.small import flow, ringing
from tests.fakes.call_script import Like

SUB = flow(
    "  start:\n    - menu: sub\n      keys: {'1': exit.done}\n      giveup: exit.failed",
    "inputs: {count: number, name: text, who: text?}\nvars: {rest: text = none}",
    name="inner",
)
NODES = """
  start:
    - run: inner
      with: {count: 5, name: =call.dnis, who: "=default(call.ani, None)"}
      failed: start
    - hangup: bye
"""


def test_a_sub_flow_sees_its_inputs_and_its_own_variables_only() -> None:
    script = ringing(NODES, "vars: {mine: text = x}", inner=SUB)
    script << Like(Collect, says=["sub"])
    assert script.vars == {
        "rest": "none",
        "count": Decimal(5),
        "name": "+908502220000",
        "who": "+905321112233",
    }
    assert script.now.frames[0].variables == {"mine": "x"}
    assert script.now.path == ["start", "inner.start"]

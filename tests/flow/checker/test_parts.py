"""A step taken apart, each part with its place in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.checker.parts import key_place, parts_of, value_place
from tests.flow.checker.bank import studied

if TYPE_CHECKING:
    from ivr.flow.model import Step

BODY = """\
uses: {queues: [general]}
nodes:
  start:
    - queue: general
      priority: "=1 + 1"
      pop: {line: =call.dnis}
      wait: {say: [hello, bye], every: 20s}
      full: end
      timeout: end
      nobody: end
      done: end
  end:
    - when:
        - call.test: end
        - else: start
"""


def step(node: str) -> Step:
    """The first step of a node."""
    return studied(BODY).flow.nodes[node].steps[0]


def test_every_value_is_found_with_its_place() -> None:
    found = {part.path: (part.at().line, part.at().column) for part in parts_of(step("start"))}
    assert found == {
        ("priority",): (9, 18),
        ("pop", "line"): (10, 19),
        ("wait", "say", 0): (11, 20),
        ("wait", "say", 1): (11, 27),
    }


def test_conditions_of_branches_stand_at_their_keys() -> None:
    found = [(part.path, part.at().line, part.at().column) for part in parts_of(step("end"))]
    assert found == [(("when", 0, 0), 18, 11)]


def test_an_offset_moves_the_place_within_the_value() -> None:
    priority = parts_of(step("start"))[0]
    assert priority.at(3).column == 21
    assert priority.field == "priority"


def test_keys_and_values_of_a_step_have_places() -> None:
    assert key_place(step("start"), "full").column == 7
    assert value_place(step("start"), "full").column == 13

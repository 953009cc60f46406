"""`when` told as call scripts."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from ivr.domain.commands import Play
from ivr.engine.verbs.when import WhenFields
from tests.engine.small import ringing
from tests.fakes.call_script import Like

NODES = """
  start:
    - set: {number: NUMBER}
    - when:
        - number == 1: one
        - number <= 2: two
    - hangup: bye
  one:
    - hangup: help
  two:
    - when:
        - number == 2: one
        - else: other
  other:
    - hangup: wrong
"""


@pytest.mark.parametrize(
    ("number", "ends"), [("1", "help"), ("2", "help"), ("0", "wrong"), ("9", "bye")]
)
def test_the_first_true_condition_wins_and_none_goes_on(number: str, ends: str) -> None:
    script = ringing(NODES.replace("NUMBER", number), "vars: {number: number?}")
    script << Like(Play, says=[ends])


def test_the_branch_is_noted_by_its_number() -> None:
    script = ringing(NODES.replace("NUMBER", "0"), "vars: {number: number?}").skip()
    assert [note["exit"] for note in script.noted("exit")] == ["2", "else"]


@pytest.mark.parametrize("branch", ["call.test", {"a": "x", "b": "y"}, {"a": ["x"]}])
def test_a_branch_is_one_condition_and_one_node(branch: object) -> None:
    with pytest.raises(ValidationError, match="a branch"):
        WhenFields.model_validate({"when": [branch]})

"""Problems of expressions at their place in the file."""

from __future__ import annotations

from ivr.flow.checker.tell import absent
from tests.flow.checker.bank import found, small, told

FLOW = """\
vars: {number: phone?, plan: text}
nodes:
  start:
    - outcome: self_served
      note: {note}
    - hangup: bye
"""


def said(note: str) -> list[str]:
    """What is told of a note."""
    return told(FLOW.replace("{note}", note))


def test_the_place_is_that_of_the_name_inside_the_expression() -> None:
    hint = "(by start); test known(number) first"
    assert said("=text(number)") == [f"9:19 F303 number may be missing here {hint}"]
    assert said('"=text(number)"') == [f"9:20 F303 number may be missing here {hint}"]


def test_the_end_is_told_too() -> None:
    problem = found(small(FLOW.replace("{note}", "=text(number)")))[0]
    assert problem.end is not None
    assert (problem.at.column, problem.end.column) == (19, 25)


def test_a_variable_is_told_once_for_each_expression() -> None:
    assert said("=plan + plan") == ['9:14 F304 "plan" is read before it is set, by start']


def test_a_mistyped_name_gets_the_near_one() -> None:
    assert said("=plann") == ['9:14 F204 no variable "plann"; did you mean "plan"?']


def test_names_that_are_only_somewhere_say_where() -> None:
    assert said("=queue.name") == ["9:14 F204 queue.name is there only in prompts of queue"]
    assert absent(("callback", "at"), "x", "y") == (
        "callback.at is there only in prompts of callback and after it",
        "",
    )
    assert absent(("queue", "colour"), "x", "y") == ("x", "y")

"""What a part of a step knows when it is worked out."""

from __future__ import annotations

from tests.flow.checker.bank import told

FLOW = """\
uses: {hours: [branch], queues: [general]}
vars: {number: phone?, code: digits?}
nodes:
  start:
    - {step}
    - go: end
  end:
    - hangup: bye
"""


def said(step: str) -> list[str]:
    """The codes told of a flow with this step."""
    return [line.split(" ")[1] for line in told(FLOW.replace("{step}", step))]


def test_a_check_reads_the_entry_just_made() -> None:
    assert said("{ask: hello, into: code, check: len(code) == 3, giveup: end}") == []
    assert said("{ask: hello, into: code, check: number == call.dnis, giveup: end}") == ["F303"]


def test_the_condition_of_a_step_does_not_know_itself() -> None:
    assert said("{outcome: self_served, note: =number, only: known(number)}") == []
    assert said("{outcome: self_served, only: number == call.dnis}") == ["F303"]


def test_a_branch_knows_that_those_above_were_false() -> None:
    assert said("when: [{not known(number): end}, {number == call.dnis: end}]") == []
    assert said("when: [{known(number): end}, {number == call.dnis: end}]") == ["F303"]


def test_what_is_worked_out_after_a_wait_knows_no_hours() -> None:
    guard = "when: [{not known(hours.branch.closes_at): end}]\n    - "
    ask = "{ask: hello, into: code, giveup: end, check: hours.branch.closes_at > now}"
    assert said(guard + ask) == ["F303"]
    direct = "{outcome: self_served, note: =text(hours.branch.closes_at)}"
    assert said(guard + direct) == []

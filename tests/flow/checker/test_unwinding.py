"""Always-keys of a caller that reach into sub-flows."""

from __future__ import annotations

from tests.flow.checker.bank import known, studied

OUTER = """\
uses: {sources: [customer], flows: [inner]}
vars: {customer: customer?}
always: {"0": {go: help}, "7": {do: back}}
nodes:
  start:
    - run: inner
      failed: end
    - fetch: customer
      with: {phone: =call.dnis}
      into: customer
      missing: end
      failed: end
    - menu: menu
      keys: {"1": end}
      giveup: end
  help:
    - go: end
  end:
    - hangup: bye
"""
INNER = """\
flow: inner
version: 1
languages: [tr]
start: start
exits: []
vars: {number: phone?}
nodes:
  start:
    - menu: menu
      keys: {"1": next_one, "2": second}
      giveup: exit.failed
  next_one:
    - set: {number: =call.dnis}
    - go: second
  second:
    - menu: menu
      keys: {"1": exit.done}
      giveup: exit.failed
"""


def test_a_key_taken_in_a_sub_flow_comes_from_the_step_that_runs_it() -> None:
    assert known(studied(OUTER, inner=INNER), "help") == set()


def test_a_sub_flow_that_never_listens_takes_no_key() -> None:
    quiet = INNER.replace("    - menu: menu\n", "    - menu: menu\n      always: false\n")
    assert known(studied(OUTER, inner=quiet), "help") == {"customer"}


def test_a_sub_flow_with_keys_of_its_own_takes_none_of_its_caller() -> None:
    own = INNER.replace("nodes:\n", 'always: {"*": {do: repeat}}\nnodes:\n')
    assert known(studied(OUTER, inner=own), "help") == {"customer"}


def test_back_of_the_caller_works_inside_a_sub_flow() -> None:
    flow = studied(OUTER, inner=INNER)
    inner = flow.bundle.flows["inner"]
    from ivr.flow.checker.unwinding import Unwinding  # noqa: PLC0415 - only here

    assert Unwinding(flow.bundle, flow.specs).has_back(inner)
    without = studied(OUTER.replace(', "7": {do: back}', ""), inner=INNER)
    assert not Unwinding(without.bundle, without.specs).has_back(without.bundle.flows["inner"])

"""What each place of a step wants."""

from __future__ import annotations

from ivr.flow.checker.wants import Wants, inputs_of, main_name, wants
from ivr.flow.fields import Valued
from tests.flow.checker.bank import studied, typed

BODY = """\
uses: {sources: [customer, card_block], queues: [general]}
vars: {number: phone?, customer: customer?}
nodes:
  start:
    - set: {number: "=default(call.ani, None)"}
    - fetch: customer
      with: {phone: =call.dnis}
      into: customer
      missing: end
      failed: end
    - ticket: hello
      customer: "=default(call.ani, None)"
      body: {line: =call.dnis}
    - queue: general
      priority: 3
      pop: {line: =call.dnis}
      full: end
      timeout: end
      nobody: end
      done: end
  end:
    - hangup: bye
"""
STUDY = studied(BODY)


def wanted(index: int) -> dict[str, Wants]:
    """What the values of a step of `start` want, by field."""
    point = STUDY.graph.points[index]
    parts = [part for part in point.parts if isinstance(part.value, Valued)]
    return {part.field: wants(part, STUDY) for part in parts}


def test_set_wants_the_type_of_the_variable() -> None:
    assert wanted(0)["number"].type == typed("phone?")


def test_inputs_of_a_lookup_are_those_of_the_source() -> None:
    place = wanted(1)["phone"]
    assert (place.type, place.by_post, place.posted) == (typed("phone"), "customer", False)
    assert main_name(STUDY.graph.points[1].step) == "customer"
    assert inputs_of(STUDY.graph.points[2].step, STUDY) is None


def test_a_ticket_takes_a_customer_who_may_be_missing() -> None:
    assert wanted(2)["customer"].type == typed("text?")
    assert wanted(2)["line"] == Wants(None, "line", "a ticket")


def test_a_pop_is_called_by_its_name_in_any_verb() -> None:
    assert wanted(3)["line"].sealed_noun == "a screen pop"
    assert wanted(3)["priority"].type == typed("number")

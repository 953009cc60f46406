"""What an edge does to the facts."""

from __future__ import annotations

from ivr.flow.checker.facts import Edge, Learning, past_wait
from ivr.flow.checker.names import FlowNames
from ivr.flow.expressions import parse
from ivr.flow.fields import read_condition
from ivr.flow.model import Flow, Variable
from tests.flow.checker.bank import typed

VARIABLES = {name: Variable(name, typed("text?")) for name in ("a", "b")}
LEARNING = Learning(FlowNames(Flow("f", "f.yaml", ("tr",), "start", {}, variables=VARIABLES)))
A, B = ("a",), ("b",)
NOTHING: frozenset[tuple[str, ...]] = frozenset()


def test_a_written_variable_loses_what_was_known_of_its_fields() -> None:
    edge = Edge(0, 1, loses=frozenset({"a"}), sets=frozenset({A}))
    assert LEARNING.after(edge, frozenset({("a", "name"), B})) == {A, B}


def test_conditions_teach_in_their_order() -> None:
    known_a, either = read_condition("known(a)"), read_condition("not known(a) or known(b)")
    assert LEARNING.taught(((known_a, True), (either, True)), NOTHING) == {A, B}
    assert LEARNING.taught(((either, True),), NOTHING) == set()
    assert LEARNING.taught(((known_a, False),), NOTHING) == set()


def test_a_set_variable_is_known_if_its_value_is() -> None:
    edge = Edge(0, 1, loses=frozenset({"a"}), given=((A, parse("default(b, None)")),))
    assert LEARNING.after(edge, frozenset({A})) == set()
    assert LEARNING.after(edge, frozenset({B})) == {A, B}


def test_values_are_worked_out_before_any_is_written() -> None:
    swap = ((A, parse("default(b, None)")), (B, parse("default(a, None)")))
    edge = Edge(0, 1, loses=frozenset({"a", "b"}), given=swap)
    assert LEARNING.after(edge, frozenset({A})) == {B}


def test_time_takes_what_was_known_of_hours_queues_and_the_last_listen() -> None:
    passing = {("hours", "x", "closes_at"), ("queues", "q", "longest"), ("heard", "words")}
    assert past_wait(frozenset({A, ("call", "ani"), *passing})) == {A, ("call", "ani")}

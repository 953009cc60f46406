"""The names of a flow as scopes see them."""

from __future__ import annotations

from ivr.flow.checker.names import FlowNames
from ivr.flow.model import Flow, Variable
from tests.flow.checker.bank import typed

FLOW = Flow(
    "f",
    "f.yaml",
    ("tr",),
    "start",
    {},
    uses={"hours": ("branch",)},
    variables={
        "plan": Variable("plan", typed("text")),
        "kind": Variable("kind", typed("text"), "plain"),
        "case": Variable("case", typed("ticket?")),
    },
    inputs={"given": Variable("given", typed("text"))},
)
NAMES = FlowNames(FLOW)


def test_a_field_of_a_variable_has_its_type() -> None:
    assert NAMES.type_of(("case", "number")) == typed("text")
    assert NAMES.type_of(("case", "colour")) is None
    assert NAMES.type_of(("nothing",)) is None


def test_only_variables_without_a_start_must_be_set() -> None:
    assert NAMES.must_be_set == {"plan"}
    assert NAMES.at(frozenset()).unset(("plan",))
    assert not NAMES.at(frozenset({("plan",)})).unset(("plan",))
    assert not NAMES.at(None).unset(("plan",))


def test_the_place_in_the_queue_is_there_only_while_queueing() -> None:
    assert NAMES.at(frozenset()).type_of(("queue", "position")) is None
    assert NAMES.at(frozenset(), queueing=True).type_of(("queue", "position")) is not None


def test_the_callback_time_is_there_once_it_is_booked() -> None:
    booked = frozenset({("callback", "at")})
    assert NAMES.at(frozenset()).type_of(("callback", "at")) is None
    assert NAMES.at(booked).type_of(("callback", "at")) == typed("datetime")


def test_suggestions_come_from_variables_standard_names_and_what_is_used() -> None:
    assert {"plan", "given", "call.ani", "hours.branch.open"} <= set(NAMES.dotted())
    assert not [name for name in NAMES.dotted() if "*" in name]

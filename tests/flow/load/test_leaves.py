"""Walking the fields of any verb."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.engine.verbs import SPECS
from ivr.flow.fields import Reference, Target, VarName
from ivr.flow.load.leaves import (
    expression_of,
    flows_run_by,
    leaves,
    place,
    prompts_of,
    reads_of,
    steps_of,
)
from ivr.flow.loader import load
from tests.flow.bank import bank_files, bank_world

if TYPE_CHECKING:
    from ivr.flow.model import Flow, Step


def flow(name: str = "bank") -> Flow:
    return load(bank_files(), SPECS, bank_world()).flows[name]


def step(node: str, index: int = 0) -> Step:
    return flow().nodes[node].steps[index]


def test_targets_variables_and_references_are_found_with_their_paths() -> None:
    fetch = step("welcome", 1)
    found = dict(leaves(fetch.fields))
    assert found["fetch",] == Reference("sources", "customer")
    assert found["into",] == VarName("customer")
    assert found["missing",] == Target("next")
    assert ("with", "phone") in found


def test_the_branches_of_when_have_a_condition_and_a_target() -> None:
    when = step("main")
    places = {path: place(when, path) for path, _leaf in leaves(when.fields)}
    assert (places["when", 0, 0].column, places["when", 0, 1].column) == (11, 34)


def test_the_exits_that_run_allows_are_found() -> None:
    found = dict(leaves(step("balance", 1).fields))
    assert found["locked",] == Target("agent")


def test_reads_are_placed_inside_the_expression() -> None:
    queue = step("cards_queue")
    found = {".".join(path): (at.line, at.column) for path, at in reads_of(queue)}
    assert found["customer.vip"] == (105, 43)
    assert found["call.language"] == (106, 24)


def test_prompts_and_flows_of_a_flow_are_found() -> None:
    names = [name for name, _at in prompts_of(flow())]
    assert {"main_menu", "main_help", "callback_offer", "voicemail_ticket"} <= {*names}
    assert [name for name, _step in flows_run_by(flow())] == ["identify"]


def test_steps_come_in_the_order_written() -> None:
    lines = [one.at.line for one in steps_of(flow())]
    assert lines == sorted(lines)


def test_only_values_and_conditions_have_expressions() -> None:
    assert expression_of(Target("main")) is None
    found = dict(leaves(step("welcome", 1).fields))
    assert str(getattr(expression_of(found["only",]), "text", "")) == "known(call.ani)"

"""One flow file becomes a flow."""

from __future__ import annotations

from ivr.engine.verbs import SPECS
from ivr.flow.loader import load
from tests.flow.bank import bank_files, bank_world
from tests.flow.shop import HEAD, errors, files, loaded, shop


def test_the_bank_has_its_nodes_in_the_order_written() -> None:
    flow = load(bank_files(), SPECS, bank_world()).flows["bank"]
    assert list(flow.nodes)[:3] == ["welcome", "main", "balance"]
    assert len(flow.nodes) == 20
    assert (flow.languages, flow.start) == (("tr", "en"), "welcome")
    assert (flow.nodes["main"].at.line, flow.nodes["main"].at.column) == (51, 3)


def test_a_flow_with_inputs_or_exits_is_a_sub_flow() -> None:
    flow = load(bank_files(), SPECS, bank_world()).flows["identify"]
    assert (flow.is_sub_flow, flow.exits, list(flow.inputs)) == (True, ("locked",), ["customer"])


def test_a_flow_without_nodes_is_told_once() -> None:
    folder = files(HEAD.split("nodes:")[0])
    assert errors(folder) == ['flows/shop.yaml:1:1 F102 error a flow needs "nodes"']


def test_steps_that_cannot_be_read_do_not_hide_the_others() -> None:
    folder = files(shop("- sya: hello\n- say: helo\n- go: end"))
    assert [line.split()[1] for line in errors(folder)] == ["F104", "F501"]
    assert "shop" not in loaded(folder).flows

"""Who leads where, and what never runs."""

from __future__ import annotations

from ivr.flow.proof import ways
from tests.flow.checker.bank import bank_files, small
from tests.flow.checker.paths.cases import bundle_of

BODY = (
    "nodes:\n  start:\n    - say: hello\n      only: call.test\n    - when:\n"
    "        - call.test: out\n        - else: start\n    - go: dead\n"
    "  out:\n    - hangup\n  dead:\n    - hangup\n"
)


def test_the_way_past_a_step_is_a_way() -> None:
    flow = bundle_of(small(BODY), "small").root
    say, when, go = flow.nodes["start"].steps
    assert ways.ways_of(say) == (("next", "next"), ("skipped", "next"))
    assert ways.ways_of(when) == (("1", "out"), ("else", "start"))
    assert [ways.leads_on(step) for step in (say, when, go)] == [False, True, True]
    assert len(ways.running(flow.nodes["start"])) == 2
    assert not ways.is_open_ended(flow.nodes["start"])
    assert ways.targets_of(flow.nodes["start"]) == ("out", "start", "dead")


def test_reaching_follows_every_target_once() -> None:
    flow = bundle_of(small(BODY), "small").root
    assert sorted(ways.reached(flow, ("start", "nowhere"))) == ["dead", "out", "start"]
    assert sorted(ways.reached(flow, ("out",))) == ["out"]


def test_a_sub_flow_keeps_the_always_keys_of_its_caller() -> None:
    bundle = bundle_of(bank_files(), "bank")
    owners = ways.always_in_force(bundle)
    assert [flow.name for flow in owners["identify"]] == ["bank"]
    assert [flow.name for flow in owners["bank"]] == ["bank"]


def test_exits_are_named_as_run_names_them() -> None:
    assert ways.exit_name("exit.failed") == "failed"
    assert ways.exit_name("exit.done") == "next"


def test_flows_played_while_waiting_are_known() -> None:
    inner = (
        "flow: inner\nversion: 1\nlanguages: [tr]\nstart: a\nnodes:\n  a:\n    - go: exit.done\n"
    )
    body = (
        "uses: {queues: [cards], flows: [inner]}\nnodes:\n  start:\n    - queue: cards\n"
        "      wait: {flow: inner}\n      full: out\n      timeout: out\n      nobody: out\n"
        "      done: out\n  out:\n    - hangup\n"
    )
    bundle = bundle_of(small(body, inner=inner), "small")
    assert ways.wait_flows(bundle) == {"inner"}

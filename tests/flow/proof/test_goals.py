"""Where a wait is over."""

from __future__ import annotations

import math

import pytest

from ivr.engine.verbs import SPECS
from ivr.flow.proof.goals import AgentKey, HumanStep, PersonStep, prompts_of_try
from ivr.flow.proof.reach import Question
from ivr.flow.proof.ways import always_in_force
from ivr.flow.spec import CallerKind
from tests.flow.checker.bank import WORLD, bank_files
from tests.flow.checker.paths.cases import bundle_of

BANK = bundle_of(bank_files(), "bank")
KEY = AgentKey(SPECS, "tr", always_in_force(BANK))
TIMING = Question(BANK, SPECS, WORLD, CallerKind.SILENT, "tr", KEY).timing(BANK.root)


def _step(node: str, index: int = 0):  # type: ignore[no-untyped-def]
    return BANK.root.nodes[node].steps[index]


def test_a_recorder_is_a_human_step_but_no_person() -> None:
    for goal, recorder in ((HumanStep(SPECS), 0.0), (PersonStep(SPECS), math.inf)):
        assert goal(BANK.root, _step("agent"), TIMING) == 0.0
        assert goal(BANK.root, _step("voicemail"), TIMING) == recorder
        assert goal(BANK.root, _step("main", 1), TIMING) is None


@pytest.mark.parametrize(
    ("node", "straight"),
    [("agent", True), ("loans", True), ("vip", True), ("sorry", True), ("lost_card", False),
     ("balance", False), ("main", False), ("callback", False), ("goodbye", False), ("x", False)],
)  # fmt: skip
def test_a_node_leads_straight_to_a_person(node: str, straight: bool) -> None:
    assert KEY.leads_straight(BANK.root, node) is straight


def test_an_agent_key_is_named_at_the_end_of_its_prompt() -> None:
    assert KEY(BANK.root, _step("main", 1), TIMING) == pytest.approx(8.214, abs=0.001)
    assert KEY(BANK.root, _step("closed", 1), TIMING) is None
    assert KEY(BANK.root, _step("agent"), TIMING) == 0.0


def test_prompts_of_each_try() -> None:
    menu = _step("main", 1)
    silent = [prompts_of_try(menu, CallerKind.SILENT, number) for number in range(4)]
    assert silent == [("main_menu",), ("main_short",), ("main_help",), ("main_help",)]
    assert prompts_of_try(menu, CallerKind.WRONG, 1) == ("wrong_key", "main_short")
    assert prompts_of_try(_step("closed", 1), CallerKind.SLOW, 2) == ("closed_menu",)

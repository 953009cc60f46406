"""The longest wait from any menu or question, also inside sub-flows."""

from __future__ import annotations

from ivr.engine.verbs import SPECS
from ivr.flow.proof.goals import HumanStep
from ivr.flow.proof.reach import Question
from ivr.flow.proof.stuck import Stuck, longest_stuck
from ivr.flow.proof.times import Clock
from ivr.flow.spec import CallerKind
from tests.flow.checker.bank import WORLD, small
from tests.flow.checker.paths.cases import bundle_of

ASK = (
    "    - ask: hello\n      into: x\n      digits: {digits}\n      giveup: {giveup}\n    - {on}\n"
)
INNER = (
    "flow: inner\nversion: 1\nlanguages: [tr]\nstart: a\nvars: {x: digits?}\nnodes:\n  a:\n"
    + ASK.format(digits=9, giveup="exit.failed", on="go: exit.done")
)
BODY = (
    "uses: {flows: [inner]}\nvars: {x: digits?}\nnodes:\n  start:\n    - run: inner\n"
    "      failed: again\n    - hangup\n  again:\n    - say: hello\n    - hangup\n"
)


def _stuck(body: str, **more: str) -> Stuck | None:
    bundle = bundle_of(small(body, **more), "small")
    question = Question(bundle, SPECS, WORLD, CallerKind.SLOW, "tr", HumanStep(SPECS))
    return longest_stuck(Clock(question))


def test_a_flow_without_questions_has_none() -> None:
    assert _stuck("nodes:\n  start:\n    - hangup\n") is None


def test_the_way_goes_on_in_whoever_runs_the_sub_flow() -> None:
    found = _stuck(BODY, inner=INNER)
    assert found is not None
    assert found.point == "inner.a.ask"
    assert found.reach.seconds == 3 * (0.5 + 5 + 3 * 8) + 0.5
    assert found.reach.way() == ("inner.a", "start", "again")


def test_the_last_of_many_rounds_counts_too() -> None:
    ask = ASK.format(digits=2, giveup="start", on="hangup")
    body = (
        "vars: {x: digits?}\nnodes:\n  start:\n    - when:\n        - visits('start') >= 3: out\n"
        f"{ask}  out:\n    - hangup\n"
    )
    found = _stuck(body)
    assert found is not None
    assert found.reach.seconds == 2 * 3 * (0.5 + 5 + 3)

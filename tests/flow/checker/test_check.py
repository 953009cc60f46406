"""The whole check of a bundle: each problem once, in order, not without end."""

from __future__ import annotations

from ivr.engine.verbs import SPECS
from ivr.flow.checker import CHECKS, MOST_PROBLEMS, check
from ivr.flow.checker.values import check_values
from ivr.flow.loader import load
from tests.flow.checker.bank import WORLD, small

STEP = "    - outcome: self_served\n      note: =call.ani\n"
BODY = "nodes:\n  start:\n{steps}    - go: n0\n{nodes}"


def many(count: int) -> dict[str, bytes]:
    """A flow with so many values that may be missing, three in each node."""
    nodes = "".join(f"  n{n}:\n{STEP * 3}    - go: n{n + 1}\n" for n in range(count // 3))
    end = f"  n{count // 3}:\n    - hangup: bye\n"
    return small(BODY.format(steps="", nodes=nodes + end))


def test_problems_come_in_the_order_of_the_file_and_not_without_end() -> None:
    bundle = load(many(300), SPECS, WORLD).bundles["small"]
    problems = [one for one in check(bundle, SPECS, WORLD) if one.code == "F303"]
    assert len(problems) <= MOST_PROBLEMS
    assert len(set(problems)) == len(problems) > 100
    assert problems == sorted(problems, key=lambda one: one.at)


def test_an_error_is_shown_however_many_warnings_stand_before_it() -> None:
    plain = STEP.replace("=call.ani", "call.id")
    nodes = f"  n0:\n{plain * 99}    - go: n1\n  n1:\n{plain * 99}    - go: n2\n"
    nodes += f"  n2:\n{plain * 30}{STEP}    - hangup: bye\n"
    bundle = load(small(BODY.format(steps="", nodes=nodes)), SPECS, WORLD).bundles["small"]
    problems = check(bundle, SPECS, WORLD)
    assert len(problems) == MOST_PROBLEMS
    assert problems[-1].code == "F303"


def test_the_checks_of_values_are_registered() -> None:
    assert check_values in CHECKS

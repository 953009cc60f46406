"""Judges conditions before there is a call: true, false, or nobody can say.

Only what counts visits is worked out, `visits('n') < 3` and the like, because that is what limits a
loop; and, when asked, opening hours are taken as open. Everything else may be either.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ivr.flow.expressions.syntax import Call, Choice, Comparison, Literal, Logic, Name, Node, Sign
from ivr.flow.expressions.syntax import walk as parts_of
from ivr.flow.model import NEXT, Flow, Step
from ivr.flow.proof.ways import SKIPPED, Way, steps_of, ways_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MANY = 10**9
"""Visits of a node in a loop that has gone on for ever."""
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is taken as known. visits: counts by node; a node left out may have any count."""

    visits: Mapping[str, int] = field(default_factory=dict)
    open_hours: bool = False


NOTHING = Known()


def judge(node: Node, known: Known) -> bool | None:
    """Whether a condition holds; None = it depends on the call."""
    match node:
        case Literal(value=bool() as value):
            return value
        case Name(path=("hours", _, "open")) if known.open_hours:
            return True
        case _:
            return _judge_inside(node, known)


def _judge_inside(node: Node, known: Known) -> bool | None:
    match node:
        case Sign(word="not"):
            inner = judge(node.inner, known)
            return None if inner is None else not inner
        case Logic():
            return _logic(node.word, [judge(part, known) for part in node.parts])
        case Comparison():
            return _compared(node, known)
        case Choice():
            return _chosen(node, known)
    return None


def _logic(word: str, parts: list[bool | None]) -> bool | None:
    decisive = word == "or"
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


def _chosen(node: Choice, known: Known) -> bool | None:
    test = judge(node.test, known)
    then, other = judge(node.then, known), judge(node.other, known)
    if test is None:
        return then if then == other else None
    return then if test else other


def _compared(node: Comparison, known: Known) -> bool | None:
    pairs = zip(node.words, node.parts, node.parts[1:], strict=False)
    return _logic("and", [_pair(word, left, right, known) for word, left, right in pairs])


def _pair(word: str, left: Node, right: Node, known: Known) -> bool | None:
    one, other = _number(left, known), _number(right, known)
    if one is None or other is None or word not in _COMPARE:
        return None
    return _COMPARE[word](one, other)


def _number(node: Node, known: Known) -> Decimal | None:
    match node:
        case Literal(value=Decimal() as value):
            return value
        case Call(name="visits", parts=(Literal(value=str() as name),)):
            count = known.visits.get(name)
            return None if count is None else Decimal(count)
    return None


def conditions_of(step: Step) -> tuple[Node, ...]:
    """The trees of `only` and of the branches of a `when`."""
    fields: Any = step.fields
    branches = [test for test, _target in fields.when] if step.verb == "when" else []
    return tuple(test.expression.tree for test in (step.only, *branches) if test is not None)


def watched(flow: Flow) -> Mapping[str, int]:
    """Each node whose visits some condition compares with a number, and the largest such number."""
    found: dict[str, int] = {}
    trees = (tree for step in steps_of(flow) for tree in conditions_of(step))
    for part in (part for tree in trees for part in parts_of(tree)):
        if isinstance(part, Comparison):
            numbers = [
                int(n) for n in (_number(one, NOTHING) for one in part.parts) if n is not None
            ]
            for name in _counted(part):
                found[name] = max([found.get(name, 0), *numbers])
    return {name: limit for name, limit in found.items() if name in flow.nodes}


def _counted(node: Comparison) -> list[str]:
    calls = [part for part in node.parts if isinstance(part, Call) and part.name == "visits"]
    names = [part.value for call in calls for part in call.parts if isinstance(part, Literal)]
    return [name for name in names if isinstance(name, str)]


def open_ways(step: Step, known: Known) -> tuple[Way, ...]:
    """The ways out that the known facts leave open."""
    ways = ways_of(step)
    only = None if step.only is None else judge(step.only.expression.tree, known)
    if only is False:
        return (Way(SKIPPED, NEXT),)
    if only is True:
        ways = ways[:-1]
    return ways if step.verb != "when" else _branches(step, ways, known)


def _branches(step: Step, ways: tuple[Way, ...], known: Known) -> tuple[Way, ...]:
    """Branches that may be taken; those after one that holds for certain are not."""
    fields: Any = step.fields
    skipped = tuple(way for way in ways if way.exit == SKIPPED)
    found: list[Way] = []
    for way, (test, _target) in zip(ways, fields.when, strict=False):
        holds = True if test is None else judge(test.expression.tree, known)
        if holds is not False:
            found.append(way)
        if holds is True:
            return (*found, *skipped)
    return (*found, *(way for way in ways if way.exit == NEXT), *skipped)

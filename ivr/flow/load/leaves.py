"""Walks the fields of a step, whatever its verb, to the values that name or compute something."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import BaseModel

from ivr.domain.filing import flow_of
from ivr.flow.expressions.syntax import Name, walk
from ivr.flow.fields import Condition, PromptName, Reference, Target, Valued, VarName
from ivr.flow.load.findings import find, inside
from ivr.flow.reader_tree import locate

if TYPE_CHECKING:
    from ivr.domain.problem import Position
    from ivr.flow.expressions import Expression
    from ivr.flow.model import Flow, Step
    from ivr.flow.world import QueueShape, World

Path: TypeAlias = tuple[str | int, ...]
Leaf: TypeAlias = PromptName | Target | VarName | Reference | Valued | Condition
_LEAVES = (PromptName, Target, VarName, Reference, Valued, Condition)


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Leaf]]:  # noqa: ANN401 - any field
    """Every such value inside, with the path it is written at."""
    if isinstance(value, _LEAVES):
        yield path, value
        return
    for part, inner in _parts(value):
        yield from leaves(inner, (*path, part))


def _parts(value: Any) -> Iterator[tuple[str | int, Any]]:  # noqa: ANN401 - any field
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            yield info.alias or name, getattr(value, name)
        yield from (value.__pydantic_extra__ or {}).items()
    elif isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, (list, tuple)):
        yield from enumerate(value)


def steps_of(flow: Flow) -> Iterator[Step]:
    """Every step of a flow, in the order written."""
    for node in flow.nodes.values():
        yield from node.steps


def prompts_of(flow: Flow) -> Iterator[tuple[PromptName, Position]]:
    """Each place where a flow names a prompt, in the order written."""
    if flow.resume is not None and flow.raw is not None:
        yield PromptName(flow.resume.say), find(flow.raw, ("resume", "say")).at
    for step in steps_of(flow):
        for path, leaf in leaves(step.fields):
            if isinstance(leaf, PromptName):
                yield leaf, place(step, path)


def flows_run_by(flow: Flow) -> Iterator[tuple[str, Step]]:
    """Each step that goes into another flow, and its name."""
    for step in steps_of(flow):
        for _path, leaf in leaves(step.fields):
            if isinstance(leaf, Reference) and leaf.kind == "flows":
                yield leaf.name, step


def flows_begun_by(flow: Flow, known: Container[str]) -> Iterator[str]:
    """Names of the flows that its steps go into, surveys among them if they are flows at all: one
    without a question by voice is none."""
    yield from (name for name, _step in flows_run_by(flow))
    for step in steps_of(flow):
        for _path, leaf in leaves(step.fields):
            if isinstance(leaf, Reference) and leaf.kind == "surveys":
                name = flow_of(leaf.name)
                if name in known:
                    yield name


def flows_sent_to(flow: Flow, world: World) -> Iterator[tuple[str, Step]]:
    """Names of the flows that the queues of its steps may send callers to, and these steps."""
    for step in steps_of(flow):
        for shape in _queues(step, world):
            yield from ((name, step) for name in shape.flows)


def queues_of(flow: Flow, world: World) -> Iterator[QueueShape]:
    """Every queue in which its steps may let callers wait, themselves or by overflow."""
    for step in steps_of(flow):
        yield from _queues(step, world)


def _queues(step: Step, world: World) -> Iterator[QueueShape]:
    for _path, leaf in leaves(step.fields):
        if isinstance(leaf, Reference) and leaf.kind == "queues":
            yield from world.waits_from(leaf.name)


def place(step: Step, path: Path) -> Position:
    """Where the value at this path of a step stands."""
    return step.at if step.raw is None else find(step.raw, path).at


def key_place(step: Step, *path: str | int) -> Position:
    """Where the key at this path of a step stands."""
    return step.at if step.raw is None else locate(step.raw, path, key=True)


def expression_of(leaf: Leaf) -> Expression | None:
    """The expression of a value, None if it is none."""
    return leaf.expression if isinstance(leaf, (Valued, Condition)) else None


def reads_of(step: Step) -> Iterator[tuple[tuple[str, ...], Position]]:
    """Each name that the expressions of a step read, and where."""
    for path, leaf in leaves(step.fields):
        expression = expression_of(leaf)
        if expression is None or step.raw is None:
            continue
        node = find(step.raw, path)
        skipped = 1 if isinstance(leaf, Valued) else 0
        for part in walk(expression.tree):
            if isinstance(part, Name):
                yield part.path, inside(node, part.span.at + skipped)

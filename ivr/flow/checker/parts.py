"""Takes a step apart: every value, condition, prompt and variable in it, with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ivr.flow.fields import Condition, PromptName, Valued, VarName
from ivr.flow.load.findings import find, inside
from ivr.flow.load.leaves import leaves
from ivr.flow.reader_tree import locate

if TYPE_CHECKING:
    from ivr.domain.problem import Position
    from ivr.flow.model import Step

Where: TypeAlias = tuple[str | int, ...]
Value: TypeAlias = Valued | Condition | PromptName | VarName


@dataclass(frozen=True, slots=True)
class Part:
    """A value of a step. path: where it stands in the step's YAML, as `find` takes it."""

    step: Step
    path: Where
    value: Value

    @property
    def field(self) -> str:
        """The innermost name it is written under."""
        names = [part for part in self.path if isinstance(part, str)]
        return names[-1] if names else self.step.verb

    def at(self, offset: int = 0) -> Position:
        """The place of a character of the written value, counted from 0."""
        if self.step.raw is None:
            return self.step.at
        return inside(find(self.step.raw, self.path), offset)


def key_place(step: Step, *path: str | int) -> Position:
    """Where a key of a step stands."""
    return step.at if step.raw is None else locate(step.raw, path, key=True)


def value_place(step: Step, *path: str | int) -> Position:
    """Where a value of a step stands."""
    return step.at if step.raw is None else find(step.raw, path).at


def parts_of(step: Step) -> tuple[Part, ...]:
    """All of them, in the order of the verb's fields."""
    return tuple(
        Part(step, path, value)
        for path, value in leaves(step.fields)
        if isinstance(value, (Valued, Condition, PromptName, VarName))
    )

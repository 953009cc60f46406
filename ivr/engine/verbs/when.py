"""`when`: takes the first branch whose condition is true, else goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from ivr.engine.verb import Leave, Move, Verb, of_fields
from ivr.flow.fields import Condition, Fields, ShapeError, Target, read_condition
from ivr.flow.model import NEXT, Exits, Step
from ivr.flow.spec import VerbSpec

if TYPE_CHECKING:
    from ivr.engine.view import View

ELSE = "else"
Branch = tuple[Condition | None, Target]
"""A condition (None = `else`) and where it leads."""


def _branch(value: object) -> Branch:
    if not isinstance(value, dict) or len(value) != 1:
        raise ShapeError("F103", "a branch is one condition and one target")
    ((test, target),) = value.items()
    if not isinstance(target, str):
        raise ShapeError("F103", "a branch leads to one node")
    return (None if test == ELSE else read_condition(test)), Target(target)


class WhenFields(Fields):
    """Fields of `when`."""

    when: tuple[
        Annotated[
            Any,
            BeforeValidator(_branch),
            WithJsonSchema({"type": "object", "minProperties": 1, "maxProperties": 1}),
        ],
        ...,
    ] = Field(
        description="Conditions and where each leads; the first true one wins, `else` comes last."
    )


def exits(fields: WhenFields) -> Exits:
    """One exit per branch, numbered as written from 1, and the next step unless `else` is there."""
    targets: dict[str, str] = {
        ELSE if test is None else str(number): target
        for number, (test, target) in enumerate(fields.when, start=1)
    }
    ends = bool(fields.when) and fields.when[-1][0] is None
    return Exits(targets if ends else {**targets, NEXT: NEXT}, ends=ends)


def begin(step: Step, view: View) -> Move:
    """The first true condition wins."""
    fields: Any = step.fields
    branches: tuple[Branch, ...] = fields.when
    for number, (test, _target) in enumerate(branches, start=1):
        if view.holds(test):
            return Leave(ELSE if test is None else str(number))
    return Leave(NEXT)


VERB = Verb(VerbSpec("when", WhenFields, of_fields(exits), final=True), begin)

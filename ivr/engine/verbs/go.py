"""`go`: jumps to a node, or leaves a sub-flow by one of its exits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from ivr.engine.verb import Leave, Move, Verb, of_fields
from ivr.flow.fields import Exit, Fields
from ivr.flow.model import Exits, Step
from ivr.flow.spec import VerbSpec

if TYPE_CHECKING:
    from ivr.engine.view import View


class GoFields(Fields):
    """Fields of `go`."""

    go: Exit = Field(description="The node to go to, or in a sub-flow `exit.NAME`.")


def exits(fields: GoFields) -> Exits:
    """The target."""
    return Exits({"go": fields.go}, ends=True)


def begin(_step: Step, _view: View) -> Move:
    """Leave at once."""
    return Leave("go")


VERB = Verb(VerbSpec("go", GoFields, of_fields(exits), final=True), begin)

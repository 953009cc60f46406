"""`split`: shares callers out between nodes; the same caller always takes the same way."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from ivr.domain.commands import Note
from ivr.domain.scalars import read_share
from ivr.engine.verb import Leave, Move, Verb, of_fields
from ivr.flow.expressions import keep_share
from ivr.flow.fields import Fields, ShapeError, read_valued, valued
from ivr.flow.model import Exits, Step
from ivr.flow.spec import VerbSpec

if TYPE_CHECKING:
    from ivr.engine.view import View


def _share(value: object) -> int:
    if isinstance(value, int):
        return value
    try:
        return read_share(str(value))
    except ValueError as error:
        raise ShapeError("F103", str(error)) from error


Share = Annotated[int, BeforeValidator(_share), WithJsonSchema({"type": "integer"})]


class SplitFields(Fields):
    """Fields of `split`: node -> share of 100, and what tells callers apart."""

    split: Mapping[str, Share] = Field(description="Nodes and their shares of 100.")
    by: valued("text") = Field(  # type: ignore[valid-type]
        read_valued("=call.id", "text"),
        description="What tells callers apart: the same value always takes the same way.",
    )


def exits(fields: SplitFields) -> Exits:
    """Each node."""
    return Exits({node: node for node in fields.split}, ends=True)


def begin(step: Step, view: View) -> Move:
    """A hash of the key, salted with flow and node, falls into one share."""
    fields: Any = step.fields
    salt = f"{view.frame.flow}/{step.node}"
    ends = tuple(accumulate(fields.split.values()))
    place = keep_share(str(view.value(fields.by)), salt, ends[-1])
    node = tuple(fields.split)[bisect_right(ends, place)]
    return Leave(node, (Note(what="split", facts={"branch": node}),))


VERB = Verb(VerbSpec("split", SplitFields, of_fields(exits)), begin)

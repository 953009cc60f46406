"""`hangup`: says goodbye, then ends the call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field

from ivr.domain.commands import Play
from ivr.domain.events import Answer, PromptEnded
from ivr.engine.verb import Goodbye, Move, Stay, Verb
from ivr.flow.fields import Fields, Prompts
from ivr.flow.model import Exits, Step
from ivr.flow.spec import Timing, VerbSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.engine.view import View


def _empty(value: object) -> object:
    return () if value in ("", None) else value


class HangupFields(Fields):
    """Fields of `hangup`: what is said last; empty = nothing."""

    hangup: Annotated[Prompts, BeforeValidator(_empty)] = Field(
        (), description="Prompts said last; nothing is said if it is empty."
    )


def exits(_fields: Fields) -> Exits:
    """None: the call ends."""
    return Exits({}, ends=True)


def begin(step: Step, view: View) -> Move:
    """Play what waits and the goodbye; with nothing to say, or nobody to hear it, hang up."""
    fields: Any = step.fields
    if not view.is_heard:
        return Goodbye()
    prompts = (*view.queued, *view.prompts(fields.hangup))
    return Stay(ask={"sound": Play(prompts=prompts)}) if prompts else Goodbye()


def _said(_step: Step, _view: View, _event: Answer) -> Move:
    return Goodbye()


def bounds(step: Step, timing: Timing) -> Mapping[str, float]:
    """The call ends here."""
    return {}


VERB = Verb(
    VerbSpec("hangup", HangupFields, exits, bounds=bounds, human=True, speaks=True, waits=True),
    begin,
    {("sound", PromptEnded): _said},
)

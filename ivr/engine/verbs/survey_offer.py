"""`survey_offer`: says who asks and how long it takes. Only surveys have this step.

One key opts out for ever; any other key skips to the first question and is no answer to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from ivr.domain.events import KeysCollected
from ivr.engine.verb import Leave, Move, Stay, Verb, of_fields
from ivr.engine.verbs import listening
from ivr.flow.fields import Exit, Fields, Key, Prompt
from ivr.flow.model import NEXT, Exits, Step
from ivr.flow.spec import Timing, VerbSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.engine.view import View

EVERY_KEY = tuple("0123456789*#")
LISTEN_S = 1.0
"""So long after the offer one can still opt out."""


class OfferFields(Fields):
    """Fields of `survey_offer`."""

    survey_offer: Prompt = Field(description="The offer.")
    opt_out: Key | None = Field(None, description="Key of whoever wants to be asked never again.")
    out: Exit | None = Field(None, description="Where that key leads.")


def exits(fields: OfferFields) -> Exits:
    """The next step, or `out`."""
    return Exits({NEXT: NEXT, **({"out": fields.out} if fields.out else {})})


def bounds(step: Step, timing: Timing) -> Mapping[str, float]:
    """The offer and the moment after it."""
    fields: Any = step.fields
    longest_s = timing.prompt_s((fields.survey_offer,)) + LISTEN_S
    return dict.fromkeys(step.exits.targets, longest_s)


def begin(step: Step, view: View) -> Move:
    """Forget every key that was pressed while the agent was there, then say it."""
    fields: Any = step.fields
    prompts = (*view.queued, *view.prompts((fields.survey_offer,)))
    listen = listening.collect(
        step,
        view,
        prompts,
        keys=EVERY_KEY,
        first_s=LISTEN_S,
        type_ahead=False,
        speech=False,
        flush=True,
    )
    return Stay(ask={"keys": listen})


def _heard(step: Step, view: View, event: KeysCollected) -> Move:
    fields: Any = step.fields
    key = listening.plain_keys(event) if event.reason == "match" else ""
    opts_out = bool(key) and key == fields.opt_out and fields.out is not None
    return Leave("out" if opts_out else NEXT, flush=True)


VERB = Verb(
    VerbSpec(
        "survey_offer",
        OfferFields,
        of_fields(exits),
        bounds=bounds,
        speaks=True,
        waits=True,
    ),
    begin,
    {("keys", KeysCollected): _heard},
)

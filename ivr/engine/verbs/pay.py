"""`pay`: takes a card payment. Not carried out yet (exit `failed`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from ivr.engine.verb import Verb, of_fields
from ivr.engine.verbs.unbuilt import maybe, unbuilt
from ivr.flow.fields import Exit, Fields, Rungs, Variable, reference, valued
from ivr.flow.model import ERROR, NEXT, Exits, Step
from ivr.flow.spec import Timing, VerbSpec, Writes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.values import Value
    from ivr.engine.view import View

WORST_S = 180.0
"""What a payment adapter may take at most, until one declares its own."""


class PayFields(Fields):
    """Fields of `pay`."""

    pay: reference("payments") = Field(  # type: ignore[valid-type]
        description="The way to pay, one of `uses: payments`."
    )
    amount: valued("money") = Field(description="What is to be paid.")  # type: ignore[valid-type]
    into: Variable | None = Field(None, description="Variable that gets the receipt.")
    noinput: Rungs = Field((), description="Said instead after the first, second ... silence.")
    nomatch: Rungs = Field((), description="Said instead after the first, second ... wrong entry.")
    declined: Exit | None = Field(
        None, description="Where the caller goes when the card was refused."
    )
    giveup: Exit | None = Field(None, description="Where the caller goes after the last try.")
    failed: Exit | None = Field(
        None, description="Where the caller goes when paying is not possible now."
    )


def exits(fields: PayFields) -> Exits:
    """The next step, `declined`, `giveup` or `failed`."""
    names = ("declined", "giveup", "failed")
    written = {name: getattr(fields, name) for name in names}
    missing = tuple(name for name, target in written.items() if target is None)
    targets = {name: target or ERROR for name, target in written.items()}
    return Exits({NEXT: NEXT, **targets}, missing)


def writes(fields: PayFields) -> Writes:
    """The receipt, when it was paid."""
    if fields.into is None:
        return Writes()
    names = (fields.into,)
    return Writes({NEXT: names}, dict.fromkeys(("declined", "giveup", "failed"), names))


def bounds(step: Step, timing: Timing) -> Mapping[str, float]:
    """The adapter's worst."""
    return dict.fromkeys(step.exits.targets, WORST_S)


def _asked(step: Step, view: View) -> Mapping[str, Value]:
    fields: Any = step.fields
    return {"payment": fields.pay.name, "amount": maybe(view, fields.amount)}


VERB = Verb(
    VerbSpec(
        "pay",
        PayFields,
        of_fields(exits),
        of_fields(writes),
        bounds,
        speaks=True,
        waits=True,
        built=False,
        instead="failed",
    ),
    unbuilt("failed", _asked),
)

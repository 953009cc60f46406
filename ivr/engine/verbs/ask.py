"""`ask`: asks for digits, turns them into the variable's type, checks them, may read them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from ivr.domain.events import KeysCollected
from ivr.domain.values import Sealed, Value, open_sealed
from ivr.engine.entries import entered
from ivr.engine.verb import Leave, Move, Stay, Verb, of_fields
from ivr.engine.verbs import listening
from ivr.engine.verbs.menu import entry_s, worst_listen
from ivr.flow.fields import (
    DigitRange,
    Exit,
    Fields,
    Flag,
    ListenFields,
    Prompt,
    PromptName,
    Prompts,
    Rungs,
    Test,
    Variable,
)
from ivr.flow.model import NEXT, Exits, Step
from ivr.flow.spec import CallerKind, Timing, VerbSpec, Writes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.engine.view import View
    from ivr.flow.types import Type

LENGTHS: Mapping[str, tuple[int, int]] = {
    "date": (8, 8),
    "time": (4, 4),
    "bool": (1, 1),
    "phone": (10, 15),
    "number": (1, 15),
    "money": (1, 15),
    "digits": (1, 32),
    "text": (1, 32),
}
"""How many keys an entry of a type takes when the step does not say."""


class AskFields(Fields, ListenFields):
    """Fields of `ask`."""

    ask: Prompts = Field(description="The question: one prompt, or several in order.")
    into: Variable = Field(
        description="Variable that gets the entry; its type says how keys are read."
    )
    digits: DigitRange | None = Field(
        None,
        description="How many keys an entry has, as 4 or 3-11; else the variable's type says it.",
    )
    secret: Flag = Field(
        False,
        description="Whether the entry is a PIN or card number: `into` must be `sealed`.",
    )
    check: Test = Field(
        None, description="Condition the entry must meet, such as `luhn(card)`; false costs a try."
    )
    confirm: Prompt | None = Field(
        None,
        description="Prompt that reads the entry back (no secret one); 1 takes it, 2 costs a try.",
    )
    empty: Flag = Field(
        False, description="Whether the end key alone is an entry, with nothing in it."
    )
    noinput: Rungs = Field(
        (),
        description="Said instead after the first, second ... silence; the last one then stays.",
    )
    nomatch: Rungs = Field((), description="Said instead after the first, second ... wrong entry.")
    badcheck: Rungs = Field(
        (),
        description="Said instead after an entry that `check` refuses; else `nomatch` is.",
    )
    always: Flag = Field(False, description="Whether the flow's always-keys work here too.")
    giveup: Exit | None = Field(None, description="Where a caller goes after the last try.")


def exits(fields: AskFields) -> Exits:
    """The next step, or `giveup`."""
    targets = {NEXT: NEXT}
    if fields.giveup is not None:
        targets["giveup"] = fields.giveup
    return Exits(targets, () if fields.giveup else ("giveup",))


def writes(fields: AskFields) -> Writes:
    """The variable is known on the way on and missing after the last try."""
    return Writes({NEXT: (fields.into,)}, {"giveup": (fields.into,)})


def begin(step: Step, view: View) -> Move:
    """Say the prompts that wait, then our own, and listen."""
    fields: Any = step.fields
    return _listen(step, view, fields.ask, None, repeats=0)


def _listen(
    step: Step,
    view: View,
    names: tuple[PromptName, ...],
    last: listening.Failed | None,
    **keep: Value,
) -> Stay:
    fields: Any = step.fields
    wanted = _type(step, view)
    always = listening.always_heard(view, fields.always)
    least, most = fields.digits or LENGTHS.get(wanted.name, (1, 32))
    prompts = (*view.queued, *listening.own_prompts(step, view, names))
    how: dict[str, Any] = {
        "keys": tuple(always.keys),
        "words": tuple(always.words),
        "entry_least": least,
        "entry_most": most,
        "empty": fields.empty,
        "decimal": wanted.name in {"number", "money"},
        "secret": fields.secret,
    }
    if fields.secret:
        how |= {"type_ahead": False, "speech": False, "words": ()}
    return listening.again(listening.collect(step, view, prompts, **how), last, **keep)


def _type(step: Step, view: View) -> Type:
    fields: Any = step.fields
    flow = view.flow
    wanted: Type = {**flow.inputs, **flow.outputs, **flow.variables}[fields.into].type
    return wanted


def _heard(step: Step, view: View, event: KeysCollected) -> Move:
    if event.reason != "match":
        return _failed(step, view, event, event.reason)
    key = _always_key(step, view, event)
    if key:
        return _always(step, view, event, key)
    value = _value(step, view, event)
    if value is None or not _passes(step, view, value):
        return _failed(step, view, event, "check_failed")
    return _taken(step, view, event, value)


def _always_key(step: Step, view: View, event: KeysCollected) -> str:
    """The always-key that was pressed or said; "" if none."""
    fields: Any = step.fields
    always = listening.always_heard(view, fields.always)
    if event.words:
        return always.words.get(event.words, "")
    keys = open_sealed(event.keys)
    return keys if keys in always.keys else ""


def _value(step: Step, view: View, event: KeysCollected) -> Value:
    wanted = _type(step, view)
    if wanted.sealed:
        return event.keys
    if event.words:
        return event.words if wanted.name == "text" else None
    return entered(open_sealed(event.keys), wanted, view.book.world)


def _passes(step: Step, view: View, value: Value) -> bool:
    fields: Any = step.fields
    seen = view.with_variable(fields.into, value)
    return seen.holds(fields.check)


def _taken(step: Step, view: View, event: KeysCollected, value: Value) -> Move:
    """The entry is good; `confirm` reads it back first, but never a secret."""
    fields: Any = step.fields
    length = len(event.words or open_sealed(event.keys))
    if fields.confirm is None or isinstance(value, Sealed):
        return _accepted(step, view, event, value, length)
    spoken = view.with_variable(fields.into, value).prompts((fields.confirm,))
    asked = listening.collect(step, view, spoken, keys=("1", "2"), end_key="", last_s=0.0)
    return Stay(ask={"confirm": asked}, keep={"entry": value, "length": length})


def _confirmed(step: Step, view: View, event: KeysCollected) -> Move:
    """The entry was read back: 1 takes it, 2 costs a try, and so does silence."""
    if event.reason != "match":
        return _failed(step, view, event, event.reason)
    if open_sealed(event.keys) != "1":
        return _failed(step, view, event, "check_failed")
    return _accepted(step, view, event, view.data["entry"], view.data["length"])


def _accepted(step: Step, view: View, event: KeysCollected, value: Value, length: Value) -> Move:
    fields: Any = step.fields
    reasons = listening.failures(view)
    note = listening.listened("ask", step, reasons, length=length)
    heard = listening.heard_as(event, "match", len(reasons) + 1)
    return Leave(NEXT, (note,), {fields.into: value}, heard=heard)


def _always(step: Step, view: View, event: KeysCollected, key: str) -> Move:
    fields: Any = step.fields
    count = listening.repeats(view, view.always()[1][key])
    if not count:
        return listening.by_always("ask", step, view, key)
    if count > listening.FREE_REPEATS:
        return _failed(step, view, event, "not_in_menu")
    return _listen(step, view, fields.ask, None, repeats=count)


def _failed(step: Step, view: View, event: KeysCollected, reason: str) -> Move:
    fields: Any = step.fields
    last = listening.failed(step, view, event, reason)
    if last.over:
        return listening.give_up("ask", step, last, **{fields.into: None})
    ladders = {
        "noinput": fields.noinput,
        "nomatch": fields.nomatch,
        "badcheck": fields.badcheck,
    }
    names = listening.next_rung(ladders, fields.ask, last.reasons)
    return _listen(step, view.after_failing(last.heard), names, last, entry=None)


def bounds(step: Step, timing: Timing) -> Mapping[str, float]:
    """The sum over the tries of a caller who never gives a valid entry.

    Entries of the right shape that fail their check hear `badcheck`; those that are read back and
    refused take the time for that too.
    """
    fields: Any = step.fields
    assert step.listening is not None  # noqa: S101 - every listening step has it
    most = fields.digits[1] if fields.digits else max(high for _low, high in LENGTHS.values())
    spoken = (fields.nomatch, *((fields.badcheck,) if fields.badcheck else ()))
    ladders = (fields.noinput,) if timing.kind is CallerKind.SILENT else spoken
    longest = max(worst_listen(step, timing, fields.ask, ladder, most) for ladder in ladders)
    return {"giveup": longest + step.listening.tries * _after_entry_s(step, timing)}


def _after_entry_s(step: Step, timing: Timing) -> float:
    """Seconds of one try after the last digit: waiting for the end key, and reading back."""
    fields: Any = step.fields
    how = step.listening
    if timing.kind is CallerKind.SILENT or how is None:
        return 0.0
    if fields.confirm is None or fields.secret:
        return how.last
    refused = entry_s(timing.kind, how.first, how.between, 1)
    return how.last + timing.prompt_s((fields.confirm,)) + refused


VERB = Verb(
    VerbSpec(
        "ask",
        AskFields,
        of_fields(exits),
        of_fields(writes),
        bounds,
        speaks=True,
        listens=True,
        waits=True,
    ),
    begin,
    {("keys", KeysCollected): _heard, ("confirm", KeysCollected): _confirmed},
)

"""`fetch`: looks something up while the prompts play; says a filler when it takes long."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import Field

from ivr.domain.commands import Fetch, Note, Play, StartTimer, Waiting
from ivr.domain.events import Answer, Fetched, PromptEnded, TimerFired
from ivr.engine.verb import Leave, Move, Stay, Verb, of_fields
from ivr.flow.fields import (
    Exit,
    Fields,
    Prompts,
    Seconds,
    Variable,
    Whole,
    reference,
    valued,
)
from ivr.flow.model import ERROR, NEXT, Exits, Step
from ivr.flow.spec import Timing, VerbSpec, Writes

if TYPE_CHECKING:
    from ivr.domain.values import Value
    from ivr.engine.view import View

FILLER_AFTER_S = 0.7
"""Silence allowed before the filler is said."""
FILLER_EVERY_S = 10.0
RETRY_PAUSE_S = 0.2


class FetchFields(Fields):
    """Fields of `fetch`. limit: per try, default the source's."""

    fetch: reference("sources") = Field(  # type: ignore[valid-type]
        description="The source to ask, one of `uses: sources`."
    )
    with_: Mapping[str, valued(optional=True)] = Field(  # type: ignore[valid-type]
        default_factory=dict, alias="with", description="Inputs of the source and their values."
    )
    into: Variable | None = Field(None, description="Variable that gets the record found.")
    limit: Seconds | None = Field(
        None, description="The longest one try may take; the source's own if not written."
    )
    retry: Whole = Field(0, description="How often it is tried again after a failure.")
    meanwhile: Prompts = Field(
        (),
        description="Said after 0.7 s of silence, then every 10 s, until the answer is here.",
    )
    failed: Exit | None = Field(
        None, description="Where the call goes when the source is slow, down or wrong."
    )
    missing: Exit | None = Field(
        None, description="Where the call goes when the source knows no such record."
    )


def exits(fields: FetchFields) -> Exits:
    """The next step, `failed`, and `missing` where the source can say so."""
    targets: dict[str, str] = {NEXT: NEXT, "failed": fields.failed or ERROR}
    if fields.missing is not None:
        targets["missing"] = fields.missing
    return Exits(targets, () if fields.failed else ("failed",))


def writes(fields: FetchFields) -> Writes:
    """The record is known when it was found."""
    if fields.into is None:
        return Writes()
    names = (fields.into,)
    return Writes({NEXT: names}, {"failed": names, "missing": names})


def begin(step: Step, view: View) -> Move:
    """Ask at once; what was said before is heard meanwhile."""
    fields: Any = step.fields
    asked: dict[str, Waiting] = {"answer": _fetch(step, view)}
    if view.queued:
        asked["sound"] = Play(prompts=view.queued)
    elif fields.meanwhile and not view.silent:
        asked["filler"] = StartTimer(due=view.after(FILLER_AFTER_S))
    return Stay(ask=asked, keep={"sounding": bool(view.queued)})


def _fetch(step: Step, view: View) -> Fetch:
    fields: Any = step.fields
    source = view.book.world.sources[fields.fetch.name]
    takes = source.takes
    inputs = {name: view.value(given, takes.get(name)) for name, given in fields.with_.items()}
    limit_s = source.limit_s if fields.limit is None else fields.limit
    return Fetch(source=source.name, inputs=inputs, limit_s=limit_s, retry=fields.retry)


def _answered(step: Step, view: View, event: Fetched) -> Move:
    """Leave now, or when what is being said has been heard."""
    fields: Any = step.fields
    facts: dict[str, Value] = {"source": fields.fetch.name, "ms": event.took_ms}
    note = Note(what="lookup", facts={**facts, "result": event.result, "reason": event.reason})
    record = dict(event.record)
    if view.data.get("sounding"):
        return Stay(do=(note,), keep={"result": event.result, "record": record})
    return _out(step, event.result, record, (note,))


def _out(step: Step, result: str, record: Value, do: tuple[Note, ...] = ()) -> Leave:
    fields: Any = step.fields
    found = result == "found"
    missing = result == "missing" and "missing" in step.exits.targets
    way = NEXT if found else "missing" if missing else "failed"
    sets: dict[str, Value] = {fields.into: record if found else None} if fields.into else {}
    return Leave(way, do, sets)


def _silent(step: Step, view: View, _event: Answer) -> Move:
    """The sound has ended: go on if the answer is there, else wait a little for the filler."""
    fields: Any = step.fields
    result = view.data.get("result")
    if isinstance(result, str):
        return _out(step, result, view.data.get("record"))
    if not fields.meanwhile:
        return Stay(keep={"sounding": False})
    wait_s = FILLER_EVERY_S if view.data.get("filled") else FILLER_AFTER_S
    timer = StartTimer(due=view.after(wait_s))
    return Stay(ask={"filler": timer}, keep={"sounding": False})


def _fill(step: Step, view: View, _event: Answer) -> Move:
    fields: Any = step.fields
    names = fields.meanwhile
    note = Note(what="say", facts={"prompts": tuple(map(str, names)), "language": view.language})
    return Stay(
        ask={"sound": Play(prompts=view.prompts(names))},
        do=(note,),
        keep={"sounding": True, "filled": True},
    )


def bounds(step: Step, timing: Timing) -> Mapping[str, float]:
    """The whole time of all tries, less what is being said while it runs; a filler that has begun
    is said to its end."""
    fields: Any = step.fields
    limit = timing.source_limit_s(fields.fetch.name) if fields.limit is None else fields.limit
    longest = limit * (1 + fields.retry) + RETRY_PAUSE_S * fields.retry
    waited = max(0.0, longest - timing.queued_s)
    if fields.meanwhile and waited >= FILLER_AFTER_S:
        filler = timing.prompt_s(tuple(fields.meanwhile))
        times = math.floor((waited - FILLER_AFTER_S) / (filler + FILLER_EVERY_S))
        waited = max(waited, FILLER_AFTER_S + times * (filler + FILLER_EVERY_S) + filler)
    return dict.fromkeys(step.exits.targets, waited)


VERB = Verb(
    VerbSpec(
        "fetch",
        FetchFields,
        of_fields(exits),
        of_fields(writes),
        bounds,
        final=True,
        waits=True,
    ),
    begin,
    {
        ("answer", Fetched): _answered,
        ("sound", PromptEnded): _silent,
        ("filler", TimerFired): _fill,
    },
)

"""A step as a journal row: what happened, what was noted, and now and then the whole state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ivr.domain.codec import writer
from ivr.domain.commands import CloseInteraction, Command, Note
from ivr.domain.filing import PREFIX
from ivr.domain.values import HIDDEN, Money, Sealed, Value
from ivr.engine.record.stretches import answered_at, stretches
from ivr.runtime.ports import CallClosing, Effect, Entry

if TYPE_CHECKING:
    from ivr.domain.events import Event
    from ivr.engine.state import State
    from ivr.runtime.live import LiveCall
    from ivr.runtime.sealing import CallCodec

SNAPSHOT_EVERY = 20
"""Events between two snapshots: a restart replays at most so many per call."""


def entry_of(
    call: LiveCall,
    event: Event,
    state: State,
    commands: Sequence[Command],
    codec: CallCodec,
    **more: Any,  # noqa: ANN401 - of the types that Entry says
) -> Entry:
    """The row for one step, its number one above the last. more: what else stands in it."""
    seq = call.seq + 1
    due = seq - call.snapshot_seq >= SNAPSHOT_EVERY and not _is_asked(state)
    notes, effects, closing = [], [], None
    for index, command in enumerate(commands):
        if isinstance(command, Note):
            notes.append((command.what, json_text(command.facts)))
        elif isinstance(command, CloseInteraction):
            closing = _closing(command, state, event.at)
        elif command.durable:
            body = codec.dumps(command, b"")
            effects.append(Effect(f"{call.id}/{seq}/{index}", type(command).__name__, body))
    return Entry(
        call=call.id,
        epoch=call.epoch,
        seq=seq,
        at=event.at,
        event=codec.dumps(event, call.key),
        snapshot=codec.dumps(state, call.key) if due and not state.ended else None,
        closing=closing,
        notes=tuple(notes),
        effects=tuple(effects),
        **more,
    )


def _is_asked(state: State) -> bool:
    """Whether the caller is in a survey: its answers stand in the state until it is over, and a
    snapshot is kept when the call's key is long destroyed. A restart replays the few more events.
    """
    return any(frame.flow.startswith(PREFIX) for frame in state.frames)


def _closing(command: CloseInteraction, state: State, at: datetime) -> CallClosing:
    """The end of a call, with all of it as reports count it."""
    was_called = state.placed is None
    answered = state.started_at if was_called else answered_at(state.segments)
    return CallClosing(
        outcome=str(command.outcome),
        result=command.result,
        cause=command.cause,
        ended_by=command.ended_by,
        note=command.note,
        language=command.language,
        path=command.path,
        segments=stretches(command.segments, answered, at),
        answered_at=answered,
    )


def plain(value: object) -> object:
    """A value of ours as JSON knows it (`default` of `json.dumps`); a secret shows as dots."""
    if isinstance(value, Sealed):
        return HIDDEN
    if isinstance(value, Money):
        return f"{value.amount} {value.currency}"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} cannot be noted")


_WRITE = writer(plain)


def json_text(facts: Mapping[str, Value]) -> str:
    """Facts as JSON for people and reports; a secret shows as dots."""
    return _WRITE(facts if type(facts) is dict else dict(facts))
